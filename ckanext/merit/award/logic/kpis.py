"""Indicators of an edition that compare with those of the edition before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award.logic import machine_schema, reading
from ckanext.merit.domain.award import kpis
from ckanext.merit.domain.award.facts import (
    DatasetFacts,
    EntityFacts,
    in_order,
    read_row,
)
from ckanext.merit.domain.award.metrics import MEASURES
from ckanext.merit.logic.contest import metrics, rulebook
from ckanext.merit.logic.contest.rule_sets import in_force
from ckanext.merit.logic.contest.transaction import load
from ckanext.merit.model.award_machine import Finding, Part, Taking
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry, Snapshot
from ckanext.merit.model.contest_result import Publication, ScoreRun

__all__ = ["merit_award_kpi_list"]

Context = Any
Data = dict[str, Any]
Datasets = dict[str, tuple[DatasetFacts, ...]]


@tk.side_effect_free
@tk.validate_action_data(machine_schema.kpis)
def merit_award_kpi_list(context: Context, data_dict: Data) -> list[Data]:
    """Return the indicators of an edition whose results are published.

    Computed on the snapshot behind the latest results, with the definition of new
    datasets that the rules give. The edition before is the one it was cloned from.

    :param edition_id: id of the edition
    :type edition_id: string
    :param delta: points from which an entity counts as improved (default: 5)
    :type delta: int

    :returns: ``code``, ``title``, ``definition``, ``formula``, ``unit``, ``value``
        (null: could not be measured), ``measured`` of ``of`` entities, and the
        ``snapshot_sha256``; nothing before the results
    :rtype: list of dictionaries
    """
    tk.check_access("merit_award_kpi_list", context, data_dict)
    edition = load(Edition, data_dict["edition_id"])
    snapshot = _snapshot(edition.id)
    if snapshot is None:
        return []
    entities = list(_entities(snapshot))
    new = _new(edition, entities)
    before = _before(edition)
    gains = [
        facts and MEASURES["quality_gain"](facts, {"datasets": "all"})
        for facts in entities
    ]
    delta = Fraction(data_dict["delta"])
    readings = {
        "new_datasets": new,
        "growth_factor": kpis.growth_factor(new, before),
        "entities_improved": kpis.entities_improved(gains, delta=delta),
    }
    return [
        _answer(kpis.KPIS[code], found) | {"snapshot_sha256": snapshot.sha256}
        for code, found in readings.items()
    ]


def _answer(kpi: kpis.Kpi, found: kpis.Reading) -> Data:
    return {
        "code": kpi.code,
        "title": tk._(kpi.title),
        "definition": tk._(kpi.definition),
        "formula": kpi.formula,
        "unit": kpi.unit,
        "value": found.value,
        "measured": found.measured,
        "of": found.of,
    }


def _snapshot(edition_id: str) -> Snapshot | None:
    """Find the snapshot behind the latest visible results."""
    return model.Session.scalars(
        sa.select(Snapshot)
        .join(ScoreRun, ScoreRun.snapshot_id == Snapshot.id)
        .join(Publication, Publication.run_id == ScoreRun.id)
        .where(
            Publication.edition_id == edition_id,
            Publication.visible_from <= sa.func.clock_timestamp(),
        )
        .order_by(Publication.number.desc())
        .limit(1)
    ).first()


def _before(edition: Edition) -> kpis.Reading:
    """Read the new datasets of the edition before, if it has results."""
    last = edition.cloned_from and model.Session.get(Edition, edition.cloned_from)
    snapshot = _snapshot(last.id) if last else None
    if last is None or snapshot is None:
        return kpis.Reading(None, 0, 0)
    return _new(last, list(_entities(snapshot)))


def _new(edition: Edition, entities: list[EntityFacts | None]) -> kpis.Reading:
    given = _parameters(edition)
    measure = MEASURES["new_datasets"]
    return kpis.total(facts and measure(facts, given) for facts in entities)


def _parameters(edition: Edition) -> dict[str, str]:
    """Give the rule of new datasets as the edition's rules define it."""
    rules = in_force(edition.id)
    if rules is None:
        return {}
    known = metrics.criteria(rules.body, rulebook.rules_of(rules.body))
    mine = (one.parameters for one in known if one.metric.name == "new_datasets")
    return next(mine, {})


def _entities(snapshot: Snapshot) -> Iterator[EntityFacts | None]:
    """Read the facts of all admitted entries, in a constant number of statements."""
    taking = load(Taking, snapshot.id)
    first = reading.baseline_of(
        snapshot.edition_id, snapshot.stage_id, before=taking.finished_at
    )
    entries = model.Session.scalars(
        sa.select(Entry)
        .where(Entry.edition_id == snapshot.edition_id, Entry.state == "admitted")
        .order_by(Entry.id)
    ).all()
    owners = [entry.organization_id for entry in entries if entry.organization_id]
    after = _datasets(taking, owners)
    before = _datasets(first, owners) if first else {}
    found = _upheld(snapshot.id)
    for entry in entries:
        owner = entry.organization_id or ""
        if owner not in after:
            yield None
            continue
        facts = EntityFacts(
            after[owner], before.get(owner), taking.opens_at, taking.closes_at
        )
        yield reading.settled(facts, found[entry.id])


def _datasets(taking: Taking, owners: list[str]) -> Datasets:
    rows: dict[str, list[DatasetFacts]] = {
        key: [] for key in owners if key in set(taking.organizations)
    }
    parts = model.Session.execute(
        sa.select(Part.organization_id, Part.body["rows"]).where(
            Part.taking_id == taking.id, Part.organization_id.in_(owners)
        )
    )
    for owner, part in parts:
        rows[owner].extend(map(read_row, part))
    return {owner: in_order(datasets) for owner, datasets in rows.items()}


def _upheld(snapshot_id: str) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = defaultdict(list)
    rows = model.Session.scalars(
        sa.select(Finding).where(
            Finding.snapshot_id == snapshot_id, Finding.state == "upheld"
        )
    )
    for row in rows:
        found[row.entry_id].append(row)
    return found
