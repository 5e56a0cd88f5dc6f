"""Conflicts of interest: declared, reported, inferred, and decided."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.approvals import check_signature, signed
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
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.subjects import own_juror
from ckanext.merit.logic.contest.transaction import load, lock, transactional
from ckanext.merit.model import contest_membership
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Assignment, Conflict, Juror, Review
from ckanext.merit.model.contest_result import Signature

__all__ = [
    "merit_conflict_decide",
    "merit_conflict_declare",
    "merit_conflict_infer",
    "merit_conflict_list",
    "merit_conflict_report",
]

Context = Any
Data = dict[str, Any]

_UNFINISHED = ("assigned", "in_progress")
_LOOKED_AT = ("submitted", "returned", "locked", "admitted")


@tk.validate_action_data(jury_schema.declare)
@guarded
@transactional
def merit_conflict_declare(context: Context, data_dict: Data) -> Data:
    """Declare that you, a juror, are not free towards an entry.

    Unfinished assignments of the entry to you end; a review that you submitted counts
    no longer, and stays on record.

    :param entry_id: id of the entry
    :type entry_id: string
    :param detail: why
    :type detail: string

    :returns: the conflict
    :rtype: dictionary
    """
    tk.check_access("merit_conflict_declare", context, data_dict)
    entry = load(Entry, data_dict["entry_id"])
    lock(Edition, entry.edition_id, share=True)
    juror = own_juror(user_of(context), entry.edition_id)
    if juror is None:
        raise tk.ObjectNotFound(tk._("Not found"))
    row = _noted(context, juror, entry, "declared", data_dict["detail"])
    recuse(context, juror, entry, reason=data_dict["detail"])
    return answers.as_dict(row, answers.CONFLICT)


@tk.validate_action_data(jury_schema.report)
@guarded
@transactional
def merit_conflict_report(context: Context, data_dict: Data) -> Data:
    """Report that a juror may not be free towards an entry.

    A report keeps nobody from anything until the chair takes it up.

    :param juror_id: id of the appointment
    :type juror_id: string
    :param entry_id: id of the entry
    :type entry_id: string
    :param detail: why
    :type detail: string

    :returns: ``reported``: true
    :rtype: dictionary
    """
    tk.check_access("merit_conflict_report", context, data_dict)
    entry = load(Entry, data_dict["entry_id"])
    juror = load(Juror, data_dict["juror_id"])
    if juror.edition_id != entry.edition_id:
        raise tk.ObjectNotFound(tk._("Not found"))
    lock(Edition, entry.edition_id, share=True)
    _noted(context, juror, entry, "reported", data_dict["detail"])
    return {"reported": True}


@tk.validate_action_data(schema.listed)
@guarded
@transactional
def merit_conflict_infer(context: Context, data_dict: Data) -> Data:
    """Look for conflicts between all jurors and entries of an edition.

    What is found blocks until it is decided.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: ``found``: the new conflicts
    :rtype: dictionary
    """
    tk.check_access("merit_conflict_infer", context, data_dict)
    edition = lock(Edition, data_dict["edition_id"])
    jurors = model.Session.scalars(
        sa.select(Juror).where(
            Juror.edition_id == edition.id,
            Juror.state.in_(["invited", "accepted", "active"]),
        )
    ).all()
    entries = model.Session.scalars(
        sa.select(Entry).where(
            Entry.edition_id == edition.id, Entry.state.in_(_LOOKED_AT)
        )
    ).all()
    contest_membership.refresh(model.Session)
    found = []
    for juror in jurors:
        reasons = inference.hints(juror, entries)
        for entry in entries:
            row = inference.note_hints(juror, entry, reasons[entry.id])
            if row is not None:
                found.append(row)
                change = trail.Change(states=(None, row.state), reason=row.detail)
                trail.note(context, "infer", row, edition_id=edition.id, change=change)
    return {"found": [answers.as_dict(row, answers.CONFLICT) for row in found]}


@tk.validate_action_data(jury_schema.decide)
@guarded
@transactional
def merit_conflict_decide(context: Context, data_dict: Data) -> Data:
    """Take up, confirm or dismiss a conflict. For the chair.

    The chair's own are decided by two members of the secretariat who agree. To confirm
    ends the juror's part in the entry, and a submitted review becomes void.

    :param id: id of the conflict
    :type id: string
    :param decision: ``admit`` (a report), ``confirm`` or ``dismiss``
    :type decision: string
    :param reason: why
    :type reason: string

    :returns: the conflict; unchanged while a second signature is missing
    :rtype: dictionary
    """
    tk.check_access("merit_conflict_decide", context, data_dict)
    juror = load(Juror, load(Conflict, data_dict["id"]).juror_id)
    edition = lock(Edition, juror.edition_id, share=True)
    row = lock(Conflict, data_dict["id"])
    decision, reason = data_dict["decision"], data_dict["reason"]
    if context.get("merit_role") == "S" and not _agreed(context, row, decision, juror):
        return answers.as_dict(row, answers.CONFLICT)
    row.reason = reason
    transit(context, row, decision, edition_id=edition.id, reason=reason)
    if decision == "confirm":
        entry = load(Entry, row.entry_id)
        recuse(context, juror, entry, reason=reason)
        _void(context, juror, entry, reason=reason)
    return answers.as_dict(row, answers.CONFLICT)


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_conflict_list(context: Context, data_dict: Data) -> list[Data]:
    """List the conflicts of an edition. For those who run or audit it.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: conflicts, oldest first, each with the juror's ``user`` (name and full
        name), the entry's ``title``, and ``said``, the detail in words
    :rtype: list of dictionaries
    """
    tk.check_access("merit_conflict_list", context, data_dict)
    rows = model.Session.scalars(
        sa.select(Conflict)
        .join(Juror, Juror.id == Conflict.juror_id)
        .where(Juror.edition_id == data_dict["edition_id"])
        .order_by(Conflict.created_at, Conflict.id)
    )
    found = [answers.as_dict(row, answers.CONFLICT) for row in rows]
    return names.with_names(hints.told(found))


def recuse(context: Context, juror: Juror, entry: Entry, *, reason: str) -> None:
    """End a juror's unfinished assignments of an entry."""
    for task in _tasks(juror, entry, *_UNFINISHED):
        transit(context, task, "recuse", edition_id=entry.edition_id, reason=reason)
        task.reason = reason


def _void(context: Context, juror: Juror, entry: Entry, *, reason: str) -> None:
    checked = ("conflict_confirmed",)
    for task in _tasks(juror, entry, "completed", "recused"):
        review = model.Session.scalars(
            sa.select(Review).where(Review.assignment_id == task.id)
        ).first()
        if review is not None and review.state != "void":
            transit(
                context,
                review,
                "void",
                edition_id=entry.edition_id,
                checked=checked,
                reason=reason,
            )
        if task.state == "completed":
            transit(
                context,
                task,
                "void",
                edition_id=entry.edition_id,
                checked=checked,
                reason=reason,
            )


def _tasks(juror: Juror, entry: Entry, *states: str) -> list[Assignment]:
    found = sa.select(Assignment).where(
        Assignment.juror_id == juror.id,
        Assignment.entry_id == entry.id,
        Assignment.state.in_(states),
    )
    return list(model.Session.scalars(found.with_for_update()))


def _noted(
    context: Context, juror: Juror, entry: Entry, origin: str, detail: str
) -> Conflict:
    user = user_of(context)
    row = Conflict(
        juror_id=juror.id,
        entry_id=entry.id,
        origin=origin,
        kind=origin,
        detail=detail,
        state="reported" if origin == "reported" else "open",
        reported_by=user.id if user else None,
    )
    model.Session.add(row)
    model.Session.flush()
    change = trail.Change(states=(None, row.state))
    trail.note(context, origin, row, edition_id=entry.edition_id, change=change)
    return row


def _agreed(context: Context, row: Conflict, decision: str, juror: Juror) -> bool:
    """Add a signature of the secretariat; says whether two agree now."""
    user = user_of(context)
    if user is None:
        raise ContestError("party", tk._("Somebody must sign."))
    same = sa.select(Signature.user_id).where(
        Signature.subject == "conflict",
        Signature.subject_id == row.id,
        Signature.act == decision,
    )
    signers = set(model.Session.scalars(same))
    check_signature(signers, user.id, barred={juror.user_id})
    signature = Signature(
        subject="conflict", subject_id=row.id, user_id=user.id, act=decision
    )
    model.Session.add(signature)
    trail.note(context, f"sign {decision}", row, edition_id=juror.edition_id)
    return signed({*signers, user.id})
