"""From snapshots to the facts that machines measure."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.domain.award.facts import (
    DatasetFacts,
    EntityFacts,
    in_order,
    read_row,
)
from ckanext.merit.domain.award.gaming import EFFECTS, EXCLUDE, RESTORE
from ckanext.merit.model.award_machine import Finding, Part, Taking
from ckanext.merit.model.contest_entry import Snapshot

__all__ = ["baseline_of", "datasets_in", "facts_at", "settled", "upheld"]


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


def settled(facts: EntityFacts, findings: list[Finding]) -> EntityFacts:
    """Give the facts as the decided findings leave them."""
    by_effect: dict[str, set[str]] = {EXCLUDE: set(), RESTORE: set()}
    for one in findings:
        by_effect.get(EFFECTS[one.kind], set()).update(one.upheld or ())
    return facts.adjusted(
        excluded=by_effect[EXCLUDE], restored=by_effect[RESTORE] - by_effect[EXCLUDE]
    )
