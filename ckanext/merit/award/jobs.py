"""Background work of awards: snapshots, measuring, hearings, deletions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.merit.interfaces import Kind
from ckanext.merit.interfaces import marked as _
from ckanext.merit.model import award_due, work

__all__ = ["EXAMINE", "FINDING", "TAKE", "kinds"]

TAKE, EXAMINE, FINDING = "award.snapshot", "award.examine", "award.finding"
#: A part of a snapshot may take its time.
LEASE = timedelta(minutes=5)


def kinds() -> list[Kind]:
    """List the kinds of work."""
    return [
        Kind(
            TAKE,
            _caller("merit_award_snapshot_advance"),
            _discover_takings,
            batch=1,
            lease=LEASE,
            title=_("Snapshot of the catalogue"),
        ),
        Kind(
            EXAMINE,
            _caller("merit_award_snapshot_examine"),
            batch=20,
            lease=LEASE,
            title=_("Search of a snapshot for signs of gaming"),
        ),
        Kind(
            FINDING,
            _caller("merit_award_finding_tick"),
            _discover_findings,
            batch=20,
            title=_("Deadline of a finding"),
        ),
    ]


def _caller(action: str) -> Callable[[list[str]], None]:
    """Hand keys to an action; the worker commits what it did with the work's end."""

    def handle(keys: list[str]) -> None:
        context: Any = {"ignore_auth": True, "defer_commit": True, "user": ""}
        tk.get_action(action)(context, {"keys": keys})

    return handle


def _discover_takings() -> None:
    work.mark_select(model.Session, TAKE, award_due.takings(), only_new=True)


def _discover_findings() -> None:
    work.mark_select(model.Session, FINDING, award_due.findings(), only_new=True)
