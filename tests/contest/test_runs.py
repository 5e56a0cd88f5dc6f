"""Score runs: what counts, who approves, and that inputs hold."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from tests.contest.people import Contest, call, errors, holder, person

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.scoring.seal import read_bundle, recomputed
from ckanext.merit.model.contest_jury import Review
from ckanext.merit.model.contest_result import ScoreRun


def rows(contest: Contest, run_id: str) -> dict[str, tuple]:
    shown = contest.act("merit_run_show", id=run_id)
    return {row["entry_id"]: (row["total"], row["rank"]) for row in shown["rows"]}


def test_points_are_the_rules_arithmetic(contest: Contest):
    """Weights 3 and 1 of 100: (10, 0) is 75, (4, 8) is 30 + 20."""
    edition = contest.scored(("10", "0"), ("4", "8"))
    run = contest.act("merit_run_compute", edition_id=edition["id"])
    first, second = edition["entries"]
    assert rows(contest, run["id"]) == {
        first["id"]: ("75.00", 1),
        second["id"]: ("50.00", 2),
    }


def test_an_entry_that_nobody_scored_has_no_total(contest: Contest):
    """It is listed without rank; missing is not zero."""
    edition = contest.scored(("0", "0"))
    waiting = contest.entered(edition["id"])
    run = contest.act("merit_run_compute", edition_id=edition["id"])
    assert rows(contest, run["id"]) == {
        edition["entries"][0]["id"]: ("0.00", 1),
        waiting["id"]: (None, None),
    }


def test_nothing_is_computed_while_the_jury_works(contest: Contest):
    """The jury's phase is over first."""
    edition = contest.evaluating()
    refused = errors("merit_run_compute", contest.secretary, edition_id=edition["id"])
    assert list(refused) == ["jury_open"]


def test_computing_locks_the_reviews(contest: Contest):
    """What is counted no longer changes."""
    edition = contest.scored(("1", "1"))
    contest.act("merit_run_compute", edition_id=edition["id"])
    (review,) = call(
        "merit_review_list", contest.secretary, entry_id=edition["entries"][0]["id"]
    )
    assert review["state"] == "locked"


def test_calibration_practice_conflicts_and_withdrawn_entries_do_not_count(
    contest: Contest,
):
    """Only locked reviews of free jurors on admitted entries."""
    edition = contest.evaluating()
    entry, gone = (contest.entered(edition["id"]) for _ in range(2))
    fair, biased, learner = (contest.juror(edition["id"]) for _ in range(3))
    for juror, value, more in (
        (fair, "10", {}),
        (biased, "0", {}),
        (learner, "0", {"calibration": True}),
    ):
        juror.review(contest.assigned(juror, entry, **more), value, value)
    fair.review(contest.assigned(fair, gone), "1", "1")
    biased.act("merit_conflict_declare", entry_id=entry["id"], detail="d")
    gone["entity"].act("merit_entry_withdraw", id=gone["id"])
    contest.close(edition["id"], "jury")
    run = contest.act("merit_run_compute", edition_id=edition["id"])
    assert rows(contest, run["id"]) == {entry["id"]: ("100.00", 1)}


def test_two_people_in_two_roles_approve(contest: Contest):
    """The chair and the secretariat; the same person again is refused."""
    edition = contest.scored(("1", "1"))
    run = contest.act("merit_run_compute", edition_id=edition["id"])
    half = call("merit_run_approve", contest.chair, id=run["id"])
    assert half["state"] == "computed"
    with pytest.raises(tk.NotAuthorized):
        call("merit_run_approve", contest.chair, id=run["id"])
    other = holder(contest.programme["id"], "chair")
    assert list(errors("merit_run_approve", other, id=run["id"])) == ["role_taken"]
    done = contest.act("merit_run_approve", id=run["id"])
    assert done["state"] == "approved"
    assert {item["role"] for item in done["approvals"]} == {"H", "S"}


def test_a_run_on_other_inputs_is_not_approved(contest: Contest):
    """A review that became void since changes the digest."""
    edition = contest.scored(("1", "1"), ("2", "2"))
    run = contest.act("merit_run_compute", edition_id=edition["id"])
    review = model.Session.scalars(
        sa.select(Review).where(Review.assignment_id == edition["tasks"][0]["id"])
    ).one()
    review.state = "void"
    model.Session.commit()
    refused = errors("merit_run_approve", contest.secretary, id=run["id"])
    assert list(refused) == ["inputs_changed"]


def test_undecided_conflicts_stop_the_approval(contest: Contest):
    """Even a mere report: the chair decides it first."""
    edition = contest.scored(("1", "1"))
    run = contest.act("merit_run_compute", edition_id=edition["id"])
    call(
        "merit_conflict_report",
        person(),
        juror_id=edition["juror"].id,
        entry_id=edition["entries"][0]["id"],
        detail="d",
    )
    refused = errors("merit_run_approve", contest.secretary, id=run["id"])
    assert list(refused) == ["open_conflict"]


def test_anyone_recomputes_the_bundle(contest: Contest):
    """The bundle alone gives the digest; it names neither jurors nor users."""
    edition = contest.scored(("10", "0"), ("4", "8"))
    run = contest.act("merit_run_compute", edition_id=edition["id"])
    bundle = model.Session.get(ScoreRun, run["id"]).bundle
    again = recomputed(read_bundle(json.dumps(bundle)))
    assert (again.digest, again.matches) == (run["digest"], True)
    text = json.dumps(bundle)
    juror = edition["juror"]
    for secret in (juror.id, juror.user["id"], juror.user["name"]):
        assert secret not in text


def test_one_changed_score_changes_the_digest(contest: Contest):
    """The stored bundle cannot be edited unnoticed."""
    edition = contest.scored(("10", "0"))
    run = contest.act("merit_run_compute", edition_id=edition["id"])
    bundle = model.Session.get(ScoreRun, run["id"]).bundle
    bundle["marks"][0][3] = "9"
    assert not recomputed(bundle).matches


def test_a_chair_with_a_conflict_sees_nothing_of_the_entry(contest: Contest):
    """Neither its row nor statistics that would tell."""
    edition = contest.scored(("10", "0"), ("4", "8"))
    run = contest.act("merit_run_compute", edition_id=edition["id"])
    chair = contest.juror(edition["id"], who=contest.chair)
    chair.act(
        "merit_conflict_declare", entry_id=edition["entries"][0]["id"], detail="d"
    )
    shown = call("merit_run_show", contest.chair, id=run["id"])
    assert [row["entry_id"] for row in shown["rows"]] == [edition["entries"][1]["id"]]
    assert shown["diagnostics"] is None


def test_a_run_before_publication_is_seen_by_few(contest: Contest):
    """Not by sysadmins, jurors, entities or the public."""
    edition = contest.scored(("1", "1"))
    run = contest.act("merit_run_compute", edition_id=edition["id"])
    observer = holder(contest.programme["id"], "observer")
    for user in (contest.secretary, contest.chair, observer):
        assert call("merit_run_show", user, id=run["id"])["id"] == run["id"]
    entity = edition["entries"][0]["entity"]
    for user in (contest.sysadmin, edition["juror"].user, entity.admin, None):
        with pytest.raises(tk.NotAuthorized):
            call("merit_run_show", user, id=run["id"])


def test_a_discarded_run_is_replaced(contest: Contest):
    """Only before it is approved; the next one has the next number."""
    edition = contest.scored(("1", "1"))
    run = contest.act("merit_run_compute", edition_id=edition["id"])
    contest.act("merit_run_discard", id=run["id"], reason="Error")
    assert contest.act("merit_run_compute", edition_id=edition["id"])["number"] == 2
    refused = errors("merit_run_approve", contest.secretary, id=run["id"])
    assert list(refused) == ["not_computed"]
