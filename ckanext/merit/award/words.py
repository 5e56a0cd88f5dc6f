"""Labels of what awards store."""

from __future__ import annotations

import ckantoolkit as tk

from ckanext.merit.domain.award.gaming import DETECTORS
from ckanext.merit.domain.contest.machines import MACHINES
from ckanext.merit.pages.words import word

__all__ = [
    "effects",
    "findings",
    "kinds",
    "roles",
    "snapshots",
    "states",
    "targets",
    "units",
]


def roles() -> dict[str, str]:
    """Roles of officials."""
    return {
        "head": tk._("Head of the entity"),
        "data_officer": tk._("Data officer"),
        "technical": tk._("Technical contact"),
        "communications": tk._("Communications contact"),
    }


def kinds() -> dict[str, str]:
    """Kinds of evidence."""
    return {
        "dataset": tk._("A dataset of ours"),
        "resource": tk._("A resource of ours"),
        "url": tk._("An address on the web"),
        "file": tk._("A file"),
        "text": tk._("Text"),
    }


def targets() -> dict[str, str]:
    """What an appeal can attack."""
    return {
        "admission": tk._("That we are not admitted"),
        "disqualification": tk._("That we are disqualified"),
        "evidence": tk._("The decision on a piece of evidence"),
        "score": tk._("Our score"),
        "rank": tk._("Our rank"),
        "distinction": tk._("A distinction"),
    }


def findings() -> dict[str, str]:
    """Kinds of findings."""
    return {kind: word("detector", kind) for kind in DETECTORS}


def states() -> dict[str, str]:
    """States of findings."""
    return {state: word("finding", state) for state in MACHINES["finding"].states}


def effects() -> dict[str, str]:
    """What upholding a finding does."""
    return {
        "exclude": tk._("The datasets do not count."),
        "restore": tk._("The datasets count as they were at the baseline."),
        "nothing": tk._("No value changes: it happened after the cut-off."),
    }


def snapshots() -> dict[str, str]:
    """Kinds and states of snapshots."""
    return {
        "baseline": tk._("Baseline"),
        "cut_off": tk._("Cut-off"),
        "collecting": tk._("Being taken"),
        "complete": tk._("Complete"),
    }


def units() -> dict[str, str]:
    """Units of indicators."""
    return {
        "datasets": tk._("datasets"),
        "factor": tk._("times as many"),
        "entities": tk._("entities"),
    }
