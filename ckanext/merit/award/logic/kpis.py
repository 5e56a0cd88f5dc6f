"""Indicators of an edition that compare with those of the edition before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

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
from ckanext.merit.model.contest import Edition, RuleSet
from ckanext.merit.model.contest_entry import Entry, Snapshot
from ckanext.merit.model.contest_result import Publication, ScoreRun

__all__ = ["merit_award_kpi_list"]

Context = Any
Data = dict[str, Any]
Datasets = dict[str, tuple[DatasetFacts, ...]]
#: Editions that a history goes back.
EDITIONS = 10
#: Editions whose numbers are kept: results do not change any more.
KEPT = 64


class Asked(NamedTuple):
    """What the numbers of an edition depend on; equal ones have equal numbers."""

    snapshot_id: str
    rule_set_id: str | None
    entries: tuple[tuple[str, str | None], ...]


class Found(NamedTuple):
    """What an edition with results gives."""

    edition: Edition
    snapshot: Snapshot
    new: kpis.Reading
    improved: kpis.Reading


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

    :returns: ``code``, ``title``, ``definition``, ``formula``, ``unit``, ``owner``,
        ``value`` (null: could not be measured), ``measured`` of ``of`` entities, the
        ``snapshot_sha256``, and the ``history``: this edition and those before it that
        have results, latest first, each with ``edition_id``, ``slug``, ``title``,
        ``opens_at`` and ``closes_at`` of its window, and the same of the value;
        nothing before the results
    :rtype: list of dictionaries
    """
    tk.check_access("merit_award_kpi_list", context, data_dict)
    edition = load(Edition, data_dict["edition_id"])
    delta = Fraction(data_dict["delta"])
    line = [_found(one, delta) for one in _line(edition)]
    if line[0] is None:
        return []
    history = [
        (found, _readings(found, before))
        for found, before in pairwise([*line, None])
        if found is not None
    ][:EDITIONS]
    return [
        _answer(kpi, [(found, readings[kpi.code]) for found, readings in history])
        for kpi in kpis.KPIS.values()
    ]


def _line(edition: Edition) -> Iterator[Edition]:
    """Give an edition and those from which it was cloned, one more than is shown."""
    last: Edition | None = edition
    for _ in range(EDITIONS + 1):
        if last is None:
            return
        yield last
        key = last.cloned_from
        last = model.Session.get(Edition, key) if key else None


def _found(edition: Edition, delta: Fraction) -> Found | None:
    """Measure an edition; None while it has no results."""
    snapshot = _snapshot(edition.id)
    if snapshot is None:
        return None
    entries = model.Session.execute(
        sa.select(Entry.id, Entry.organization_id)
        .where(Entry.edition_id == edition.id, Entry.state == "admitted")
        .order_by(Entry.id)
    )
    rules = in_force(edition.id)
    asked = Asked(snapshot.id, rules and rules.id, tuple(map(tuple, entries)))
    new, gains = _measured(asked)
    improved = kpis.entities_improved(gains, delta=delta)
    return Found(edition, snapshot, new, improved)


@lru_cache(maxsize=KEPT)
def _measured(asked: Asked) -> tuple[kpis.Reading, tuple[str | None, ...]]:
    """Read the new datasets of an edition and the gain of each entity."""
    entities = list(_entities(asked))
    given = _parameters(asked.rule_set_id)
    new = [facts and MEASURES["new_datasets"](facts, given) for facts in entities]
    gains = (
        facts and MEASURES["quality_gain"](facts, {"datasets": "all"})
        for facts in entities
    )
    return kpis.total(new), tuple(gains)


def _readings(found: Found, before: Found | None) -> dict[str, kpis.Reading]:
    earlier = before.new if before else kpis.Reading(None, 0, 0)
    return {
        "new_datasets": found.new,
        "growth_factor": kpis.growth_factor(found.new, earlier),
        "entities_improved": found.improved,
    }


def _answer(kpi: kpis.Kpi, history: list[tuple[Found, kpis.Reading]]) -> Data:
    found, reading = history[0]
    return {
        "code": kpi.code,
        "title": tk._(kpi.title),
        "definition": tk._(kpi.definition),
        "formula": kpi.formula,
        "unit": kpi.unit,
        "owner": tk._(kpi.owner),
        **_value(found, reading),
        "history": [_past(*one) for one in history],
    }


def _value(found: Found, reading: kpis.Reading) -> Data:
    return {
        "value": reading.value,
        "measured": reading.measured,
        "of": reading.of,
        "snapshot_sha256": found.snapshot.sha256,
    }


def _past(found: Found, reading: kpis.Reading) -> Data:
    taking = load(Taking, found.snapshot.id)
    return {
        "edition_id": found.edition.id,
        "slug": found.edition.slug,
        "title": found.edition.title,
        "opens_at": taking.opens_at.isoformat(),
        "closes_at": taking.closes_at.isoformat(),
        **_value(found, reading),
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


def _parameters(rule_set_id: str | None) -> dict[str, str]:
    """Give the rule of new datasets as the edition's rules define it."""
    if rule_set_id is None:
        return {}
    body = load(RuleSet, rule_set_id).body
    known = metrics.criteria(body, rulebook.rules_of(body))
    mine = (one.parameters for one in known if one.metric.name == "new_datasets")
    return next(mine, {})


def _entities(asked: Asked) -> Iterator[EntityFacts | None]:
    """Read the facts of all admitted entries, in a constant number of statements."""
    snapshot = load(Snapshot, asked.snapshot_id)
    taking = load(Taking, snapshot.id)
    first = reading.baseline_of(
        snapshot.edition_id, snapshot.stage_id, before=taking.finished_at
    )
    owners = [owner for _, owner in asked.entries if owner]
    after = _datasets(taking, owners)
    before = _datasets(first, owners) if first else {}
    found = _upheld(snapshot.id)
    for entry_id, organization_id in asked.entries:
        owner = organization_id or ""
        if owner not in after:
            yield None
            continue
        facts = EntityFacts(
            after[owner], before.get(owner), taking.opens_at, taking.closes_at
        )
        yield reading.settled(facts, found[entry_id])


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
