"""Disputes over the level accepted for evidence: a juror decides them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award.logic import answers, disputed, schema
from ckanext.merit.award.logic.criteria import (
    Book,
    book_of,
    require_criterion,
    require_time,
    settle,
)
from ckanext.merit.award.logic.evidence import locked
from ckanext.merit.award.logic.screening import tell
from ckanext.merit.domain.award.evidence import Criterion, falls_short, is_lowered
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import inference, names, outbox
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.answers import CONFLICT, as_dict
from ckanext.merit.logic.contest.appealed import require_judged
from ckanext.merit.logic.contest.jurors import activated
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.schema import identified, listed, reasoned
from ckanext.merit.logic.contest.trail import SYSTEM, Change, note
from ckanext.merit.logic.contest.transaction import clock, load, lock, transactional
from ckanext.merit.logic.contest.wall import free
from ckanext.merit.model import contest_membership
from ckanext.merit.model.award import Dispute, EntryFile, Evidence
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Juror

__all__ = [
    "merit_award_dispute_decide",
    "merit_award_dispute_hand",
    "merit_award_dispute_list",
    "merit_award_dispute_mine",
    "merit_award_dispute_open",
    "merit_award_dispute_show",
    "merit_award_dispute_withdraw",
]

Context = Any
Data = dict[str, Any]
#: How long after its decision a level can be disputed where the phase is over.
TIME = timedelta(days=5)


@tk.validate_action_data(reasoned)
@guarded
@transactional
def merit_award_dispute_open(context: Context, data_dict: Data) -> Data:
    """Dispute the level that was accepted for a piece of evidence, once.

    While evidence can be given for the criterion, and five days after the decision.
    The accepted level counts until a juror has decided.

    :param id: id of the piece
    :type id: string
    :param reason: why it supports more
    :type reason: string

    :returns: the dispute
    :rtype: dictionary
    """
    tk.check_access("merit_award_dispute_open", context, data_dict)
    edition, entry, evidence = locked(data_dict["id"])
    book = book_of(edition, entry)
    criterion = require_criterion(book, evidence.criterion)
    lowered = is_lowered(criterion, evidence.claimed, evidence.accepted)
    if evidence.state != "accepted" or not lowered:
        text = tk._("Only a level that is lower than claimed can be disputed.")
        raise ContestError("level", text)
    _require_time(edition, entry, book, evidence)
    if disputed.standing(evidence.id) is not None:
        text = tk._("This level was disputed already.")
        raise ContestError("disputed", text)
    user = user_of(context)
    row = Dispute(
        evidence_id=evidence.id,
        reason=data_dict["reason"],
        opened_by=user.id if user else SYSTEM,
    )
    model.Session.add(row)
    model.Session.flush()
    change = Change(states=(None, row.state), reason=row.reason)
    note(context, "open", row, edition_id=edition.id, change=change)
    return answers.dispute(row)


@tk.validate_action_data(identified)
@guarded
@transactional
def merit_award_dispute_withdraw(context: Context, data_dict: Data) -> Data:
    """Take a dispute back before it is decided; the accepted level stays.

    :param id: id of the dispute
    :type id: string

    :returns: the dispute
    :rtype: dictionary
    """
    tk.check_access("merit_award_dispute_withdraw", context, data_dict)
    edition, _, _, row = _locked(data_dict["id"])
    transit(context, row, "withdraw", edition_id=edition.id)
    return answers.dispute(row)


@tk.validate_action_data(schema.dispute_hand)
@guarded
@transactional
def merit_award_dispute_hand(context: Context, data_dict: Data) -> Data:
    """Hand a dispute to a juror who is free towards the entry, or to another one.

    A conflict that can be inferred is noted and refuses the juror.

    :param id: id of the dispute
    :type id: string
    :param juror_id: id of the appointment
    :type juror_id: string

    :returns: the dispute, or the inferred ``conflict`` that refuses the juror
    :rtype: dictionary
    """
    tk.check_access("merit_award_dispute_hand", context, data_dict)
    edition, entry, _, row = _locked(data_dict["id"])
    juror = lock(Juror, data_dict["juror_id"])
    if juror.edition_id != edition.id:
        raise tk.ObjectNotFound(tk._("Not found"))
    require_judged(edition, entry)
    contest_membership.refresh(model.Session)
    found = inference.hints(juror, [entry])[entry.id]
    conflict = inference.note_hints(juror, entry, found)
    if conflict is not None:
        note(context, "infer", conflict, edition_id=edition.id)
        # Committed with this answer: an exception would lose what was found.
        return {"conflict": as_dict(conflict, CONFLICT)}
    _require_free(juror, entry)
    activated(context, juror)
    row.juror_id = juror.id
    checked = ("no_conflict",)
    transit(context, row, "hand", edition_id=edition.id, checked=checked)
    payload = {"edition_id": edition.id, "user_id": juror.user_id}
    key = f"dispute_handed:{row.id}:{clock().isoformat()}"
    outbox.put(key, "dispute_handed", payload)
    return _for_staff(row, juror)


@tk.validate_action_data(schema.dispute_decide)
@guarded
@transactional
def merit_award_dispute_decide(context: Context, data_dict: Data) -> Data:
    """Decide a dispute that was handed to you: set the level, and say why.

    Nobody is worse off for having disputed: the level is not lowered further. The lower
    of this and the claimed level counts.

    :param id: id of the dispute
    :type id: string
    :param level: the highest level that the evidence supports
    :type level: string
    :param reason: why; shown to those behind the entry
    :type reason: string

    :returns: the dispute
    :rtype: dictionary
    """
    tk.check_access("merit_award_dispute_decide", context, data_dict)
    edition, entry, evidence, row = _locked(data_dict["id"])
    require_judged(edition, entry)
    _require_free(lock(Juror, row.juror_id), entry)
    criterion = require_criterion(book_of(edition, entry), evidence.criterion)
    level, reason = data_dict["level"], data_dict["reason"]
    _require_level(criterion, evidence, level)
    before = {"accepted": evidence.accepted}
    evidence.accepted, evidence.reason = level, reason
    evidence.decided_at = row.decided_at = clock()
    row.level, row.decision = level, reason
    change = Change(reason=reason, before=before, after={"accepted": level})
    note(context, "set level", evidence, edition_id=edition.id, change=change)
    transit(
        context,
        row,
        "decide",
        edition_id=edition.id,
        checked=("no_conflict",),
        reason=reason,
    )
    settle(edition, entry, criterion)
    tell(evidence, "evidence_decided")
    return answers.dispute(row)


@tk.side_effect_free
@tk.validate_action_data(identified)
def merit_award_dispute_show(context: Context, data_dict: Data) -> Data:
    """Return a dispute to its parties, to its juror, and to those who run the jury.

    :param id: id of the dispute
    :type id: string

    :returns: the dispute with the ``evidence`` and the entry's ``title``
    :rtype: dictionary
    """
    tk.check_access("merit_award_dispute_show", context, data_dict)
    row = load(Dispute, data_dict["id"])
    evidence = load(Evidence, row.evidence_id)
    entry = load(Entry, evidence.entry_id)
    attached = load(EntryFile, evidence.file_id) if evidence.file_id else None
    return answers.dispute(row) | {
        "evidence": answers.evidence(evidence, attached),
        "title": entry.title,
        "category_id": entry.category_id,
    }


@tk.side_effect_free
@tk.validate_action_data(schema.disputes)
def merit_award_dispute_list(context: Context, data_dict: Data) -> Data:
    """List the disputes of an edition, longest waiting first.

    Those over an entry with which you have a conflict are left out.

    :param edition_id: id of the edition
    :type edition_id: string
    :param state: only in this state (optional)
    :type state: string
    :param limit: number of disputes to return (default: 20)
    :type limit: int
    :param offset: number of disputes to pass over (default: 0)
    :type offset: int

    :returns: ``count`` and ``results``; each with the entry's ``title``, the
        ``criterion``, the number ``n`` of the piece, and the juror's ``user``
    :rtype: dictionary
    """
    tk.check_access("merit_award_dispute_list", context, data_dict)
    found = disputed.of_edition(data_dict["edition_id"]).where(free(context))
    if data_dict.get("state"):
        found = found.where(Dispute.state == data_dict["state"])
    count = sa.select(sa.func.count()).select_from(
        found.with_only_columns(Dispute.id).subquery()
    )
    rows = model.Session.execute(
        found.order_by(Dispute.created_at, Dispute.id)
        .limit(data_dict["limit"])
        .offset(data_dict["offset"])
    ).all()
    people = names.of_users(juror.user_id for _, _, _, juror in rows if juror)
    return {
        "count": model.Session.scalar(count),
        "results": [
            _described(dispute, evidence, title)
            | _juror_of(juror)
            | {"user": people.get(juror.user_id) if juror else None}
            for dispute, evidence, title, juror in rows
        ],
    }


@tk.side_effect_free
@tk.validate_action_data(listed)
def merit_award_dispute_mine(context: Context, data_dict: Data) -> list[Data]:
    """List the disputes that were handed to you as juror, what waits first.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: disputes, each with the entry's ``title``, the ``criterion`` and the
        number ``n`` of the piece
    :rtype: list of dictionaries
    """
    tk.check_access("merit_award_dispute_mine", context, data_dict)
    user = user_of(context)
    rows = model.Session.execute(
        disputed.of_edition(data_dict["edition_id"])
        .where(Juror.user_id == (user.id if user else None))
        .where(Dispute.state.in_(["handed", "decided"]))
        .order_by(Dispute.state.desc(), Dispute.created_at, Dispute.id)
    )
    return [
        _described(dispute, evidence, title)
        for dispute, evidence, title, juror in rows
        if not inference.is_blocked(juror.id, evidence.entry_id)
    ]


def _described(row: Dispute, evidence: Evidence, title: str) -> Data:
    named = {"criterion": evidence.criterion, "n": evidence.n}
    return answers.dispute(row) | named | {"title": title}


def _juror_of(juror: Juror | None) -> Data:
    return {"juror_id": juror.id if juror else None}


def _for_staff(row: Dispute, juror: Juror) -> Data:
    return answers.dispute(row) | _juror_of(juror)


def _locked(key: str) -> tuple[Edition, Entry, Evidence, Dispute]:
    return (*locked(load(Dispute, key).evidence_id), lock(Dispute, key))


def _require_time(edition: Edition, entry: Entry, book: Book, row: Evidence) -> None:
    require_judged(edition, entry, by_entrant=True)
    if row.decided_at is None or clock() >= row.decided_at + TIME:
        require_time(edition, book, row)


def _require_free(juror: Juror, entry: Entry) -> None:
    if juror.categories and entry.category_id not in juror.categories:
        text = tk._("The juror is limited to other categories.")
        raise ContestError("category", text)
    if inference.is_blocked(juror.id, entry.id):
        raise ContestError("conflict_of_interest", tk._("The juror has a conflict."))


def _require_level(criterion: Criterion, row: Evidence, level: str) -> None:
    try:
        worse = falls_short(criterion.measure, row.accepted, level)
    except ValueError:
        text = tk._("Choose the level that it supports")
        raise tk.ValidationError({"level": [text]}) from None
    if worse:
        text = tk._("A dispute does not lower the level that was accepted")
        raise tk.ValidationError({"level": [text]})
