"""Stages: whom the gate of the second one lets before the jury."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest.people import Contest, call, errors

STAGED = """
merit: 1
id: staged
root:
  of:
  - code: one
    of: [{code: licence, scale: [0, 10], panel: {quorum: 1}}]
  - code: two
    of: [{code: format, scale: [0, 10], panel: {quorum: 1}}]
"""


class Staged(Contest):
    """Contests of two stages; the best of the first go on to the second."""

    def ready(self, **values: Any) -> dict[str, Any]:
        """Make a draft with both stages."""
        edition = super().ready(**values)
        for position, code in enumerate(("one", "two"), start=1):
            gate = {"kind": "top", "n": 1} if code == "two" else {"kind": "none"}
            self.act(
                "merit_stage_create",
                edition_id=edition["id"],
                code=code,
                position=position,
                title=code,
                gate=gate,
            )
        self.rules(edition["id"], STAGED)
        return edition

    def judged(self, *values: str) -> dict[str, Any]:
        """Make an edition whose first stage is judged, an entry for each score."""
        edition = self.evaluating()
        shown = self.act("merit_edition_show", id=edition["id"])
        first, second = (stage["id"] for stage in shown["stages"])
        juror = self.juror(edition["id"])
        entries = [self.entered(edition["id"]) for _ in values]
        for entry, value in zip(entries, values, strict=True):
            task = self.assigned(juror, entry, stage_id=first)
            data = {"assignment_id": task["id"]}
            saved = juror.act(
                "merit_review_save", version=0, scores={"licence": value}, **data
            )
            juror.act("merit_review_submit", version=saved["version"], **data)
        return edition | {
            "juror": juror,
            "entries": entries,
            "first": first,
            "second": second,
        }

    def publish_first(self, edition: dict[str, Any]) -> None:
        """Publish the results of the first stage."""
        self.close(edition["id"], "jury")
        run = self.act(
            "merit_run_compute", edition_id=edition["id"], stage_id=edition["first"]
        )
        call("merit_run_approve", self.chair, id=run["id"])
        self.act("merit_run_approve", id=run["id"])
        self.act("merit_run_publish", id=run["id"], kind="provisional")


@pytest.fixture
def staged(non_clean_db: None) -> Staged:
    """A programme of its own."""
    return Staged()


def test_nobody_is_before_the_next_stage_until_results_are_out(staged: Staged):
    """By hand, by list and by plan; the refusal says why."""
    edition = staged.judged("7", "3")
    entry, juror = edition["entries"][0], edition["juror"]
    data = {"stage_id": edition["second"]}
    said = "The stage before has no published results."
    for action, more in (
        ("merit_assignment_create", {"juror_id": juror.id, "entry_id": entry["id"]}),
        (
            "merit_assignment_plan",
            {"edition_id": edition["id"], "per_entry": 1, "seed": "s"},
        ),
    ):
        refused = errors(action, staged.secretary, **data, **more)
        assert refused == {"gate": [said]}
    text = f"juror,entry\n{juror.user['name']},{entry['id']}\n"
    listed = {"edition_id": edition["id"], "csv": text, **data}
    refused = errors("merit_assignment_import", staged.secretary, **listed)
    assert refused == {"csv": [f"Line 2: {said}"]}


def test_the_gate_decides_who_is_judged_next(staged: Staged):
    """Only the first of the category; the other is refused by name of the reason."""
    edition = staged.judged("7", "3")
    staged.publish_first(edition)
    best, other = edition["entries"]
    juror, data = edition["juror"], {"stage_id": edition["second"]}
    plan = {"edition_id": edition["id"], "per_entry": 1, "seed": "s", **data}
    assert staged.act("merit_assignment_plan", dry_run=True, **plan)["pairs"] == [
        {"juror_id": juror.id, "entry_id": best["id"]}
    ]
    refused = errors(
        "merit_assignment_create",
        staged.secretary,
        juror_id=juror.id,
        entry_id=other["id"],
        **data,
    )
    assert list(refused) == ["below_gate"]
    assert staged.assigned(juror, best, **data)["state"] == "assigned"


def test_practice_needs_no_gate(staged: Staged):
    """A calibration review never counts, so any entry serves."""
    edition = staged.judged("7", "3")
    other = staged.juror(edition["id"])
    data = {"stage_id": edition["second"], "calibration": True}
    assert staged.assigned(other, edition["entries"][1], **data)["calibration"]
