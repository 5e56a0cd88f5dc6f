"""The office decides appeals, gives distinctions, answers and keeps the record."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest.people import Contest, holder, person
from tests.pages_contest.entity import said
from tests.pages_contest.office import Office

from ckan import model

from ckanext.merit.model.contest_result import Announcement

PAGES = ("/appeals", "/distinctions", "/distinctions/new", "/distinctions/void")
TELLING = ("/messages", "/audit")


@pytest.fixture
def office(app: Any, contest: Contest) -> Office:
    return Office(app, contest, contest.provisional(("9", "1"), ("5", "8")))


def appealed(office: Office) -> dict[str, Any]:
    entry = office.edition["entries"][1]
    return entry["entity"].act(
        "merit_appeal_file",
        entry_id=entry["id"],
        target="rank",
        target_id=office.edition["publication"]["id"],
        ground="Suma",
        text="La suma\nestá mal",
    )


def test_pages_open(office: Office):
    """For the secretariat, with one heading; strangers are refused."""
    for path in (*PAGES, *TELLING):
        page = office.get(path)
        assert (path, page.status_code, page.body.count("<h1")) == (path, 200, 1)
        assert office.get(path, person()).status_code == 403


def test_an_appeal_takes_two_signers(office: Office):
    """Admitted, signed by the secretary, decided by the chair's signature."""
    appeal = appealed(office)
    assert "Suma" in office.get("/appeals").body
    assert "está mal" in office.get(f"/appeals/{appeal['id']}").body
    assert office.post(f"/appeals/{appeal['id']}/admit").status_code == 303
    decide = f"/appeals/{appeal['id']}/decide"
    form = {"decision": "dismiss", "reason": "Correcta", "confirm": "true"}
    assert office.post(decide, decision="dismiss", reason="r").status_code == 400
    assert office.post(decide, **form).status_code == 303
    assert "Correcta" in office.get(f"/appeals/{appeal['id']}").body
    assert office.post(decide, office.contest.chair, **form).status_code == 303
    (row,) = office.contest.act("merit_appeal_list", edition_id=office.edition["id"])
    assert (row["state"], len(row["signatures"])) == ("dismissed", 2)


def test_a_mention_goes_its_way(office: Office):
    """Proposed by the form, verified and confirmed by their acts."""
    form = {"entry_id": office.edition["entries"][0]["id"], "type": "mention"}
    form["citation_es"] = "Por su documentación"
    assert office.post("/distinctions/new", **form).status_code == 303
    page = office.get("/distinctions")
    assert "Por su documentación" in page.body
    listed = {"edition_id": office.edition["id"]}
    (row,) = office.contest.act("merit_distinction_draft_list", **listed)
    for act in ("verify", "confirm"):
        done = office.post(f"/distinctions/{row['id']}/{act}", confirm="true")
        assert done.status_code == 303
    (row,) = office.contest.act("merit_distinction_draft_list", **listed)
    assert row["state"] == "confirmed"
    assert "/announce" in office.get("/distinctions").body


def test_a_place_is_declared_void(office: Office):
    """With a reason and the box; the list says so."""
    form = {"id": office.contest.category(office.edition["id"]), "place": "1"}
    refused = office.post("/distinctions/void", **form, reason="Nadie")
    assert refused.status_code == 400
    form |= {"reason": "Nadie", "confirm": "true"}
    assert office.post("/distinctions/void", **form).status_code == 303
    assert "Nadie" in office.get("/distinctions").body


def test_an_act_names_the_place(office: Office):
    """Somebody who confirms a place reads which one."""
    data = {"id": office.contest.category(office.edition["id"]), "place": 2}
    row = office.contest.act("merit_distinction_void", **data, reason="Nadie")
    page = office.get(f"/distinctions/{row['id']}/verify")
    assert "void: Place 2" in page.body


def test_news_are_published_and_questions_answered(office: Office):
    """Each by a form; a question of another edition is not found."""
    form = {"kind": "news", "title": "Nueva fecha", "text": "Mañana"}
    assert office.post("/messages", **form).status_code == 303
    assert "Nueva fecha" in office.get("/messages").body
    question = Announcement(
        edition_id=office.edition["id"], kind="question", title="¿Cuándo?"
    )
    model.Session.add(question)
    model.Session.commit()
    path = f"/messages/{question.id}/answer"
    assert "¿Cuándo?" in office.get("/messages").body
    assert office.post(path, title="¿Cuándo?", text="").status_code == 400
    assert office.post(path, title="¿Cuándo?", text="Ayer").status_code == 303
    assert office.get(path).status_code == 404


def test_the_trail_is_shown_with_its_head(office: Office):
    """Who did what, and that the chain holds; observers read it too."""
    page = office.get("/audit")
    assert "The chain holds." in page.body
    assert "publish_provisional" in page.body
    observer = holder(office.contest.programme["id"], "observer")
    assert office.get("/audit", observer).status_code == 200
    assert office.get("/messages", observer).status_code == 403


def test_the_trail_is_read_in_words(office: Office):
    """What it is about, as what somebody acted, and the states between."""
    text = said(office.get("/audit"))
    assert "(secretariat) Edition" in text
    assert "got provisional results, Published → Provisional results" in text


def test_everybody_reads_why_a_place_is_void(office: Office):
    """Once it is announced it stands with the results, with its reason."""
    contest, edition_id = office.contest, office.edition["id"]
    row = contest.act(
        "merit_distinction_void",
        id=contest.category(edition_id),
        place=1,
        reason="Nadie llegó",
    )
    for act in ("verify", "confirm"):
        contest.act(f"merit_distinction_{act}", id=row["id"])
    contest.close(edition_id, "appeals")
    contest.act("merit_run_publish", id=office.edition["run"]["id"], kind="final")
    address = office.root.removesuffix("/office") + "/results"
    assert "Nadie llegó" not in office.app.get(address).body
    contest.act("merit_distinction_announce", id=row["id"])
    assert "Nadie llegó" in office.app.get(address).body


def test_what_is_announced_is_noted_as_corrected(office: Office):
    """With a reason, from a page that says what follows; everybody sees it is so."""
    contest, edition_id = office.contest, office.edition["id"]
    contest.close(edition_id, "appeals")
    contest.act("merit_run_publish", id=office.edition["run"]["id"], kind="final")
    entry = office.edition["entries"][0]
    data = {"entry_id": entry["id"], "type": "mention", "citation": "Por sus datos"}
    key = contest.act("merit_distinction_create", **data)["id"]
    for act in ("verify", "confirm", "announce"):
        contest.act(f"merit_distinction_{act}", id=key)
    path = f"/distinctions/{key}/correct"
    assert path in office.get("/distinctions").body
    assert "the entry may get another distinction" in said(office.get(path))
    form = {"reason": "Error de suma", "confirm": "true"}
    assert office.post(path, **form).status_code == 303
    assert "Corrected: Error de suma" in said(office.get("/distinctions"))
    address = office.root.removesuffix("/office") + "/results"
    assert "(corrected)" in office.app.get(address).body


def test_an_entry_is_disqualified_where_results_are_final(office: Office):
    """The page of the entry offers it, and says what must follow."""
    contest, edition_id = office.contest, office.edition["id"]
    contest.close(edition_id, "appeals")
    contest.act("merit_run_publish", id=office.edition["run"]["id"], kind="final")
    path = f"/entries/{office.edition['entries'][0]['id']}"
    assert f"{path}/disqualify" in office.get(path).body
    assert "publish it as a correction" in said(office.get(f"{path}/disqualify"))
    form = {"reason": "Datos ajenos", "hearing": "Lo admiten", "confirm": "true"}
    assert office.post(f"{path}/disqualify", **form).status_code == 303
    assert "Datos ajenos" in office.get(path).body
