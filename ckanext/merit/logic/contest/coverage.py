"""Which juror has which entry: as a map, and given by a list."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.conflicts import BLOCKING
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import answers, jury_schema, names, tables
from ckanext.merit.logic.contest.assignments import given
from ckanext.merit.logic.contest.juror_lists import is_late
from ckanext.merit.logic.contest.texts import rule_text
from ckanext.merit.logic.contest.transaction import clock, lock, transactional
from ckanext.merit.model import contest_membership
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Assignment, Conflict, Juror

__all__ = ["merit_assignment_import", "merit_coverage_show"]

Context = Any
Data = dict[str, Any]
_HEADER = ["juror", "entry"]
_ON_THE_JURY = ("invited", "accepted", "active", "ended")


@tk.side_effect_free
@tk.validate_action_data(jury_schema.coverage)
def merit_coverage_show(context: Context, data_dict: Data) -> Data:
    """Show which juror has which admitted entry, and how far each review is.

    Never what was scored. For those who run or audit the edition.

    :param edition_id: id of the edition
    :type edition_id: string
    :param stage_id: only assignments of this stage (optional)
    :type stage_id: string
    :param limit: number of entries to return (default: 20)
    :type limit: int
    :param offset: number of entries to pass over (default: 0)
    :type offset: int

    :returns: ``jurors`` with their ``user``; ``count`` and ``results``: entries by
        title, each with ``cells`` by the juror's id (``id`` and ``state`` of the
        assignment, ``late``, or the state ``conflict``), how many jurors it has
        (``filled``) and how many of them are done (``completed``)
    :rtype: dictionary
    """
    tk.check_access("merit_coverage_show", context, data_dict)
    edition_id = data_dict["edition_id"]
    admitted = sa.select(Entry).where(
        Entry.edition_id == edition_id, Entry.state == "admitted"
    )
    count = model.Session.scalar(
        sa.select(sa.func.count()).select_from(admitted.subquery())
    )
    entries = model.Session.scalars(
        admitted.order_by(Entry.title, Entry.id)
        .limit(data_dict["limit"])
        .offset(data_dict["offset"])
    ).all()
    cells = _cells([row.id for row in entries], data_dict.get("stage_id"))
    return {
        "jurors": _jurors(edition_id),
        "count": count,
        "results": [
            answers.as_dict(row, answers.ENTRY_PUBLIC) | _row(cells[row.id])
            for row in entries
        ],
    }


@tk.validate_action_data(jury_schema.import_assignments)
@guarded
@transactional
def merit_assignment_import(context: Context, data_dict: Data) -> Data:
    """Give entries to jurors by a list in CSV; one bad row and nothing is changed.

    The columns are ``juror``, the juror's user name, and ``entry``, the entry's id or
    the name of its organization.

    :param edition_id: id of the edition
    :type edition_id: string
    :param csv: the text of the file
    :type csv: string
    :param stage_id: id of the stage (optional)
    :type stage_id: string
    :param due_at: until when, ISO 8601 with zone (optional)
    :type due_at: string

    :returns: ``assigned``, the number of assignments
    :rtype: dictionary
    """
    tk.check_access("merit_assignment_import", context, data_dict)
    edition = lock(Edition, data_dict["edition_id"])
    rows = tables.rows_of(data_dict["csv"], _HEADER)
    jurors, entries = _jurors_by_name(edition.id), _entries_by_name(edition.id)
    contest_membership.refresh(model.Session)
    problems: list[str] = []
    assigned = 0
    for line, item in rows:
        juror, entry = jurors.get(item["juror"]), entries.get(item["entry"])
        problem = _given(context, edition, juror, entry, data_dict)
        if problem:
            problems.append(tables.sentence(line, problem))
        else:
            assigned += 1
    if problems:
        raise tk.ValidationError({"csv": problems})
    return {"assigned": assigned}


def _given(
    context: Context,
    edition: Edition,
    juror: Juror | None,
    entry: Entry | None,
    data: Data,
) -> str | None:
    """Give an entry to a juror; says why not."""
    if juror is None:
        return tk._("There is no such juror.")
    if entry is None:
        return tk._("There is no such entry.")
    held = sa.exists().where(
        Assignment.juror_id == juror.id,
        Assignment.entry_id == entry.id,
        Assignment.stage_id.is_not_distinct_from(data.get("stage_id")),
        Assignment.calibration.is_(False),
    )
    if model.Session.execute(sa.select(held)).scalar_one():
        return tk._("This juror has this entry already.")
    try:
        row = given(context, edition, juror, entry, data)
    except ContestError as error:
        return rule_text(error)
    if isinstance(row, Conflict):
        return tk._("The juror has a conflict.")
    return None


def _jurors(edition_id: str) -> list[Data]:
    rows = model.Session.scalars(
        sa.select(Juror)
        .where(Juror.edition_id == edition_id, Juror.state.in_(_ON_THE_JURY))
        .order_by(Juror.created_at, Juror.id)
    ).all()
    people = names.of_users(row.user_id for row in rows)
    return [
        {"id": row.id, "state": row.state, "user": people.get(row.user_id)}
        for row in rows
    ]


def _cells(entries: list[str], stage_id: str | None) -> dict[str, Data]:
    """Cells by entry and juror; a conflict hides what was assigned before."""
    late = is_late(clock())
    found = sa.select(
        Assignment.entry_id, Assignment.juror_id, Assignment.id, Assignment.state, late
    ).where(Assignment.entry_id.in_(entries), Assignment.calibration.is_(False))
    if stage_id:
        found = found.where(
            sa.or_(Assignment.stage_id.is_(None), Assignment.stage_id == stage_id)
        )
    cells: dict[str, Data] = {key: {} for key in entries}
    for entry_id, juror_id, key, state, over in model.Session.execute(
        found.order_by(Assignment.created_at, Assignment.id)
    ):
        cells[entry_id][juror_id] = {"id": key, "state": state, "late": bool(over)}
    blocked = model.Session.execute(
        sa.select(Conflict.entry_id, Conflict.juror_id).where(
            Conflict.entry_id.in_(entries), Conflict.state.in_(BLOCKING)
        )
    )
    for entry_id, juror_id in blocked:
        cells[entry_id][juror_id] = {"id": None, "state": "conflict", "late": False}
    return cells


def _row(cells: Data) -> Data:
    states = [cell["state"] for cell in cells.values()]
    done = states.count("completed")
    waiting = states.count("assigned") + states.count("in_progress")
    return {"cells": cells, "filled": done + waiting, "completed": done}


def _jurors_by_name(edition_id: str) -> dict[str, Juror]:
    rows = model.Session.execute(
        sa.select(model.User.name, Juror)
        .join(Juror, Juror.user_id == model.User.id)
        .where(Juror.edition_id == edition_id)
        .with_for_update(of=Juror)
    )
    return {row.name: row.Juror for row in rows}


def _entries_by_name(edition_id: str) -> dict[str, Entry]:
    rows = model.Session.execute(
        sa.select(model.Group.name, Entry)
        .select_from(Entry)
        .outerjoin(model.Group, model.Group.id == Entry.organization_id)
        .where(Entry.edition_id == edition_id, Entry.state == "admitted")
    )
    found: dict[str, Entry] = {}
    for name, entry in rows:
        found[entry.id] = entry
        if name:
            found[name] = entry
    return found
