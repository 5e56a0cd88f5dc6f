"""The office screens entries and gives them to jurors."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest.people import Contest, iso, person
from tests.pages_contest.office import Office

PAGES = ("/entries", "/jury", "/jury/coverage", "/jury/conflicts", "/jury/invite")
FORMS = ("/jury/assign", "/jury/import", "/jury/plan")


@pytest.fixture
def office(app: Any, contest: Contest) -> Office:
    return Office(app, contest, contest.evaluating())


def test_pages_open_empty(office: Office):
    """Before anything happened each page says so, under one heading."""
    for path in ("", *PAGES, *FORMS):
        page = office.get(path)
        assert (path, page.status_code, page.body.count("<h1")) == (path, 200, 1)


def test_strangers_find_no_office(office: Office):
    """A published edition has an office for those who run it only."""
    for path in ("", *PAGES, *FORMS):
        assert (path, office.get(path, person()).status_code) == (path, 403)


def test_an_entry_is_screened(office: Office):
    """Returned with what to correct and until when; another one admitted."""
    entry = office.contest.entered(office.edition["id"], "submitted")
    assert entry["title"] in office.get("/entries").body
    page = office.get(f"/entries/{entry['id']}")
    assert "/return" in page.body
    assert "/disqualify" not in page.body
    act = f"/entries/{entry['id']}/return"
    refused = office.post(act, reason="Falta la carta")
    assert refused.status_code == 400
    assert "Falta la carta" in refused.body
    done = office.post(act, reason="Falta la carta", due_at="2040-05-01T12:00")
    assert done.status_code == 303
    shown = office.contest.act("merit_entry_show", id=entry["id"])
    assert (shown["state"], shown["reason"]) == ("returned", "Falta la carta")
    assert shown["due_at"] == "2040-05-01T17:00:00+00:00"


def test_the_list_begins_with_what_there_is_to_screen(office: Office):
    """Submitted entries; all of them while none is."""
    first = office.contest.entered(office.edition["id"])["title"]
    # Whole titles: "Organization 1" is also the beginning of "Organization 10".
    admitted = f"<bdi>{first}</bdi>"
    assert admitted in office.get("/entries").body
    second = office.contest.entered(office.edition["id"], "submitted")["title"]
    body = office.get("/entries").body
    assert (f"<bdi>{second}</bdi>" in body, admitted in body) == (True, False)


def test_to_reject_takes_the_box(office: Office):
    """What cannot be taken back is confirmed."""
    entry = office.contest.entered(office.edition["id"], "submitted")
    act = f"/entries/{entry['id']}/reject"
    assert office.post(act, reason="r").status_code == 400
    assert office.post(act, reason="r", confirm="true").status_code == 303


def test_entries_of_other_editions_are_not_found(office: Office):
    """An address of this office leads to nothing of another edition's."""
    other = office.contest.evaluating()
    entry = office.contest.entered(other["id"], "submitted")
    assert office.get(f"/entries/{entry['id']}").status_code == 404
    assert office.post(f"/entries/{entry['id']}/admit").status_code == 404


def test_a_juror_is_invited_and_given_an_entry(office: Office):
    """By forms; the map shows the cell."""
    user = person()
    form = {"user": user["name"], "expires_at": "2040-01-01T00:00"}
    assert office.post("/jury/invite", **form).status_code == 303
    assert "2040" in office.get("/jury").body
    juror = office.contest.juror(office.edition["id"])
    entry = office.contest.entered(office.edition["id"])
    form = {"juror_id": juror.id, "entry_id": entry["id"]}
    assert office.post("/jury/assign", **form).status_code == 303
    assert "Assigned" in office.get("/jury/coverage").body


def test_a_juror_is_removed_with_the_reviews(office: Office):
    """Discarding is a box of its own, beside the one that confirms."""
    contest, edition_id = office.contest, office.edition["id"]
    juror, entry = contest.juror(edition_id), contest.entered(edition_id)
    juror.review(contest.assigned(juror, entry))
    path = f"/jurors/{juror.id}/remove"
    page = office.get(path).body
    assert 'name="discard_reviews"' in page
    form = {"reason": "r", "discard_reviews": "true"}
    assert office.post(path, **form).status_code == 400
    assert office.post(path, **form, confirm="true").status_code == 303
    (task,) = contest.act("merit_assignment_list", edition_id=edition_id)
    assert task["state"] == "cancelled"


def test_reviews_are_read_once_they_are_locked(office: Office):
    """By the secretariat, with names and scores; before that the page says when."""
    contest, edition_id = office.contest, office.edition["id"]
    juror, entry = contest.juror(edition_id), contest.entered(edition_id)
    juror.review(contest.assigned(juror, entry), licence="3.25")
    path = f"/entries/{entry['id']}"
    assert f"{path}/reviews" not in office.get(path).body
    early = office.get(f"{path}/reviews").body
    assert ("3.25" in early, "once a run has locked them" in early) == (False, True)
    contest.close(edition_id, "jury")
    contest.act("merit_run_compute", edition_id=edition_id)
    assert f"{path}/reviews" in office.get(path).body
    assert "3.25" in office.get(f"{path}/reviews").body


def test_a_plan_is_seen_before_it_is_done(office: Office):
    """The preview gives nothing to anybody; the second button does."""
    edition_id = office.edition["id"]
    office.contest.juror(edition_id)
    office.contest.entered(edition_id)
    form = {"per_entry": "2", "seed": "s"}
    page = office.post("/jury/plan", **form)
    assert page.status_code == 200
    assert "1 missing" in page.body
    listed = {"edition_id": edition_id}
    assert office.contest.act("merit_assignment_list", **listed) == []
    assert office.post("/jury/plan", **form, confirm="true").status_code == 303
    assert len(office.contest.act("merit_assignment_list", **listed)) == 1


def test_an_inferred_conflict_refuses_and_is_listed(office: Office):
    """Somebody of the entity cannot be given its entry; the form says why."""
    entry = office.contest.entered(office.edition["id"])
    juror = office.contest.juror(
        office.edition["id"], organization_id=entry["entity"].id
    )
    form = {"juror_id": juror.id, "entry_id": entry["id"]}
    page = office.post("/jury/assign", **form)
    assert page.status_code == 400
    told = f"belongs to {entry['title']}"
    assert f"The portal sees a conflict of interest: {told}" in page.body
    assert f"Seen by the portal: {told}<" in office.get("/jury/conflicts").body


def test_late_reviews_are_named(office: Office):
    """Who is past the time stands on the page, with a way to give more."""
    entry = office.contest.entered(office.edition["id"])
    juror = office.contest.juror(office.edition["id"])
    office.contest.assigned(juror, entry, due_at=iso(-1))
    page = office.get("/jury").body
    assert page.count(entry["title"]) >= 1
    assert "No review is late." not in page


@pytest.mark.parametrize("path", ["/entries", "/jury/coverage", "/jury"])
def test_queries_don_t_grow(office: Office, path: str, count_sql: Any):
    """A page takes as many queries for one entry as for twelve."""
    edition_id = office.edition["id"]

    def fill(number: int) -> None:
        for _ in range(number):
            juror = office.contest.juror(edition_id)
            office.contest.assigned(juror, office.contest.entered(edition_id))

    fill(1)
    office.get(path + "?state=")
    with count_sql() as one:
        office.get(path + "?state=")
    fill(5)
    with count_sql() as more:
        office.get(path + "?state=")
    assert len(more) == len(one)
