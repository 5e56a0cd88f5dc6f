"""Phases: the calendar of an edition, and its changes once it is announced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest import phases
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import answers, schema, trail, values
from ckanext.merit.logic.contest.addenda import add_addendum
from ckanext.merit.logic.contest.checks import sentence
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.model.contest import Edition, Phase, Stage

__all__ = [
    "merit_calendar_update",
    "merit_phase_create",
    "merit_phase_delete",
    "phases_of",
    "problems_of",
    "require_draft",
    "require_open",
]

Context = Any
Data = dict[str, Any]


@tk.validate_action_data(schema.phase_create)
@guarded
@transactional
def merit_phase_create(context: Context, data_dict: Data) -> Data:
    """Add a phase to the calendar of an edition.

    Once the edition is published this is an addendum, with a reason: the phase lies
    ahead, and the calendar must stay consistent.

    :param edition_id: id of the edition
    :type edition_id: string
    :param kind: for example ``enrolment``, ``evidence``, ``jury`` or ``appeals``
    :type kind: string
    :param stage_id: id of the stage it belongs to (optional, default: all)
    :type stage_id: string
    :param opens_at: first instant at which it is open, ISO 8601 with zone
    :type opens_at: string
    :param closes_at: first instant at which it no longer is, ISO 8601 with zone
    :type closes_at: string
    :param reason: why; needed once the edition is published
    :type reason: string

    :returns: the phase
    :rtype: dictionary
    """
    tk.check_access("merit_phase_create", context, data_dict)
    edition = lock(Edition, data_dict["edition_id"])
    published = edition.published_at is not None
    _require_changeable(edition, data_dict.get("reason"))
    if data_dict["kind"] not in phases.KINDS[edition.kind]:
        kinds = ", ".join(phases.KINDS[edition.kind])
        raise tk.ValidationError({"kind": [tk._("One of: {0}").format(kinds)]})
    stage_id = data_dict.get("stage_id")
    if stage_id is not None and load(Stage, stage_id).edition_id != edition.id:
        raise tk.ObjectNotFound(tk._("Not found"))
    row = Phase(
        edition_id=edition.id,
        stage_id=stage_id,
        kind=data_dict["kind"],
        opens_at=data_dict["opens_at"],
        closes_at=data_dict["closes_at"],
    )
    model.Session.add(row)
    model.Session.flush()
    if published:
        _announce(context, edition, row, reason=data_dict["reason"])
    after = answers.as_dict(row, answers.PHASE)
    change = trail.Change(reason=data_dict.get("reason"), after=after)
    trail.note(context, "create", row, edition_id=edition.id, change=change)
    return after


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_phase_delete(context: Context, data_dict: Data) -> None:
    """Take a phase out of the calendar of an edition that isn't published yet.

    :param id: id of the phase
    :type id: string
    """
    tk.check_access("merit_phase_delete", context, data_dict)
    row = load(Phase, data_dict["id"])
    edition = lock(Edition, row.edition_id)
    require_draft(edition)
    before = answers.as_dict(row, answers.PHASE)
    trail.note(
        context,
        "delete",
        row,
        edition_id=edition.id,
        change=trail.Change(before=before),
    )
    model.Session.delete(row)


@values.whole("phases")
@tk.validate_action_data(schema.calendar_update)
@guarded
@transactional
def merit_calendar_update(context: Context, data_dict: Data) -> Data:
    """Change dates of one or more phases at once. For the secretariat.

    Once the edition is published this is an addendum, with a reason: a phase that is
    open can only be extended, one that is over stays as it is, and the calendar must
    stay consistent.

    :param edition_id: id of the edition
    :type edition_id: string
    :param phases: ``id`` and the new ``opens_at``, ``closes_at`` or both
    :type phases: list of dictionaries
    :param reason: why; needed once the edition is published
    :type reason: string

    :returns: ``phases``, all of them, and the ``addendum`` (null before publication)
    :rtype: dictionary
    """
    tk.check_access("merit_calendar_update", context, data_dict)
    edition = lock(Edition, data_dict["edition_id"])
    published = edition.published_at is not None
    _require_changeable(edition, data_dict.get("reason"))
    now = clock()
    changes = [
        change
        for item in data_dict.get("phases") or []
        for change in _change(edition, item, now=now if published else None)
    ]
    model.Session.flush()
    if published:
        _require_consistent(edition)
    addendum = None
    if published and changes:
        addendum = add_addendum(
            context, edition, kind="calendar", reason=data_dict["reason"], diff=changes
        )
    trail.note(
        context,
        "change calendar",
        edition,
        edition_id=edition.id,
        change=trail.Change(reason=data_dict.get("reason"), after=changes),
    )
    rows = phases_of(edition.id)
    return {
        "phases": [answers.as_dict(row, answers.PHASE) for row in rows],
        "addendum": addendum and answers.as_dict(addendum, answers.ADDENDUM),
    }


def phases_of(edition_id: str) -> Sequence[Phase]:
    """List the phases of an edition in the order in which they open."""
    return model.Session.scalars(
        sa.select(Phase)
        .where(Phase.edition_id == edition_id)
        .order_by(Phase.opens_at, Phase.closes_at, Phase.id)
        .execution_options(populate_existing=True)
    ).all()


def require_open(
    edition: Edition, kinds: set[str], *, stage_id: str | None = None
) -> phases.Phase:
    """Give the phase that admits an act at this instant; the edition is locked.

    Raises:
        ContestError: ``phase_closed``.
    """
    calendar = [as_domain(row) for row in phases_of(edition.id)]
    return phases.require_open(calendar, kinds, now=clock(), stage=stage_id)


def problems_of(edition: Edition) -> tuple[phases.Problem, ...]:
    """List what is inconsistent in the calendar of an edition."""
    stages = model.Session.scalars(
        sa.select(Stage.id).where(Stage.edition_id == edition.id)
    )
    return phases.calendar_problems(
        [as_domain(row) for row in phases_of(edition.id)],
        kind=edition.kind,
        stages=set(stages),
    )


def require_draft(edition: Edition) -> None:
    """Refuse changes of what was announced.

    Raises:
        ContestError: ``published``.
    """
    if edition.state != "draft":
        raise ContestError("published", tk._("The edition is published already."))


def as_domain(row: Phase) -> phases.Phase:
    """Make the domain's phase of a row; its stage is the stage's id."""
    return phases.Phase(row.kind, row.opens_at, row.closes_at, row.stage_id)


def _require_changeable(edition: Edition, reason: str | None) -> None:
    if edition.state not in {"draft", "published", "provisional"}:
        raise ContestError("over", tk._("The results of this edition are final."))
    if edition.published_at is not None and not reason:
        raise ContestError("reason", tk._("A reason is required."))


def _announce(context: Context, edition: Edition, row: Phase, *, reason: str) -> None:
    """Publish an addendum on a phase that is new in an announced calendar."""
    new = as_domain(row)
    if new.opens_at <= clock():
        text = tk._("A phase that is added to a published calendar lies ahead.")
        raise ContestError("in_the_past", text)
    _require_consistent(edition)
    diff = [
        {
            "path": f"{row.kind}.{row.id}.{name}",
            "before": None,
            "after": getattr(new, name).isoformat(),
        }
        for name in ("opens_at", "closes_at")
    ]
    add_addendum(context, edition, kind="calendar", reason=reason, diff=diff)


def _change(edition: Edition, item: Data, *, now: datetime | None) -> list[Data]:
    row = load(Phase, item["id"])
    if row.edition_id != edition.id:
        raise tk.ObjectNotFound(tk._("Not found"))
    old = as_domain(row)
    new = phases.Phase(
        row.kind,
        item.get("opens_at") or row.opens_at,
        item.get("closes_at") or row.closes_at,
        row.stage_id,
    )
    if now is not None and old != new:
        phases.check_change(old, new, now=now)
    changes = [
        {
            "path": f"{row.kind}.{row.id}.{name}",
            "before": getattr(old, name).isoformat(),
            "after": getattr(new, name).isoformat(),
        }
        for name in ("opens_at", "closes_at")
        if getattr(old, name) != getattr(new, name)
    ]
    row.opens_at, row.closes_at = new.opens_at, new.closes_at
    return changes


def _require_consistent(edition: Edition) -> None:
    problems = problems_of(edition)
    if problems:
        first = {"code": problems[0].code, **problems[0].detail}
        text = tk._("The calendar would be inconsistent: {0}")
        raise ContestError("calendar", text.format(sentence(first)))
