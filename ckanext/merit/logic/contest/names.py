"""Names of people and entries for lists: one query each, whatever their length."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.model.contest_entry import Entry

__all__ = ["of_entries", "of_users"]


def of_users(ids: Iterable[str | None]) -> dict[str, dict[str, Any]]:
    """Give ``name`` and ``fullname`` of users by id; deleted ones keep theirs."""
    wanted = {key for key in ids if key}
    rows = model.Session.execute(
        sa.select(model.User.id, model.User.name, model.User.fullname).where(
            model.User.id.in_(sorted(wanted))
        )
    )
    return {
        key: {"name": name, "fullname": fullname or name}
        for key, name, fullname in rows
    }


def of_entries(ids: Iterable[str | None]) -> dict[str, str]:
    """Give the titles of entries by id."""
    wanted = {key for key in ids if key}
    rows = model.Session.execute(
        sa.select(Entry.id, Entry.title).where(Entry.id.in_(sorted(wanted)))
    )
    return {row.id: row.title for row in rows}
