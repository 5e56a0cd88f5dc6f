"""What an entity has done and still has to do, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckantoolkit as tk

from ckanext.merit.domain.award.evidence import Criterion

__all__ = ["Step", "steps"]

Data = dict[str, Any]
#: States of evidence that is given.
_GIVEN = {"submitted", "accepted", "rejected"}


@dataclass(frozen=True)
class Step:
    """One step: ``state`` is ``done``, ``now``, ``later`` or ``over``."""

    title: str
    state: str
    detail: str = ""
    endpoint: str | None = None


def steps(
    entry: Data,
    criteria: Mapping[str, Criterion],
    evidence: list[Data],
    moments: list[Data],
) -> list[Step]:
    """List the steps of an entry, in the order in which they come.

    Args:
        entry: What ``merit_entry_show`` answers.
        criteria: Those that take evidence.
        evidence: Of the entry.
        moments: Phases as ``timing.moments`` gives them.
    """
    found = [_enrolment(entry, _when(moments, "enrolment")), _screening(entry)]
    if criteria:
        found.append(_evidence(entry, criteria, evidence, _when(moments, "evidence")))
    return found


def _when(moments: list[Data], kind: str) -> str:
    """``now``, ``ahead`` or ``past``, the first of these that some phase is."""
    known = {item["when"] for item in moments if item["kind"] == kind}
    return next((when for when in ("now", "ahead") if when in known), "past")


def _enrolment(entry: Data, when: str) -> Step:
    title = tk._("Enrol")
    if entry["state"] == "returned":
        text = tk._("Correct it and submit it again.")
        return Step(title, "now", text, "merit_award.edit")
    if entry["state"] == "draft":
        if when == "now":
            text = tk._("Write it, look at it, submit it.")
            return Step(title, "now", text, "merit_award.edit")
        return Step(title, "later" if when == "ahead" else "over")
    text = tk._("The receipt has its digest and the server's time.")
    return Step(
        title, "done", text, "merit_award.receipt" if entry["versions"] else None
    )


def _screening(entry: Data) -> Step:
    title = tk._("Be admitted")
    if entry["state"] == "admitted":
        return Step(title, "done")
    if entry["state"] in {"draft", "returned", "submitted"}:
        return Step(title, "later", tk._("The secretariat looks at the enrolment."))
    return Step(title, "over")


def _evidence(
    entry: Data, criteria: Mapping[str, Criterion], evidence: list[Data], when: str
) -> Step:
    given = {row["criterion"] for row in evidence if row["state"] in _GIVEN}
    count = len(given & set(criteria))
    detail = tk._("Criteria with evidence: {given} of {all}.").format(
        given=count, all=len(criteria)
    )
    returned = any(row["state"] == "returned" for row in evidence)
    if returned:
        state = "now"
    elif count == len(criteria):
        state = "done"
    else:
        state = {"now": "now", "ahead": "later"}.get(when, "over")
    return Step(tk._("Give evidence"), state, detail, "merit_award.evidence")
