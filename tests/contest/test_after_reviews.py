"""What still changes once the first review is in: texts, the quorum, the jury."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest.people import RULES, Contest, call, errors

from ckan import model

from ckanext.merit.model.contest_jury import Assignment, Review

QUORUM = RULES.replace("quorum: 1", "quorum: 2", 1)
WEIGHT = RULES.replace("weight: 3", "weight: 4")
TEXT = RULES.replace("code: licence,", "code: licence, title: {es: Licencia},")


def put(contest: Contest, edition: dict[str, Any], source: str) -> list[str]:
    """Put rules in force; give the codes of the refusal."""
    rules = contest.act(
        "merit_rule_set_create", edition_id=edition["id"], source=source
    )
    data = {"id": rules["id"], "reason": "r"}
    try:
        contest.act("merit_rule_set_put_in_force", **data)
    except Exception:  # noqa: BLE001 - asked again for its errors
        return list(errors("merit_rule_set_put_in_force", contest.secretary, **data))
    return []


def states(table: Any, task: dict[str, Any]) -> str:
    model.Session.rollback()
    key = table.id if table is Assignment else table.assignment_id
    return model.Session.scalar(sa.select(table.state).where(key == task["id"]))


def reviewed(contest: Contest) -> tuple[Any, ...]:
    """An edition with one submitted review: edition, juror, entry, assignment."""
    edition = contest.evaluating()
    juror, entry = contest.juror(edition["id"]), contest.entered(edition["id"])
    task = contest.assigned(juror, entry)
    juror.review(task)
    return edition, juror, entry, task


@pytest.mark.parametrize(
    ("source", "refused"),
    [(TEXT, []), (QUORUM, []), (WEIGHT, ["scoring_started"])],
    ids=["texts", "quorum", "weight"],
)
def test_after_a_review_texts_and_the_quorum_change(
    contest: Contest, source: str, refused: list[str]
):
    """What was scored keeps its meaning."""
    edition, *_ = reviewed(contest)
    assert put(contest, edition, source) == refused


@pytest.mark.parametrize(
    ("source", "refused"),
    [(TEXT, []), (QUORUM, ["reviews_locked"])],
    ids=["texts", "quorum"],
)
def test_a_run_closes_the_quorum(contest: Contest, source: str, refused: list[str]):
    """It has locked the reviews; texts are still corrected."""
    edition = contest.scored(("1", "1"))
    contest.act("merit_run_compute", edition_id=edition["id"])
    assert put(contest, edition, source) == refused


def test_reviews_of_a_removed_juror_stay_by_default(contest: Contest):
    """They count, and nobody gets the entry again."""
    _, juror, entry, task = reviewed(contest)
    contest.act("merit_juror_remove", id=juror.id, reason="r")
    assert (states(Review, task), states(Assignment, task)) == (
        "submitted",
        "completed",
    )
    (shown,) = call("merit_review_list", contest.chair, entry_id=entry["id"])
    assert shown["state"] == "submitted"


def test_reviews_are_discarded_when_that_is_said(contest: Contest):
    """Void, on record, and the entry goes to another by the next plan."""
    edition, juror, entry, task = reviewed(contest)
    contest.act(
        "merit_juror_remove", id=juror.id, reason="Parcial", discard_reviews=True
    )
    assert (states(Review, task), states(Assignment, task)) == ("void", "cancelled")
    assert call("merit_review_list", contest.chair, entry_id=entry["id"]) == []
    other = contest.juror(edition["id"])
    data = {"edition_id": edition["id"], "per_entry": 1, "seed": "s"}
    assert contest.act("merit_assignment_plan", **data)["pairs"] == [
        {"juror_id": other.id, "entry_id": entry["id"]}
    ]
    trail = contest.act("merit_audit_list", edition_id=edition["id"])["results"]
    found = {(row["object_type"], row["act"], row["reason"]) for row in trail}
    assert {
        ("juror", "remove", "Parcial"),
        ("review", "discard", "Parcial"),
        ("assignment", "discard", "Parcial"),
    } <= found


def test_locked_reviews_are_not_discarded(contest: Contest):
    """A run counts them; the juror is removed without."""
    edition = contest.scored(("1", "1"))
    contest.act("merit_run_compute", edition_id=edition["id"])
    data = {"id": edition["juror"].id, "reason": "r"}
    refused = errors(
        "merit_juror_remove", contest.secretary, discard_reviews=True, **data
    )
    assert list(refused) == ["reviews_locked"]
    assert contest.act("merit_juror_remove", **data)["state"] == "removed"
