"""Lists of jurors: those of an edition, and one's own juries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.logic.contest import answers, names, schema
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.embargo import known_states
from ckanext.merit.logic.contest.transaction import clock
from ckanext.merit.model.contest import Edition, Phase, Programme
from ckanext.merit.model.contest_jury import Assignment, Juror

__all__ = ["is_late", "merit_juror_list", "merit_juror_mine"]

Context = Any
Data = dict[str, Any]
#: What somebody invited reads of an edition, perhaps before it is published.
_EDITION = ("id", "slug", "kind", "title", "summary", "timezone", "state")


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_juror_list(context: Context, data_dict: Data) -> list[Data]:
    """List the jurors of an edition. For those who run or audit it.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: appointments, each with its ``user`` (name and full name) and ``tasks``:
        numbers of assignments by state, and how many are ``late``
    :rtype: list of dictionaries
    """
    tk.check_access("merit_juror_list", context, data_dict)
    rows = model.Session.scalars(
        sa.select(Juror)
        .where(Juror.edition_id == data_dict["edition_id"])
        .order_by(Juror.created_at, Juror.id)
    ).all()
    people = names.of_users(row.user_id for row in rows)
    progress = _progress(data_dict["edition_id"])
    return [
        answers.as_dict(row, answers.JUROR)
        | {"user": people.get(row.user_id), "tasks": progress.get(row.id, {})}
        for row in rows
    ]


@tk.side_effect_free
def merit_juror_mine(context: Context, data_dict: Data) -> list[Data]:
    """List your invitations and appointments to juries, latest first.

    :returns: appointments with the ``edition``: its names, title, zone, state and the
        phases of its jury
    :rtype: list of dictionaries
    """
    tk.check_access("merit_juror_mine", context, data_dict)
    user = user_of(context)
    if user is None:
        return []
    rows = model.Session.execute(
        sa.select(Juror, Edition, Programme)
        .join(Edition, Edition.id == Juror.edition_id)
        .join(Programme, Programme.id == Edition.programme_id)
        .where(Juror.user_id == user.id)
        .order_by(Juror.created_at.desc(), Juror.id)
    ).all()
    phases = _judging({edition.id for _, edition, _ in rows})
    known = known_states([edition for _, edition, _ in rows])
    now = clock()
    return [
        answers.as_dict(juror, answers.JUROR)
        | {
            "expired": juror.state == "invited" and juror.expires_at <= now,
            "edition": answers.as_dict(edition, _EDITION)
            | {
                "state": known[edition.id],
                "programme": answers.as_dict(programme, ("name", "title")),
                "phases": phases.get(edition.id, []),
            },
        }
        for juror, edition, programme in rows
    ]


def is_late(now: datetime) -> Any:
    """Select unfinished assignments whose time has passed."""
    return sa.and_(
        Assignment.state.in_(["assigned", "in_progress"]), Assignment.due_at <= now
    )


def _progress(edition_id: str) -> dict[str, dict[str, int]]:
    """Count assignments by state, and the late ones, by juror."""
    late = sa.or_(Assignment.state == "expired", is_late(clock()))
    rows = model.Session.execute(
        sa.select(
            Assignment.juror_id,
            Assignment.state,
            sa.func.count(),
            sa.func.count().filter(late),
        )
        .join(Juror, Juror.id == Assignment.juror_id)
        .where(Juror.edition_id == edition_id)
        .group_by(Assignment.juror_id, Assignment.state)
    )
    found: dict[str, dict[str, int]] = {}
    for juror_id, state, number, over in rows:
        tasks = found.setdefault(juror_id, {"late": 0})
        tasks[state] = number
        tasks["late"] += over
    return found


def _judging(editions: Collection[str]) -> dict[str, list[Data]]:
    """Phases of juries by edition."""
    found: dict[str, list[Data]] = {}
    rows = model.Session.scalars(
        sa.select(Phase)
        .where(Phase.edition_id.in_(list(editions)), Phase.kind == "jury")
        .order_by(Phase.opens_at, Phase.id)
    )
    for row in rows:
        listed = found.setdefault(row.edition_id, [])
        listed.append(answers.as_dict(row, answers.PHASE))
    return found
