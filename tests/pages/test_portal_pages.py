"""Overview, league, organisation tab, methodology and the CSV of all scores."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from bs4 import BeautifulSoup

from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.merit import spreadsheet as export

PAGES = ["/quality", "/quality/league", "/quality/methodology"]

# Lists and figures need a portal that holds nothing else.
pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def soup_of(app: Any, path: str, headers: dict[str, str] | None = None) -> Any:
    answer = app.get(path, headers=headers or {})
    assert answer.status_code == 200
    return BeautifulSoup(answer.body, "lxml")


def words(node: Any) -> str:
    return " ".join(node.get_text(" ").split())


def titles(soup: Any) -> list[str]:
    return [words(each) for each in soup.select("tbody th[scope=row] bdi")]


@pytest.mark.parametrize("prefix", ["", "/es"])
@pytest.mark.parametrize("path", PAGES)
def test_empty_portal(app: Any, entity: Any, prefix: str, path: str):
    """Every page of the portal says something sensible before there is any data."""
    assert soup_of(app, prefix + path).select_one("h1") is not None


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_for_everybody(app: Any, entity: Any, path: str):
    """Every page about the portal is the same for people of all kinds."""
    seen = {
        words(soup_of(app, path, headers).select_one(".merit-page"))
        for headers in entity.people
    }
    assert len(seen) == 1


@pytest.mark.parametrize("path", [*PAGES, "/organization/{name}/quality"])
def test_pages_are_not_kept_by_shared_caches(app: Any, entity: Any, path: str):
    """Pages with a person's menu stay out of shared caches."""
    address = path.format(name=entity.organization["name"])
    headers = app.get(address, headers=entity.people.member).headers
    assert headers["Cache-Control"] == "private, no-store"


def test_overview_counts_public_datasets_only(
    app: Any, entity: Any, publish: Callable[..., Any]
):
    """Private datasets are in no figure of the portal."""
    publish()
    publish(title="Expedientes en trámite", private=True)
    soup = soup_of(app, "/quality", entity.people.editor)
    assert words(soup.select_one(".merit-facts li")) == "1 public datasets"


def test_overview_begins_with_one_sentence(
    app: Any, entity: Any, publish: Callable[..., Any]
):
    """The overview's first sentence holds the figures that matter."""
    publish()
    assert words(soup_of(app, "/quality").select_one(".merit-sentence")) == (
        "0 of 1 rated datasets have a badge; the mean score is 45.9."
    )


def test_league_ranks_from_five_rated_datasets(
    app: Any, entity: Any, publish: Callable[..., Any]
):
    """An organisation with fewer than five rated datasets is listed, not ranked."""
    small = factories.Organization(title="Municipio pequeño")
    for number in range(5):
        publish(title=f"Registro sanitario número {number}")
    publish(title="Registro civil del municipio", owner_org=small["id"])
    tables = soup_of(app, "/quality/league").select("table")
    assert [titles(table) for table in tables] == [
        ["Ministerio de Salud"],
        ["Municipio pequeño"],
    ]


def test_league_by_change(app: Any, entity: Any, publish: Callable[..., Any]):
    """The form offers the order, keeps it, and says how much was checked."""
    publish()
    soup = soup_of(app, "/quality/league?sort=change&size=small")
    chosen = soup.select_one("#sort option[selected]")
    assert chosen["value"] == "change"
    row = soup.select_one("tbody tr")
    said = {cell["data-label"]: words(cell) for cell in row.select("td[data-label]")}
    assert (said["Checked"], said["No badge yet"]) == ("100.0 %", "100 %")


def test_league_can_show_one_size(app: Any, entity: Any, publish: Callable[..., Any]):
    """The filter by size leaves organisations of other sizes out."""
    publish()
    assert titles(soup_of(app, "/quality/league?size=large")) == []


def test_nonsense_in_the_address_is_ignored(app: Any, entity: Any):
    """Unknown filters and pages give the page without them."""
    paths = [
        "/quality/league?size=%3Cscript%3E&page=-1",
        "/quality/league?page=99999999999999999999",
        f"/organization/{entity.organization['name']}/quality?band=x&sort=;drop&page=٣",
    ]
    assert [app.get(path).status_code for path in paths] == [200, 200, 200]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("anonymous", ["Público"]),
        ("stranger", ["Público"]),
        ("member", ["Privado", "Público"]),
        ("editor", ["Borrador", "Privado", "Público"]),
        ("sysadmin", ["Borrador", "Privado", "Público"]),
    ],
)
def test_organisation_tab_shows_members_their_own(
    app: Any, entity: Any, publish: Callable[..., Any], who: str, seen: list[str]
):
    """Members also see private datasets, those who may edit also drafts."""
    publish(title="Público")
    publish(title="Privado", private=True)
    publish(title="Borrador", state="draft")
    path = f"/organization/{entity.organization['name']}/quality"
    assert sorted(titles(soup_of(app, path, getattr(entity.people, who)))) == seen


def test_the_tab_says_what_it_shows(app: Any, entity: Any):
    """Members are told of private datasets only, for that is what they see."""
    path = f"/organization/{entity.organization['name']}/quality"
    said = {
        who: [
            words in app.get(path, headers=getattr(entity.people, who)).body
            for words in ("private and draft datasets", "also see private datasets")
        ]
        for who in ("stranger", "member", "editor", "sysadmin")
    }
    assert said == {
        "stranger": [False, False],
        "member": [False, True],
        "editor": [True, False],
        "sysadmin": [True, False],
    }


def test_organisation_tab_is_ordered_by_gain_for_members(
    app: Any, entity: Any, publish: Callable[..., Any]
):
    """Members see first where one fix brings most."""
    publish(title="Casi nada que ganar")
    publish(title="Mucho que ganar en un paso", resources=[])
    path = f"/organization/{entity.organization['name']}/quality"
    soup = soup_of(app, path, entity.people.member)
    answer = call_action(
        "merit_quality_list",
        organization=entity.organization["id"],
        include_private=True,
        sort="gain desc",
    )
    assert titles(soup) == [each["title"] for each in answer["results"]]


def test_organisation_tab_has_pages(app: Any, entity: Any, publish: Callable[..., Any]):
    """A long list is cut into pages whose links keep the filter."""
    for number in range(26):
        publish(title=f"Registro sanitario número {number}")
    path = f"/organization/{entity.organization['name']}/quality"
    first = soup_of(app, f"{path}?sort=title")
    link = first.select_one("a[rel=next]")["href"]
    second = soup_of(app, link)
    assert (len(titles(first)), len(titles(second)), "sort=title" in link) == (
        25,
        1,
        True,
    )


def test_private_organisation_pages_look_unknown(app: Any, entity: Any):
    """An organisation that is not there gives 404."""
    path = "/organization/no-such-organisation/quality"
    assert app.get(path, expect_errors=True).status_code == 404


@pytest.mark.parametrize("profile", ["metadata-1.0", "default-1.0"])
def test_methodology_names_every_rule(app: Any, entity: Any, profile: str):
    """Each indicator, gate, band, the version and the fingerprint are on the page."""
    soup = soup_of(app, f"/quality/methodology/{profile}")
    rules = call_action("merit_quality_profile_show", id=profile)
    shown = [each["id"] for each in soup.select(".merit-list > li")]
    page = words(soup.select_one(".merit-page"))
    parts = [rules["sha256"], *(each["title"] for each in rules["gates"])]
    assert (shown, [part for part in parts if part not in page]) == (
        [each["id"] for each in rules["indicators"]],
        [],
    )


def test_unknown_methodology(app: Any, entity: Any):
    """A profile that the portal does not have gives 404."""
    path = "/quality/methodology/no-such-profile"
    assert app.get(path, expect_errors=True).status_code == 404


def test_csv_holds_public_datasets_only(
    app: Any, entity: Any, publish: Callable[..., Any]
):
    """The table of scores has no private, draft or deleted dataset, for anybody."""
    public = publish()
    publish(title="Expedientes privados", private=True)
    publish(title="Expedientes en borrador", state="draft")
    deleted = publish(title="Expedientes borrados")
    call_action("package_delete", id=deleted["id"])
    answer = app.get("/quality/scores.csv", headers=entity.people.sysadmin)
    rows = list(csv.DictReader(StringIO(answer.body.removeprefix(export.BOM))))
    assert [(r["name"], r["score"], r["status"]) for r in rows] == [
        (public["name"], "45.9", "rated")
    ]


def test_csv_cannot_start_a_formula(app: Any, entity: Any, publish: Callable[..., Any]):
    """A title that a spreadsheet could run is kept as text."""
    publish(title="=HYPERLINK(1)")
    body = app.get("/quality/scores.csv").body
    assert '"\'=HYPERLINK(1)"' in body


def test_csv_headers(app: Any, entity: Any):
    """The table may be kept for five minutes and is offered as a file."""
    headers = app.get("/quality/scores.csv").headers
    names = ("Cache-Control", "Content-Type", "Content-Disposition")
    assert [headers[name] for name in names] == [
        "public, max-age=300",
        "text/csv; charset=utf-8",
        'attachment; filename="quality.csv"',
    ]


@pytest.mark.parametrize(
    "path", [*PAGES, "/organization/{org}/quality", "/dataset/{name}/quality"]
)
def test_our_own_pages_cost_the_same_for_few_and_many(
    app: Any,
    entity: Any,
    publish: Callable[..., Any],
    count_sql: Callable[[], Any],
    path: str,
):
    """No page of ours needs more statements when there are more datasets."""
    counts = []
    for extra in (1, 9):
        for number in range(extra):
            made = publish(title=f"Conjunto de datos {extra} {number}")
        address = path.format(org=entity.organization["name"], name=made["name"])
        app.get(address)
        with count_sql() as statements:
            app.get(address)
        counts.append(len(statements))
    assert counts[0] == counts[1]
