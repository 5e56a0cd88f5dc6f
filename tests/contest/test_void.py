"""Places that are declared void: nobody is worthy of them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest.people import RULES, Contest, call, errors

import ckantoolkit as tk

PRIZES = RULES + "prizes: {places: 2}\n"


@pytest.fixture
def edition(contest: Contest) -> dict[str, Any]:
    """Provisional results of two entries, with two places to award."""
    edition = contest.evaluating()
    contest.rules(edition["id"], PRIZES)
    juror = contest.juror(edition["id"])
    for scores in (("9", "9"), ("5", "5")):
        juror.review(contest.assigned(juror, contest.entered(edition["id"])), *scores)
    contest.close(edition["id"], "jury")
    run = contest.approved(edition["id"])
    contest.act("merit_run_publish", id=run["id"], kind="provisional")
    return edition | {"run": run, "category": contest.category(edition["id"])}


def void(contest: Contest, edition: dict[str, Any], place: Any) -> dict[str, Any]:
    return contest.act(
        "merit_distinction_void", id=edition["category"], place=place, reason="r"
    )


def test_a_void_place_is_announced_like_others(
    contest: Contest, edition: dict[str, Any]
):
    """Proposed, verified, confirmed; announced when results are final."""
    row = void(contest, edition, 1)
    assert (row["entry_id"], row["place"], row["state"]) == (None, 1, "proposed")
    contest.act("merit_distinction_verify", id=row["id"])
    contest.act("merit_distinction_confirm", id=row["id"])
    contest.close(edition["id"], "appeals")
    contest.act("merit_run_publish", id=edition["run"]["id"], kind="final")
    contest.act("merit_distinction_announce", id=row["id"])
    (shown,) = call("merit_distinction_list", None, edition_id=edition["id"])
    assert (shown["title"], shown["reason"]) == (None, "r")


def test_proposals_leave_a_void_place_empty(contest: Contest, edition: dict[str, Any]):
    """The entry that would have it isn't proposed for it."""
    void(contest, edition, 1)
    found = contest.act("merit_distinction_propose", id=edition["run"]["id"])
    assert [row["place"] for row in found] == [2]


def test_a_place_that_is_taken_cannot_be_void(
    contest: Contest, edition: dict[str, Any]
):
    """By an entry, or void already."""
    contest.act("merit_distinction_propose", id=edition["run"]["id"])
    data = {"id": edition["category"], "reason": "r"}
    for place in (1, 3):
        if place == 3:
            void(contest, edition, place)
        assert errors(
            "merit_distinction_void", contest.secretary, place=place, **data
        ) == {"taken": ["This place is taken already."]}


def test_nothing_is_void_before_results(contest: Contest):
    """Nobody knows yet who is worthy."""
    edition = contest.published()
    data = {"id": contest.category(edition["id"]), "place": 1, "reason": "r"}
    assert errors("merit_distinction_void", contest.secretary, **data) == {
        "not_published": ["There are no results yet."]
    }


@pytest.mark.parametrize("place", [0, -1, "x", 1000, True, None])
def test_places_are_counted_from_one(
    contest: Contest, edition: dict[str, Any], place: Any
):
    """Everything else is refused in words."""
    with pytest.raises(tk.ValidationError):
        void(contest, edition, place)


def test_the_chain_is_checked_by_those_who_read_it(
    contest: Contest, edition: dict[str, Any]
):
    """The last record's number and hash, and that nothing is broken."""
    found = contest.act("merit_audit_check", edition_id=edition["id"])
    listed = contest.act("merit_audit_list", edition_id=edition["id"])
    assert (found["seq"], found["hash"]) == (
        listed["results"][0]["seq"],
        listed["results"][0]["hash"],
    )
    assert found["broken"] is None
    assert listed["results"][0]["user"]["name"] == contest.secretary["name"]
