"""Background work of contests: what becomes due by the clock."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.merit.interfaces import Kind
from ckanext.merit.interfaces import marked as _
from ckanext.merit.logic.contest.entries import ENTERING
from ckanext.merit.model import contest_due, contest_membership, work

__all__ = ["CLOCK", "discover", "handle", "kinds"]

CLOCK = "contest.clock"


def kinds() -> list[Kind]:
    """List the kinds of work."""
    title = _("Phases and deadlines of an edition")
    return [Kind(CLOCK, handle, discover, batch=50, title=title)]


def discover() -> None:
    """Mark what is due, and keep the log of memberships."""
    contest_membership.refresh(model.Session)
    work.mark_select(model.Session, CLOCK, contest_due.due(ENTERING), only_new=True)


def handle(keys: list[str]) -> None:
    """Make the transitions; the worker commits them with the work's end."""
    context: Any = {"ignore_auth": True, "defer_commit": True, "user": ""}
    tk.get_action("merit_clock_tick")(context, {"keys": keys})
