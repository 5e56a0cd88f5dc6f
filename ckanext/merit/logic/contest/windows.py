"""The windows for appeals against results, of stages and of the whole."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest import phases
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.logic.contest.calendar import as_domain, phases_of
from ckanext.merit.logic.contest.embargo import visible
from ckanext.merit.logic.contest.transaction import clock, load
from ckanext.merit.model.contest import Edition, Stage
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_result import Appeal, Publication

__all__ = [
    "attacked",
    "require_any_window",
    "require_settled",
    "require_window",
]

#: Phases in which decisions on entries and evidence can be appealed.
_DECISIONS = {"appeals", "screening"}

_UNDECIDED = ("filed", "admitted")


def attacked(edition: Edition, target_id: str) -> Publication | None:
    """Find the visible results that an appeal names; None: it names something else."""
    return model.Session.scalars(
        sa.select(Publication).where(
            Publication.id == target_id,
            Publication.edition_id == edition.id,
            visible(),
        )
    ).first()


def require_any_window(edition: Edition) -> None:
    """Refuse appeals outside the windows for decisions, which all others lie in.

    Decisions fall, and are appealed, whatever the stage.

    Raises:
        ContestError: ``phase_closed``.
    """
    now = clock()
    if not any(
        phase.kind in _DECISIONS and phase.opens_at <= now < phase.closes_at
        for phase in phases_of(edition.id)
    ):
        raise ContestError("phase_closed", "no window for decisions is open")


def require_window(edition: Edition, stage_id: str | None) -> None:
    """Refuse appeals against results outside their window.

    Raises:
        ContestError: ``phase_closed``.
    """
    now = clock()
    if not any(window.is_open(now) for window in _windows(edition, stage_id)):
        raise ContestError("phase_closed", "no window for these results is open")


def require_settled(edition: Edition, stage_id: str | None) -> None:
    """Refuse final results of a stage, or of the whole, before appeals are settled.

    Raises:
        ContestError: ``appeals_open`` or ``appeals_undecided``.
    """
    now = clock()
    if any(now < window.closes_at for window in _windows(edition, stage_id)):
        raise ContestError("appeals_open", tk._("The time for appeals is not over."))
    undecided = sa.exists().where(
        Appeal.entry_id == Entry.id,
        Entry.edition_id == edition.id,
        Appeal.state.in_(_UNDECIDED),
        *_concerning(edition, stage_id),
    )
    if model.Session.execute(sa.select(undecided)).scalar_one():
        raise ContestError("appeals_undecided", tk._("An appeal is undecided."))


def _windows(edition: Edition, stage_id: str | None) -> tuple[phases.Phase, ...]:
    calendar = [as_domain(row) for row in phases_of(edition.id)]
    later = _later(edition, stage_id) if stage_id else ()
    return phases.appeal_windows(calendar, stage=stage_id, later=later)


def _later(edition: Edition, stage_id: str) -> list[str]:
    position = load(Stage, stage_id).position
    found = sa.select(Stage.id).where(
        Stage.edition_id == edition.id, Stage.position > position
    )
    return list(model.Session.scalars(found))


def _concerning(edition: Edition, stage_id: str | None) -> list[Any]:
    """Leave out appeals against the results of other stages; decisions concern all."""
    if stage_id is None:
        return []
    others = sa.select(Publication.id).where(
        Publication.edition_id == edition.id, Publication.stage_id != stage_id
    )
    return [Appeal.target_id.not_in(others)]
