"""Whether a snapshot was measured for every entry that counts."""

from __future__ import annotations

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award.logic.findings import open_problems
from ckanext.merit.logic.contest import metrics, rulebook
from ckanext.merit.logic.contest.criteria import rules_in_force
from ckanext.merit.logic.contest.transaction import load
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry, Observation, Snapshot

__all__ = ["count", "snapshot_problems"]


def snapshot_problems(snapshot_id: str) -> list[str]:
    """Say what keeps a score run from using a snapshot."""
    snapshot = load(Snapshot, snapshot_id)
    edition = load(Edition, snapshot.edition_id)
    body = rules_in_force(edition).body
    if edition.kind != "award":
        return []
    problems = open_problems(snapshot_id)
    if metrics.criteria(body, rulebook.rules_of(body)):
        problems += _problem(count(snapshot))
    return problems


def count(snapshot: Snapshot | None) -> int:
    """Count the admitted entries without any value on a cut-off; of others, none."""
    if snapshot is None or snapshot.kind != "cut_off":
        return 0
    measured = sa.exists().where(
        Observation.entry_id == Entry.id, Observation.snapshot_id == snapshot.id
    )
    found = model.Session.scalar(
        sa.select(sa.func.count())
        .select_from(Entry)
        .where(
            Entry.edition_id == snapshot.edition_id,
            Entry.state == "admitted",
            sa.not_(measured),
        )
    )
    return found or 0


def _problem(number: int) -> list[str]:
    if not number:
        return []
    text = tk.ungettext(
        "%(num)d entry is not measured on this snapshot.",
        "%(num)d entries are not measured on this snapshot.",
        number,
    )
    return [text % {"num": number}]
