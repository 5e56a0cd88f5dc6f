"""All actions of contests by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckanext.merit.logic.contest import (
    access,
    announcements,
    appeals,
    assignments,
    auditing,
    calendar,
    clockwork,
    conflicts,
    coverage,
    desk,
    distinctions,
    editions,
    entries,
    feedback,
    invitations,
    juries,
    juror_lists,
    jurors,
    link_answers,
    mailing,
    overview,
    parts,
    profiles,
    programme,
    publications,
    record,
    reviews,
    rule_sets,
    runs,
    screening,
    sheets,
    transfer,
)

__all__ = ["actions"]

_MODULES = (
    *(access, overview, programme, profiles),
    *(editions, parts, transfer, calendar, rule_sets),
    *(entries, feedback, screening),
    *(juries, jurors, juror_lists, conflicts, assignments, coverage),
    *(reviews, sheets, desk),
    *(runs, record, publications, appeals, distinctions),
    *(announcements, mailing, invitations, link_answers, auditing, clockwork),
)


def actions() -> dict[str, Callable[..., Any]]:
    """Collect the actions."""
    return {
        name: getattr(module, name)
        for module in _MODULES
        for name in module.__all__
        if name.startswith("merit_")
    }
