"""What those who run contests see first: their programmes, and what waits for them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.logic.contest import answers, schema
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.transaction import clock
from ckanext.merit.model.contest import Edition, Programme, RoleHolder
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Assignment, Conflict, Juror
from ckanext.merit.model.contest_result import (
    Announcement,
    Appeal,
    Distinction,
    ScoreRun,
)

__all__ = ["merit_office_list", "merit_office_show"]

Context = Any
Data = dict[str, Any]


@tk.side_effect_free
@tk.validate_action_data(schema.office_list)
def merit_office_list(context: Context, data_dict: Data) -> Data:
    """List the programmes in which you hold a role, with their editions.

    Sysadmins see all of them. Of editions, those in which you hold the role; drafts
    too.

    :param name: only the programme of this name (optional)
    :type name: string
    :param limit: number of programmes to return (default: 20)
    :type limit: int
    :param offset: number of programmes to pass over (default: 0)
    :type offset: int

    :returns: ``count`` and ``results``: programmes with the ``roles`` that you hold
        in all of it, and the ``editions``, latest first
    :rtype: dictionary
    """
    tk.check_access("merit_office_list", context, data_dict)
    user = user_of(context)
    if user is None or user.state != "active":
        return {"count": 0, "results": []}
    held = _held(user)
    found = sa.select(Programme)
    if data_dict.get("name"):
        found = found.where(Programme.name == data_dict["name"])
    if not user.sysadmin:
        found = found.where(Programme.id.in_(list(held)))
    count = model.Session.scalar(
        sa.select(sa.func.count()).select_from(found.subquery())
    )
    rows = model.Session.scalars(
        found.order_by(Programme.name)
        .limit(data_dict["limit"])
        .offset(data_dict["offset"])
    ).all()
    editions = _editions([row.id for row in rows])
    return {
        "count": count,
        "results": [
            answers.as_dict(row, answers.PROGRAMME)
            | {
                "roles": sorted(r for r, scope in held[row.id] if scope is None),
                "editions": [
                    item
                    for item in editions[row.id]
                    if user.sysadmin or _covers(held[row.id], item["id"])
                ],
            }
            for row in rows
        ],
    }


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_office_show(context: Context, data_dict: Data) -> Data:
    """Count what is where in an edition. For those who run or audit it.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: numbers by state of ``entries``, ``jurors``, ``assignments``,
        ``conflicts``, ``runs``, ``appeals`` and ``distinctions``; ``late``, the
        assignments that are past their time, and ``questions`` without answer
    :rtype: dictionary
    """
    tk.check_access("merit_office_show", context, data_dict)
    edition_id = data_dict["edition_id"]
    counted: Data = {name: {} for name in _COUNTED}
    for name, state, number in model.Session.execute(_states(edition_id)):
        counted[name][state] = number
    late = sa.select(sa.func.count()).where(
        Assignment.juror_id == Juror.id,
        Juror.edition_id == edition_id,
        sa.or_(
            Assignment.state == "expired",
            sa.and_(
                Assignment.state.in_(["assigned", "in_progress"]),
                Assignment.due_at <= clock(),
            ),
        ),
    )
    questions = sa.select(sa.func.count()).where(
        Announcement.edition_id == edition_id, Announcement.published_at.is_(None)
    )
    return counted | {
        "late": model.Session.scalar(late),
        "questions": model.Session.scalar(questions),
    }


_COUNTED: dict[str, Any] = {
    "entries": Entry,
    "jurors": Juror,
    "assignments": Assignment,
    "conflicts": Conflict,
    "runs": ScoreRun,
    "appeals": Appeal,
    "distinctions": Distinction,
}


def _states(edition_id: str) -> Any:
    """One query for all tables."""
    parts = []
    for name, table in _COUNTED.items():
        found = sa.select(
            sa.literal(name).label("name"),
            table.state.label("state"),
            sa.func.count().label("number"),
        ).select_from(table)
        if table in {Assignment, Conflict}:
            found = found.join(Juror, Juror.id == table.juror_id)
            found = found.where(Juror.edition_id == edition_id)
        elif table is Appeal:
            found = found.join(Entry, Entry.id == Appeal.entry_id)
            found = found.where(Entry.edition_id == edition_id)
        else:
            found = found.where(table.edition_id == edition_id)
        parts.append(found.group_by(table.state))
    return sa.union_all(*parts)


Held = dict[str, set[tuple[str, "str | None"]]]


def _held(user: model.User) -> Held:
    """Roles with the edition they are limited to, by programme."""
    rows = model.Session.execute(
        sa.select(
            RoleHolder.programme_id, RoleHolder.role, RoleHolder.edition_id
        ).where(
            RoleHolder.user_id == user.id,
            RoleHolder.ended_at.is_(None),
            # A mentor's work is not behind the scenes.
            RoleHolder.role != "mentor",
        )
    )
    held: Held = defaultdict(set)
    for programme_id, role, edition_id in rows:
        held[programme_id].add((role, edition_id))
    return held


def _covers(held: set[tuple[str, str | None]], edition_id: str) -> bool:
    return any(scope in {None, edition_id} for _, scope in held)


def _editions(programmes: list[str]) -> dict[str, list[Data]]:
    rows = model.Session.scalars(
        sa.select(Edition)
        .where(Edition.programme_id.in_(programmes))
        .order_by(Edition.created_at.desc(), Edition.id)
    )
    found: dict[str, list[Data]] = defaultdict(list)
    for row in rows:
        found[row.programme_id].append(answers.as_dict(row, answers.EDITION))
    return found
