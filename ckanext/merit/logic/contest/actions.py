"""All actions of contests by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckanext.merit.logic.contest import (
    assignments,
    auditing,
    calendar,
    conflicts,
    desk,
    editions,
    entries,
    jurors,
    parts,
    programme,
    reviews,
    rule_sets,
    runs,
    screening,
)

__all__ = ["actions"]

_MODULES = (
    *(programme, editions, parts, calendar, rule_sets),
    *(entries, screening),
    *(jurors, conflicts, assignments, reviews, desk),
    *(runs, auditing),
)


def actions() -> dict[str, Callable[..., Any]]:
    """Collect the actions."""
    return {
        name: getattr(module, name)
        for module in _MODULES
        for name in module.__all__
        if name.startswith("merit_")
    }
