"""Evidence by the secretariat: accept, reject, return; and who sees it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award.logic import answers, disputed, schema
from ckanext.merit.award.logic.criteria import book_of, require_criterion, settle
from ckanext.merit.award.logic.evidence import locked
from ckanext.merit.award.logic.subjects import JUDGED
from ckanext.merit.domain.award.evidence import Criterion, claiming, lower
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import entry_schema, outbox
from ckanext.merit.logic.contest.appealed import require_judged
from ckanext.merit.logic.contest.embargo import require_running
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.rule_sets import in_force
from ckanext.merit.logic.contest.schema import identified, reasoned
from ckanext.merit.logic.contest.trail import Change, note
from ckanext.merit.logic.contest.transaction import clock, load, transactional
from ckanext.merit.logic.contest.wall import free
from ckanext.merit.model.award import Dispute, EntryFile, Evidence
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry

__all__ = [
    "merit_award_evidence_accept",
    "merit_award_evidence_list",
    "merit_award_evidence_reject",
    "merit_award_evidence_return",
    "merit_award_evidence_screen_list",
    "merit_award_evidence_show",
    "tell",
    "undecided",
    "uphold",
]

Context = Any
Data = dict[str, Any]


@tk.validate_action_data(schema.evidence_accept)
@guarded
@transactional
def merit_award_evidence_accept(context: Context, data_dict: Data) -> Data:
    """Accept a piece of evidence with the highest level that it supports.

    The lower of the claimed and the accepted level counts. For the secretariat.

    :param id: id of the piece
    :type id: string
    :param level: the level, where evidence is scored
    :type level: string
    :param reason: why less than claimed; needed then, shown to those behind the entry
    :type reason: string

    :returns: the piece
    :rtype: dictionary
    """
    tk.check_access("merit_award_evidence_accept", context, data_dict)
    edition, entry, row = _undecided(data_dict["id"])
    criterion = require_criterion(book_of(edition, entry), row.criterion)
    reason = data_dict.get("reason")
    if criterion.claims:
        row.accepted = _level(criterion, row, data_dict.get("level"), reason)
    row.reason, row.decided_at = reason, clock()
    transit(context, row, "accept", edition_id=edition.id, reason=reason)
    settle(edition, entry, criterion)
    tell(row, "evidence_decided")
    return answers.evidence(row)


@tk.validate_action_data(reasoned)
@guarded
@transactional
def merit_award_evidence_reject(context: Context, data_dict: Data) -> Data:
    """Reject a piece of evidence. For the secretariat.

    :param id: id of the piece
    :type id: string
    :param reason: why; shown to those behind the entry
    :type reason: string

    :returns: the piece
    :rtype: dictionary
    """
    tk.check_access("merit_award_evidence_reject", context, data_dict)
    return _decide(context, data_dict, "reject")


@tk.validate_action_data(entry_schema.give_back)
@guarded
@transactional
def merit_award_evidence_return(context: Context, data_dict: Data) -> Data:
    """Return a piece of evidence to be corrected. For the secretariat.

    :param id: id of the piece
    :type id: string
    :param reason: what to correct; shown to those behind the entry
    :type reason: string
    :param due_at: until when, ISO 8601 with zone
    :type due_at: string

    :returns: the piece
    :rtype: dictionary
    """
    tk.check_access("merit_award_evidence_return", context, data_dict)
    if data_dict["due_at"] <= clock():
        raise tk.ValidationError({"due_at": [tk._("Must be in the future")]})
    return _decide(context, data_dict, "return")


@tk.side_effect_free
@tk.validate_action_data(identified)
def merit_award_evidence_show(context: Context, data_dict: Data) -> Data:
    """Return a piece of evidence to those who may see it.

    :param id: id of the piece
    :type id: string

    :returns: the piece with its ``file`` (null where there is none) and the entry's
        ``title``
    :rtype: dictionary
    """
    row = None
    try:
        tk.check_access("merit_award_evidence_show", context, data_dict)
        row = load(Evidence, data_dict["id"])
    except tk.NotAuthorized:
        pass
    if row is None or row.state not in _seen_by(context):
        raise tk.ObjectNotFound(tk._("Not found"))
    attached = load(EntryFile, row.file_id) if row.file_id else None
    entry = load(Entry, row.entry_id)
    told = context.get("merit_role") != "J"
    dispute = disputed.standing(row.id) if told else None
    return answers.evidence(row, attached, dispute) | {"title": entry.title}


@tk.side_effect_free
@tk.validate_action_data(schema.of_entry)
def merit_award_evidence_list(context: Context, data_dict: Data) -> list[Data]:
    """List the evidence of an entry: all to those behind it, to jurors what counts.

    :param entry_id: id of the entry
    :type entry_id: string

    :returns: pieces by criterion and number
    :rtype: list of dictionaries
    """
    try:
        tk.check_access("merit_award_evidence_list", context, data_dict)
    except tk.NotAuthorized:
        raise tk.ObjectNotFound(tk._("Not found")) from None
    found = _joined().where(
        Evidence.entry_id == data_dict["entry_id"],
        Evidence.state.in_(_seen_by(context)),
    )
    rows = model.Session.execute(found.order_by(Evidence.criterion, Evidence.n))
    told = context.get("merit_role") != "J"
    return [
        answers.evidence(row, attached, dispute if told else None)
        for row, attached, dispute, _ in rows
    ]


@tk.side_effect_free
@tk.validate_action_data(schema.screening)
def merit_award_evidence_screen_list(context: Context, data_dict: Data) -> Data:
    """List submitted evidence of an edition, longest waiting first.

    For those who run or audit it; not what is of an entry with which you have a
    conflict.

    :param edition_id: id of the edition
    :type edition_id: string
    :param state: only in this state (optional)
    :type state: string
    :param criterion: only for this criterion (optional)
    :type criterion: string
    :param entry_id: only of this entry (optional)
    :type entry_id: string
    :param limit: number of pieces to return (default: 20)
    :type limit: int
    :param offset: number of pieces to pass over (default: 0)
    :type offset: int

    :returns: ``count``, ``results`` with the entry's ``title``, and ``states``: how
        many there are in each
    :rtype: dictionary
    """
    tk.check_access("merit_award_evidence_screen_list", context, data_dict)
    mine = sa.and_(
        Entry.edition_id == data_dict["edition_id"],
        Evidence.state != "draft",
        free(context),
    )
    found = _joined().where(mine)
    for name in ("state", "criterion", "entry_id"):
        if data_dict.get(name):
            found = found.where(getattr(Evidence, name) == data_dict[name])
    count = model.Session.scalar(
        sa.select(sa.func.count()).select_from(
            found.with_only_columns(Evidence.id).subquery()
        )
    )
    rows = model.Session.execute(
        found.order_by(Evidence.submitted_at, Evidence.id)
        .limit(data_dict["limit"])
        .offset(data_dict["offset"])
    )
    states = model.Session.execute(
        sa.select(Evidence.state, sa.func.count().label("number"))
        .join(Entry, Entry.id == Evidence.entry_id)
        .where(mine)
        .group_by(Evidence.state)
    )
    return {
        "count": count,
        "results": [
            answers.evidence(row, attached, dispute) | {"title": title}
            for row, attached, dispute, title in rows
        ],
        "states": {row.state: row.number for row in states},
    }


def undecided(edition_id: str) -> int:
    """Count the pieces of admitted entries that would count and wait for a decision."""
    rules = in_force(edition_id)
    if rules is None:
        return 0
    found = (
        sa.select(sa.func.count())
        .select_from(Evidence)
        .join(Entry, Entry.id == Evidence.entry_id)
        .where(
            Entry.edition_id == edition_id,
            Entry.state == "admitted",
            Evidence.state == "submitted",
            Evidence.criterion.in_(claiming(rules.body)),
        )
    )
    return model.Session.execute(found).scalar_one()


def uphold(context: Context, appeal: Data) -> None:
    """Correct the evidence that an upheld appeal attacked: what was claimed counts."""
    row = model.Session.get(Evidence, appeal["target_id"])
    if row is None or row.entry_id != appeal["entry_id"]:
        return
    edition, entry, row = locked(row.id)
    criterion = require_criterion(book_of(edition, entry), row.criterion)
    disputed.drop(context, edition, row.id)
    row.accepted = row.claimed
    if row.state == "rejected":
        transit(
            context,
            row,
            "reinstate",
            edition_id=edition.id,
            checked=("appeal_upheld",),
            reason=appeal["decision"],
        )
    else:
        change = Change(reason=appeal["decision"])
        note(context, "raise", row, edition_id=edition.id, change=change)
    row.reason = appeal["decision"]
    settle(edition, entry, criterion)


def _joined() -> Any:
    disputes = sa.and_(Dispute.evidence_id == Evidence.id, disputed.STANDS)
    return (
        sa.select(Evidence, EntryFile, Dispute, Entry.title)
        .join(Entry, Entry.id == Evidence.entry_id)
        .outerjoin(EntryFile, EntryFile.id == Evidence.file_id)
        .outerjoin(Dispute, disputes)
    )


def _seen_by(context: Context) -> tuple[str, ...]:
    """States that somebody sees, by the role that permits it."""
    role = context.get("merit_role")
    if role == "J":
        return JUDGED
    return ("draft", *schema.STATES) if role in set("MCER") else schema.STATES


def _undecided(key: str) -> tuple[Edition, Entry, Evidence]:
    edition, entry, row = locked(key)
    require_judged(edition, entry)
    return edition, entry, row


def _decide(context: Context, data: Data, act: str) -> Data:
    edition, _, row = _undecided(data["id"])
    if act == "return":
        # Nobody can correct it after results.
        require_running(edition)
    row.reason, row.due_at = data["reason"], data.get("due_at")
    row.decided_at = clock()
    transit(context, row, act, edition_id=edition.id, reason=row.reason)
    tell(row, "evidence_returned" if act == "return" else "evidence_decided")
    return answers.evidence(row)


def tell(row: Evidence, kind: str) -> None:
    """Write to those behind the entry; what was decided they read on the portal."""
    due_at = row.due_at and row.due_at.isoformat()
    key = f"{kind}:{row.id}:{clock().isoformat()}"
    outbox.put(key, kind, {"id": row.entry_id, "due_at": due_at})


def _level(
    criterion: Criterion, row: Evidence, level: str | None, reason: str | None
) -> str:
    try:
        counts = lower(criterion.measure, row.claimed, level or "")
    except ValueError:
        text = tk._("Choose the level that it supports")
        raise tk.ValidationError({"level": [text]}) from None
    if counts != row.claimed and not reason:
        text = tk._("Say why it supports less than was claimed")
        raise tk.ValidationError({"reason": [text]})
    return str(level)
