"""The public standing by machine criteria, where the rules allow it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award.logic import machine_schema
from ckanext.merit.domain.award.board import places
from ckanext.merit.domain.award.standing import Standing, stand_all
from ckanext.merit.domain.scoring.rules import Rules
from ckanext.merit.logic.contest import metrics, rulebook
from ckanext.merit.logic.contest.embargo import visible
from ckanext.merit.logic.contest.rule_sets import in_force
from ckanext.merit.logic.contest.transaction import load
from ckanext.merit.model.contest import Category, Edition, RuleSet
from ckanext.merit.model.contest_entry import Entry, Observation, Snapshot
from ckanext.merit.model.contest_result import Publication

__all__ = ["merit_award_board_show"]

Context = Any
Data = dict[str, Any]
#: Boards that are kept: as long as nothing changes they need not be computed again.
KEPT = 16


class Asked(NamedTuple):
    """What a board depends on; equal ones have equal boards."""

    snapshot_id: str
    rule_set_id: str
    observed: str
    entries: tuple[tuple[str, str, str, int], ...]


class Board(NamedTuple):
    """The criteria of a board and its rows, by category and rank."""

    criteria: list[Data]
    rows: list[Data]


@tk.side_effect_free
@tk.validate_action_data(machine_schema.board)
def merit_award_board_show(context: Context, data_dict: Data) -> Data:
    """Say where entries stand by what machines measured; it is not a result.

    Only where the rules say ``policy: {board: machine}``, on the latest cut-off
    snapshot, and until results are out. Nothing of jurors or evidence is in it.

    :param edition_id: id of the edition
    :type edition_id: string
    :param category: code of a category (optional, default: all)
    :type category: string
    :param limit: number of entries to return (default: 20)
    :type limit: int
    :param offset: number of entries to pass over (default: 0)
    :type offset: int

    :returns: ``open``: whether there is one; ``taken_at``, ``stage_id``,
        ``criteria`` (``code``, ``title``), ``count`` and ``results``: by category and
        rank, each with ``entry_id``, ``title``, ``category``, ``rank``, ``total`` of
        ``maximum``, and the ``points`` by criterion (null: not measured)
    :rtype: dictionary
    """
    tk.check_access("merit_award_board_show", context, data_dict)
    edition = load(Edition, data_dict["edition_id"])
    rules = in_force(edition.id)
    snapshot = _snapshot(edition, rules) if rules else None
    if rules is None or snapshot is None:
        return {"open": False, "count": 0, "results": []}
    found = _board(_asked(edition, rules, snapshot))
    chosen = data_dict.get("category")
    rows = [row for row in found.rows if chosen in {None, row["category"]}]
    start = data_dict["offset"]
    return {
        "open": True,
        "taken_at": snapshot.taken_at.isoformat(),
        "stage_id": snapshot.stage_id,
        "criteria": found.criteria,
        "count": len(rows),
        "results": rows[start : start + data_dict["limit"]],
    }


def _snapshot(edition: Edition, rules: RuleSet) -> Snapshot | None:
    """Find what a board shows; None where there must not be one.

    Results under embargo do not end it: its end would tell of them.
    """
    policy = rules.body.get("policy")
    if not isinstance(policy, dict) or policy.get("board") != "machine":
        return None
    if edition.published_at is None or edition.state == "cancelled":
        return None
    out = sa.exists().where(
        Publication.edition_id == Snapshot.edition_id,
        sa.or_(
            Publication.stage_id.is_(None), Publication.stage_id == Snapshot.stage_id
        ),
        visible(),
    )
    latest = (
        sa.select(Snapshot.id)
        .where(Snapshot.edition_id == edition.id, Snapshot.kind == "cut_off")
        .order_by(Snapshot.taken_at.desc(), Snapshot.id)
        .limit(1)
        .scalar_subquery()
    )
    return model.Session.scalars(
        sa.select(Snapshot).where(Snapshot.id == latest, ~out)
    ).first()


def _asked(edition: Edition, rules: RuleSet, snapshot: Snapshot) -> Asked:
    entries = model.Session.execute(
        sa.select(Entry.id, Entry.title, Category.code, Category.position)
        .join(Category, Category.id == Entry.category_id)
        .where(Entry.edition_id == edition.id, Entry.state == "admitted")
        .order_by(Entry.id)
    )
    observed = model.Session.scalar(
        sa.select(sa.func.max(Observation.observed_at)).where(
            Observation.snapshot_id == snapshot.id
        )
    )
    return Asked(snapshot.id, rules.id, str(observed), tuple(map(tuple, entries)))


@lru_cache(maxsize=KEPT)
def _board(asked: Asked) -> Board:
    body = load(RuleSet, asked.rule_set_id).body
    rules = rulebook.rules_of(body)
    known = metrics.criteria(body, rules)
    codes = {one.code for one in known}
    standings = _standings(asked, rules, codes)
    titles = {key: title for key, title, _, _ in asked.entries}
    categories = {key: code for key, _, code, _ in asked.entries}
    order = {code: (position, code) for _, _, code, position in asked.entries}
    placed = places(standings, categories)
    rows = [
        _row(place.entry, titles[place.entry], code, place.rank)
        | _points(standings[place.entry])
        for code in sorted(placed, key=order.__getitem__)
        for place in sorted(
            placed[code],
            key=lambda one: (one.rank, titles[one.entry].casefold(), one.entry),
        )
    ]
    return Board([{"code": one.code, "title": one.title} for one in known], rows)


def _standings(asked: Asked, rules: Rules, codes: set[str]) -> dict[str, Standing]:
    measured = model.Session.execute(
        sa.select(Observation.entry_id, Observation.criterion, Observation.value).where(
            Observation.snapshot_id == asked.snapshot_id,
            Observation.criterion.in_(sorted(codes)),
        )
    )
    categories = {key: code for key, _, code, _ in asked.entries}
    values: dict[str, dict[str, str | None]] = {key: {} for key in categories}
    for entry, code, value in measured:
        if entry in values and _applies(rules, code, categories[entry]):
            values[entry][code] = value
    return stand_all(rules, {key: (categories[key], values[key]) for key in values})


def _applies(rules: Rules, code: str, category: str) -> bool:
    leaf = next((one for one in rules.leaves if one.code == code), None)
    return leaf is not None and rules.applies(leaf, category)


def _row(entry: str, title: str, category: str, rank: int) -> Data:
    return {"entry_id": entry, "title": title, "category": category, "rank": rank}


def _points(standing: Standing) -> Data:
    return {
        "total": standing.total,
        "maximum": standing.maximum,
        "points": {line.code: line.points for line in standing.lines},
    }
