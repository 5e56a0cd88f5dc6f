"""The quality page of a dataset: who sees it, what it says, where its links lead."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from ckan import model
from ckan.tests.helpers import call_action

from ckanext.merit.model.quality import Assessment

COMPLETE = {
    "tags": [{"name": name} for name in ("salud", "hospitales", "distritos")],
    "maintainer_email": "datos@salud.test",
    "extras": [
        {"key": "access_rights", "value": "public"},
        {"key": "frequency", "value": "irregular"},
        {"key": "provenance", "value": "Registro de establecimientos de salud, 2024."},
        {"key": "spatial", "value": "PE"},
        {"key": "temporal", "value": "2019-01-01/2024-12-31"},
        {"key": "theme", "value": "HEAL"},
    ],
}
NOT_FOUND = "There is nothing here, or you may not see it."


def page(app: Any, dataset: Any, headers: dict[str, str], prefix: str = "") -> Any:
    answer = app.get(f"{prefix}/dataset/{dataset['name']}/quality", headers=headers)
    assert answer.status_code == 200
    return BeautifulSoup(answer.body, "lxml")


def text(soup: Any, selector: str) -> str:
    return " ".join(soup.select_one(selector).get_text(" ").split())


def fixes(soup: Any) -> list[str]:
    return [each["id"] for each in soup.select(".merit-todo > li")]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("anonymous", 404),
        ("stranger", 404),
        ("member", 200),
        ("editor", 200),
        ("sysadmin", 200),
    ],
)
def test_private_dataset_is_for_its_organisation(
    app: Any, entity: Any, publish: Callable[..., Any], who: str, status: int
):
    """Who may see a private dataset sees its quality, nobody else."""
    dataset = publish(private=True)
    headers = getattr(entity.people, who)
    answer = app.get(
        f"/dataset/{dataset['name']}/quality", headers=headers, expect_errors=True
    )
    assert answer.status_code == status


def test_what_may_not_be_seen_looks_unknown(
    app: Any, entity: Any, publish: Callable[..., Any]
):
    """Private, draft, deleted and unknown datasets give strangers the same words."""
    private, draft, deleted = publish(private=True), publish(state="draft"), publish()
    call_action("package_delete", id=deleted["id"])
    names = [private["name"], draft["name"], deleted["name"], "no-such-dataset"]
    answers = [
        app.get(
            f"/dataset/{name}/quality",
            headers=entity.people.stranger,
            expect_errors=True,
        )
        for name in names
    ]
    seen = {
        (a.status_code, NOT_FOUND in a.body, a.headers["Cache-Control"])
        for a in answers
    }
    assert seen == {(404, True, "private, no-store")}


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("anonymous", False),
        ("stranger", False),
        ("member", False),
        ("editor", True),
        ("sysadmin", True),
    ],
)
def test_links_to_forms_are_for_editors(
    app: Any, entity: Any, publish: Callable[..., Any], who: str, may: bool
):
    """Only those who may edit get links to the forms and the button to check again."""
    soup = page(app, publish(), getattr(entity.people, who))
    links = soup.select(".merit-todo a.btn")
    buttons = soup.select("form[method=post] button.btn-sm")
    assert (bool(links), len(buttons)) == (may, int(may))


@pytest.mark.parametrize(
    ("indicator", "target"),
    [
        ("F3", "/dataset/edit/{name}#field-tags"),
        ("R4", "/dataset/edit/{name}#field-maintainer-email"),
        ("T1", "/dataset/edit/{name}#field-extras-3-key"),
        ("F5", "/dataset/edit/{name}#field-extras-2-value"),
        ("I2", "/dataset/{name}/resource/{file}/edit#field-resource-url"),
        ("R5", "/dataset/edit/{name}#field-extras-3-key"),
        ("I6", "/dataset/edit/{name}#field-extras-3-value"),
    ],
)
def test_link_opens_the_form_at_the_field(
    app: Any, entity: Any, publish: Callable[..., Any], indicator: str, target: str
):
    """The link of a fix names the form and the input in it that is there."""
    extras = [{"key": "a", "value": "b"}, {"key": "spatial", "value": "el valle"}]
    extras.append({"key": "superTheme", "value": "nonsense"})
    resource = {"name": "Lista", "url": "https://e.test/a", "format": "PDF"}
    dataset = publish(extras=extras, resources=[resource])
    soup = page(app, dataset, entity.people.editor)
    link = soup.select_one(f"#{indicator} a.btn")["href"]
    form, _, anchor = link.partition("#")
    body = app.get(form, headers=entity.people.editor).body
    expected = target.format(name=dataset["name"], file=dataset["resources"][0]["id"])
    assert (link, f'id="{anchor}"' in body) == (expected, True)


def test_without_data_the_fix_is_a_file(
    app: Any, entity: Any, publish: Callable[..., Any]
):
    """While no data is published nothing but a file helps these indicators."""
    dataset = publish(resources=[])
    soup = page(app, dataset, entity.people.editor)
    links = {soup.select_one(f"#{each} a.btn")["href"] for each in ("I1", "R5", "T2")}
    assert links == {f"/dataset/{dataset['name']}/resource/new"}


def test_custom_field_is_named(app: Any, entity: Any, publish: Callable[..., Any]):
    """Where the form has no input of its own, the page says which field to add."""
    soup = page(app, publish(), entity.people.editor)
    assert "In the form: custom field “frequency”." in text(soup, "#T1")


def test_most_useful_fix_comes_first(
    app: Any, entity: Any, publish: Callable[..., Any]
):
    """Fixes are ordered by what they bring, and the gains are shown."""
    soup = page(app, publish(), entity.people.anonymous)
    gains = [
        float(re.sub(r"[^\d.]", "", each.get_text()))
        for each in soup.select(".merit-todo .merit-gain")
    ]
    assert (gains, len(gains) > 3) == (sorted(gains, reverse=True), True)


def test_a_fix_that_earns_another_says_so(
    app: Any, entity: Any, publish: Callable[..., Any]
):
    """An open licence is a declared one too; without any, its fix names both."""
    soup = page(app, publish(license_id="notspecified"), entity.people.anonymous)
    said = "The same fix also earns: Licence declared (+4.1 points)."
    assert [said in soup.select_one(each).get_text() for each in ("#R2", "#R1")] == [
        True,
        False,
    ]


def test_every_indicator_is_on_the_page_once(
    app: Any, entity: Any, publish: Callable[..., Any]
):
    """What to fix, what is good and what does not count are all indicators together."""
    dataset = publish()
    soup = page(app, dataset, entity.people.anonymous)
    shown = [e["id"] for e in soup.select(".merit-page li[id], .merit-page tr[id]")]
    answer = call_action("merit_quality_show", id=dataset["id"])
    assert sorted(shown) == sorted(each["id"] for each in answer["indicators"])


def test_way_to_the_next_band(app: Any, entity: Any, publish: Callable[..., Any]):
    """The box names the fewest fixes that lead to the next band, and the new score."""
    dataset = publish()
    soup = page(app, dataset, entity.people.editor)
    answer = call_action("merit_quality_show", id=dataset["id"], path=True)
    steps = [each["href"][1:] for each in soup.select(".merit-path a")]
    assert steps == [each["indicator"] for each in answer["path"]]


def test_shown_gain_never_contradicts_the_new_score(
    app: Any, entity: Any, publish: Callable[..., Any]
):
    """Shown score plus shown gain is the score shown after the fix."""
    dataset = publish()
    soup = page(app, dataset, {})
    before = float(text(soup, ".merit-score-number").split()[0])
    gain = float(re.sub(r"[^\d.]", "", text(soup, "#F3 .merit-gain")))
    tags = [{"name": name} for name in ("salud", "hospitales", "distritos")]
    call_action("package_patch", id=dataset["id"], tags=tags)
    call_action("merit_quality_assess", id=dataset["id"])
    after = float(text(page(app, dataset, {}), ".merit-score-number").split()[0])
    assert round(before + gain, 1) == after


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"resources": [], **COMPLETE}, "A dataset without data gets no badge."),
        ({"notes": "", "license_id": ""}, "No badge yet: badges start at 50 points."),
    ],
)
def test_why_there_is_no_badge(
    app: Any, entity: Any, publish: Callable[..., Any], fields: Any, reason: str
):
    """Where there is no badge, the page says why in words."""
    assert reason in text(page(app, publish(**fields), {}), ".merit-score-words")


def test_history_has_pages(app: Any, entity: Any, publish: Callable[..., Any]):
    """All of a long history can be read, ten rows at a time."""
    dataset = publish()
    model.Session.execute(
        sa.text(
            "INSERT INTO merit_assessment_history (package_id, profile_id, "
            "profile_version, profile_sha256, engine_version, status, coverage, "
            "measured, assessed_at) SELECT package_id, profile_id, profile_version, "
            "profile_sha256, engine_version, status, coverage, measured, assessed_at "
            "FROM merit_assessment_history, generate_series(1, 10) "
            "WHERE package_id = :id"
        ),
        {"id": dataset["id"]},
    )
    model.Session.commit()
    path, rows = f"/dataset/{dataset['name']}/quality", []
    while path:
        soup = BeautifulSoup(app.get(path).body, "lxml")
        section = soup.select_one("section[aria-labelledby=history]")
        rows.append(len(section.select("tbody tr")))
        following = section.select_one("a[rel=next]")
        path = following and following["href"]
    assert rows == [10, 1]


def test_not_checked_yet(app: Any, entity: Any, publish: Callable[..., Any]):
    """Before its first check a dataset's page says so."""
    dataset = publish()
    model.Session.query(Assessment).filter_by(package_id=dataset["id"]).delete()
    model.Session.commit()
    words = text(page(app, dataset, {}), ".merit-page")
    assert "This dataset has not been checked yet." in words


def test_check_again(app: Any, entity: Any, publish: Callable[..., Any]):
    """The button's request assesses now and leads back to the page."""
    dataset = publish()
    call_action("package_patch", id=dataset["id"], notes="")
    answer = app.post(
        f"/dataset/{dataset['name']}/quality",
        headers=entity.people.editor,
        follow_redirects=False,
    )
    result = call_action("merit_quality_show", id=dataset["id"])
    found = {each["id"]: each["earned"] for each in result["indicators"]}
    assert (answer.status_code, found["F2"]) == (302, "0")


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("stranger", 403)])
def test_only_editors_check_again(
    app: Any, entity: Any, publish: Callable[..., Any], who: str, status: int
):
    """Who may see but not edit a dataset cannot have it checked."""
    answer = app.post(
        f"/dataset/{publish()['name']}/quality",
        headers=getattr(entity.people, who),
        expect_errors=True,
    )
    assert answer.status_code == status


def test_check_again_hides_private_datasets(
    app: Any, entity: Any, publish: Callable[..., Any]
):
    """A stranger who posts to a private dataset's page learns nothing."""
    answer = app.post(
        f"/dataset/{publish(private=True)['name']}/quality",
        headers=entity.people.stranger,
        expect_errors=True,
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("field", ["title", "notes", "file", "tag"])
def test_hostile_values_are_text(
    app: Any, entity: Any, publish: Callable[..., Any], field: str
):
    """Markup in any value of a dataset is shown as text on its quality page."""
    hostile = "<script>alert(1)</script>{{31337*31337}}\u202e%s"
    fields: dict[str, Any] = {field: hostile} if field in {"title", "notes"} else {}
    if field == "file":
        url = "javascript:alert(1)"
        fields["resources"] = [{"name": hostile, "url": url, "format": hostile}]
    if field == "tag":
        fields["extras"] = [
            {"key": name, "value": hostile} for name in ("frequency", "spatial")
        ]
    dataset = publish(**fields)
    answer = app.get(f"/dataset/{dataset['name']}/quality")
    (main,) = BeautifulSoup(answer.body, "lxml").select(".merit-page")
    assert (main.find_all("script"), "982007569" in str(main)) == ([], False)


def test_weighs_little(app: Any, entity: Any, publish: Callable[..., Any]):
    """The page adds at most 60 kB to CKAN's own."""
    dataset = publish()
    ours = len(app.get(f"/dataset/{dataset['name']}/quality").body.encode())
    plain = len(app.get(f"/dataset/groups/{dataset['name']}").body.encode())
    assert ours - plain < 60_000
