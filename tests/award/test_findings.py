"""Findings: noted on a snapshot, answered, decided, and what they change."""

from __future__ import annotations

from typing import Any

import pytest
from tests.award.catalogue import Machines, age, expire, publish, value, work
from tests.contest.people import call, errors, person

import ckantoolkit as tk


@pytest.fixture
def contest(non_clean_db: None) -> Machines:
    """A programme of its own, whose rules ask machines."""
    return Machines()


def doubted(contest: Machines, **more: Any) -> dict[str, Any]:
    """An edition whose jury is over and whose snapshot has one finding: two copies."""
    edition = contest.scored(("7", "5"), **more)
    (entry,) = edition["entries"]
    datasets = [publish(entry["entity"], "Gasto por partida") for _ in range(3)]
    taken = contest.take(edition["id"])
    found = contest.act("merit_award_finding_list", edition_id=edition["id"])
    (finding,) = found["results"]
    return {
        "edition": edition,
        "entry": entry,
        "datasets": datasets,
        "snapshot": taken,
        "finding": finding,
    }


@pytest.fixture
def doubt(contest: Machines) -> dict[str, Any]:
    """See `doubted`."""
    return doubted(contest)


def decide(contest: Machines, doubt: Any, outcome: str = "uphold", **data: Any) -> Any:
    return contest.act(
        "merit_award_finding_decide",
        id=doubt["finding"]["id"],
        outcome=outcome,
        reason="visto",
        **data,
    )


def answer(doubt: Any) -> Any:
    return doubt["entry"]["entity"].act(
        "merit_award_finding_answer", id=doubt["finding"]["id"], text="Son distintos."
    )


def run(contest: Machines, doubt: Any) -> Any:
    return contest.act(
        "merit_run_compute",
        edition_id=doubt["edition"]["id"],
        snapshot_id=doubt["snapshot"]["id"],
    )


def test_a_finding_has_its_evidence(doubt: Any):
    """Which datasets, of which original, and how it was seen."""
    finding, datasets = doubt["finding"], doubt["datasets"]
    assert (finding["kind"], finding["state"], finding["effect"]) == (
        "duplicates",
        "open",
        "exclude",
    )
    assert finding["datasets"] == sorted(one["id"] for one in datasets[1:])
    assert finding["evidence"]["original"] == datasets[0]["id"]


def test_no_run_uses_a_snapshot_with_open_findings(contest: Machines, doubt: Any):
    """Neither open nor heard: decided before the result is sealed."""
    text = "1 finding about this snapshot is undecided."
    for _ in range(2):
        with pytest.raises(tk.ValidationError) as caught:
            run(contest, doubt)
        assert caught.value.error_dict == {"snapshot": [text]}
        if doubt["finding"]["state"] == "open":
            doubt["finding"] = answer(doubt)
    decide(contest, doubt)
    assert run(contest, doubt)["state"] == "computed"


def test_findings_about_others_do_not_stop_a_run(contest: Machines):
    """An entry that isn't admitted cannot hold up those that are."""
    edition = contest.scored(("7", "5"))
    other = contest.entered(edition["id"], "submitted")
    publish(other["entity"], resources=[])
    taken = contest.take(edition["id"])
    found = contest.act("merit_award_finding_list", edition_id=edition["id"])
    assert found["count"] == 1
    doubt = {"edition": edition, "snapshot": taken}
    assert run(contest, doubt)["state"] == "computed"


def test_those_behind_the_entry_answer_once(contest: Machines, doubt: Any):
    """Then it is heard, and no longer theirs."""
    assert answer(doubt)["state"] == "heard"
    entity = doubt["entry"]["entity"]
    refusal = errors(
        "merit_award_finding_answer",
        entity.admin,
        id=doubt["finding"]["id"],
        text="otra vez",
    )
    assert refusal == {"transition": ["Not possible in the state “heard”."]}


def test_a_late_answer_is_refused(contest: Machines, doubt: Any):
    """By the database's clock; the list says so too."""
    expire(doubt["finding"])
    entity = doubt["entry"]["entity"]
    (mine,) = entity.act("merit_award_finding_mine", entry_id=doubt["entry"]["id"])
    assert mine["can_answer"] is False
    refusal = errors(
        "merit_award_finding_answer",
        entity.admin,
        id=doubt["finding"]["id"],
        text="tarde",
    )
    assert refusal == {"due": ["The time for an answer is over."]}


def test_nothing_is_upheld_unheard(contest: Machines, doubt: Any):
    """Neither answered, nor the time over; to dismiss is possible."""
    refusal = errors(
        "merit_award_finding_decide",
        contest.secretary,
        id=doubt["finding"]["id"],
        outcome="uphold",
        reason="x",
    )
    assert refusal == {"transition": ["Not possible in the state “open”."]}
    assert decide(contest, doubt, "dismiss")["state"] == "dismissed"


def test_silence_is_a_hearing_too(contest: Machines, doubt: Any):
    """Once the time for an answer is over, by the clock or by the decision."""
    expire(doubt["finding"])
    key = f"finding/{doubt['finding']['id']}"
    assert work("merit_award_finding_tick", key, "finding/x", "x") == {"changed": 1}
    assert work("merit_award_finding_tick", key) == {"changed": 0}
    assert decide(contest, doubt)["state"] == "upheld"


def test_an_upheld_finding_changes_what_is_measured(contest: Machines, doubt: Any):
    """Copies never count as new; upheld, they leave the other criteria too."""
    entry, taken = doubt["entry"], doubt["snapshot"]
    call("package_patch", contest.sysadmin, id=doubt["datasets"][0]["id"])
    assert value(entry, "new", taken) == "1"
    expire(doubt["finding"])
    decide(contest, doubt)
    assert value(entry, "licences", taken) == "1"
    contest.act("merit_award_snapshot_measure", id=taken["id"])
    found = contest.act("merit_award_finding_list", edition_id=doubt["edition"]["id"])
    assert [one["state"] for one in found["results"]] == ["upheld"]


def test_a_finding_can_be_upheld_in_part(contest: Machines):
    """For some of its datasets only; others than its own are refused."""
    edition = contest.scored(("7", "5"))
    (entry,) = edition["entries"]
    empty = [publish(entry["entity"], resources=[]) for _ in range(2)]
    publish(entry["entity"], license_id="notspecified")
    taken = contest.take(edition["id"])
    found = contest.act("merit_award_finding_list", edition_id=edition["id"])
    (finding,) = found["results"]
    expire(finding)
    doubt = {"finding": finding}
    with pytest.raises(tk.ValidationError) as caught:
        decide(contest, doubt, datasets=["x"])
    assert caught.value.error_dict == {"datasets": ["Not a dataset of this finding"]}
    done = decide(contest, doubt, datasets=[empty[0]["id"]])
    assert done["upheld"] == [empty[0]["id"]]
    assert value(entry, "licences", taken) == "0.5"


def test_removed_datasets_count_again(contest: Machines):
    """As they were at the baseline."""
    edition = contest.scored(("7", "5"))
    (entry,) = edition["entries"]
    closed = publish(entry["entity"], license_id="notspecified")
    publish(entry["entity"])
    contest.take(edition["id"], "baseline")
    call("package_delete", contest.sysadmin, id=closed["id"])
    taken = contest.take(edition["id"])
    assert value(entry, "licences", taken) == "1"
    found = contest.act("merit_award_finding_list", edition_id=edition["id"])
    (finding,) = found["results"]
    assert (finding["kind"], finding["datasets"]) == ("removed", [closed["id"]])
    expire(finding)
    decide(contest, {"finding": finding})
    assert value(entry, "licences", taken) == "0.5"


def test_what_is_deleted_after_the_award_is_noted_once(contest: Machines, doubt: Any):
    """It stops no run: the state at the cut-off was what it was."""
    decide(contest, doubt, "dismiss")
    key = f"snapshot/{doubt['snapshot']['id']}"
    assert work("merit_award_finding_tick", key) == {"changed": 0}
    gone = doubt["datasets"][0]["id"]
    call("package_delete", contest.sysadmin, id=gone)
    assert work("merit_award_finding_tick", key) == {"changed": 1}
    assert work("merit_award_finding_tick", key) == {"changed": 0}
    found = contest.act(
        "merit_award_finding_list",
        edition_id=doubt["edition"]["id"],
        state="open",
        entry_id=doubt["entry"]["id"],
    )
    (finding,) = found["results"]
    assert (finding["kind"], finding["datasets"]) == ("deleted", [gone])
    assert run(contest, doubt)["state"] == "computed"


def test_who_sees_and_decides(contest: Machines, doubt: Any):
    """Those behind the entry see their own; only the secretariat decides."""
    entity = doubt["entry"]["entity"]
    stranger = contest.entity()
    key = doubt["finding"]["id"]
    mine = {"entry_id": doubt["entry"]["id"]}
    for user in (entity.admin, entity.editor, contest.secretary, contest.chair):
        assert len(call("merit_award_finding_mine", user, **mine)) == 1
    refused = [
        ("merit_award_finding_mine", stranger.admin, mine),
        ("merit_award_finding_mine", None, mine),
        ("merit_award_finding_answer", stranger.admin, {"id": key, "text": "x"}),
        ("merit_award_finding_answer", contest.secretary, {"id": key, "text": "x"}),
        ("merit_award_finding_list", entity.admin, {"edition_id": "x"}),
        ("merit_award_finding_list", person(), {"edition_id": "x"}),
    ]
    decision = {"id": key, "outcome": "dismiss", "reason": "x"}
    refused += [
        ("merit_award_finding_decide", user, decision)
        for user in (entity.admin, contest.chair, contest.sysadmin, None)
    ]
    for action, user, data in refused:
        with pytest.raises(tk.NotAuthorized):
            call(action, user, **data)


def test_old_datasets_are_not_new(contest: Machines, doubt: Any):
    """Even if they were found to be copies."""
    age(doubt["datasets"][0], days=300)
    taken = contest.take(doubt["edition"]["id"])
    assert value(doubt["entry"], "new", taken) == "0"


def test_a_conflict_keeps_findings_away(contest: Machines, doubt: Any):
    """A chair on the jury with a conflict finds none about the entry, nor any count."""
    edition_id = doubt["edition"]["id"]
    chair = contest.juror(edition_id, who=contest.chair)
    (seen,) = chair.act("merit_award_finding_list", edition_id=edition_id)["results"]
    assert seen["id"] == doubt["finding"]["id"]
    chair.act("merit_conflict_declare", entry_id=doubt["entry"]["id"], detail="d")
    found = chair.act("merit_award_finding_list", edition_id=edition_id)
    assert (found["count"], found["results"]) == (0, [])
