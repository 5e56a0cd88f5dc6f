"""Distinctions: proposed from published results, verified, confirmed, announced."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import answers, distinction_schema, schema, trail
from ckanext.merit.logic.contest.awarding import ENDED, Held, outdate
from ckanext.merit.logic.contest.embargo import is_out
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.prizes import proposals
from ckanext.merit.logic.contest.transaction import load, lock, transactional
from ckanext.merit.model.contest import Category, Edition, RuleSet
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_result import Distinction, ScoreRun

__all__ = [
    "merit_distinction_announce",
    "merit_distinction_confirm",
    "merit_distinction_correct",
    "merit_distinction_create",
    "merit_distinction_draft_list",
    "merit_distinction_forfeit",
    "merit_distinction_list",
    "merit_distinction_propose",
    "merit_distinction_revoke",
    "merit_distinction_verify",
    "merit_distinction_void",
]

Context = Any
Data = dict[str, Any]


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_distinction_propose(context: Context, data_dict: Data) -> list[Data]:
    """Propose the levels and places that the rules give for a published run.

    What is proposed already and still holds stays, and void places stay empty. After
    somebody forfeits, or after a correction, ask again: what no longer holds is
    superseded, and nothing is proposed before what was announced is noted as corrected.

    :param id: id of the run
    :type id: string

    :returns: the new distinctions
    :rtype: list of dictionaries
    """
    tk.check_access("merit_distinction_propose", context, data_dict)
    edition = lock(Edition, load(ScoreRun, data_dict["id"]).edition_id)
    run = lock(ScoreRun, data_dict["id"])
    if run.state != "published" or run.stage_id is not None:
        raise ContestError("not_published", tk._("This run is not published."))
    rules = load(RuleSet, run.rule_set_id).body
    categories = {
        row.code: row
        for row in model.Session.scalars(
            sa.select(Category).where(Category.edition_id == edition.id)
        )
    }
    outdate(context, edition, run)
    held = Held(edition)
    given = [
        item
        for item in proposals(run, rules, categories, passed_over=held.lost)
        if (categories[item.category].id, item.place) not in held.void
    ]
    found = []
    for item in held.settle(context, run, given):
        row = Distinction(
            edition_id=edition.id,
            category_id=categories[item.category].id,
            type=item.type,
            place=item.place,
            entry_id=item.object,
            run_id=run.id,
            citation={"level": item.level} if item.level else None,
        )
        found.append(_added(context, edition, row))
    return [answers.as_dict(row, answers.DISTINCTION) for row in found]


@tk.validate_action_data(distinction_schema.create)
@guarded
@transactional
def merit_distinction_create(context: Context, data_dict: Data) -> Data:
    """Propose a mention or a special distinction for an admitted entry.

    :param entry_id: id of the entry
    :type entry_id: string
    :param type: ``mention``, ``special``, ``regional``, ``public`` or
        ``participation``
    :type type: string
    :param citation: text, or texts by language
    :type citation: string or dictionary

    :returns: the distinction
    :rtype: dictionary
    """
    tk.check_access("merit_distinction_create", context, data_dict)
    entry = load(Entry, data_dict["entry_id"])
    edition = lock(Edition, entry.edition_id)
    if entry.state != "admitted":
        raise ContestError("not_admitted", tk._("The entry is not admitted."))
    row = Distinction(
        edition_id=edition.id,
        category_id=entry.category_id,
        type=data_dict["type"],
        entry_id=entry.id,
        citation=data_dict["citation"],
    )
    return answers.as_dict(_added(context, edition, row), answers.DISTINCTION)


@tk.validate_action_data(distinction_schema.void)
@guarded
@transactional
def merit_distinction_void(context: Context, data_dict: Data) -> Data:
    """Propose to declare a place of a category void: nobody is worthy of it.

    It is verified, confirmed and announced like other distinctions.

    :param id: id of the category
    :type id: string
    :param place: the place, from 1
    :type place: int
    :param reason: why; published with the results
    :type reason: string

    :returns: the distinction, without entry
    :rtype: dictionary
    """
    tk.check_access("merit_distinction_void", context, data_dict)
    category = load(Category, data_dict["id"])
    edition = lock(Edition, category.edition_id)
    if edition.state not in {"provisional", "final"}:
        raise ContestError("not_published", tk._("There are no results yet."))
    taken = sa.exists().where(
        Distinction.category_id == category.id,
        Distinction.type == "place",
        Distinction.place == data_dict["place"],
        Distinction.state.not_in(ENDED),
    )
    if model.Session.execute(sa.select(taken)).scalar_one():
        raise ContestError("taken", tk._("This place is taken already."))
    row = Distinction(
        edition_id=edition.id,
        category_id=category.id,
        type="place",
        place=data_dict["place"],
        reason=data_dict["reason"],
    )
    return answers.as_dict(_added(context, edition, row), answers.DISTINCTION)


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_distinction_verify(context: Context, data_dict: Data) -> Data:
    """Begin to verify that an entry may have a distinction.

    :param id: id of the distinction
    :type id: string

    :returns: the distinction
    :rtype: dictionary
    """
    tk.check_access("merit_distinction_verify", context, data_dict)
    return _move(context, data_dict, "verify")


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_distinction_confirm(context: Context, data_dict: Data) -> Data:
    """Confirm a distinction that was verified, under the results in force.

    :param id: id of the distinction
    :type id: string

    :returns: the distinction
    :rtype: dictionary
    """
    tk.check_access("merit_distinction_confirm", context, data_dict)
    _require_current(data_dict["id"])
    return _move(context, data_dict, "confirm", checked=("run_published",))


@tk.validate_action_data(schema.reasoned)
@guarded
@transactional
def merit_distinction_forfeit(context: Context, data_dict: Data) -> Data:
    """Note that an entry loses a distinction that it did not verify.

    :param id: id of the distinction
    :type id: string
    :param reason: why
    :type reason: string

    :returns: the distinction
    :rtype: dictionary
    """
    tk.check_access("merit_distinction_forfeit", context, data_dict)
    return _move(context, data_dict, "forfeit")


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_distinction_announce(context: Context, data_dict: Data) -> Data:
    """Announce a confirmed distinction; everybody must know the final results.

    :param id: id of the distinction
    :type id: string

    :returns: the distinction
    :rtype: dictionary
    """
    tk.check_access("merit_distinction_announce", context, data_dict)
    edition, row = _require_current(data_dict["id"])
    if edition.state not in {"final", "closed"}:
        raise ContestError("not_final", tk._("The results are not final."))
    if not is_out(edition.id, run_id=row.run_id, kind="final"):
        text = tk._("The final results are not visible yet. Announce once they are.")
        raise ContestError("not_visible", text)
    return _move(context, data_dict, "announce")


@tk.validate_action_data(schema.reasoned)
@guarded
@transactional
def merit_distinction_revoke(context: Context, data_dict: Data) -> Data:
    """Revoke a distinction that was announced.

    :param id: id of the distinction
    :type id: string
    :param reason: why
    :type reason: string

    :returns: the distinction
    :rtype: dictionary
    """
    tk.check_access("merit_distinction_revoke", context, data_dict)
    return _move(context, data_dict, "revoke")


@tk.validate_action_data(schema.reasoned)
@guarded
@transactional
def merit_distinction_correct(context: Context, data_dict: Data) -> Data:
    """Note that an announced distinction gives way to another one.

    Unlike one that is revoked, it doesn't keep the entry from others: after corrected
    results, or when somebody before it lost a place, the entry may get another place.

    :param id: id of the distinction
    :type id: string
    :param reason: why
    :type reason: string

    :returns: the distinction
    :rtype: dictionary
    """
    tk.check_access("merit_distinction_correct", context, data_dict)
    return _move(context, data_dict, "correct")


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_distinction_list(context: Context, data_dict: Data) -> list[Data]:
    """List the announced distinctions of an edition, also those that were taken back.

    Revoked and corrected ones have their reason.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: distinctions with the entry's ``title``; both null for a void place
    :rtype: list of dictionaries
    """
    tk.check_access("merit_distinction_list", context, data_dict)
    return _listed(data_dict["edition_id"], ("announced", "revoked", "corrected"))


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_distinction_draft_list(context: Context, data_dict: Data) -> list[Data]:
    """List all distinctions of an edition, whatever their state.

    For chair, secretariat and observers.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: distinctions with the entry's ``title``; both null for a void place
    :rtype: list of dictionaries
    """
    tk.check_access("merit_distinction_draft_list", context, data_dict)
    return _listed(data_dict["edition_id"], None)


def _listed(edition_id: str, states: tuple[str, ...] | None) -> list[Data]:
    found = (
        sa.select(Distinction, Entry.title)
        .outerjoin(Entry, Entry.id == Distinction.entry_id)
        .where(Distinction.edition_id == edition_id)
        .order_by(Distinction.category_id, Distinction.place, Distinction.created_at)
    )
    if states is not None:
        found = found.where(Distinction.state.in_(states))
    return [
        answers.as_dict(row, answers.DISTINCTION) | {"title": title}
        for row, title in model.Session.execute(found)
    ]


def _added(context: Context, edition: Edition, row: Distinction) -> Distinction:
    model.Session.add(row)
    model.Session.flush()
    change = trail.Change(states=(None, row.state), reason=row.reason)
    trail.note(context, "propose", row, edition_id=edition.id, change=change)
    return row


def _move(
    context: Context, data: Data, act: str, *, checked: tuple[str, ...] = ()
) -> Data:
    edition = lock(Edition, load(Distinction, data["id"]).edition_id, share=True)
    row = lock(Distinction, data["id"])
    reason = data.get("reason")
    row.reason = reason or row.reason
    transit(context, row, act, edition_id=edition.id, checked=checked, reason=reason)
    return answers.as_dict(row, answers.DISTINCTION)


def _require_current(key: str) -> tuple[Edition, Distinction]:
    """Refuse what results or entries no longer bear out; both stay as they are."""
    row = load(Distinction, key)
    edition = lock(Edition, row.edition_id, share=True)
    if row.run_id is not None and load(ScoreRun, row.run_id).state != "published":
        text = tk._("The results behind it were corrected; propose again.")
        raise ContestError("superseded", text)
    if row.entry_id is not None and load(Entry, row.entry_id).state != "admitted":
        raise ContestError("not_admitted", tk._("The entry is not admitted."))
    return edition, row
