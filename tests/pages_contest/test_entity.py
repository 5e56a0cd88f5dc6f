"""The pages of an entity: enrol, give evidence, follow, appeal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.award.people import PDF, Award, give, save, submit, value
from tests.contest.people import call, iso, person
from tests.contest.staged import Staged
from tests.pages_contest.entity import Desk, enrolment, said

import ckantoolkit as tk
from ckan import model
from ckan.tests import factories

from ckanext.merit.model.award import Evidence


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty private folder."""
    monkeypatch.setitem(tk.config, "ckanext.merit.award.private_folder", str(tmp_path))
    return tmp_path


@pytest.fixture
def award(non_clean_db: None) -> Award:
    """A programme of its own, whose awards take evidence."""
    return Award()


@pytest.fixture
def desk(app: Any, award: Award) -> Desk:
    """The pages of a published award."""
    return Desk(app, award, award.published())


def begun(desk: Desk, user: Any, category: str, organization: str) -> str:
    """Begin an enrolment through its form; give the entry's address."""
    answer = desk.post(user, "/enrol", choice=f"{organization}/{category}")
    assert answer.status_code == 303
    return answer.location.partition(desk.root)[2].removesuffix("/edit")


def test_from_enrolling_to_the_receipt(desk: Desk, award: Award):
    """Choose, write, look, submit: the forms do what the actions do."""
    entity = award.entity()
    user = entity.admin
    category = award.category(desk.edition["id"])
    entry = begun(desk, user, category, entity.id)
    assert "disabled" in desk.get(user, f"{entry}/preview").body
    saved = desk.post(user, f"{entry}/edit", **enrolment())
    assert (saved.status_code, saved.location.endswith("/preview")) == (303, True)
    preview = desk.get(user, f"{entry}/preview")
    for text in ("Luz Rojas", "carta.pdf", "We accept the rules."):
        assert text in said(preview)
    done = desk.post(user, f"{entry}/preview", version="2")
    assert done.location.endswith("/receipt")
    shown = call("merit_entry_show", user, id=entry.rpartition("/")[2])
    receipt = said(desk.get(user, f"{entry}/receipt"))
    assert shown["versions"][0]["sha256"] in receipt
    assert (shown["state"], " UTC " in receipt) == ("submitted", True)


def test_categories_say_why_they_do_not_admit(app: Any, award: Award):
    """The field, what it should be, and what it is."""
    edition = award.ready()
    award.act(
        "merit_category_create",
        edition_id=edition["id"],
        code="ministries",
        position=2,
        title="Ministerios",
        predicate={"type": ["ministry"], "none_of": [{"region": ["Lima"]}]},
    )
    award.act("merit_edition_publish", id=edition["id"])
    entity = award.entity(type="municipality", region="Lima")
    page = said(Desk(app, award, edition).get(entity.admin, "/enrol"))
    assert "Type should be Ministry; it is Municipality." in page
    assert "It is one of those that the category leaves out." in page


def test_who_administers_nothing_is_told_whom_to_ask(desk: Desk):
    """No empty form."""
    page = desk.get(person(), "/enrol")
    assert "You administer no organization here, and work for" in said(page)
    assert '<button class="btn btn-primary"' not in page.body


def test_editors_do_not_enrol(desk: Desk, award: Award):
    """Only those who represent the organisation."""
    page = desk.get(award.entity().editor, "/enrol")
    assert "You administer no organization here, and work for" in said(page)


def test_editors_and_the_representative_find_their_entry(desk: Desk, award: Award):
    """Among what they may take part in; the list offers them nothing to begin."""
    entry = award.enrolled(desk.edition["id"])
    maria = person()
    entry["entity"].add(maria, "member")
    assert entry["id"] not in desk.get(maria, "/enrol").body
    entry["entity"].act(
        "merit_award_representative_change",
        id=entry["id"],
        head=maria["name"],
        reason="r",
    )
    for user in (maria, entry["entity"].editor):
        page = desk.get(user, "/enrol")
        assert f"/entry/{entry['id']}" in page.body
        assert 'type="radio"' not in page.body


def test_a_category_is_corrected_in_the_form(app: Any, award: Award):
    """While it can be; one that does not admit the organization is refused."""
    edition = award.ready()
    for code, predicate in (("b", {}), ("c", {"type": ["ministry"]})):
        award.act(
            "merit_category_create",
            edition_id=edition["id"],
            code=code,
            position=2 + (code == "c"),
            title=f"Category {code}",
            predicate=predicate,
        )
    edition = award.act("merit_edition_publish", id=edition["id"])
    desk = Desk(app, award, edition)
    _, second, third = award.act("merit_edition_show", id=edition["id"])["categories"]
    entry = award.enrolled(edition["id"], "draft")
    user, path = entry["entity"].admin, f"/entry/{entry['id']}/edit"
    assert "Category b" in desk.get(user, path).body
    wrong = desk.post(user, path, **enrolment(category_id=third["id"]))
    assert "This category does not admit the organization." in said(wrong)
    assert (wrong.status_code, "letter" in wrong.body) == (400, True)
    done = desk.post(user, path, **enrolment(category_id=second["id"]))
    assert done.status_code == 303
    shown = call("merit_entry_show", user, id=entry["id"])
    assert shown["category_id"] == second["id"]
    desk.post(user, f"/entry/{entry['id']}/preview", version=shown["version"])
    assert "Category b" not in desk.get(user, path).body


def test_a_draft_is_given_up(desk: Desk, award: Award):
    """After asking; then another can be begun."""
    entry = award.enrolled(desk.edition["id"], "draft")
    user, path = entry["entity"].admin, f"/entry/{entry['id']}"
    assert f"{path}/withdraw" in desk.get(user, path).body
    assert desk.post(user, f"{path}/withdraw").status_code == 400
    assert desk.post(user, f"{path}/withdraw", confirm="true").status_code == 303
    assert 'type="radio"' in desk.get(user, "/enrol").body


def test_an_enrolled_organization_is_led_to_its_entry(desk: Desk, award: Award):
    """It cannot begin twice."""
    entry = award.enrolled(desk.edition["id"])
    page = desk.get(entry["entity"].admin, "/enrol")
    assert f"/entry/{entry['id']}" in page.body
    assert 'type="radio"' not in page.body


def test_the_secretariat_prepares_for_another(desk: Desk, award: Award):
    """It finds the organisation by name; the entity submits."""
    entity = award.entity()
    name = entity.organization["name"]
    page = desk.get(award.secretary, f"/enrol?organization={name}")
    assert 'type="radio"' in page.body
    category = award.category(desk.edition["id"])
    choice = f"{entity.id}/{category}"
    answer = desk.post(award.secretary, f"/enrol?organization={name}", choice=choice)
    entry = answer.location.partition(desk.root)[2].removesuffix("/edit")
    desk.post(award.secretary, f"{entry}/edit", **enrolment())
    path = f"{entry}/preview"
    assert desk.post(award.secretary, path, version="2").status_code == 403
    assert desk.post(entity.admin, path, version="2").status_code == 303


def test_another_organization_is_not_enrolled(desk: Desk, award: Award):
    """A choice that was not offered is refused at its field."""
    mine, other = award.entity(), award.entity()
    category = award.category(desk.edition["id"])
    answer = desk.post(mine.admin, "/enrol", choice=f"{other.id}/{category}")
    assert answer.status_code == 400
    assert "Choose an organization and a category." in said(answer)


def test_nothing_typed_is_lost(desk: Desk, award: Award):
    """A refused letter leaves the rest of the form as it was typed."""
    entry = award.enrolled(desk.edition["id"], "draft")
    user = entry["entity"].admin
    path = f"/entry/{entry['id']}/edit"
    data = enrolment(letter=(b"<html>", "carta.pdf"))
    page = desk.post(user, path, **data)
    assert page.status_code == 400
    assert "The content is not what the name says." in said(page)
    for text in ("Ana Quispe", "luz@muni.gob.pe"):
        assert f'value="{text}"' in page.body


def test_one_more_official_keeps_what_is_typed(desk: Desk, award: Award):
    """A blank row more, nothing saved."""
    entry = award.enrolled(desk.edition["id"], "draft")
    user = entry["entity"].admin
    data = enrolment(more="1")
    del data["preview"], data["letter"]
    page = desk.post(user, f"/entry/{entry['id']}/edit", **data)
    assert 'name="team-2-name"' in page.body
    assert call("merit_entry_show", user, id=entry["id"])["draft"] == {}


def test_what_was_not_seen_is_not_submitted(desk: Desk, award: Award):
    """The preview sends its version; changed meanwhile, it is shown anew."""
    entry = award.enrolled(desk.edition["id"], "draft")
    user = entry["entity"].admin
    base = f"/entry/{entry['id']}"
    desk.post(user, f"{base}/edit", **enrolment())
    seen = {"version": "2"}
    assert 'name="version" value="2"' in desk.get(user, f"{base}/preview").body
    desk.post(user, f"{base}/edit", **enrolment(title="Dos", **seen))
    page = desk.post(user, f"{base}/preview", **seen)
    assert (page.status_code, "Nothing was submitted." in said(page)) == (409, True)
    assert 'name="version" value="3"' in page.body
    assert desk.post(user, f"{base}/preview").status_code == 409
    assert desk.post(user, f"{base}/preview", version="3").status_code == 303


def test_two_tabs_do_not_overwrite_each_other(desk: Desk, award: Award):
    """The second is told, keeps its words, and can save knowingly."""
    entry = award.enrolled(desk.edition["id"], "draft")
    user = entry["entity"].admin
    path = f"/entry/{entry['id']}/edit"
    desk.post(user, path, **enrolment(title="Uno"))
    page = desk.post(user, path, **enrolment(title="Dos"))
    assert (page.status_code, "Somebody else changed this" in said(page)) == (409, True)
    assert ('value="Dos"' in page.body, 'value="2"' in page.body) == (True, True)
    assert desk.post(user, path, **enrolment(version="2")).status_code == 303


def test_a_returned_enrolment_says_what_and_until_when(desk: Desk, award: Award):
    """On the dashboard and above the form."""
    entry = award.enrolled(desk.edition["id"], "submitted")
    award.act(
        "merit_entry_return", id=entry["id"], reason="Sign <b>it</b>", due_at=iso(3)
    )
    user = entry["entity"].admin
    for path in ("", "/edit"):
        page = desk.get(user, f"/entry/{entry['id']}{path}")
        assert "Sign &lt;b&gt;it&lt;/b&gt;" in page.body
        assert "(America/Lima)" in said(page)


def test_withdrawing_asks_first(desk: Desk, award: Award):
    """Without the box nothing happens."""
    entry = award.enrolled(desk.edition["id"])
    user, path = entry["entity"].admin, f"/entry/{entry['id']}/withdraw"
    assert desk.post(user, path).status_code == 400
    assert call("merit_entry_show", user, id=entry["id"])["state"] == "admitted"
    assert desk.post(user, path, confirm="true").status_code == 303
    assert call("merit_entry_show", user, id=entry["id"])["state"] == "withdrawn"


def test_the_representative_changes_with_a_letter(desk: Desk, award: Award):
    """After admission too; the letter is kept with the entry."""
    entry = award.enrolled(desk.edition["id"])
    user, other = entry["entity"].admin, entry["entity"].editor
    path = f"/entry/{entry['id']}/representative"
    data = {"head": other["name"], "reason": "New mayor", "letter": (PDF, "r.pdf")}
    assert desk.post(user, path, **data).status_code == 303
    found = call("merit_award_representative_show", user, entry_id=entry["id"])
    assert found["name"] == other["name"]
    wrong = desk.post(user, path, head=award.chair["name"], reason="x")
    assert "neither judges nor runs the edition" in said(wrong)


def test_evidence_from_form_to_acceptance(desk: Desk, award: Award):
    """The entity gives a file, the secretariat accepts it, the level counts."""
    entry = award.enrolled(desk.edition["id"])
    user, base = entry["entity"].editor, f"/entry/{entry['id']}/evidence"
    data = {"kind": "file", "claimed": "full", "upload": (PDF, "plan.pdf")}
    saved = desk.post(user, f"{base}/new?criterion=plan", submit="1", **data)
    act = saved.location.partition(desk.root)[2]
    assert "plan.pdf" in said(desk.get(user, act))
    assert desk.post(user, act).status_code == 303
    waiting = desk.get(award.secretary, "/office/evidence")
    piece = act.split("/")[4]
    assert f"/office/evidence/{piece}" in waiting.body
    path = f"/office/evidence/{piece}"
    assert "plan.pdf" in said(desk.get(award.secretary, path))
    less = desk.post(award.secretary, path, act="accept", level="partial")
    assert (less.status_code, "Say why" in said(less)) == (400, True)
    done = desk.post(award.secretary, path, act="accept", level="partial", reason="r")
    assert (done.status_code, value(entry)) == (303, "partial")


@pytest.mark.parametrize(
    ("act", "data", "state"),
    [
        ("reject", {"reason": "expired"}, "rejected"),
        ("return", {"reason": "sign it", "due_at": "2099-01-01T10:00"}, "returned"),
    ],
)
def test_the_secretariat_rejects_and_returns(
    desk: Desk, award: Award, act: str, data: dict[str, str], state: str
):
    """Each with its reason; the entity reads it."""
    entry = award.enrolled(desk.edition["id"])
    row = submit(entry)
    path = f"/office/evidence/{row['id']}"
    assert desk.post(award.secretary, path, act=act).status_code == 400
    assert desk.post(award.secretary, path, act=act, **data).status_code == 303
    page = said(desk.get(entry["entity"].admin, f"/entry/{entry['id']}/evidence"))
    found: Any = model.Session.get(Evidence, row["id"], populate_existing=True)
    assert (found.state, data["reason"] in page) == (state, True)


def test_a_dataset_is_named_by_its_address(desk: Desk, award: Award):
    """People copy addresses."""
    entry = award.enrolled(desk.edition["id"])
    dataset = factories.Dataset(owner_org=entry["entity"].id)
    address = f"https://datos.gob.pe/dataset/{dataset['name']}?x=1"
    path = f"/entry/{entry['id']}/evidence/new?criterion=plan"
    data = {"kind": "dataset", "claimed": "full", "reference_dataset": address}
    assert desk.post(entry["entity"].admin, path, **data).status_code == 303


def test_a_refused_piece_keeps_its_words(desk: Desk, award: Award):
    """The message is at the field; what was typed stays."""
    entry = award.enrolled(desk.edition["id"])
    path = f"/entry/{entry['id']}/evidence/new?criterion=people"
    data = {"kind": "url", "claimed": "3", "reference_url": "javascript:alert(1)"}
    page = desk.post(entry["entity"].admin, path, note="see page 3", **data)
    assert page.status_code == 400
    assert "Must be an address that begins with https://" in said(page)
    assert "see page 3" in page.body


def test_replacing_names_what_is_replaced(desk: Desk, award: Award):
    """The old piece counts until the new one is submitted."""
    entry = award.enrolled(desk.edition["id"])
    row = submit(entry)
    user = entry["entity"].admin
    path = f"/entry/{entry['id']}/evidence/new?criterion=plan&replaces={row['id']}"
    assert "It takes the place of piece 1" in said(desk.get(user, path))
    data = {"kind": "text", "claimed": "full", "reference_text": "Nº 6", "submit": "1"}
    act = desk.post(user, path, **data).location.partition(desk.root)[2]
    desk.post(user, act)
    old: Any = model.Session.get(Evidence, row["id"], populate_existing=True)
    assert old.state == "superseded"


def test_a_closed_phase_offers_only_corrections(desk: Desk, award: Award):
    """Nothing new after the close; what was returned can be changed until its time."""
    entry = award.enrolled(desk.edition["id"])
    row = submit(entry)
    award.act(
        "merit_award_evidence_return", id=row["id"], reason="Date?", due_at=iso(3)
    )
    award.close(desk.edition["id"], "evidence")
    path = f"/entry/{entry['id']}/evidence"
    body = desk.get(entry["entity"].admin, path).body
    links = set(re.findall(rf'href="{desk.root}{path}/([^"]+)"', body))
    own = row["id"]
    assert links == {own, f"{own}/submit", f"{own}/withdraw"}


def test_files_are_saved_not_shown(desk: Desk, award: Award):
    """Attachment, fixed type, sandboxed, never cached by others."""
    entry = award.enrolled(desk.edition["id"])
    row = give(entry["entity"], entry, name='plan"\r\nX: y 2026.pdf')
    answer = desk.get(entry["entity"].admin, f"/entry/{entry['id']}/file/{row['id']}")
    kept = {
        name: answer.headers[name]
        for name in (
            "Content-Type",
            "Cache-Control",
            "X-Content-Type-Options",
            "Content-Security-Policy",
        )
    }
    assert kept == {
        "Content-Type": "application/pdf",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert ("X" in answer.headers, answer.data) == (False, PDF)


def test_a_file_under_another_entry_is_not_found(desk: Desk, award: Award):
    """Ids do not open other doors."""
    one, other = (award.enrolled(desk.edition["id"]) for _ in range(2))
    row = give(one["entity"], one)
    user = other["entity"].admin
    for key in (one["id"], other["id"]):
        answer = desk.get(user, f"/entry/{key}/file/{row['id']}")
        assert answer.status_code == 404
    crossed = desk.get(one["entity"].admin, f"/entry/{other['id']}/file/{row['id']}")
    assert crossed.status_code == 404


PAGES = (
    *("", "/edit", "/preview", "/receipt", "/withdraw", "/representative"),
    *("/evidence", "/evidence/new?criterion=plan", "/standing", "/appeal"),
)


def test_strangers_find_nothing(desk: Desk, award: Award):
    """Another entity's admin gets 404, nobody the login."""
    entry = award.enrolled(desk.edition["id"], "submitted")
    other = award.entity().admin
    for path in PAGES:
        answer = desk.get(other, f"/entry/{entry['id']}{path}")
        assert (path, answer.status_code) == (path, 404)
        answer = desk.get(None, f"/entry/{entry['id']}{path}")
        assert (path, "/user/login" in answer.location) == (path, True)


def test_every_page_has_one_heading(desk: Desk, award: Award):
    """And the entity may open all of them."""
    entry = award.enrolled(desk.edition["id"], "submitted")
    for path in PAGES:
        answer = desk.get(entry["entity"].admin, f"/entry/{entry['id']}{path}")
        assert (path, answer.status_code, answer.body.count("<h1")) == (path, 200, 1)


def test_editors_write_evidence_only(desk: Desk, award: Award):
    """Enrolment, withdrawal and appeals are the representative's."""
    entry = award.enrolled(desk.edition["id"])
    found = {
        path: desk.get(
            entry["entity"].editor, f"/entry/{entry['id']}{path}"
        ).status_code
        for path in PAGES
    }
    closed = {path for path, status in found.items() if status == 403}
    assert closed == {"/edit", "/withdraw", "/representative", "/appeal"}


def test_the_office_of_evidence_is_for_those_who_run(desk: Desk, award: Award):
    """An entity is kept out, and sees no link to it."""
    entry = award.enrolled(desk.edition["id"])
    row = submit(entry)
    for path in ("/office/evidence", f"/office/evidence/{row['id']}"):
        assert desk.get(entry["entity"].admin, path).status_code == 403
        assert desk.get(award.secretary, path).status_code == 200
    link = f"{desk.root}/office/evidence"
    assert link in desk.get(award.secretary, "/office").body
    assert link not in desk.get(entry["entity"].admin, "").body


def test_administrators_of_the_portal_are_not_led_to_evidence(desk: Desk):
    """They read the audit trail, but evidence is no business of theirs."""
    user = desk.award.sysadmin
    assert desk.get(user, "/office/evidence").status_code == 403
    page = desk.get(user, "/office")
    assert page.status_code == 200
    assert f"{desk.root}/office/evidence" not in page.body


def test_the_dashboard_counts_what_is_given(desk: Desk, award: Award):
    """Steps, dates with zone and UTC, evidence by state."""
    entry = award.enrolled(desk.edition["id"])
    submit(entry)
    save(entry, criterion="people")
    page = said(desk.get(entry["entity"].admin, f"/entry/{entry['id']}"))
    assert "Criteria with evidence: 1 of 3." in page
    assert ("Submitted: 1" in page, "Draft: 1" in page) == (True, True)


def test_an_appeal_against_a_rejected_piece(desk: Desk, award: Award):
    """It is offered, filed once, and followed on the same page."""
    entry = award.enrolled(desk.edition["id"])
    user, path = entry["entity"].admin, f"/entry/{entry['id']}/appeal"
    assert "There is no decision and no result" in said(desk.get(user, path))
    row = submit(entry)
    award.act("merit_award_evidence_reject", id=row["id"], reason="expired")
    award.open(desk.edition["id"], "appeals")
    target = f"evidence/{row['id']}"
    assert f'value="{target}"' in desk.get(user, path).body
    data = {"target": target, "ground": "art. 5", "text": "It is valid."}
    assert desk.post(user, path, **data).status_code == 303
    page = desk.post(user, path, **data)
    assert "An appeal against this is open already." in said(page)
    assert "art. 5: It is valid." in said(desk.get(user, path))


def test_an_appeal_with_files(desk: Desk, award: Award):
    """A refused file loses nothing typed; filed, the files are there to be saved."""
    entry = award.enrolled(desk.edition["id"])
    user, path = entry["entity"].admin, f"/entry/{entry['id']}/appeal"
    row = submit(entry)
    award.act("merit_award_evidence_reject", id=row["id"], reason="expired")
    award.open(desk.edition["id"], "appeals")
    data = {"target": f"evidence/{row['id']}", "ground": "art. 5", "text": "Valid."}
    page = desk.post(user, path, **data, file_2=(b"<html>", "x.pdf"))
    assert (page.status_code, "The content is not what" in said(page)) == (400, True)
    assert ('value="art. 5"' in page.body, "Valid." in page.body) == (True, True)
    files = {"file_1": (PDF, "a.pdf"), "file_3": (PDF, "b.pdf")}
    assert desk.post(user, path, **data, **files).status_code == 303
    for shown in (path, f"/entry/{entry['id']}"):
        page = said(desk.get(user, shown))
        assert ("a.pdf" in page, "b.pdf" in page) == (True, True)
    found = award.act("merit_appeal_list", edition_id=desk.edition["id"])[0]
    office = desk.get(award.secretary, f"/office/appeals/{found['id']}").body
    urls = [item["url"] for item in found["attached"]]
    assert [url in office for url in urls] == [True, True]


def test_an_appeal_outside_its_window_is_refused_in_words(desk: Desk, award: Award):
    """The form says when it is open; the action decides."""
    entry = award.enrolled(desk.edition["id"])
    row = submit(entry)
    award.act("merit_award_evidence_reject", id=row["id"], reason="expired")
    data = {"target": f"evidence/{row['id']}", "ground": "g", "text": "t"}
    page = desk.post(entry["entity"].admin, f"/entry/{entry['id']}/appeal", **data)
    assert "The phase for this is not open." in said(page)


def test_pages_ask_the_database_the_same_number_of_times(
    desk: Desk, award: Award, count_sql: Any
):
    """For one piece of evidence and for thirty."""
    entry = award.enrolled(desk.edition["id"])
    user = entry["entity"].admin
    row = submit(entry)
    pages = ((user, f"/entry/{entry['id']}"), (user, f"/entry/{entry['id']}/evidence"))
    pages += ((award.secretary, "/office/evidence"),)

    def counts() -> list[int]:
        found = []
        for who, path in pages:
            desk.get(who, path)
            with count_sql() as statements:
                desk.get(who, path)
            found.append(len(statements))
        return found

    before = counts()
    columns = [c.name for c in Evidence.__table__.columns if c.name not in {"id", "n"}]
    model.Session.execute(
        sa.text(
            f"INSERT INTO merit_evidence (id, n, {', '.join(columns)})"  # noqa: S608
            f" SELECT id || g, 100 + g, {', '.join(columns)}"
            " FROM merit_evidence, generate_series(1, 19) g WHERE id = :id"
        ),
        {"id": row["id"]},
    )
    model.Session.commit()
    assert counts() == before


def test_no_form_is_shown_that_would_be_refused(desk: Desk, award: Award):
    """Outside the times for appeals the page says so, instead of taking a text."""
    entry = award.enrolled(desk.edition["id"])
    row = submit(entry)
    award.act("merit_award_evidence_reject", id=row["id"], reason="Vencido")
    page = desk.get(entry["entity"].admin, f"/entry/{entry['id']}/appeal")
    assert "Appeals cannot be filed now" in said(page)
    assert 'name="ground"' not in page.body


def test_results_of_each_stage_are_offered_to_appeal(app: Any, non_clean_db: None):
    """The latest of each stage by its name; once there are some, those of the whole."""
    contest = Staged()
    edition = contest.judged()
    entry = edition["entries"][0]
    desk = Desk(app, contest, edition)
    keys = []
    for code in ("first", "second"):
        run = contest.approved_stage(edition["id"], code)
        done = contest.act("merit_run_publish", id=run["id"], kind="provisional")
        keys.append(done["id"])
    user, path = entry["entity"].admin, f"/entry/{entry['id']}/appeal"
    page = desk.get(user, path)
    assert [page.body.count(f'value="rank/{key}"') for key in keys] == [1, 1]
    assert "Our rank: second" in said(page)
    data = {"target": f"rank/{keys[0]}", "ground": "g", "text": "t"}
    assert desk.post(user, path, **data).status_code == 303
    run = contest.approved(edition["id"])
    contest.act("merit_run_publish", id=run["id"], kind="provisional")
    page = desk.get(user, path)
    assert [page.body.count(f'value="rank/{key}"') for key in keys] == [0, 0]
    assert page.body.count('value="rank/') == 1
