"""Appeals: windows, two signers, and what an upheld one corrects."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest import rows
from tests.contest.people import Contest, attackable, call, errors, holder
from tests.contest.staged import Staged

import ckantoolkit as tk
from ckan import model

from ckanext.merit.model.contest import Phase
from ckanext.merit.model.contest_result import Distinction


def filed(
    entry: dict[str, Any], target: str, target_id: str | None = None
) -> dict[str, Any]:
    target_id = target_id or attackable(entry, target)
    return entry["entity"].act(
        "merit_appeal_file",
        entry_id=entry["id"],
        target=target,
        target_id=target_id,
        ground="Bases 4.2",
        text="Pedimos revisar",
    )


def refused(entry: dict[str, Any], target: str, target_id: str = "x") -> list[str]:
    with pytest.raises(tk.ValidationError) as caught:
        filed(entry, target, target_id)
    return list(caught.value.error_dict)


def test_a_rejected_entry_is_reinstated(contest: Contest):
    """Two people uphold the appeal and the entry is admitted at once."""
    edition = contest.evaluating()
    entry = contest.entered(edition["id"], "submitted")
    contest.act("merit_entry_reject", id=entry["id"], reason="Tarde")
    appeal = filed(entry, "admission")
    contest.act("merit_appeal_admit", id=appeal["id"])
    data = {"id": appeal["id"], "decision": "uphold", "reason": "Fue a tiempo"}
    first = contest.act("merit_appeal_decide", **data)
    assert (first["state"], first["signatures"]) == ("admitted", 1)
    done = call("merit_appeal_decide", contest.chair, **data)
    assert (done["state"], done["decision"]) == ("upheld", "Fue a tiempo")
    shown = entry["entity"].act("merit_entry_show", id=entry["id"])
    assert (shown["state"], shown["reason"]) == ("admitted", None)
    assert contest.act("merit_appeal_close", id=appeal["id"])["state"] == "closed"


def test_one_person_does_not_decide(contest: Contest):
    """The same signer twice is refused; two who differ decide nothing."""
    edition = contest.provisional(("1", "1"))
    appeal = filed(edition["entries"][0], "rank")
    contest.act("merit_appeal_admit", id=appeal["id"])
    data = {"id": appeal["id"], "reason": "r"}
    contest.act("merit_appeal_decide", decision="dismiss", **data)
    again = errors("merit_appeal_decide", contest.secretary, decision="uphold", **data)
    assert list(again) == ["same_person"]
    other = call("merit_appeal_decide", contest.chair, decision="uphold", **data)
    assert (other["state"], other["signatures"]) == ("admitted", 1)
    third = holder(contest.programme["id"], "secretariat")
    done = call("merit_appeal_decide", third, decision="dismiss", **data)
    assert done["state"] == "dismissed"


def test_whoever_scored_the_entry_does_not_decide(contest: Contest):
    """A chair who reviewed it is refused."""
    edition = contest.evaluating()
    entry = contest.entered(edition["id"])
    chair = contest.juror(edition["id"], who=contest.chair)
    chair.review(contest.assigned(chair, entry))
    contest.close(edition["id"], "jury")
    run = contest.act("merit_run_compute", edition_id=edition["id"])
    call("merit_run_approve", contest.chair, id=run["id"])
    contest.act("merit_run_approve", id=run["id"])
    contest.act("merit_run_publish", id=run["id"], kind="provisional")
    appeal = filed(entry, "score", "licence")
    with pytest.raises(tk.NotAuthorized):
        call("merit_appeal_admit", contest.chair, id=appeal["id"])


def test_an_appeal_needs_its_window_and_its_target(contest: Contest):
    """No results, no such decision, or the phase is over."""
    edition = contest.evaluating()
    entry = contest.entered(edition["id"])
    assert refused(entry, "rank") == ["target"]
    assert refused(entry, "disqualification") == ["target"]
    contest.close(edition["id"], "appeals")
    assert refused(entry, "rank") == ["phase_closed"]


def test_one_open_appeal_per_target(contest: Contest):
    """A second one on the same is refused until the first is decided."""
    edition = contest.provisional(("1", "1"))
    entry = edition["entries"][0]
    appeal = filed(entry, "rank")
    assert refused(entry, "rank") == ["conflict"]
    contest.act("merit_appeal_refuse", id=appeal["id"], reason="Sin fundamento")
    assert filed(entry, "rank")["state"] == "filed"


def test_appeals_are_private(contest: Contest):
    """The appellant and those who run the edition see them, other entities don't."""
    edition = contest.provisional(("1", "1"), ("2", "2"))
    mine, others = edition["entries"]
    filed(mine, "rank")
    listed = mine["entity"].act("merit_appeal_mine", entry_id=mine["id"])
    assert len(listed) == 1
    (row,) = contest.act("merit_appeal_list", edition_id=edition["id"])
    assert row == listed[0] | {"title": mine["title"], "signatures": []}
    with pytest.raises(tk.NotAuthorized):
        others["entity"].act("merit_appeal_mine", entry_id=mine["id"])


def test_an_upheld_score_appeal_leads_to_a_new_run_with_a_diff(contest: Contest):
    """The chair reopens the review, the juror scores anew, and the diff shows it."""
    edition = contest.provisional(("1", "1"), ("4", "4"))
    entry, juror = edition["entries"][0], edition["juror"]
    task = edition["tasks"][0]
    review = juror.act("merit_assignment_show", id=task["id"])["review"]
    reopen = {"id": review["id"], "reason": "Reclamo fundado"}
    early = errors("merit_review_reopen", contest.chair, **reopen)
    assert list(early) == ["phase_closed"]
    appeal = filed(entry, "score", "licence")
    contest.act("merit_appeal_admit", id=appeal["id"])
    data = {"id": appeal["id"], "decision": "uphold", "reason": "r"}
    contest.act("merit_appeal_decide", **data)
    call("merit_appeal_decide", contest.chair, **data)
    call("merit_review_reopen", contest.chair, **reopen)
    saved = juror.act(
        "merit_review_save",
        assignment_id=task["id"],
        version=1,
        scores={"licence": "9", "format": "9"},
    )
    juror.act("merit_review_submit", assignment_id=task["id"], version=saved["version"])
    run = contest.approved(edition["id"])
    new = contest.act(
        "merit_run_publish", id=run["id"], kind="provisional", notice="Reclamo 1"
    )
    other = edition["entries"][1]
    diff = call("merit_publication_diff", None, id=new["id"])
    assert {item["entry_id"]: (item["before"], item["after"]) for item in diff} == {
        entry["id"]: (
            {"total": "10.00", "rank": 2},
            {"total": "90.00", "rank": 1},
        ),
        other["id"]: (
            {"total": "40.00", "rank": 1},
            {"total": "40.00", "rank": 2},
        ),
    }


def test_only_what_is_there_is_appealed(contest: Contest):
    """Results that are out, a criterion, the entry's own; nothing made up."""
    edition = contest.provisional(("1", "1"), ("2", "2"))
    entry, other = edition["entries"]
    elsewhere = contest.provisional(("1", "1"))["publication"]["id"]
    for target, target_id in (
        ("rank", "anything"),
        ("rank", "licence"),
        ("rank", elsewhere),
        ("score", "anything"),
        ("score", other["id"]),
        ("evidence", "licence"),
    ):
        with pytest.raises(tk.ValidationError) as caught:
            filed(entry, target, target_id)
        assert list(caught.value.error_dict) == ["target_id"]
    for target, target_id in (
        ("rank", edition["publication"]["id"]),
        ("score", edition["publication"]["id"]),
        ("score", "licence"),
    ):
        assert filed(entry, target, target_id)["state"] == "filed"


def test_a_decision_on_an_entry_is_appealed_by_that_entry(contest: Contest):
    """Its id is what is named."""
    edition = contest.evaluating()
    entry = contest.entered(edition["id"], "submitted")
    other = contest.entered(edition["id"])
    contest.act("merit_entry_reject", id=entry["id"], reason="Tarde")
    with pytest.raises(tk.ValidationError) as caught:
        filed(entry, "admission", other["id"])
    assert list(caught.value.error_dict) == ["target_id"]
    assert filed(entry, "admission", entry["id"])["state"] == "filed"


def test_an_announced_distinction_of_ones_own_is_appealed(contest: Contest):
    """Not another's, nor one that nobody knows of yet."""
    edition = contest.provisional(("1", "1"), ("2", "2"))
    entry, other = edition["entries"]
    own, secret, others = (
        rows.add(
            Distinction(
                edition_id=edition["id"], entry_id=key, type="mention", state=state
            )
        ).id
        for key, state in (
            (entry["id"], "announced"),
            (entry["id"], "proposed"),
            (other["id"], "announced"),
        )
    )
    model.Session.commit()
    for target_id in (secret, others):
        with pytest.raises(tk.ValidationError) as caught:
            filed(entry, "distinction", target_id)
        assert list(caught.value.error_dict) == ["target_id"]
    assert filed(entry, "distinction", own)["state"] == "filed"


@pytest.mark.parametrize("target", ["admission", "disqualification"])
@pytest.mark.parametrize("closed", [False, True])
def test_who_is_reinstated_after_results_is_judged(
    contest: Contest, target: str, closed: bool
):
    """It gets jurors who review it; nobody else does, and another run counts it."""
    edition = contest.scored(("1", "1"))
    out = contest.entered(edition["id"], "submitted")
    if target == "admission":
        contest.act("merit_entry_reject", id=out["id"], reason="Tarde")
    else:
        contest.act("merit_entry_admit", id=out["id"])
        data = {"reason": "r", "hearing": "h"}
        contest.act("merit_entry_disqualify", id=out["id"], **data)
    run = contest.approved(edition["id"])
    contest.act("merit_run_publish", id=run["id"], kind="provisional")
    appeal = contest.upheld(out, target)
    if closed:
        contest.act("merit_appeal_close", id=appeal["id"])
    fresh, other = edition["juror"], edition["entries"][0]
    data = {"juror_id": fresh.id, "entry_id": other["id"]}
    assert list(errors("merit_assignment_create", contest.secretary, **data)) == [
        "over"
    ]
    fresh.review(contest.assigned(fresh, out), "10", "10")
    again = contest.approved(edition["id"])
    done = contest.act(
        "merit_run_publish", id=again["id"], kind="provisional", notice="Reclamo"
    )
    shown = call("merit_publication_show", None, id=done["id"])
    assert [row["entry_id"] for row in shown["body"]["rows"]] == [
        out["id"],
        other["id"],
    ]


def test_who_was_reinstated_before_results_is_judged_in_time(contest: Contest):
    """Its reviews end with the phase, like all others."""
    edition = contest.evaluating()
    entry = contest.entered(edition["id"], "submitted")
    contest.act("merit_entry_reject", id=entry["id"], reason="Tarde")
    contest.upheld(entry, "admission")
    juror = contest.juror(edition["id"])
    task = contest.assigned(juror, entry)
    juror.review(task)
    contest.close(edition["id"], "jury")
    run = contest.approved(edition["id"])
    contest.act("merit_run_publish", id=run["id"], kind="provisional")
    review = juror.act("merit_assignment_show", id=task["id"])["review"]
    refused = errors("merit_review_reopen", contest.chair, id=review["id"], reason="r")
    assert list(refused) == ["phase_closed"]


def test_a_plan_after_results_gives_only_what_is_judged_again(contest: Contest):
    """The reinstated entry is planned, and without one there is nothing to plan."""
    edition = contest.scored(("1", "1"))
    out = contest.entered(edition["id"], "submitted")
    contest.act("merit_entry_reject", id=out["id"], reason="Tarde")
    run = contest.approved(edition["id"])
    contest.act("merit_run_publish", id=run["id"], kind="provisional")
    data = {"edition_id": edition["id"], "per_entry": 1, "seed": "s"}
    refused = errors("merit_assignment_plan", contest.secretary, **data)
    assert list(refused) == ["over"]
    contest.upheld(out, "admission")
    plan = contest.act("merit_assignment_plan", **data)
    assert plan["pairs"] == [{"juror_id": edition["juror"].id, "entry_id": out["id"]}]


def windowed(contest: Staged, edition: dict[str, Any]) -> None:
    """Make the open window the first stage's; one of the whole comes much later."""
    now = datetime.now(timezone.utc)
    model.Session.execute(
        sa.update(Phase)
        .where(Phase.edition_id == edition["id"], Phase.kind == "appeals")
        .values(stage_id=contest.stages["first"])
    )
    for kind, stage_id, opens in (
        ("use_window", contest.stages["second"], 20),
        ("appeals", None, 30),
    ):
        model.Session.add(
            Phase(
                edition_id=edition["id"],
                kind=kind,
                stage_id=stage_id,
                opens_at=now + timedelta(days=opens),
                closes_at=now + timedelta(days=opens + 1),
            )
        )
    model.Session.commit()


@pytest.fixture
def staged(non_clean_db: None) -> Staged:
    """A programme of its own, whose editions have two stages."""
    return Staged()


def test_results_of_a_stage_are_appealed_in_its_window(staged: Staged):
    """Against its publication; those of the whole have no window yet."""
    edition = staged.judged()
    windowed(staged, edition)
    entry = edition["entries"][0]
    run = staged.approved_stage(edition["id"], "first")
    done = staged.act("merit_run_publish", id=run["id"], kind="provisional")
    other = staged.approved_stage(edition["id"], "second")
    later = staged.act("merit_run_publish", id=other["id"], kind="provisional")
    assert refused(entry, "rank") == ["phase_closed"]
    assert refused(entry, "rank", later["id"]) == ["phase_closed"]
    assert filed(entry, "rank", done["id"])["state"] == "filed"


def test_a_stage_is_final_when_its_own_appeals_are_settled(staged: Staged):
    """A window of the whole that comes later doesn't hold it back."""
    edition = staged.judged()
    windowed(staged, edition)
    entry = edition["entries"][0]
    run = staged.approved_stage(edition["id"], "first")
    done = staged.act("merit_run_publish", id=run["id"], kind="provisional")
    final = {"id": run["id"], "kind": "final"}
    early = errors("merit_run_publish", staged.secretary, **final)
    assert list(early) == ["appeals_open"]
    appeal = filed(entry, "rank", done["id"])
    model.Session.execute(
        sa.update(Phase)
        .where(Phase.stage_id == staged.stages["first"])
        .values(closes_at=sa.func.clock_timestamp())
    )
    model.Session.commit()
    early = errors("merit_run_publish", staged.secretary, **final)
    assert list(early) == ["appeals_undecided"]
    staged.act("merit_appeal_refuse", id=appeal["id"], reason="r")
    assert staged.act("merit_run_publish", **final)["kind"] == "final"


def test_appeals_against_one_stage_do_not_hold_back_another(staged: Staged):
    """The second stage is final while an appeal against the first is undecided."""
    edition = staged.judged()
    windowed(staged, edition)
    for code in ("first", "second"):
        run = staged.approved_stage(edition["id"], code)
        done = staged.act("merit_run_publish", id=run["id"], kind="provisional")
        if code == "first":
            filed(edition["entries"][0], "score", done["id"])
    model.Session.execute(
        sa.delete(Phase).where(
            Phase.edition_id == edition["id"],
            Phase.kind == "appeals",
            Phase.stage_id.is_(None),
        )
    )
    model.Session.commit()
    assert (
        staged.act("merit_run_publish", id=run["id"], kind="final")["kind"] == "final"
    )


@pytest.mark.parametrize("target", ["score", "rank"])
def test_a_reopened_review_holds_back_runs_and_the_end_of_the_appeal(
    contest: Contest, target: str
):
    """Until it is submitted again: it would drop out in silence."""
    edition = contest.provisional(("1", "1"), ("4", "4"))
    entry, juror, task = edition["entries"][0], edition["juror"], edition["tasks"][0]
    appeal = contest.upheld(entry, target, edition["publication"]["id"])
    review = juror.act("merit_assignment_show", id=task["id"])["review"]
    call("merit_review_reopen", contest.chair, id=review["id"], reason="r")
    run = contest.act("merit_run_compute", edition_id=edition["id"])
    for who, action, key in (
        (contest.chair, "merit_run_approve", run["id"]),
        (contest.secretary, "merit_appeal_close", appeal["id"]),
    ):
        (text,) = errors(action, who, id=key)["reopened"]
        assert entry["title"] in text
    juror.review(task, "9", "9", version=review["version"])
    contest.approved(edition["id"])
    closed = contest.act("merit_appeal_close", id=appeal["id"])
    assert closed["state"] == "closed"


def test_a_reopened_review_that_is_given_up_holds_nothing_back(contest: Contest):
    """The juror declined: that is on record."""
    edition = contest.provisional(("1", "1"), ("4", "4"))
    entry, juror, task = edition["entries"][0], edition["juror"], edition["tasks"][0]
    appeal = contest.upheld(entry, "score")
    review = juror.act("merit_assignment_show", id=task["id"])["review"]
    call("merit_review_reopen", contest.chair, id=review["id"], reason="r")
    juror.act("merit_assignment_decline", id=task["id"], reason="De viaje")
    contest.approved(edition["id"])
    closed = contest.act("merit_appeal_close", id=appeal["id"])
    assert closed["state"] == "closed"
