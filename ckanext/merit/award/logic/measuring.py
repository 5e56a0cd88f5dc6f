"""Measuring an entry on a snapshot: signs of gaming, then values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.award.logic import reading
from ckanext.merit.domain.award.facts import EntityFacts
from ckanext.merit.domain.award.gaming import GENERAL, detect
from ckanext.merit.domain.canonical import digest
from ckanext.merit.domain.contest.parameters import Values
from ckanext.merit.domain.scoring.normalise import normalised, written_value
from ckanext.merit.domain.scoring.rules import Leaf, Rules
from ckanext.merit.logic.contest import metrics, rulebook, trail
from ckanext.merit.logic.contest.criteria import rules_in_force, stage_nodes
from ckanext.merit.logic.contest.transaction import clock, load
from ckanext.merit.model.award_machine import Finding
from ckanext.merit.model.contest import Category, Edition
from ckanext.merit.model.contest_entry import Entry, Observation, Snapshot

__all__ = [
    "detector_values",
    "examine",
    "hearing",
    "measure",
    "note_finding",
    "section",
]

Body = dict[str, Any]


def examine(context: Any, snapshot: Snapshot, entry: Entry) -> None:
    """Look for signs of gaming in an entry's datasets, and measure them.

    Doing it again changes nothing that was decided: the same sign is noted once.
    """
    edition = load(Edition, snapshot.edition_id)
    body = rules_in_force(edition).body
    facts = reading.facts_at(snapshot, entry.organization_id or "")
    if facts is not None:
        for found in detect(facts, section(body)):
            note_finding(context, snapshot, entry, found, body=body)
    _measure(context, snapshot, entry, facts)


def measure(context: Any, snapshot: Snapshot, entry: Entry) -> None:
    """Write the values of an entry's machine criteria, as decided findings leave them.

    A snapshot of a stage also carries the values of the other stages, as last
    measured, so that the whole can be computed on it.
    """
    facts = reading.facts_at(snapshot, entry.organization_id or "")
    _measure(context, snapshot, entry, facts)


def _measure(
    context: Any, snapshot: Snapshot, entry: Entry, facts: EntityFacts | None
) -> None:
    edition = load(Edition, snapshot.edition_id)
    body = rules_in_force(edition).body
    rules = rulebook.rules_of(body)
    category = load(Category, entry.category_id).code
    findings = reading.upheld(snapshot.id, entry.id)
    if facts is not None:
        facts = reading.settled(facts, findings)
    known = _known(snapshot, entry)
    inside = stage_nodes(body, rules, snapshot.stage_id)
    found: dict[str, str | None] = {}
    for item in _criteria(body, rules, category):
        row = known.get(item.code)
        if row is None:
            row = Observation(
                entry_id=entry.id, criterion=item.code, snapshot_id=snapshot.id
            )
            model.Session.add(row)
        if item.code in inside:
            row.value, row.detail = _measured(item, facts, findings)
        else:
            row.value, row.detail = _carried(snapshot, entry, item.code)
        found[item.code] = row.value
    change = trail.Change(reason=snapshot.id, after=found)
    trail.note(context, "measure", entry, edition_id=edition.id, change=change)


def note_finding(
    context: Any, snapshot: Snapshot, entry: Entry, found: Any, *, body: Body
) -> Finding | None:
    """Note a sign once; None if it is known."""
    marked = digest(list(found.datasets))
    same = sa.select(Finding.id).where(
        Finding.snapshot_id == snapshot.id,
        Finding.entry_id == entry.id,
        Finding.kind == found.kind,
        Finding.datasets_sha256 == marked,
    )
    if model.Session.scalars(same).first() is not None:
        return None
    row = Finding(
        entry_id=entry.id,
        snapshot_id=snapshot.id,
        kind=found.kind,
        datasets=list(found.datasets),
        datasets_sha256=marked,
        evidence=dict(found.evidence),
        due_at=clock() + hearing(body),
    )
    model.Session.add(row)
    model.Session.flush()
    change = trail.Change(states=(None, "open"), reason=row.kind, after=row.datasets)
    trail.note(context, "note", row, edition_id=snapshot.edition_id, change=change)
    return row


def section(body: Body) -> Body:
    """Give the rules' section on anti-gaming."""
    return dict(body.get("integrity") or {})


def hearing(body: Body) -> timedelta:
    """Give the time in which an entity answers."""
    names = {parameter.name for parameter in GENERAL}
    given = {key: text for key, text in section(body).items() if key in names}
    return timedelta(days=Values(GENERAL, given).whole("hearing_days"))


def detector_values(body: Body, kind: str, known: Any) -> Values | None:
    """Read the parameters of a detector; None if the rules don't name it."""
    rules = section(body)
    return Values(known, rules[kind] or None) if kind in rules else None


def _criteria(body: Body, rules: Rules, category: str) -> Iterator[metrics.Criterion]:
    for item in metrics.criteria(body, rules):
        if rules.applies(item.leaf, category):
            yield item


def _known(snapshot: Snapshot, entry: Entry) -> dict[str, Observation]:
    rows = model.Session.scalars(
        sa.select(Observation).where(
            Observation.snapshot_id == snapshot.id, Observation.entry_id == entry.id
        )
    )
    return {row.criterion: row for row in rows}


def _measured(
    item: metrics.Criterion, facts: EntityFacts | None, findings: list[Finding]
) -> tuple[str | None, Body]:
    detail: Body = {"metric": item.metric.name, "parameters": item.parameters}
    if facts is None:
        return None, detail | {"problem": "not_in_snapshot"}
    detail |= {
        "datasets": str(len(facts.datasets)),
        "findings": [row.id for row in findings],
    }
    value = item.metric.measure(facts, item.parameters)
    if value is None:
        return None, detail | {"problem": "not_measured"}
    return _fitting(item.leaf, value, detail)


def _fitting(leaf: Leaf, value: str, detail: Body) -> tuple[str | None, Body]:
    """Keep a value that the rules cannot score from stopping the whole computation."""
    try:
        normalised(leaf.measure, written_value(leaf.measure, value))
    except ValueError as error:
        return None, detail | {"problem": str(error), "measured": value}
    return value, detail


def _carried(snapshot: Snapshot, entry: Entry, code: str) -> tuple[str | None, Body]:
    row = model.Session.execute(
        sa.select(Observation.value, Observation.detail, Snapshot.id)
        .join(Snapshot, Snapshot.id == Observation.snapshot_id)
        .where(
            Observation.entry_id == entry.id,
            Observation.criterion == code,
            Snapshot.kind == "cut_off",
            Snapshot.id != snapshot.id,
            Snapshot.taken_at <= snapshot.taken_at,
        )
        .order_by(Snapshot.taken_at.desc())
        .limit(1)
    ).first()
    if row is None:
        return None, {"problem": "other_stage"}
    return row[0], {**row[1], "snapshot_id": row[2]}
