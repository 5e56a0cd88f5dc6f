"""Which entries the gates of stages keep out, by what was published before."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.gates import Standing, passes, read_gate
from ckanext.merit.model.contest import Stage
from ckanext.merit.model.contest_result import Publication, RunRow

__all__ = ["below_gate"]


def below_gate(
    edition_id: str, stage_id: str | None, entries: Collection[str]
) -> set[str]:
    """Name admitted entries that a gate keeps out: of the stage, or of any.

    Args:
        edition_id: The edition.
        stage_id: The stage; None: all of them.
        entries: Ids of the admitted entries in question.

    Raises:
        ContestError: ``gate``, where it depends on results that there aren't.
    """
    stages = model.Session.scalars(
        sa.select(Stage).where(Stage.edition_id == edition_id).order_by(Stage.position)
    ).all()
    out: set[str] = set()
    for number, stage in enumerate(stages):
        if stage_id in {None, stage.id}:
            before = stages[number - 1] if number else None
            out |= set(entries) - _through(stage, before, entries)
    return out


def _through(
    stage: Stage, before: Stage | None, entries: Collection[str]
) -> frozenset[str]:
    gate = read_gate(stage.gate)
    if gate.kind in {"min", "top"} and before is None:
        raise ContestError("gate", tk._("The first stage has a gate without a stage."))
    rows = _published_rows(before, entries) if before is not None else None
    if rows is None and gate.kind in {"min", "top"}:
        text = tk._("The stage before has no published results.")
        raise ContestError("gate", text)
    known = rows or {}
    return passes(gate, [_standing(key, known.get(key)) for key in entries])


def _published_rows(stage: Stage, entries: Collection[str]) -> dict[str, RunRow] | None:
    run_id = model.Session.scalars(
        sa.select(Publication.run_id)
        .where(
            Publication.edition_id == stage.edition_id,
            Publication.stage_id == stage.id,
        )
        .order_by(Publication.number.desc())
        .limit(1)
    ).first()
    if run_id is None:
        return None
    rows = model.Session.scalars(
        sa.select(RunRow).where(
            RunRow.run_id == run_id, RunRow.entry_id.in_(list(entries))
        )
    )
    return {row.entry_id: row for row in rows}


def _standing(key: str, row: RunRow | None) -> Standing:
    if row is None:
        return Standing(key)
    return Standing(
        key,
        total=None if row.total is None else Decimal(row.total),
        rank=row.rank,
        knocked_out="knocked_out" in row.flags["flags"],
    )
