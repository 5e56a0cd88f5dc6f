"""From snapshots to the facts that machines measure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.award import collect
from ckanext.merit.domain.award.facts import (
    DatasetFacts,
    EntityFacts,
    in_order,
    read_row,
)
from ckanext.merit.domain.award.gaming import EFFECTS, EXCLUDE, RESTORE
from ckanext.merit.logic.contest.calendar import phases_of
from ckanext.merit.model.award_machine import Finding, Part, Taking
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Snapshot

__all__ = [
    "baseline_of",
    "cut_off_of",
    "datasets_in",
    "facts_at",
    "live_facts",
    "settled",
    "upheld",
    "window",
]

#: Kinds of phases in which datasets count as new.
WINDOWS = ("publication_window", "use_window")


def datasets_in(
    taking: Taking, organization_id: str
) -> tuple[DatasetFacts, ...] | None:
    """Read an organisation's datasets in a snapshot; None if it isn't in it."""
    if organization_id not in taking.organizations:
        return None
    rows = model.Session.scalars(
        sa.select(Part.body["rows"])
        .where(Part.taking_id == taking.id, Part.organization_id == organization_id)
        .order_by(Part.n)
    )
    return in_order(read_row(row) for part in rows for row in part)


def baseline_of(
    edition_id: str, stage_id: str | None, *, before: Any = None
) -> Taking | None:
    """Find the latest complete baseline of a stage, else of the edition.

    Args:
        edition_id: of the edition.
        stage_id: of the stage, or None.
        before: only baselines taken before this instant.
    """
    known = sa.select(Taking).where(
        Taking.edition_id == edition_id,
        Taking.kind == "baseline",
        Taking.finished_at.isnot(None),
        sa.or_(Taking.stage_id.is_(None), Taking.stage_id == stage_id),
    )
    if before is not None:
        known = known.where(Taking.finished_at <= before)
    order = (Taking.stage_id.is_(None), Taking.finished_at.desc())
    return model.Session.scalars(known.order_by(*order).limit(1)).first()


def facts_at(snapshot: Snapshot, organization_id: str) -> EntityFacts | None:
    """Read what a cut-off snapshot holds of an organisation; None if nothing."""
    taking = model.Session.get(Taking, snapshot.id)
    if taking is None:
        return None
    datasets = datasets_in(taking, organization_id)
    if datasets is None:
        return None
    first = baseline_of(
        snapshot.edition_id, snapshot.stage_id, before=taking.finished_at
    )
    before = None if first is None else datasets_in(first, organization_id)
    return EntityFacts(datasets, before, taking.opens_at, taking.closes_at)


def upheld(snapshot_id: str, entry_id: str) -> list[Finding]:
    """List the findings about an entry that were upheld."""
    return list(
        model.Session.scalars(
            sa.select(Finding)
            .where(
                Finding.snapshot_id == snapshot_id,
                Finding.entry_id == entry_id,
                Finding.state == "upheld",
            )
            .order_by(Finding.created_at, Finding.id)
        )
    )


def window(
    edition: Edition, stage_id: str | None, now: datetime
) -> tuple[datetime, datetime]:
    """Find the window in which datasets are new: that of its phase, else up to now."""
    phases = [
        phase
        for phase in phases_of(edition.id)
        if phase.kind in WINDOWS and phase.stage_id in {None, stage_id}
        if phase.opens_at <= now
    ]
    if phases:
        last = max(phases, key=lambda phase: phase.opens_at)
        return last.opens_at, last.closes_at
    return edition.published_at or edition.created_at, now


def live_facts(
    edition: Edition, stage_id: str | None, organization_id: str, *, now: datetime
) -> EntityFacts:
    """Read an organisation's datasets as they are now, as if the cut-off were now."""
    opens_at, closes_at = window(edition, stage_id, now)
    first = baseline_of(edition.id, stage_id)
    return EntityFacts(
        collect.live(model.Session, organization_id),
        None if first is None else datasets_in(first, organization_id),
        opens_at,
        closes_at,
    )


def cut_off_of(edition_id: str, stage_id: str | None) -> Snapshot | None:
    """Find the latest cut-off snapshot of a stage, else of the edition."""
    known = sa.select(Snapshot).where(
        Snapshot.edition_id == edition_id,
        Snapshot.kind == "cut_off",
        sa.or_(Snapshot.stage_id.is_(None), Snapshot.stage_id == stage_id),
    )
    order = (Snapshot.stage_id.is_(None), Snapshot.taken_at.desc())
    return model.Session.scalars(known.order_by(*order).limit(1)).first()


def settled(facts: EntityFacts, findings: list[Finding]) -> EntityFacts:
    """Give the facts as the decided findings leave them."""
    by_effect: dict[str, set[str]] = {EXCLUDE: set(), RESTORE: set()}
    for one in findings:
        by_effect.get(EFFECTS[one.kind], set()).update(one.upheld or ())
    return facts.adjusted(
        excluded=by_effect[EXCLUDE], restored=by_effect[RESTORE] - by_effect[EXCLUDE]
    )
