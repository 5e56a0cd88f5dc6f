"""The office sets an edition up, from nothing to published."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from tests.contest.people import RULES, Contest, call, organization, person
from tests.contest.test_transfer import FILE
from tests.pages_contest.office import Office

from ckan.tests import factories

SETUP = ("", "/calendar", "/stages", "/categories", "/rules", "/description")


@pytest.fixture
def draft(app: Any, contest: Contest) -> Office:
    return Office(app, contest, contest.draft())


def shown(office: Office) -> dict[str, Any]:
    return office.contest.act("merit_edition_show", id=office.edition["id"])


def test_pages_open_for_the_secretariat(draft: Office):
    """A blank draft has a page for everything, and each has one heading."""
    pages = (*SETUP, "/stages/new", "/categories/new", "/rules/new")
    for path in pages:
        page = draft.get(path)
        assert (path, page.status_code) == (path, 200)
        assert page.body.count("<h1") == 1


def test_others_are_kept_out(draft: Office):
    """A draft doesn't exist for a stranger; others are sent to the login."""
    for path in SETUP:
        assert draft.get(path, person()).status_code == 404
        answer = draft.app.get(draft.root + path, follow_redirects=False)
        assert (answer.status_code, "/user/login" in answer.location) == (302, True)


def test_an_observer_reads_and_changes_nothing(draft: Office):
    """Whoever may see a draft sees its calendar, and is refused its forms."""
    user = person()
    call(
        "merit_role_grant",
        draft.contest.secretary,
        programme_id=draft.contest.programme["id"],
        user=user["name"],
        role="observer",
    )
    assert draft.get("/calendar", user).status_code == 200
    assert draft.get("/description", user).status_code == 403
    assert draft.post("/calendar", user, kind="enrolment").status_code == 403


def test_publishing_is_offered_once_nothing_lacks(app: Any, draft: Office):
    """Until then the desk says what to do instead."""
    ready = Office(app, draft.contest, draft.contest.ready())
    offered = {
        office.edition["id"]: f"/{office.edition['id']}/publish" in office.get().body
        for office in (draft, ready)
    }
    assert offered == {draft.edition["id"]: False, ready.edition["id"]: True}


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_language_of_the_page_is_asked_for_first(draft: Office, language: str):
    """Whoever reads Spanish writes the Spanish text before the English one."""
    draft.root = f"/{language}{draft.root}"
    fields = re.findall(r'id="field-title_(\w+)"', draft.get("/description").body)
    assert fields[0] == language


def test_from_nothing_to_published(draft: Office):
    """Phase, category, rules and the button: the forms do what the actions do."""
    dates = {"opens_at": "2030-01-01T09:00", "closes_at": "2030-02-01T18:00"}
    assert draft.post("/calendar", kind="enrolment", **dates).status_code == 303
    done = draft.post(
        "/categories/new",
        code="local",
        position="1",
        title_es="Locales",
        level="local\nregional",
    )
    assert done.status_code == 303
    assert draft.post("/rules/new", source=RULES).status_code == 303
    (rules,) = draft.contest.act("merit_rule_set_list", edition_id=draft.edition["id"])
    force = f"/rules/{rules['id']}/force"
    assert draft.post(force).status_code == 400
    assert draft.post(force, confirm="true").status_code == 303
    publish = f"/edition/{draft.edition['id']}/publish"
    assert draft.get(publish).status_code == 200
    assert draft.post(publish).status_code == 400
    assert draft.post(publish, confirm="true").status_code == 303
    edition = shown(draft)
    assert edition["state"] == "published"
    (phase,) = edition["phases"]
    assert phase["opens_at"] == "2030-01-01T14:00:00+00:00"
    (category,) = edition["categories"]
    assert category["predicate"] == {"level": ["local", "regional"]}


def test_a_refused_form_keeps_what_was_typed(draft: Office):
    """The page comes back with the message and with every word."""
    page = draft.post("/categories/new", code="No Good", title_es="Así", region="Cusco")
    assert page.status_code == 400
    assert "Must be lower-case letters, digits and hyphens" in page.body
    assert 'value="Así"' in page.body
    assert ">Cusco</textarea>" in page.body


def test_bad_rules_are_shown_by_line(draft: Office):
    """The line, what is wrong in it, and the text as it was typed."""
    page = draft.post("/rules/new", source="merit: 1\nid: x\nroot: 5\n")
    assert page.status_code == 400
    assert "Line 3" in page.body
    assert "root: 5" in page.body


def test_dates_of_a_published_edition_are_an_addendum(app: Any, contest: Contest):
    """Without the box nothing happens; with it the addendum is there."""
    office = Office(app, contest, contest.published())
    (phase,) = shown(office)["phases"]
    field = f"{phase['id']}_closes_at"
    new = {field: "2040-01-01T00:00", "reason": "More time"}
    assert office.post("/calendar/dates", **new).status_code == 400
    assert office.post("/calendar/dates", **new, confirm="true").status_code == 303
    (addendum,) = shown(office)["addenda"]
    assert addendum["reason"] == "More time"
    assert "More time" in office.get("/calendar").body


def test_a_programme_begins_with_a_sysadmin(app: Any, as_user: Any):
    """Others may not create one; its people and organisations have pages."""
    sysadmin = as_user(factories.Sysadmin())
    form = {"name": "premio-nuevo", "title_es": "Premio nuevo"}
    page = "/contests/office/new"
    stranger = as_user(person())
    assert app.post(page, headers=stranger, data=form).status_code == 403
    done = app.post(page, headers=sysadmin, data=form, follow_redirects=False)
    assert done.status_code == 303
    root = "/contests/office/premio-nuevo"
    secretary = person()
    form = {"user": secretary["name"], "role": "secretariat"}
    app.post(f"{root}/people", headers=sysadmin, data=form)
    headers = as_user(secretary)
    for path in ("", "/people", "/organizations", "/organizations/import", "/new"):
        assert app.get(root + path, headers=headers).status_code == 200
    form = {"slug": "2031", "title_es": "2031", "kind": "award"}
    form["timezone"] = "America/Lima"
    done = app.post(f"{root}/new", headers=headers, data=form, follow_redirects=False)
    assert done.location.endswith("/contests/premio-nuevo/2031/office")
    assert app.get(root, headers=stranger).status_code == 404


def test_a_sysadmin_describes_a_programme(app: Any, contest: Contest, as_user: Any):
    """The form shows what is stored, keeps what was refused, and is for nobody else."""
    root = f"/contests/office/{contest.programme['name']}"
    headers, others = as_user(contest.sysadmin), as_user(contest.secretary)
    assert app.get(f"{root}/edit", headers=others).status_code == 403
    assert f"{root}/edit" not in app.get(root, headers=others).body
    assert f"{root}/edit" in app.get(root, headers=headers).body
    assert 'value="Premio"' in app.get(f"{root}/edit", headers=headers).body
    form = {"title_es": "Sello", "co_recognisers": "nobody"}
    refused = app.post(f"{root}/edit", headers=headers, data=form)
    assert (refused.status_code, 'value="Sello"' in refused.body) == (400, True)
    form["co_recognisers"] = organization()["name"]
    app.post(f"{root}/edit", headers=headers, data=form)
    assert "Sello" in app.get(root, headers=headers).body


def test_profiles_are_read_by_line(app: Any, contest: Contest, as_user: Any):
    """A bad line is named and nothing is changed."""
    headers = as_user(contest.secretary)
    page = f"/contests/office/{contest.programme['name']}/organizations/import"
    text = "organization,type,level,region,size_class\nnobody,,,,\n"
    refused = app.post(page, headers=headers, data={"csv": text})
    assert refused.status_code == 400
    assert "2: Organization not found: nobody" in refused.body
    assert "nobody,,,," in refused.body


def test_a_new_version_shows_what_it_changes(app: Any, contest: Contest):
    """Against the rules in force, in words; to put it in force takes a reason."""
    office = Office(app, contest, contest.published())
    done = office.post("/rules/new", source=RULES.replace("weight: 3", "weight: 7"))
    assert done.status_code == 303
    key = done.location.rsplit("/", 1)[1]
    page = office.get(f"/rules/{key}").body
    assert "licence: weight" in page
    force = f"/rules/{key}/force"
    refused = office.post(force, confirm="true")
    assert refused.status_code == 400
    assert office.post(force, confirm="true", reason="Fe de erratas").status_code == 303
    assert shown(office)["rule_set"]["version"] == 2


def test_a_copy_begins_with_the_rules_of_the_original(
    app: Any, contest: Contest, as_user: Any
):
    """Stages, categories and rules are there; the calendar is to be made."""
    edition = contest.published()
    headers = as_user(contest.secretary)
    name = contest.programme["name"]
    form = {"slug": "2032", "title_es": "2032", "copy_of": edition["id"]}
    done = app.post(
        f"/contests/office/{name}/new",
        headers=headers,
        data=form,
        follow_redirects=False,
    )
    assert done.status_code == 303
    office = Office(app, contest, {"slug": "2032"})
    assert "There is no phase" in office.get().body
    copy = contest.act("merit_edition_show", id=f"{name}/2032")
    (rules,) = contest.act("merit_rule_set_list", edition_id=copy["id"])
    assert (
        "Nothing: these are the first rules" in office.get(f"/rules/{rules['id']}").body
    )


def test_an_edition_is_made_from_a_file(app: Any, contest: Contest, as_user: Any):
    """Wrong lines are named and what was typed stays; then the draft is there."""
    headers = as_user(contest.secretary)
    root = f"/contests/office/{contest.programme['name']}"
    assert f'href="{root}/import"' in app.get(f"{root}/new", headers=headers).body
    given = {"headers": headers, "follow_redirects": False}
    wrong = FILE.replace("kind: award", "kind: prize")
    form = {"slug": "2033", "source": wrong}
    refused = app.post(f"{root}/import", data=form, **given)
    assert refused.status_code == 400
    assert "edition.yaml:1: kind:" in refused.body
    assert "kind: prize" in refused.body
    sent = {"slug": "2033", "source_file": (io.BytesIO(FILE.encode()), "e.yaml")}
    done = app.post(
        f"{root}/import", data=sent, content_type="multipart/form-data", **given
    )
    assert done.location.endswith("/2033/office")
    made = contest.act("merit_edition_show", id=f"{contest.programme['name']}/2033")
    assert (made["state"], made["title"]["en"]) == ("draft", "Award")
