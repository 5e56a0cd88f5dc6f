"""Names of people and entries for lists: one query each, whatever their length."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Juror

__all__ = [
    "about_entries",
    "of_entries",
    "of_jurors",
    "of_organizations",
    "of_users",
    "with_names",
]

Data = dict[str, Any]


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


def about_entries(ids: Iterable[str | None]) -> dict[str, Data]:
    """Give ``title`` and ``category_id`` of entries by id."""
    wanted = {key for key in ids if key}
    rows = model.Session.execute(
        sa.select(Entry.id, Entry.title, Entry.category_id).where(
            Entry.id.in_(sorted(wanted))
        )
    )
    return {
        key: {"title": title, "category_id": category} for key, title, category in rows
    }


def of_jurors(ids: Iterable[str | None]) -> dict[str, Data]:
    """Give ``name`` and ``fullname`` of the people behind appointments, by its id."""
    wanted = {key for key in ids if key}
    rows = model.Session.execute(
        sa.select(
            Juror.id,
            model.User.name,
            sa.func.coalesce(sa.func.nullif(model.User.fullname, ""), model.User.name),
        )
        .join(model.User, model.User.id == Juror.user_id)
        .where(Juror.id.in_(sorted(wanted)))
    )
    return {key: {"name": name, "fullname": full} for key, name, full in rows}


def of_organizations(ids: Iterable[str | None]) -> dict[str, str]:
    """Give the titles of organizations by id."""
    wanted = {key for key in ids if key}
    rows = model.Session.execute(
        sa.select(model.Group.id, model.Group.title, model.Group.name).where(
            model.Group.id.in_(sorted(wanted))
        )
    )
    return {key: title or name for key, title, name in rows}


def with_names(rows: Iterable[Data]) -> list[Data]:
    """Add the ``user`` behind ``juror_id`` and the ``title`` of ``entry_id``."""
    found = list(rows)
    people = of_jurors(row["juror_id"] for row in found)
    titles = of_entries(row["entry_id"] for row in found)
    return [
        row
        | {"user": people.get(row["juror_id"]), "title": titles.get(row["entry_id"])}
        for row in found
    ]
