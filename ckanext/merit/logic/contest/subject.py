"""The object of an action, as seen by somebody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ckanext.merit.logic.contest.actors import Actor
from ckanext.merit.model.contest import Edition

__all__ = ["Subject"]


@dataclass(frozen=True)
class Subject:
    """An object of an edition, seen by somebody.

    Attributes:
        actor: Who asks, with the letters held.
        edition: None for what belongs to a programme or the portal.
        row: The object itself.
        met: Conditions of the permission table that hold.
    """

    actor: Actor
    edition: Edition | None = None
    row: Any = None
    met: frozenset[str] = field(default_factory=frozenset)
