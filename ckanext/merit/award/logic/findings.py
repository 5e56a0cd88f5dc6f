"""Findings: signs of gaming are answered by the entity and decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award.logic import machine_schema, measuring, reading
from ckanext.merit.domain.award.gaming import DETECTORS, EFFECTS, NOTHING, deleted
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.parameters import Values
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import trail
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.answers import as_dict
from ckanext.merit.logic.contest.criteria import rules_in_force
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.logic.contest.wall import free
from ckanext.merit.model import award_read
from ckanext.merit.model.award_machine import Finding, Taking
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry, Snapshot

__all__ = [
    "merit_award_finding_answer",
    "merit_award_finding_decide",
    "merit_award_finding_list",
    "merit_award_finding_mine",
    "merit_award_finding_tick",
    "open_problems",
]

Context = Any
Data = dict[str, Any]

FINDING = (
    *("id", "entry_id", "snapshot_id", "kind", "datasets", "evidence", "state"),
    *("due_at", "answer", "reason", "upheld", "decided_at", "created_at"),
)


@tk.side_effect_free
@tk.validate_action_data(machine_schema.finding_list)
def merit_award_finding_list(context: Context, data_dict: Data) -> Data:
    """List the signs of gaming in an edition. For those who run or audit it.

    Those about an entry with which you have a conflict are left out.

    :param edition_id: id of the edition
    :type edition_id: string
    :param state: ``open``, ``heard``, ``upheld`` or ``dismissed`` (optional)
    :type state: string
    :param entry_id: only those about this entry (optional)
    :type entry_id: string
    :param finding_id: only this one (optional)
    :type finding_id: string
    :param limit: number of findings to return (default: 20)
    :type limit: int
    :param offset: number of findings to pass over (default: 0)
    :type offset: int

    :returns: ``count`` and ``results``; each with the ``entry_title``, and the
        ``titles`` of its datasets by id
    :rtype: dictionary
    """
    tk.check_access("merit_award_finding_list", context, data_dict)
    wanted = [Entry.edition_id == data_dict["edition_id"], free(context)]
    if data_dict.get("state"):
        wanted.append(Finding.state == data_dict["state"])
    if data_dict.get("entry_id"):
        wanted.append(Finding.entry_id == data_dict["entry_id"])
    if data_dict.get("finding_id"):
        wanted.append(Finding.id == data_dict["finding_id"])
    found = sa.select(Finding, Entry.title).join(Entry, Entry.id == Finding.entry_id)
    found = found.where(*wanted)
    count = sa.select(sa.func.count()).select_from(found.subquery())
    rows = model.Session.execute(
        found.order_by(Finding.created_at.desc(), Finding.id)
        .limit(data_dict["limit"])
        .offset(data_dict["offset"])
    )
    return {
        "count": model.Session.scalar(count),
        "results": _titled(
            [_answer(row) | {"entry_title": title} for row, title in rows]
        ),
    }


@tk.side_effect_free
@tk.validate_action_data(machine_schema.of_entry)
def merit_award_finding_mine(context: Context, data_dict: Data) -> list[Data]:
    """List the signs of gaming in an entry, for those behind it.

    :param entry_id: id of the entry
    :type entry_id: string

    :returns: findings, latest first; ``can_answer`` tells whether there is time,
        ``titles`` are those of its datasets by id
    :rtype: list of dictionaries
    """
    tk.check_access("merit_award_finding_mine", context, data_dict)
    now = clock()
    rows = model.Session.scalars(
        sa.select(Finding)
        .where(Finding.entry_id == data_dict["entry_id"])
        .order_by(Finding.created_at.desc(), Finding.id)
    )
    return _titled(
        [
            _answer(row) | {"can_answer": row.state == "open" and now < row.due_at}
            for row in rows
        ]
    )


@tk.validate_action_data(machine_schema.finding_answer)
@guarded
@transactional
def merit_award_finding_answer(context: Context, data_dict: Data) -> Data:
    """Answer a finding, once, within its time. For those behind the entry.

    :param id: id of the finding
    :type id: string
    :param text: what the entity has to say
    :type text: string

    :returns: the finding
    :rtype: dictionary
    """
    tk.check_access("merit_award_finding_answer", context, data_dict)
    row, edition = _locked(data_dict["id"])
    if row.state == "open" and clock() >= row.due_at:
        raise ContestError("due", tk._("The time for an answer is over."))
    user = user_of(context)
    row.answer = data_dict["text"]
    row.answered_by = user.id if user else trail.SYSTEM
    transit(context, row, "answer", edition_id=edition.id)
    return _answer(row)


@tk.validate_action_data(machine_schema.finding_decide)
@guarded
@transactional
def merit_award_finding_decide(context: Context, data_dict: Data) -> Data:
    """Uphold or dismiss a finding, with a reason. For the secretariat.

    It can be upheld once the entity answered or let the time pass; datasets for which
    it is upheld don't count, or count as at the baseline. The entry is measured again
    at once.

    :param id: id of the finding
    :type id: string
    :param outcome: ``uphold`` or ``dismiss``
    :type outcome: string
    :param reason: why; those behind the entry read it
    :type reason: string
    :param datasets: ids of the datasets for which it is upheld (optional, default: all
        of the finding)
    :type datasets: list of strings

    :returns: the finding
    :rtype: dictionary
    """
    tk.check_access("merit_award_finding_decide", context, data_dict)
    row, edition = _locked(data_dict["id"])
    _pass(context, row, edition)
    outcome = data_dict["outcome"]
    if outcome == "uphold":
        row.upheld = _chosen(row, data_dict.get("datasets"))
    user = user_of(context)
    row.reason = data_dict["reason"]
    row.decided_by = user.id if user else trail.SYSTEM
    row.decided_at = clock()
    transit(
        context,
        row,
        outcome,
        edition_id=edition.id,
        checked=("heard",) if outcome == "uphold" else (),
        reason=row.reason,
    )
    model.Session.flush()
    if EFFECTS[row.kind] != NOTHING:
        snapshot, entry = load(Snapshot, row.snapshot_id), load(Entry, row.entry_id)
        measuring.measure(context, snapshot, entry)
    return _answer(row)


@tk.validate_action_data(machine_schema.keys)
@guarded
@transactional
def merit_award_finding_tick(context: Context, data_dict: Data) -> Data:
    """Let the time for answers pass, and look what was deleted after an award.

    Called by background work. What isn't due stays as it is.

    :param keys: ``finding/ID`` or ``snapshot/ID``
    :type keys: list of strings

    :returns: ``changed``, the number of findings noted or heard
    :rtype: dictionary
    """
    tk.check_access("merit_award_finding_tick", context, data_dict)
    changed = 0
    for key in sorted(data_dict["keys"]):
        kind, _, row_id = key.partition("/")
        try:
            if kind == "finding":
                row, edition = _locked(row_id)
                changed += _pass(context, row, edition)
            elif kind == "snapshot":
                changed += _watch(context, load(Snapshot, row_id))
        except tk.ObjectNotFound:
            continue
    return {"changed": changed}


def open_problems(snapshot_id: str) -> list[str]:
    """Say whether findings about admitted entries of a snapshot are undecided."""
    blocking = [kind for kind, effect in EFFECTS.items() if effect != NOTHING]
    number = model.Session.scalar(
        sa.select(sa.func.count())
        .select_from(Finding)
        .join(Entry, Entry.id == Finding.entry_id)
        .where(
            Finding.snapshot_id == snapshot_id,
            Finding.kind.in_(blocking),
            Finding.state.in_(["open", "heard"]),
            Entry.state == "admitted",
        )
    )
    if not number:
        return []
    text = tk.ungettext(
        "%(num)d finding about this snapshot is undecided.",
        "%(num)d findings about this snapshot are undecided.",
        number,
    )
    return [text % {"num": number}]


def _locked(key: str) -> tuple[Finding, Edition]:
    entry = load(Entry, load(Finding, key).entry_id)
    edition = lock(Edition, entry.edition_id, share=True)
    lock(Entry, entry.id)
    return lock(Finding, key), edition


def _pass(context: Context, row: Finding, edition: Edition) -> bool:
    if row.state != "open" or clock() < row.due_at:
        return False
    transit(context, row, "pass", edition_id=edition.id, checked=("due_passed",))
    return True


def _chosen(row: Finding, given: list[str] | None) -> list[str]:
    if given is None:
        return list(row.datasets)
    unknown = sorted(set(given) - set(row.datasets))
    if unknown or not given:
        text = tk._("Not a dataset of this finding")
        raise tk.ValidationError({"datasets": [text]})
    return sorted(given)


def _watch(context: Context, snapshot: Snapshot) -> int:
    """Note the datasets of a cut-off that are no longer public."""
    edition = lock(Edition, snapshot.edition_id, share=True)
    taking = lock(Taking, snapshot.id)
    taking.watched_at = clock()
    body = rules_in_force(edition).body
    values = measuring.detector_values(body, "deleted", DETECTORS["deleted"])
    if values is None or _is_over(taking, values):
        return 0
    entries = model.Session.scalars(
        sa.select(Entry)
        .where(Entry.edition_id == edition.id, Entry.state == "admitted")
        .order_by(Entry.id)
    ).all()
    noted = 0
    for entry in entries:
        datasets = reading.datasets_in(taking, entry.organization_id or "") or ()
        fresh = _not_yet_noted(snapshot, entry, datasets)
        present = award_read.present(model.Session, [one.id for one in fresh])
        for found in deleted(fresh, present, values):
            row = measuring.note_finding(context, snapshot, entry, found, body=body)
            noted += row is not None
    return noted


def _is_over(taking: Taking, values: Values) -> bool:
    return clock() > taking.closes_at + timedelta(days=values.whole("days"))


def _not_yet_noted(snapshot: Snapshot, entry: Entry, datasets: Any) -> list[Any]:
    noted = model.Session.scalars(
        sa.select(Finding.datasets).where(
            Finding.snapshot_id == snapshot.id,
            Finding.entry_id == entry.id,
            Finding.kind == "deleted",
        )
    )
    known = {key for keys in noted for key in keys}
    return [one for one in datasets if one.id not in known]


def _answer(row: Finding) -> Data:
    return as_dict(row, FINDING) | {"effect": EFFECTS[row.kind]}


def _titled(rows: list[Data]) -> list[Data]:
    """Add the titles that the datasets of findings have now."""
    ids = {key for row in rows for key in row["datasets"]}
    table = model.Package
    found = model.Session.execute(
        sa.select(table.id, table.title).where(table.id.in_(list(ids)))
    )
    titles = {item.id: item.title for item in found}
    return [
        row | {"titles": {key: titles.get(key) or key for key in row["datasets"]}}
        for row in rows
    ]
