"""Which official created which dataset: known to those concerned, public by consent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award.logic import machine_schema
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import schema, trail
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.model.award_machine import Credit, Part, Taking
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_result import Publication, ScoreRun

__all__ = [
    "merit_award_creator_list",
    "merit_award_credit_give",
    "merit_award_credit_list",
    "merit_award_credit_withdraw",
]

Context = Any
Data = dict[str, Any]


@tk.side_effect_free
@tk.validate_action_data(machine_schema.of_entry)
def merit_award_creator_list(context: Context, data_dict: Data) -> list[Data]:
    """List who created the datasets of an entry in its latest snapshot.

    For those behind the entry and those who run or audit the edition.

    :param entry_id: id of the entry
    :type entry_id: string

    :returns: ``user_id``, ``name``, the number of ``datasets``, and whether the person
        agreed to be ``credited`` in public; most datasets first
    :rtype: list of dictionaries
    """
    tk.check_access("merit_award_creator_list", context, data_dict)
    entry = load(Entry, data_dict["entry_id"])
    taking = _latest(entry.edition_id)
    if taking is None:
        return []
    counts = _created(taking.id, [entry.organization_id or ""])
    agreed = _agreed([entry.id])
    names = _names({user_id for _, user_id in counts})
    lines = [
        {
            "user_id": user_id,
            "name": names.get(user_id, user_id),
            "datasets": number,
            "credited": (entry.id, user_id) in agreed,
        }
        for (_, user_id), number in counts.items()
    ]
    return sorted(lines, key=lambda line: (-line["datasets"], line["name"]))


@tk.validate_action_data(machine_schema.of_entry)
@guarded
@transactional
def merit_award_credit_give(context: Context, data_dict: Data) -> Data:
    """Agree to be named in public for the datasets that you created.

    Only for those who created a dataset of the entry, each for oneself.

    :param entry_id: id of the entry
    :type entry_id: string

    :returns: ``credited``
    :rtype: dictionary
    """
    tk.check_access("merit_award_credit_give", context, data_dict)
    entry, user_id = _mine(context, data_dict)
    taking = _latest(entry.edition_id)
    counts = _created(taking.id, [entry.organization_id or ""]) if taking else {}
    if not any(creator == user_id for _, creator in counts):
        text = tk._("You created no dataset of this entry.")
        raise ContestError("creator", text)
    if _given(entry.id, user_id) is None:
        row = Credit(entry_id=entry.id, user_id=user_id)
        model.Session.add(row)
        trail.note(context, "agree", row, edition_id=entry.edition_id)
    return {"credited": True}


@tk.validate_action_data(machine_schema.of_entry)
@guarded
@transactional
def merit_award_credit_withdraw(context: Context, data_dict: Data) -> Data:
    """No longer be named in public for the datasets that you created.

    :param entry_id: id of the entry
    :type entry_id: string

    :returns: ``credited``
    :rtype: dictionary
    """
    tk.check_access("merit_award_credit_withdraw", context, data_dict)
    entry, user_id = _mine(context, data_dict)
    row = _given(entry.id, user_id)
    if row is not None:
        row.withdrawn_at = clock()
        trail.note(context, "withdraw", row, edition_id=entry.edition_id)
    return {"credited": False}


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_award_credit_list(context: Context, data_dict: Data) -> list[Data]:
    """List the officials who created the datasets behind published results.

    Only those who agreed to be named.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: ``entry_id``, ``title`` and ``people`` (``name``, ``datasets``) of each
        entry with anybody to name
    :rtype: list of dictionaries
    """
    tk.check_access("merit_award_credit_list", context, data_dict)
    snapshot_id = _published(data_dict["edition_id"])
    if snapshot_id is None:
        return []
    entries = model.Session.scalars(
        sa.select(Entry)
        .where(Entry.edition_id == data_dict["edition_id"], Entry.state == "admitted")
        .order_by(Entry.title, Entry.id)
    ).all()
    agreed = _agreed([entry.id for entry in entries])
    counts = _created(snapshot_id, {entry.organization_id or "" for entry in entries})
    names = _names({user_id for _, user_id in agreed})
    answer = []
    for entry in entries:
        people = [
            {"name": names[user_id], "datasets": number}
            for (owner, user_id), number in counts.items()
            if owner == entry.organization_id and (entry.id, user_id) in agreed
            if user_id in names
        ]
        if people:
            people.sort(key=lambda one: (-one["datasets"], one["name"]))
            answer.append(
                {"entry_id": entry.id, "title": entry.title, "people": people}
            )
    return answer


def _mine(context: Context, data_dict: Data) -> tuple[Entry, str]:
    user = user_of(context)
    if user is None:
        raise tk.NotAuthorized(tk._("You are not allowed to do this"))
    edition_id = load(Entry, data_dict["entry_id"]).edition_id
    lock(Edition, edition_id, share=True)
    return lock(Entry, data_dict["entry_id"]), user.id


def _latest(edition_id: str) -> Taking | None:
    """Find the latest complete snapshot, a cut-off rather than a baseline."""
    return model.Session.scalars(
        sa.select(Taking)
        .where(Taking.edition_id == edition_id, Taking.finished_at.isnot(None))
        .order_by(Taking.kind == "baseline", Taking.finished_at.desc())
        .limit(1)
    ).first()


def _published(edition_id: str) -> str | None:
    """Find the snapshot of the latest visible results."""
    return model.Session.scalars(
        sa.select(ScoreRun.snapshot_id)
        .join(Publication, Publication.run_id == ScoreRun.id)
        .where(
            Publication.edition_id == edition_id,
            Publication.visible_from <= sa.func.clock_timestamp(),
            ScoreRun.snapshot_id.isnot(None),
        )
        .order_by(Publication.number.desc())
        .limit(1)
    ).first()


def _created(
    taking_id: str, organization_ids: Collection[str]
) -> Counter[tuple[str, str]]:
    """Count datasets by organisation and creator."""
    rows = model.Session.execute(
        sa.select(Part.organization_id, Part.creators["by"]).where(
            Part.taking_id == taking_id,
            Part.organization_id.in_(list(organization_ids)),
        )
    )
    return Counter((owner, user_id) for owner, by in rows for user_id in by.values())


def _agreed(entry_ids: Collection[str]) -> set[tuple[str, str]]:
    rows = model.Session.execute(
        sa.select(Credit.entry_id, Credit.user_id).where(
            Credit.entry_id.in_(list(entry_ids)), Credit.withdrawn_at.is_(None)
        )
    )
    return {(row[0], row[1]) for row in rows}


def _given(entry_id: str, user_id: str) -> Credit | None:
    return model.Session.scalars(
        sa.select(Credit).where(
            Credit.entry_id == entry_id,
            Credit.user_id == user_id,
            Credit.withdrawn_at.is_(None),
        )
    ).first()


def _names(user_ids: Collection[str]) -> dict[str, str]:
    """Names of people who still have an account."""
    rows = model.Session.execute(
        sa.select(model.User.id, model.User.fullname, model.User.name).where(
            model.User.id.in_(list(user_ids)), model.User.state == "active"
        )
    )
    return {row[0]: row[1] or row[2] for row in rows}
