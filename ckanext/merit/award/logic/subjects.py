"""What an action of awards is about, beyond what the kernel knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckanext.merit.logic.contest import subjects
from ckanext.merit.logic.contest.subject import Subject

__all__ = ["SUBJECTS", "find"]

SUBJECTS: dict[str, Callable[[Any, dict[str, Any]], Subject | None]] = {}


def find(kind: str, user: Any, data: dict[str, Any]) -> Subject | None:
    """Find the subject that the parameters of an action name; None: there is none."""
    own = SUBJECTS.get(kind)
    return own(user, data) if own else subjects.find(kind, user, data)
