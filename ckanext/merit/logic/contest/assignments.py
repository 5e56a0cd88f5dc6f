"""Assignments: by hand, by rule; recused, declined, cancelled, extended."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.assign import Candidate, Task, assign
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import (
    answers,
    hints,
    inference,
    jury_schema,
    names,
    schema,
    trail,
)
from ckanext.merit.logic.contest.appealed import appealed_in
from ckanext.merit.logic.contest.jurors import activated
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.stage_gates import below_gate
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.model import contest_membership
from ckanext.merit.model.contest import Edition, Stage
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Assignment, Conflict, Juror

__all__ = [
    "given",
    "merit_assignment_cancel",
    "merit_assignment_create",
    "merit_assignment_decline",
    "merit_assignment_extend",
    "merit_assignment_list",
    "merit_assignment_plan",
    "merit_assignment_recuse",
]

Context = Any
Data = dict[str, Any]
#: States in which an assignment fills a place.
_FILLED = ("assigned", "in_progress", "completed")


@tk.validate_action_data(jury_schema.assign)
@guarded
@transactional
def merit_assignment_create(context: Context, data_dict: Data) -> Data:
    """Give an admitted entry that reached the stage to a juror who is free towards it.

    After provisional results only an entry that an upheld appeal puts before the jury.
    A conflict that can be inferred is noted and refuses the assignment.

    :param juror_id: id of the appointment
    :type juror_id: string
    :param entry_id: id of the entry
    :type entry_id: string
    :param stage_id: id of the stage (optional)
    :type stage_id: string
    :param due_at: until when, ISO 8601 with zone (optional)
    :type due_at: string
    :param calibration: for practice; it never counts (default: false)
    :type calibration: bool

    :returns: the assignment, or the inferred ``conflict`` that refuses it
    :rtype: dictionary
    """
    tk.check_access("merit_assignment_create", context, data_dict)
    edition = lock(Edition, load(Juror, data_dict["juror_id"]).edition_id, share=True)
    entry = lock(Entry, data_dict["entry_id"], share=True)
    juror = lock(Juror, data_dict["juror_id"])
    contest_membership.refresh(model.Session)
    row = given(context, edition, juror, entry, data_dict)
    if isinstance(row, Conflict):
        # Committed with this answer: an exception would lose what was found.
        (told,) = hints.told([answers.as_dict(row, answers.CONFLICT)])
        return {"conflict": told}
    return answers.as_dict(row, answers.ASSIGNMENT)


@tk.validate_action_data(jury_schema.plan)
@guarded
@transactional
def merit_assignment_plan(context: Context, data_dict: Data) -> Data:
    """Give all admitted entries to jurors, as evenly as conflicts and limits allow.

    Of a stage, those that its gate lets through by the published results of the stage
    before. What exists stays and counts. The same seed gives the same plan.

    :param edition_id: id of the edition
    :type edition_id: string
    :param per_entry: number of jurors for each entry
    :type per_entry: int
    :param seed: decides between equals; keep it with the record
    :type seed: string
    :param stage_id: id of the stage (optional)
    :type stage_id: string
    :param due_at: until when, ISO 8601 with zone (optional)
    :type due_at: string
    :param dry_run: only say what would be assigned (default: false)
    :type dry_run: bool

    :returns: ``pairs`` of juror and entry, ``shortfalls``: how many jurors lack, by
        entry, and ``titles`` of those entries
    :rtype: dictionary
    """
    tk.check_access("merit_assignment_plan", context, data_dict)
    edition = lock(Edition, data_dict["edition_id"])
    stage_id = data_dict.get("stage_id")
    jurors = {row.id: row for row in _jurors(edition, stage_id)}
    entries = {row.id: row for row in _entries(edition, stage_id)}
    blocked = inference.blocked_pairs(edition.id)
    contest_membership.refresh(model.Session)
    noted = inference.noted_pairs(edition.id)
    for juror in jurors.values():
        for key, found in inference.hints(juror, entries.values()).items():
            if not found or (juror.id, key) in noted:
                continue
            blocked.add((juror.id, key))
            if not data_dict["dry_run"]:
                conflict = inference.note_hints(juror, entries[key], found)
                trail.note(context, "infer", conflict, edition_id=edition.id)
    held, spent = _existing(edition, stage_id)
    plan = assign(
        [_candidate(row) for row in jurors.values()],
        [Task(row.id, row.category_id) for row in entries.values()],
        per_entry=data_dict["per_entry"],
        seed=data_dict["seed"],
        held=held,
        blocked=blocked | spent,
    )
    if not data_dict["dry_run"]:
        for juror_id, entry_id in plan.pairs:
            activated(context, jurors[juror_id])
            _add(context, jurors[juror_id], entries[entry_id], data_dict)
        # `pages/acts.py` tells it in the reader's language.
        change = trail.Change(
            reason=f"{data_dict['per_entry']} per entry, seed {data_dict['seed']}",
            after=[list(pair) for pair in plan.pairs],
        )
        trail.note(context, "plan", edition, edition_id=edition.id, change=change)
    return {
        "pairs": [
            {"juror_id": juror_id, "entry_id": entry_id}
            for juror_id, entry_id in plan.pairs
        ],
        "shortfalls": plan.shortfalls,
        "titles": {key: entries[key].title for key in plan.shortfalls},
    }


@tk.validate_action_data(schema.reasoned)
@guarded
@transactional
def merit_assignment_recuse(context: Context, data_dict: Data) -> Data:
    """Recuse yourself from an entry that was assigned to you.

    :param id: id of the assignment
    :type id: string
    :param reason: why
    :type reason: string

    :returns: the assignment
    :rtype: dictionary
    """
    tk.check_access("merit_assignment_recuse", context, data_dict)
    return _move(context, data_dict, "recuse")


@tk.validate_action_data(schema.reasoned)
@guarded
@transactional
def merit_assignment_decline(context: Context, data_dict: Data) -> Data:
    """Decline an entry that was assigned to you, for a reason other than a conflict.

    :param id: id of the assignment
    :type id: string
    :param reason: why
    :type reason: string

    :returns: the assignment
    :rtype: dictionary
    """
    tk.check_access("merit_assignment_decline", context, data_dict)
    return _move(context, data_dict, "decline")


@tk.validate_action_data(schema.reasoned)
@guarded
@transactional
def merit_assignment_cancel(context: Context, data_dict: Data) -> Data:
    """Cancel an assignment that isn't completed.

    :param id: id of the assignment
    :type id: string
    :param reason: why
    :type reason: string

    :returns: the assignment
    :rtype: dictionary
    """
    tk.check_access("merit_assignment_cancel", context, data_dict)
    return _move(context, data_dict, "cancel")


@tk.validate_action_data(jury_schema.extend)
@guarded
@transactional
def merit_assignment_extend(context: Context, data_dict: Data) -> Data:
    """Give an assignment that expired more time.

    :param id: id of the assignment
    :type id: string
    :param due_at: until when, ISO 8601 with zone
    :type due_at: string
    :param reason: why
    :type reason: string

    :returns: the assignment
    :rtype: dictionary
    """
    tk.check_access("merit_assignment_extend", context, data_dict)
    if data_dict["due_at"] <= clock():
        raise tk.ValidationError({"due_at": [tk._("Must be in the future")]})
    return _move(context, data_dict, "extend")


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_assignment_list(context: Context, data_dict: Data) -> list[Data]:
    """List who has which entry and how far it is, never what was scored.

    For those who run or audit the edition.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: assignments, each with the ``user`` who has it (name and full name) and
        the entry's ``title``
    :rtype: list of dictionaries
    """
    tk.check_access("merit_assignment_list", context, data_dict)
    rows = model.Session.scalars(
        sa.select(Assignment)
        .join(Juror, Juror.id == Assignment.juror_id)
        .where(Juror.edition_id == data_dict["edition_id"])
        .order_by(Assignment.created_at, Assignment.id)
    )
    return names.with_names(answers.as_dict(row, answers.ASSIGNMENT) for row in rows)


def given(
    context: Context, edition: Edition, juror: Juror, entry: Entry, data: Data
) -> Assignment | Conflict:
    """Give an entry to a locked juror; a conflict that is inferred comes instead.

    The log of memberships is read as it is: refresh it before.

    Raises:
        ContestError: if they don't fit, or a conflict is known.
    """
    _require_fit(edition, juror, entry, data.get("stage_id"))
    if not data.get("calibration"):
        _require_through(edition, entry, data.get("stage_id"))
    found = inference.hints(juror, [entry])[entry.id]
    conflict = inference.note_hints(juror, entry, found)
    if conflict is not None:
        trail.note(context, "infer", conflict, edition_id=edition.id)
        return conflict
    if inference.is_blocked(juror.id, entry.id):
        raise ContestError("conflict_of_interest", tk._("The juror has a conflict."))
    activated(context, juror)
    return _add(context, juror, entry, data)


def _require_fit(
    edition: Edition, juror: Juror, entry: Entry, stage_id: str | None
) -> None:
    if entry.edition_id != edition.id:
        raise tk.ObjectNotFound(tk._("Not found"))
    if edition.state != "published" and entry.id not in _open_again(edition):
        raise ContestError("over", tk._("This edition is not being evaluated."))
    if stage_id is not None and load(Stage, stage_id).edition_id != edition.id:
        raise tk.ObjectNotFound(tk._("Not found"))
    if entry.state != "admitted":
        raise ContestError("not_admitted", tk._("The entry is not admitted."))
    if juror.categories and entry.category_id not in juror.categories:
        raise ContestError(
            "category", tk._("The juror is limited to other categories.")
        )
    if juror.stages and stage_id not in juror.stages:
        raise ContestError("stage", tk._("The juror is limited to other stages."))


def _require_through(edition: Edition, entry: Entry, stage_id: str | None) -> None:
    """Refuse an entry that the gate of a stage keeps out; practice needs no gate."""
    if stage_id is not None and below_gate(edition.id, stage_id, {entry.id}):
        text = tk._("The entry did not reach this stage: see the stage before.")
        raise ContestError("below_gate", text)


def _candidate(juror: Juror) -> Candidate:
    categories = frozenset(juror.categories) if juror.categories else None
    return Candidate(juror.id, categories, juror.capacity)


def _jurors(edition: Edition, stage_id: str | None) -> list[Juror]:
    rows = model.Session.scalars(
        sa.select(Juror)
        .where(Juror.edition_id == edition.id, Juror.state.in_(["accepted", "active"]))
        .order_by(Juror.id)
        .with_for_update()
    )
    return [row for row in rows if not row.stages or stage_id in row.stages]


def _entries(edition: Edition, stage_id: str | None) -> list[Entry]:
    found = sa.select(Entry).where(
        Entry.edition_id == edition.id, Entry.state == "admitted"
    )
    if edition.state != "published":
        again = _open_again(edition)
        if not again:
            raise ContestError("over", tk._("This edition is not being evaluated."))
        found = found.where(Entry.id.in_(again))
    rows = list(model.Session.scalars(found.order_by(Entry.id)))
    if stage_id is None:
        return rows
    out = below_gate(edition.id, stage_id, {row.id for row in rows})
    return [row for row in rows if row.id not in out]


def _open_again(edition: Edition) -> set[str]:
    """Entries that are judged after provisional results: an appeal was upheld."""
    return appealed_in(edition.id) if edition.state == "provisional" else set()


def _existing(
    edition: Edition, stage_id: str | None
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Pairs that fill a place, and pairs that were tried and cannot be again."""
    rows = model.Session.scalars(
        sa.select(Assignment)
        .join(Juror, Juror.id == Assignment.juror_id)
        .where(
            Juror.edition_id == edition.id,
            Assignment.stage_id.is_(None)
            if stage_id is None
            else Assignment.stage_id == stage_id,
            Assignment.calibration.is_(False),
        )
    ).all()
    held = {(row.juror_id, row.entry_id) for row in rows if row.state in _FILLED}
    return held, {(row.juror_id, row.entry_id) for row in rows} - held


def _add(context: Context, juror: Juror, entry: Entry, data: Data) -> Assignment:
    row = Assignment(
        juror_id=juror.id,
        entry_id=entry.id,
        stage_id=data.get("stage_id"),
        due_at=data.get("due_at"),
        calibration=bool(data.get("calibration")),
    )
    model.Session.add(row)
    model.Session.flush()
    change = trail.Change(states=(None, row.state))
    trail.note(context, "assign", row, edition_id=entry.edition_id, change=change)
    return row


def _move(context: Context, data: Data, act: str) -> Data:
    juror = load(Juror, load(Assignment, data["id"]).juror_id)
    edition = lock(Edition, juror.edition_id, share=True)
    row = lock(Assignment, data["id"])
    row.reason = data["reason"]
    row.due_at = data.get("due_at", row.due_at)
    transit(context, row, act, edition_id=edition.id, reason=data["reason"])
    return answers.as_dict(row, answers.ASSIGNMENT)
