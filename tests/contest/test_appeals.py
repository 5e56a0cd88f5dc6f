"""Appeals: windows, two signers, and what an upheld one corrects."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest import rows
from tests.contest.people import Contest, call, errors, holder

import ckantoolkit as tk
from ckan import model

from ckanext.merit.model.contest_result import Distinction


def filed(
    entry: dict[str, Any], target: str, target_id: str | None = None
) -> dict[str, Any]:
    if target_id is None:
        results = call("merit_publication_list", None, edition_id=entry["edition_id"])
        target_id = results[0]["id"] if target == "rank" and results else entry["id"]
    return entry["entity"].act(
        "merit_appeal_file",
        entry_id=entry["id"],
        target=target,
        target_id=target_id,
        ground="Bases 4.2",
        text="Pedimos revisar",
    )


def refused(entry: dict[str, Any], target: str) -> list[str]:
    with pytest.raises(tk.ValidationError) as caught:
        filed(entry, target)
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
