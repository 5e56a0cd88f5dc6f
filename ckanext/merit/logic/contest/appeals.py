"""Appeals: filed in time, decided by two, and what an upheld one corrects."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckan.plugins as p
import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.approvals import check_signature, signed
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.interfaces import IMeritEntries
from ckanext.merit.logic.contest import (
    answers,
    inputs,
    jury_schema,
    names,
    result_schema,
    schema,
)
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.appealed import ATTACKED
from ckanext.merit.logic.contest.attacked import require_attackable
from ckanext.merit.logic.contest.enclosed import require_given, with_files
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.publications import latest_publication
from ckanext.merit.logic.contest.trail import SYSTEM, note
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.logic.contest.wall import free
from ckanext.merit.logic.contest.windows import (
    attacked,
    require_any_window,
    require_window,
)
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_result import Appeal, Signature

__all__ = [
    "merit_appeal_admit",
    "merit_appeal_close",
    "merit_appeal_decide",
    "merit_appeal_file",
    "merit_appeal_list",
    "merit_appeal_mine",
    "merit_appeal_refuse",
]

Context = Any
Data = dict[str, Any]

_RESULTS = {"score", "rank", "distinction"}


@tk.validate_action_data(result_schema.file_appeal)
@guarded
@transactional
def merit_appeal_file(context: Context, data_dict: Data) -> Data:
    """File an appeal of an entry against a decision or a result, in its window.

    For the representative or captain.

    :param entry_id: id of the entry
    :type entry_id: string
    :param target: ``admission``, ``eligibility``, ``evidence``, ``score``, ``rank``,
        ``disqualification`` or ``distinction``
    :type target: string
    :param target_id: what exactly: the publication or the criterion of a score, the
        publication of a rank (of a stage, in that stage's window), the piece of
        evidence, the distinction, or the entry itself
    :type target_id: string
    :param ground: on what it rests
    :type ground: string
    :param text: the appeal
    :type text: string
    :param files: ids of at most 10 files that the entry gave for an appeal (optional)
    :type files: list of strings

    :returns: the appeal
    :rtype: dictionary
    """
    tk.check_access("merit_appeal_file", context, data_dict)
    entry = load(Entry, data_dict["entry_id"])
    edition = lock(Edition, entry.edition_id, share=True)
    entry = lock(Entry, entry.id)
    _require_window(edition, entry, data_dict)
    require_attackable(entry, data_dict["target"], data_dict["target_id"])
    files = data_dict.get("files") or []
    require_given(entry.id, files)
    user = user_of(context)
    names = ("target", "target_id", "ground", "text")
    row = Appeal(
        entry_id=entry.id,
        state="draft",
        filed_by=user.id if user else SYSTEM,
        filed_at=clock(),
        files=files,
        **{name: data_dict[name] for name in names},
    )
    model.Session.add(row)
    model.Session.flush()
    transit(context, row, "file", edition_id=edition.id, checked=("window_open",))
    return answers.as_dict(row, answers.APPEAL)


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_appeal_admit(context: Context, data_dict: Data) -> Data:
    """Admit an appeal to be decided.

    :param id: id of the appeal
    :type id: string

    :returns: the appeal
    :rtype: dictionary
    """
    tk.check_access("merit_appeal_admit", context, data_dict)
    return _move(context, data_dict, "admit")


@tk.validate_action_data(schema.reasoned)
@guarded
@transactional
def merit_appeal_refuse(context: Context, data_dict: Data) -> Data:
    """Find an appeal inadmissible.

    :param id: id of the appeal
    :type id: string
    :param reason: why; shown to the appellant
    :type reason: string

    :returns: the appeal
    :rtype: dictionary
    """
    tk.check_access("merit_appeal_refuse", context, data_dict)
    return _move(context, data_dict, "refuse")


@tk.validate_action_data(result_schema.decide_appeal)
@guarded
@transactional
def merit_appeal_decide(context: Context, data_dict: Data) -> Data:
    """Sign the decision on an appeal; the second signature makes it.

    Two people who haven't scored the entry sign the same decision. Upheld, the state
    that it attacked is corrected at once; where scores can move, the chair reopens the
    review and a new run follows.

    :param id: id of the appeal
    :type id: string
    :param decision: ``uphold``, ``uphold_partly`` or ``dismiss``
    :type decision: string
    :param reason: the reasons; the second signer's are the decision's
    :type reason: string

    :returns: the appeal with the number of ``signatures`` of this decision
    :rtype: dictionary
    """
    tk.check_access("merit_appeal_decide", context, data_dict)
    edition, entry, row = _locked(data_dict["id"])
    if row.state != "admitted":
        raise ContestError("not_admitted", tk._("This appeal is not to be decided."))
    decision, reason = data_dict["decision"], data_dict["reason"]
    signers = _sign(context, row, edition, decision, reason)
    if signed(signers):
        row.decision = reason
        transit(
            context,
            row,
            decision,
            edition_id=edition.id,
            checked=("two_signers",),
            reason=reason,
        )
        if decision == "uphold":
            _correct(context, edition, entry, row)
    return answers.as_dict(row, answers.APPEAL) | {"signatures": len(signers)}


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_appeal_close(context: Context, data_dict: Data) -> Data:
    """Close an appeal whose decision was carried out: no review is reopened any more.

    :param id: id of the appeal
    :type id: string

    :returns: the appeal
    :rtype: dictionary
    """
    tk.check_access("merit_appeal_close", context, data_dict)
    edition, entry, _ = _locked(data_dict["id"])
    inputs.require_submitted(edition, entry_id=entry.id)
    return _move(context, data_dict, "close")


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_appeal_list(context: Context, data_dict: Data) -> list[Data]:
    """List the appeals of an edition. For those who run or audit it.

    Those of an entry with which you have a conflict are left out.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: appeals, oldest first, each with the entry's ``title`` the
        ``signatures`` given so far: ``user``, ``act`` and ``reason``, and what is
        ``attached``: ``id``, ``name``, ``size`` and ``url`` of each file
    :rtype: list of dictionaries
    """
    tk.check_access("merit_appeal_list", context, data_dict)
    rows = model.Session.scalars(
        sa.select(Appeal)
        .join(Entry, Entry.id == Appeal.entry_id)
        .where(Entry.edition_id == data_dict["edition_id"], free(context))
        .order_by(Appeal.created_at, Appeal.id)
    )
    found = [answers.as_dict(row, answers.APPEAL) for row in rows]
    titles = names.of_entries(row["entry_id"] for row in found)
    signed_by = _signatures([row["id"] for row in found])
    return [
        row
        | {
            "title": titles.get(row["entry_id"]),
            "signatures": signed_by.get(row["id"], []),
        }
        for row in with_files(found)
    ]


@tk.side_effect_free
@tk.validate_action_data(jury_schema.of_entry)
def merit_appeal_mine(context: Context, data_dict: Data) -> list[Data]:
    """List the appeals of an entry, to those behind it.

    :param entry_id: id of the entry
    :type entry_id: string

    :returns: appeals, oldest first, each with what is ``attached``: ``id``, ``name``,
        ``size`` and ``url`` of each file
    :rtype: list of dictionaries
    """
    tk.check_access("merit_appeal_mine", context, data_dict)
    rows = model.Session.scalars(
        sa.select(Appeal)
        .where(Appeal.entry_id == data_dict["entry_id"])
        .order_by(Appeal.created_at, Appeal.id)
    )
    return with_files([answers.as_dict(row, answers.APPEAL) for row in rows])


def _signatures(appeals: list[str]) -> dict[str, list[Data]]:
    rows = model.Session.scalars(
        sa.select(Signature)
        .where(Signature.subject == "appeal", Signature.subject_id.in_(appeals))
        .order_by(Signature.created_at, Signature.id)
    ).all()
    people = names.of_users(row.user_id for row in rows)
    found: dict[str, list[Data]] = {}
    for row in rows:
        found.setdefault(row.subject_id, []).append(
            {"user": people.get(row.user_id), "act": row.act, "reason": row.reason}
        )
    return found


def _require_window(edition: Edition, entry: Entry, data: Data) -> None:
    target = data["target"]
    if target in _RESULTS:
        _require_results(edition, data["target_id"])
        return
    require_any_window(edition)
    expected = ATTACKED.get(target)
    if expected is not None and entry.state != expected:
        raise ContestError("target", tk._("There is no such decision to appeal."))


def _require_results(edition: Edition, target_id: str) -> None:
    results = attacked(edition, target_id)
    require_window(edition, results.stage_id if results else None)
    if results is None and latest_publication(edition.id) is None:
        raise ContestError("target", tk._("There are no results to appeal."))


def _locked(key: str) -> tuple[Edition, Entry, Appeal]:
    entry = load(Entry, load(Appeal, key).entry_id)
    edition = lock(Edition, entry.edition_id, share=True)
    return edition, lock(Entry, entry.id), lock(Appeal, key)


def _move(context: Context, data: Data, act: str) -> Data:
    edition, _, row = _locked(data["id"])
    reason = data.get("reason")
    row.decision = reason or row.decision
    transit(context, row, act, edition_id=edition.id, reason=reason)
    return answers.as_dict(row, answers.APPEAL)


def _sign(
    context: Context, row: Appeal, edition: Edition, decision: str, reason: str
) -> set[str]:
    user = user_of(context)
    if user is None:
        raise ContestError("party", tk._("Somebody must sign."))
    mine = sa.select(Signature).where(
        Signature.subject == "appeal", Signature.subject_id == row.id
    )
    signatures = model.Session.scalars(mine).all()
    everybody = {item.user_id for item in signatures}
    check_signature(everybody, user.id, barred={row.filed_by})
    model.Session.add(
        Signature(
            subject="appeal",
            subject_id=row.id,
            user_id=user.id,
            act=decision,
            reason=reason,
        )
    )
    note(context, f"sign {decision}", row, edition_id=edition.id)
    return {item.user_id for item in signatures if item.act == decision} | {user.id}


def _correct(context: Context, edition: Edition, entry: Entry, row: Appeal) -> None:
    """Correct the state that an upheld appeal attacked."""
    if ATTACKED.get(row.target) == entry.state:
        entry.reason = None
        transit(
            context,
            entry,
            "reinstate",
            edition_id=edition.id,
            checked=("appeal_upheld",),
            reason=row.decision,
        )
    appeal = answers.as_dict(row, answers.APPEAL)
    for plugin in p.PluginImplementations(IMeritEntries):
        plugin.merit_appeal_upheld(context, appeal)
