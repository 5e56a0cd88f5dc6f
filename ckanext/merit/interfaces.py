"""What a feature, ours or somebody else's, plugs into the base plugin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

import ckan.plugins as p

__all__ = ["IMeritWork", "Kind"]


@dataclass(frozen=True)
class Kind:
    """One kind of background work.

    ``handle`` gets keys and writes results through ``model.Session``; it must not
    commit, for the worker commits results and "done" together. What it does outside
    the database must be repeatable. ``discover`` marks work that nobody marked (time
    passed, rules changed) with ``mark_select(..., only_new=True)``; the worker commits.
    """

    name: str
    handle: Callable[[list[str]], None]
    discover: Callable[[], None] | None = None
    batch: int = 200
    lease: timedelta = timedelta(minutes=2)


class IMeritWork(p.Interface):
    """Contribute kinds of background work."""

    def merit_work_kinds(self) -> Iterable[Kind]:
        """Return the kinds that this plugin handles, most urgent first."""
        return ()
