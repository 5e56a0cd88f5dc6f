"""What rules and descriptions hold as codes is shown in the reader's words."""

from __future__ import annotations

from typing import Any

import pytest
from tests.award.people import RULES, Award, submit
from tests.contest.people import Contest
from tests.pages_contest.entity import Desk, said
from tests.pages_contest.office import Office
from tests.pages_contest.test_jury_pages import LEVELS
from tests.pages_contest.test_jury_pages import Desk as JuryDesk

from ckan.tests import factories, helpers

from ckanext.merit.award.entries import Entries
from ckanext.merit.logic.contest import rulebook

NAMED = RULES.replace(
    "levels: {none: 0, partial: 0.5, full: 1}",
    "levels: {none: 0, partial: 0.5, full: 1}\n"
    "    labels: {none: {es: Sin plan, en: No plan}, full: {es: Con plan, en: A plan}}",
)
JUDGED = LEVELS.replace(
    "levels: {none: 0, some: 0.5, all: 1}",
    "levels: {none: 0, some: 0.5, all: 1}\n"
    "    labels: {none: {en: No data}, all: {en: All the data}}",
)


@pytest.fixture
def folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, ckan_config: Any) -> None:
    """A private folder for letters."""
    monkeypatch.setitem(
        ckan_config, "ckanext.merit.award.private_folder", str(tmp_path)
    )


@pytest.fixture
def award(app: Any, non_clean_db: None, folder: None) -> tuple[Desk, Any]:
    """An award whose rules name some levels, and an entry with evidence."""
    award = Award()
    edition = award.ready()
    award.rules(edition["id"], NAMED)
    award.open(edition["id"], "evidence")
    edition = award.act("merit_edition_publish", id=edition["id"])
    entry = award.enrolled(edition["id"])
    return Desk(app, award, edition), entry


def test_levels_of_evidence_have_the_names_of_the_rules(award: tuple[Desk, Any]):
    """To the entity, the secretariat and the public; without a name, the code."""
    desk, entry = award
    row, secretary = submit(entry, claimed="full"), desk.award.secretary
    place = f"/entry/{entry['id']}/evidence"
    form = desk.get(entry["entity"].admin, f"{place}/new?criterion=plan").body
    assert '<option value="full">A plan</option>' in form
    assert '<option value="partial">partial</option>' in form
    assert "Claimed level A plan" in said(desk.get(entry["entity"].admin, place))
    assert "A plan" in said(desk.get(secretary, "/office/evidence"))
    assert "Claimed level A plan" in said(
        desk.get(secretary, f"/office/evidence/{row['id']}")
    )
    desk.root = f"/es{desk.root}"
    rules = said(desk.get(None, "/rules"))
    assert ("Sin plan" in rules, "partial" in rules) == (True, True)


def test_a_disputed_level_is_named_on_each_page(award: tuple[Desk, Any]):
    """What was claimed, accepted and decided, to entity, secretariat and juror."""
    desk, entry = award
    row, admin = submit(entry, claimed="full"), entry["entity"].admin
    accepted = {"id": row["id"], "level": "none", "reason": "r"}
    desk.award.act("merit_award_evidence_accept", **accepted)
    dispute = entry["entity"].act(
        "merit_award_dispute_open", id=row["id"], reason="It is there."
    )
    juror = desk.award.juror(desk.edition["id"])
    desk.award.act("merit_award_dispute_hand", id=dispute["id"], juror_id=juror.id)
    own = desk.get(admin, f"/entry/{entry['id']}/evidence/{row['id']}/dispute")
    for page in (
        own,
        desk.get(desk.award.secretary, f"/office/disputes/{dispute['id']}"),
        desk.get(juror.user, f"/disputes/{dispute['id']}"),
    ):
        assert "Claimed level A plan Accepted level No plan" in said(page)
    desk.post(juror.user, f"/disputes/{dispute['id']}", level="full", reason="Yes.")
    shown = said(desk.get(admin, f"/entry/{entry['id']}/evidence"))
    assert "Level set by the juror A plan" in shown


def test_jurors_read_the_names_beside_the_evidence(award: tuple[Desk, Any]):
    """What was claimed and accepted of a piece; programs get the codes."""
    desk, entry = award
    row = submit(entry, claimed="full")
    desk.award.act(
        "merit_award_evidence_accept", id=row["id"], level="none", reason="r"
    )
    (plain,) = Entries().merit_entry_materials("award", entry["id"])
    with desk.app.flask_app.test_request_context("/"):
        (named,) = Entries().merit_entry_materials("award", entry["id"])
    shown = [[value for _, value in each.detail] for each in (named, plain)]
    assert shown == [["A plan", "No plan"], ["full", "none"]]


def test_jurors_choose_among_names(app: Any, as_user: Any, non_clean_db: None):
    """On the form and on paper; in a table to type, the code with its name."""
    desk = JuryDesk(app, as_user, rules=JUDGED)
    form = desk.get(desk.page()).body
    assert ("<strong>All the data</strong>" in form, 'value="all"' in form) == (
        True,
        True,
    )
    assert "<strong>some</strong>" in form
    assert "All the data" in desk.get("/sheets").body
    table = desk.get("/sheets.csv").body
    assert "none (No data) / some / all (All the data)" in table


def test_names_are_optional(app: Any):
    """Rules written before there were names read as they did, to the same digest."""
    with app.flask_app.test_request_context("/"):
        plain, named = rulebook.read(RULES), rulebook.read(NAMED)
    assert plain.sha256 == (
        "e82b13f3581bdb70b744ecf06c27d266cc970ba368fbf44e951f035b3f77c243"
    )
    assert plain.rules == named.rules


def test_a_category_says_in_words_whom_it_admits(app: Any, contest: Contest):
    """Values that portals use often are translated; others stand as written."""
    edition = contest.draft()
    predicate = {
        "level": ["national", "Cabildo"],
        "any_of": [{"type": ["ministry"]}, {"size_class": ["small"]}],
        "none_of": [{"region": ["Lima"]}],
    }
    contest.act(
        "merit_category_create",
        edition_id=edition["id"],
        code="nation",
        position=1,
        title="Nación",
        predicate=predicate,
    )
    office = Office(app, contest, edition)
    office.root = f"/es{office.root}"
    shown = said(office.get("/categories"))
    assert (
        "Nivel de gobierno: Nacional, Cabildo; alguna de (Tipo: Ministerio /"
        " Tamaño: Pequeño); salvo (Región: Lima)"
    ) in shown


def test_organizations_are_described_in_words(app: Any, contest: Contest):
    """The list shows the word; the form, the code that it takes and the word."""
    entity = contest.entity(type="municipality", level="Cabildo")
    name = entity.organization["name"]
    office = Office(app, contest, contest.draft())
    office.root = f"/es/contests/office/{contest.programme['name']}/organizations"
    listed = said(office.get(f"?q={name}"))
    assert ("Municipalidad" in listed, "Cabildo" in listed) == (True, True)
    assert "municipality (Municipalidad)" in office.get(f"/{name}/edit").body


def test_what_evidence_cites_has_a_name_and_a_link(award: tuple[Desk, Any]):
    """A resource is a link too; what is gone says so."""
    desk, entry = award
    entity = entry["entity"]
    dataset = factories.Dataset(owner_org=entity.id, title="Presupuesto")
    resource = factories.Resource(package_id=dataset["id"], name="Gasto 2026")
    place = f"/entry/{entry['id']}/evidence"
    for kind, key in (("dataset", dataset["id"]), ("resource", resource["id"])):
        submit(entry, kind=kind, reference=key, claimed="full")
    page = desk.get(entity.admin, place).body
    link = f"/dataset/{dataset['id']}/resource/{resource['id']}"
    assert f'<a href="{link}"><bdi>Gasto 2026</bdi></a>' in page
    assert f'<a href="/dataset/{dataset["id"]}"><bdi>Presupuesto</bdi></a>' in page
    helpers.call_action("package_delete", id=dataset["id"])
    page = desk.get(entity.admin, place).body
    assert page.count("no longer in the catalogue") == 2
    assert link not in page
