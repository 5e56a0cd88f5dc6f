"""What the office looks at before results are published; nothing here is stored.

The record, what moved between runs, and ranks under other weights.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.changes import Row, moved
from ckanext.merit.domain.scoring.engine import Result
from ckanext.merit.domain.scoring.fields import RuleError
from ckanext.merit.domain.scoring.report import decimal_text
from ckanext.merit.domain.scoring.whatif import UnknownCodeError, weighed
from ckanext.merit.logic.contest import answers, names, result_schema, schema
from ckanext.merit.logic.contest.runs import conflicted, rows_of
from ckanext.merit.logic.contest.transaction import clock, load
from ckanext.merit.model.contest import Category, Edition, Programme, RuleSet, Stage
from ckanext.merit.model.contest_entry import Entry, Snapshot
from ckanext.merit.model.contest_jury import Assignment, Conflict, Juror, Review
from ckanext.merit.model.contest_result import (
    Approval,
    Distinction,
    Publication,
    ScoreRun,
)

__all__ = [
    "merit_publication_draft_list",
    "merit_record_show",
    "merit_run_diff",
    "merit_snapshot_list",
    "merit_weights_simulate",
]

Context = Any
Data = dict[str, Any]
_EDITION = ("id", "slug", "title", "state", "timezone", "simulation")
_RULE_SET = ("version", "sha256", "in_force_at")


@tk.side_effect_free
@tk.validate_action_data(schema.identified)
def merit_record_show(context: Context, data_dict: Data) -> Data:
    """Return the record of a run (acta): everything that a jury signs.

    For chair, secretariat and observers. What concerns an entry with which you have a
    conflict is left out.

    :param id: id of the run
    :type id: string

    :returns: the ``run`` with ``edition``, ``programme``, ``stage``, ``rule_set``,
        ``snapshot_sha256``, ``jurors`` with their numbers of reviews, numbers of
        ``entries`` and ``conflicts`` by state, ``categories`` with ``rows``,
        ``distinctions``, ``agreement``, ``fragile`` categories, ``approvals``,
        ``publications`` and ``now``
    :rtype: dictionary
    """
    tk.check_access("merit_record_show", context, data_dict)
    run = load(ScoreRun, data_dict["id"])
    edition = load(Edition, run.edition_id)
    programme = load(Programme, edition.programme_id)
    stage = load(Stage, run.stage_id) if run.stage_id else None
    snapshot = load(Snapshot, run.snapshot_id) if run.snapshot_id else None
    hidden = conflicted(context, edition.id)
    found = run.diagnostics if run.diagnostics and not hidden else {}
    return {
        "run": answers.as_dict(run, answers.RUN),
        "edition": answers.as_dict(edition, _EDITION),
        "programme": answers.as_dict(programme, ("name", "title")),
        "stage": stage and answers.as_dict(stage, answers.STAGE),
        "rule_set": answers.as_dict(load(RuleSet, run.rule_set_id), _RULE_SET),
        "snapshot_sha256": snapshot and snapshot.sha256,
        "jurors": _jurors(edition.id),
        "entries": _by_state(Entry, Entry.edition_id == edition.id),
        "conflicts": _by_state(
            Conflict, Conflict.juror_id == Juror.id, Juror.edition_id == edition.id
        ),
        "categories": _categories(edition, run, hidden),
        "distinctions": _distinctions(edition.id, hidden),
        "agreement": found.get("agreement", []),
        "fragile": found.get("fragile", []),
        "approvals": _approvals(run),
        "publications": _publications(Publication.run_id == run.id),
        "now": clock().isoformat(),
    }


@tk.side_effect_free
@tk.validate_action_data(result_schema.run_diff)
def merit_run_diff(context: Context, data_dict: Data) -> Data:
    """Say what differs between two runs: every entry whose total or rank moved.

    For chair, secretariat and observers.

    :param id: id of the newer run
    :type id: string
    :param other_id: id of the older one (optional, default: the run of the last
        publication of the same stage)
    :type other_id: string

    :returns: ``other``, the older run or null, and ``changes``: ``entry_id``,
        ``title``, ``before`` and ``after`` (``total`` and ``rank``, or null)
    :rtype: dictionary
    """
    tk.check_access("merit_run_diff", context, data_dict)
    run = load(ScoreRun, data_dict["id"])
    other = _other(run, data_dict.get("other_id"))
    if other is None:
        return {"other": None, "changes": []}
    hidden = conflicted(context, run.edition_id)
    changes = [
        item for item in moved(_rows(other), _rows(run)) if item.entry not in hidden
    ]
    titles = names.of_entries(item.entry for item in changes)
    return {
        "other": answers.as_dict(other, answers.RUN),
        "changes": [
            {
                "entry_id": item.entry,
                "title": titles.get(item.entry),
                "before": _place(item.before),
                "after": _place(item.after),
            }
            for item in changes
        ],
    }


@tk.side_effect_free
@tk.validate_action_data(result_schema.simulate)
def merit_weights_simulate(context: Context, data_dict: Data) -> Data:
    """Rank the entries of a run as if some weights were others; stores nothing.

    :param id: id of the run
    :type id: string
    :param weights: weights by the code of the criterion or dimension, above zero; the
        others stay (optional)
    :type weights: dictionary

    :returns: ``weights`` of all nodes (``code``, ``weight``, ``depth``) and ``rows``:
        entries with ``total`` and ``rank``, and what they are in the run
    :rtype: dictionary
    """
    tk.check_access("merit_weights_simulate", context, data_dict)
    run = load(ScoreRun, data_dict["id"])
    if not run.bundle:
        raise tk.ValidationError({"id": [tk._("There is nothing to compute.")]})
    try:
        result = weighed(run.bundle, data_dict["weights"])
    except UnknownCodeError as error:
        text = tk._("The rules have no such criterion: {0}").format(error.code)
        raise tk.ValidationError({"weights": [text]}) from error
    except RuleError as error:
        raise tk.ValidationError({"weights": [error.message]}) from error
    known = {row["entry_id"]: row for row in rows_of(run.id)}
    titles = names.of_entries(known)
    hidden = conflicted(context, run.edition_id)
    return {
        "weights": _weights(result),
        "rows": [
            {
                "entry_id": row.object,
                "title": titles.get(row.object),
                "category": row.category,
                "total": decimal_text(row.total, row.places),
                "rank": row.rank,
                "before": {name: known[row.object][name] for name in ("total", "rank")},
            }
            for row in result.rows
            if row.object in known and row.object not in hidden
        ],
    }


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_publication_draft_list(context: Context, data_dict: Data) -> list[Data]:
    """List all results of an edition, also those that wait for their instant.

    For chair, secretariat and observers.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: publications without their rows, latest first; ``visible`` says whether
        everybody sees them
    :rtype: list of dictionaries
    """
    tk.check_access("merit_publication_draft_list", context, data_dict)
    return _publications(Publication.edition_id == data_dict["edition_id"])


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_snapshot_list(context: Context, data_dict: Data) -> list[Data]:
    """List the snapshots that a run can take machine values from, latest first.

    For chair, secretariat and observers.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: ``id``, ``stage_id``, ``kind``, ``sha256`` and ``taken_at`` of each
    :rtype: list of dictionaries
    """
    tk.check_access("merit_snapshot_list", context, data_dict)
    shown = ("id", "stage_id", "kind", "sha256", "taken_at")
    rows = model.Session.execute(
        sa.select(*(getattr(Snapshot, name) for name in shown))
        .where(Snapshot.edition_id == data_dict["edition_id"])
        .order_by(Snapshot.taken_at.desc(), Snapshot.id)
    )
    return [answers.as_dict(row, shown) for row in rows]


def _jurors(edition_id: str) -> list[Data]:
    """Those whose locked reviews count, or who were recused, with numbers."""
    reviews = (
        sa.select(Assignment.juror_id, sa.func.count().label("number"))
        .join(Review, Review.assignment_id == Assignment.id)
        .where(Review.state == "locked", Assignment.calibration.is_(False))
        .group_by(Assignment.juror_id)
        .subquery()
    )
    rows = model.Session.execute(
        sa.select(Juror, sa.func.coalesce(reviews.c.number, 0))
        .outerjoin(reviews, reviews.c.juror_id == Juror.id)
        .where(
            Juror.edition_id == edition_id,
            Juror.state.in_(["accepted", "active", "ended", "removed"]),
        )
        .order_by(Juror.created_at, Juror.id)
    ).all()
    people = names.of_users(juror.user_id for juror, _ in rows)
    return [
        {
            "user": people.get(juror.user_id),
            "institution": juror.institution,
            "state": juror.state,
            "reviews": number,
        }
        for juror, number in rows
    ]


def _by_state(table: Any, *conditions: Any) -> dict[str, int]:
    rows = model.Session.execute(
        sa.select(table.state, sa.func.count().label("number"))
        .where(*conditions)
        .group_by(table.state)
        .order_by(table.state)
    )
    return {row.state: row.number for row in rows}


def _categories(edition: Edition, run: ScoreRun, hidden: set[str]) -> list[Data]:
    """Rows by category, in the order of the categories."""
    kept = [row for row in rows_of(run.id) if row["entry_id"] not in hidden]
    found = model.Session.execute(
        sa.select(Entry.id, Entry.title, Entry.category_id).where(
            Entry.id.in_([row["entry_id"] for row in kept])
        )
    )
    known = {key: (title, category) for key, title, category in found}
    rows: dict[str, list[Data]] = defaultdict(list)
    for row in kept:
        title, category = known[row["entry_id"]]
        rows[category].append(row | {"title": title})
    parts = model.Session.scalars(
        sa.select(Category)
        .where(Category.edition_id == edition.id)
        .order_by(Category.position, Category.code)
    )
    return [
        {"code": part.code, "title": part.title, "rows": rows[part.id]}
        for part in parts
    ]


def _distinctions(edition_id: str, hidden: set[str]) -> list[Data]:
    rows = model.Session.scalars(
        sa.select(Distinction)
        .where(Distinction.edition_id == edition_id)
        .order_by(Distinction.category_id, Distinction.place, Distinction.created_at)
    ).all()
    titles = names.of_entries(row.entry_id for row in rows)
    return [
        answers.as_dict(row, answers.DISTINCTION) | {"title": titles.get(row.entry_id)}
        for row in rows
        if row.entry_id not in hidden
    ]


def _approvals(run: ScoreRun) -> list[Data]:
    rows = model.Session.scalars(
        sa.select(Approval).where(Approval.run_id == run.id).order_by(Approval.role)
    ).all()
    people = names.of_users([*(row.user_id for row in rows), run.computed_by])
    return [
        {
            "user": people.get(row.user_id),
            "role": row.role,
            "at": row.created_at.isoformat(),
        }
        for row in rows
    ]


def _publications(condition: Any) -> list[Data]:
    now = clock()
    rows = model.Session.scalars(
        sa.select(Publication).where(condition).order_by(Publication.number.desc())
    )
    return [
        answers.as_dict(row, answers.PUBLICATION) | {"visible": row.visible_from <= now}
        for row in rows
    ]


def _other(run: ScoreRun, key: str | None) -> ScoreRun | None:
    if key is not None:
        other = load(ScoreRun, key)
        if other.edition_id != run.edition_id:
            raise tk.ObjectNotFound(tk._("Not found"))
        return other
    found = (
        sa.select(ScoreRun)
        .join(Publication, Publication.run_id == ScoreRun.id)
        .where(
            ScoreRun.edition_id == run.edition_id,
            ScoreRun.id != run.id,
            ScoreRun.number < run.number,
            ScoreRun.stage_id.is_not_distinct_from(run.stage_id),
        )
        .order_by(Publication.number.desc())
    )
    return model.Session.scalars(found).first()


def _rows(run: ScoreRun) -> list[Row]:
    return [Row(row["entry_id"], row["total"], row["rank"]) for row in rows_of(run.id)]


def _place(row: Row | None) -> Data | None:
    return row and {"total": row.total, "rank": row.rank}


def _weights(result: Result) -> list[Data]:
    """Nodes whose weight decides something: not the root, not parts of a sum."""
    rules = result.rules
    found = []
    for code, node in rules.nodes.items():
        above = rules.ancestors[code]
        if above and above[-1].compose != "sum":
            weight = (decimal_text(node.weight, 6) or "").rstrip("0").rstrip(".")
            found.append({"code": code, "weight": weight, "depth": len(above)})
    return found
