"""The chair of the jury: reads reviews, reopens them, appoints a deputy."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest.people import call, holder, person
from tests.pages_contest.test_jury_pages import Desk


@pytest.fixture
def desk(app: Any, as_user: Any, clean_db: None) -> Desk:
    """One submitted review of one entry."""
    desk = Desk(app, as_user, entries=1)
    desk.juror.review(desk.tasks[0], "7.3519", "5")
    return desk


@pytest.fixture
def chair(desk: Desk, as_user: Any) -> dict[str, str]:
    """Headers that sign the chair in."""
    return as_user(desk.contest.chair)


def entry(desk: Desk) -> str:
    return f"/chair/{desk.entries[0]['id']}"


def test_the_chair_reads_reviews(desk: Desk, chair: dict[str, str]):
    """The list counts who is done; the page of an entry has the scores."""
    assert "7.3519" not in desk.get("/chair", headers=chair).body
    body = desk.get(entry(desk), headers=chair).body
    assert "7.3519" in body
    assert desk.juror.user["fullname"] in body


def test_nobody_else_reads_them_there(desk: Desk, as_user: Any):
    """Not the secretariat, observers, jurors, sysadmins, whatever else they read."""
    contest = desk.contest
    observer = holder(contest.programme["id"], "observer")
    others = (contest.secretary, contest.sysadmin, observer, desk.juror.user)
    for headers in map(as_user, others):
        for path in ("/chair", entry(desk)):
            assert desk.get(path, headers=headers).status_code == 403


def test_the_chair_reopens_a_review(desk: Desk, chair: dict[str, str]):
    """With a reason and a box; the juror can write again."""
    path = f"{entry(desk)}/reopen/{desk.review()['id']}"
    assert path in desk.get(entry(desk), headers=chair).body
    refused = desk.post(path, {"reason": " "}, headers=chair)
    assert refused.status_code == 400
    assert desk.review()["state"] == "submitted"
    data = {"reason": "Falta un criterio", "confirm": "true"}
    assert desk.post(path, data, headers=chair).status_code == 303
    assert desk.review()["state"] == "reopened"
    assert desk.get(path, headers=chair).status_code == 404


def test_a_chair_who_reviews_sees_others_after_the_own(desk: Desk, chair: Any):
    """Before, the page says why there is nothing."""
    edition_id = desk.edition["id"]
    own = desk.contest.juror(edition_id, who=desk.contest.chair)
    task = desk.contest.assigned(own, desk.entries[0])
    body = desk.get(entry(desk), headers=chair).body
    assert ("7.3519" in body, "once your own is submitted" in body) == (False, True)
    own.review(task)
    assert "7.3519" in desk.get(entry(desk), headers=chair).body


def test_conflicts_that_wait_are_counted(desk: Desk, chair: dict[str, str]):
    """With the way to decide them."""
    assert "No conflict of interest waits" in desk.get("/chair", headers=chair).body
    entry_id = desk.entries[0]["id"]
    desk.juror.act("merit_conflict_declare", entry_id=entry_id, detail="d")
    body = desk.get("/chair", headers=chair).body
    assert "1 conflict of interest to decide" in body


def test_the_chair_appoints_a_deputy(desk: Desk, chair: dict[str, str], as_user: Any):
    """Somebody unknown is refused in the form; a deputy has the chair's pages."""
    refused = desk.post("/chair", {"user": "no-such"}, headers=chair)
    assert refused.status_code == 400
    assert 'value="no-such"' in refused.body
    deputy = person()
    assert desk.post("/chair", {"user": deputy["name"]}, headers=chair).status_code == (
        303
    )
    assert desk.get("/chair", headers=as_user(deputy)).status_code == 200


def test_an_entry_of_another_edition_is_not_found(desk: Desk, chair: dict[str, str]):
    """An address is right as a whole, or it isn't."""
    elsewhere = desk.contest.entered(desk.contest.evaluating()["id"])
    path = f"/chair/{elsewhere['id']}"
    assert desk.get(path, headers=chair).status_code == 404


def test_number_of_statements_does_not_grow(
    app: Any, as_user: Any, clean_db: None, count_sql: Any
):
    """One entry or a full page of them."""
    found = []
    for number in (1, 15):
        desk = Desk(app, as_user, entries=number)
        headers = as_user(desk.contest.chair)
        desk.get("/chair", headers=headers)
        with count_sql() as statements:
            assert desk.get("/chair", headers=headers).status_code == 200
        found.append(len(statements))
    assert found[0] == found[1]


def test_reopening_is_on_record(desk: Desk, chair: dict[str, str]):
    """With the reason, by the chair's role."""
    path = f"{entry(desk)}/reopen/{desk.review()['id']}"
    data = {"reason": "Falta un criterio", "confirm": "true"}
    desk.post(path, data, headers=chair)
    trail = call("merit_audit_list", desk.contest.chair, edition_id=desk.edition["id"])
    found = [
        (row["act"], row["role"], row["reason"])
        for row in trail["results"]
        if row["object_type"] == "review"
    ]
    assert found[0] == ("reopen", "H", "Falta un criterio")
