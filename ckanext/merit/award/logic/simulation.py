"""Simulated editions: their calendar can be moved, and nothing else is different."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award.logic import machine_schema
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import trail
from ckanext.merit.logic.contest.calendar import phases_of
from ckanext.merit.logic.contest.checks import PHASES
from ckanext.merit.logic.contest.transaction import clock, lock, transactional
from ckanext.merit.model.award_machine import Taking
from ckanext.merit.model.contest import Edition, Phase

__all__ = ["merit_award_simulation_travel", "require_simulation"]

Context = Any
Data = dict[str, Any]


@tk.validate_action_data(machine_schema.travel)
@guarded
@transactional
def merit_award_simulation_travel(context: Context, data_dict: Data) -> Data:
    """Move the calendar of a simulated edition, as if time had passed.

    For the secretariat; refused on an edition that is not marked as a simulation.
    All phases move together; an instant that is past already moves nothing.

    :param edition_id: id of the edition
    :type edition_id: string
    :param kind: kind of the phases to travel to
    :type kind: string
    :param bound: ``opens`` (the first of them) or ``closes`` (the last)
    :type bound: string

    :returns: ``seconds``, by which the calendar was moved into the past
    :rtype: dictionary
    """
    tk.check_access("merit_award_simulation_travel", context, data_dict)
    edition = lock(Edition, data_dict["edition_id"])
    require_simulation(edition)
    gone = _distance(edition, data_dict["kind"], data_dict["bound"])
    if gone:
        _move(edition, gone)
        reason = _reason(data_dict["kind"], data_dict["bound"])
        change = trail.Change(reason=reason, after=str(gone))
        trail.note(context, "travel", edition, edition_id=edition.id, change=change)
    return {"seconds": int(gone.total_seconds())}


def _reason(kind: str, bound: str) -> str:
    text = tk._("Simulation: as if “{phase}” were over.")
    if bound == "opens":
        text = tk._("Simulation: as if “{phase}” began now.")
    return text.format(phase=tk._(PHASES[kind]))


def require_simulation(edition: Edition) -> None:
    """Refuse an edition whose results could be taken for real ones.

    Raises:
        ContestError: ``simulation``.
    """
    if not edition.simulation:
        text = tk._("This edition is not marked as a simulation.")
        raise ContestError("simulation", text)


def _distance(edition: Edition, kind: str, bound: str) -> timedelta:
    phases = [phase for phase in phases_of(edition.id) if phase.kind == kind]
    if not phases:
        raise tk.ValidationError({"kind": [tk._("Not found")]})
    instant: datetime = (
        min(phase.opens_at for phase in phases)
        if bound == "opens"
        else max(phase.closes_at for phase in phases)
    )
    return max(instant - clock(), timedelta(0))


def _move(edition: Edition, gone: timedelta) -> None:
    model.Session.execute(
        sa.update(Phase)
        .where(Phase.edition_id == edition.id)
        .values(opens_at=Phase.opens_at - gone, closes_at=Phase.closes_at - gone)
        .execution_options(synchronize_session=False)
    )
    # What a boundary asked for was done, wherever the boundary is now.
    model.Session.execute(
        sa.update(Taking)
        .where(Taking.edition_id == edition.id, Taking.due_at.isnot(None))
        .values(due_at=Taking.due_at - gone)
        .execution_options(synchronize_session=False)
    )
    model.Session.expire_all()
