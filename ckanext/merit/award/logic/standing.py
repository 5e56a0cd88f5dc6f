"""Where an entry stands by its machine criteria, and where it could stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

import ckantoolkit as tk

from ckanext.merit.award.logic import machine_schema, reading
from ckanext.merit.domain.award.facts import EntityFacts, Quality
from ckanext.merit.domain.award.metrics import decimal
from ckanext.merit.domain.award.standing import Line, Standing, stand
from ckanext.merit.domain.scoring.rules import Rules
from ckanext.merit.logic.contest import metrics, rulebook, values
from ckanext.merit.logic.contest.criteria import rules_in_force, stage_nodes
from ckanext.merit.logic.contest.editions import parts_of
from ckanext.merit.logic.contest.transaction import clock, load
from ckanext.merit.model.contest import Category, Edition, Stage
from ckanext.merit.model.contest_entry import Entry

__all__ = ["merit_award_standing_show", "merit_award_whatif_show"]

Context = Any
Data = dict[str, Any]

#: Datasets named per criterion.
NAMED = 10


@dataclass
class View:
    """What machines see of an entry at an instant.

    Attributes:
        rules: In force.
        category: Code of the entry's category.
        criteria: Those that machines measure and that apply.
        facts: By code of a criterion; None where the snapshot has nothing.
        frozen: By code of a criterion, when its snapshot was taken; None while the
            catalogue itself is looked at.
    """

    rules: Rules
    category: str
    criteria: list[metrics.Criterion]
    facts: dict[str, EntityFacts | None] = field(default_factory=dict)
    frozen: dict[str, datetime | None] = field(default_factory=dict)


@tk.side_effect_free
@tk.validate_action_data(machine_schema.of_entry)
def merit_award_standing_show(context: Context, data_dict: Data) -> Data:
    """Say where an entry stands by its machine criteria, and which datasets to fix.

    For those behind the entry and those who run the edition. Before the cut-off by the
    catalogue as it is now, then by the snapshot and what was decided about it.

    :param entry_id: id of the entry
    :type entry_id: string

    :returns: ``criteria`` (``code``, ``title``, ``metric``, ``help``, ``unit``,
        ``value``, ``u``, ``points``, ``maximum``, ``frozen_at`` and ``datasets``: each
        with ``id``, ``name``, ``title``, ``indicators`` to fix and the ``gain`` in
        points of this criterion), ``total`` and ``maximum`` of what machines measure,
        ``taken_at``, and ``live``
    :rtype: dictionary
    """
    tk.check_access("merit_award_standing_show", context, data_dict)
    now = clock()
    view = _view(load(Entry, data_dict["entry_id"]), now)
    standing = _stand(view)
    to_fix = _to_fix(context, view, standing)
    return _answer(view, standing, now) | {
        "entry_id": data_dict["entry_id"],
        "criteria": [
            line | {"datasets": to_fix.get(line["code"], [])}
            for line in _lines(view, standing)
        ],
    }


@values.whole("fixes")
@tk.side_effect_free
@tk.validate_action_data(machine_schema.whatif)
def merit_award_whatif_show(context: Context, data_dict: Data) -> Data:
    """Say where an entry would stand if something about its datasets were fixed.

    Runs the registered metrics on altered facts: "fix these 7 datasets: 61.4 → 73.9".

    :param entry_id: id of the entry
    :type entry_id: string
    :param fixes: dictionaries with the ``package_id`` of a dataset of the entry and
        the ``indicators`` to fix; without indicators, the one that gains most
    :type fixes: list of dictionaries

    :returns: ``before`` and ``after`` as `merit_award_standing_show` gives them, and
        ``fixes`` with the ``indicators`` and the dataset's score ``before`` and
        ``after``
    :rtype: dictionary
    """
    tk.check_access("merit_award_whatif_show", context, data_dict)
    now = clock()
    view = _view(load(Entry, data_dict["entry_id"]), now)
    fixes = data_dict["fixes"]
    _require_own(view, fixes)
    found = _whatif(context, fixes)
    altered = {one["package_id"]: Quality.read(one["after"]) for one in found}
    standings = (_stand(view), _stand(view, altered))
    before, after = (
        _answer(view, one, now)
        | {"criteria": [line | {"datasets": []} for line in _lines(view, one)]}
        for one in standings
    )
    return {
        "entry_id": data_dict["entry_id"],
        "before": before,
        "after": after,
        "fixes": [
            {
                "package_id": one["package_id"],
                "indicators": one["indicators"],
                "before": one["before"]["score"],
                "after": one["after"]["score"],
            }
            for one in found
        ],
    }


def _view(entry: Entry, now: datetime) -> View:
    edition = load(Edition, entry.edition_id)
    body = rules_in_force(edition).body
    rules = rulebook.rules_of(body)
    category = load(Category, entry.category_id).code
    known = metrics.criteria(body, rules)
    view = View(
        rules, category, [one for one in known if rules.applies(one.leaf, category)]
    )
    stages = {
        stage["id"]: stage_nodes(body, rules, stage["id"])
        for stage in parts_of(Stage, edition.id)
    }
    for stage_id in (None, *stages):
        codes = [
            one.code
            for one in view.criteria
            if _stage_of(one.code, stages, rules) == stage_id
        ]
        if codes:
            facts, frozen = _facts(edition, stage_id, entry, now)
            view.facts |= dict.fromkeys(codes, facts)
            view.frozen |= dict.fromkeys(codes, frozen)
    return view


def _stage_of(code: str, stages: Mapping[str, set[str]], rules: Rules) -> str | None:
    """Give the stage that a criterion belongs to; None: to no one stage."""
    mine = [key for key, nodes in stages.items() if code in nodes]
    return mine[0] if len(mine) == 1 else None


def _facts(
    edition: Edition, stage_id: str | None, entry: Entry, now: datetime
) -> tuple[EntityFacts | None, datetime | None]:
    organization_id = entry.organization_id or ""
    snapshot = reading.cut_off_of(edition.id, stage_id)
    if snapshot is None:
        live = reading.live_facts(edition, stage_id, organization_id, now=now)
        return live, None
    facts = reading.facts_at(snapshot, organization_id)
    if facts is not None:
        facts = reading.settled(facts, reading.upheld(snapshot.id, entry.id))
    return facts, snapshot.taken_at


def _stand(view: View, altered: Mapping[str, Quality] | None = None) -> Standing:
    return stand(
        view.rules,
        {one.code: _value(view, one, altered or {}) for one in view.criteria},
        category=view.category,
    )


def _value(
    view: View, item: metrics.Criterion, altered: Mapping[str, Quality]
) -> str | None:
    facts = view.facts[item.code]
    if facts is None:
        return None
    return item.metric.measure(facts.with_quality(altered), item.parameters)


def _to_fix(context: Context, view: View, standing: Standing) -> dict[str, list[Data]]:
    """Name the datasets whose fix gains most, by criterion."""
    wanted = [
        (item, key, indicators)
        for item in view.criteria
        for key, indicators in _lacking(view, item)
    ]
    found = _whatif(
        context,
        [
            {"package_id": key, "indicators": list(indicators)}
            for _, key, indicators in wanted
        ],
    )
    by_fix = {(one["package_id"], tuple(one["asked"])): one for one in found}
    answer: dict[str, list[Data]] = {}
    for item, key, indicators in wanted:
        fixed = by_fix.get((key, indicators))
        if fixed is None:
            continue
        gain = _gain(view, item, fixed, standing)
        if gain > 0:
            line = _dataset(view, item, key)
            line |= {"indicators": fixed["indicators"], "gain": decimal(gain)}
            answer.setdefault(item.code, []).append(line)
    for lines in answer.values():
        lines.sort(key=lambda line: (-Fraction(line["gain"]), line["title"]))
    return answer


def _lacking(view: View, item: metrics.Criterion) -> list[tuple[str, tuple[str, ...]]]:
    facts = view.facts[item.code]
    if facts is None or item.metric.lacking is None:
        return []
    return item.metric.lacking(facts, item.parameters)[:NAMED]


def _gain(
    view: View, item: metrics.Criterion, fixed: Data, standing: Standing
) -> Fraction:
    """Give the points that a fix adds to a criterion."""
    altered = {fixed["package_id"]: Quality.read(fixed["after"])}
    measured = {line.code: line.value for line in standing.lines}
    measured[item.code] = _value(view, item, altered)
    after = _points(stand(view.rules, measured, category=view.category))
    return after[item.code] - _points(standing)[item.code]


def _points(standing: Standing) -> dict[str, Fraction]:
    return {line.code: Fraction(line.points or 0) for line in standing.lines}


def _dataset(view: View, item: metrics.Criterion, key: str) -> Data:
    facts = view.facts[item.code]
    titles = {one.id: one.title for one in facts.datasets} if facts else {}
    return {"id": key, "title": titles.get(key, key)}


def _whatif(context: Context, fixes: list[Data]) -> list[Data]:
    """Ask the quality of datasets as if fixed, where the portal measures it."""
    if not fixes:
        return []
    try:
        action = tk.get_action("merit_quality_whatif_list")
    except KeyError:
        return []
    inner: Any = {"ignore_auth": True, "user": context.get("user", "")}
    return action(inner, {"fixes": fixes})


def _require_own(view: View, fixes: list[Data]) -> None:
    known = {one.id for facts in view.facts.values() if facts for one in facts.datasets}
    if any(fix["package_id"] not in known for fix in fixes):
        text = tk._("Not a dataset of this entry")
        raise tk.ValidationError({"fixes": [text]})


def _lines(view: View, standing: Standing) -> list[Data]:
    lines: dict[str, Line] = {line.code: line for line in standing.lines}
    return [
        {
            "code": item.code,
            "title": item.title,
            "metric": item.metric.name,
            "metric_title": tk._(item.metric.title),
            "help": tk._(item.metric.help) if item.metric.help else "",
            "unit": item.metric.unit,
            "value": lines[item.code].value,
            "u": lines[item.code].u,
            "points": lines[item.code].points,
            "maximum": lines[item.code].maximum,
            "frozen_at": _iso(view.frozen[item.code]),
        }
        for item in view.criteria
    ]


def _answer(view: View, standing: Standing, now: datetime) -> Data:
    frozen = [instant for instant in view.frozen.values() if instant is not None]
    live = len(frozen) < len(view.frozen) or not frozen
    return {
        "total": standing.total,
        "maximum": standing.maximum,
        "taken_at": (now if live else max(frozen)).isoformat(),
        "live": live,
    }


def _iso(instant: datetime | None) -> str | None:
    return instant and instant.isoformat()
