"""The wall between an entry and whoever has a conflict of interest with it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.conflicts import BLOCKING
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Conflict, Juror

__all__ = ["BEHIND", "free", "require_free"]

#: Those behind an entry read what they gave, whatever else they are.
BEHIND = frozenset("MCER")


def free(context: Any) -> Any:
    """Give the condition on entries that no conflict keeps the caller from them."""
    user = user_of(context)
    if user is None:
        return sa.true()
    conflict = sa.exists().where(
        Conflict.juror_id == Juror.id,
        Conflict.entry_id == Entry.id,
        Conflict.state.in_(BLOCKING),
        Juror.user_id == user.id,
    )
    return ~conflict.correlate(Entry)


def require_free(context: Any, entry_id: str) -> None:
    """Refuse an entry's content to whoever has a conflict, whatever the role.

    Raises:
        NotAuthorized: The same as where there is no such entry.
    """
    if context.get("merit_role") in BEHIND:
        return
    found = sa.select(Entry.id).where(Entry.id == entry_id, free(context))
    if model.Session.execute(found).first() is None:
        raise tk.NotAuthorized(tk._("You are not allowed to do this"))
