"""Entries by the secretariat: return, admit, reject, disqualify; and who sees them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import answers, entry_schema, outbox, schema
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.logic.contest.wall import require_free
from ckanext.merit.model.contest import Edition, OrganizationProfile
from ckanext.merit.model.contest_entry import Entry, EntryVersion

__all__ = [
    "merit_entry_admit",
    "merit_entry_disqualify",
    "merit_entry_list",
    "merit_entry_reject",
    "merit_entry_return",
    "merit_entry_screen_list",
    "merit_entry_show",
]

Context = Any
Data = dict[str, Any]
#: States of the edition in which entries are screened.
_STATES = {"published", "provisional"}
#: What those behind an entry are told by mail.
_TOLD = {"admit": "entry_admitted", "return": "entry_returned"}


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_entry_admit(context: Context, data_dict: Data) -> Data:
    """Admit an entry. For the secretariat.

    :param id: id of the entry
    :type id: string

    :returns: the entry
    :rtype: dictionary
    """
    tk.check_access("merit_entry_admit", context, data_dict)
    return _screen(context, data_dict, "admit")


@tk.validate_action_data(schema.reasoned)
@guarded
@transactional
def merit_entry_reject(context: Context, data_dict: Data) -> Data:
    """Reject an entry. For the secretariat.

    :param id: id of the entry
    :type id: string
    :param reason: why; shown to those behind the entry
    :type reason: string

    :returns: the entry
    :rtype: dictionary
    """
    tk.check_access("merit_entry_reject", context, data_dict)
    return _screen(context, data_dict, "reject")


@tk.validate_action_data(entry_schema.give_back)
@guarded
@transactional
def merit_entry_return(context: Context, data_dict: Data) -> Data:
    """Return an entry to be corrected. For the secretariat.

    :param id: id of the entry
    :type id: string
    :param reason: what to correct; shown to those behind the entry
    :type reason: string
    :param due_at: until when, ISO 8601 with zone
    :type due_at: string

    :returns: the entry
    :rtype: dictionary
    """
    tk.check_access("merit_entry_return", context, data_dict)
    if data_dict["due_at"] <= clock():
        raise tk.ValidationError({"due_at": [tk._("Must be in the future")]})
    return _screen(context, data_dict, "return")


@tk.validate_action_data(entry_schema.disqualify)
@guarded
@transactional
def merit_entry_disqualify(context: Context, data_dict: Data) -> Data:
    """Disqualify an admitted entry after hearing those behind it.

    Also where results are final: a corrective run and its publication follow.

    :param id: id of the entry
    :type id: string
    :param reason: why; shown to those behind the entry
    :type reason: string
    :param hearing: what they answered when they were heard
    :type hearing: string

    :returns: the entry
    :rtype: dictionary
    """
    tk.check_access("merit_entry_disqualify", context, data_dict)
    return _screen(context, data_dict, "disqualify", checked=("heard",))


@tk.side_effect_free
@tk.validate_action_data(schema.identified)
def merit_entry_show(context: Context, data_dict: Data) -> Data:
    """Return an entry and its submitted versions, to those behind it.

    Also to the secretariat, chair and observers, unless they have a conflict with it.
    For others it doesn't exist.

    :param id: id of the entry
    :type id: string

    :returns: the entry with ``versions``, last first; each with its ``body``
    :rtype: dictionary
    """
    try:
        tk.check_access("merit_entry_show", context, data_dict)
        require_free(context, data_dict["id"])
    except tk.NotAuthorized:
        raise tk.ObjectNotFound(tk._("Not found")) from None
    row = load(Entry, data_dict["id"])
    versions = model.Session.scalars(
        sa.select(EntryVersion)
        .where(EntryVersion.entry_id == row.id)
        .order_by(EntryVersion.n.desc())
    )
    return answers.as_dict(row, answers.ENTRY) | {
        "versions": [
            answers.as_dict(item, (*answers.ENTRY_VERSION, "body")) for item in versions
        ]
    }


@tk.side_effect_free
@tk.validate_action_data(entry_schema.roll)
def merit_entry_list(context: Context, data_dict: Data) -> Data:
    """List the admitted entries of an edition, by title.

    :param edition_id: id of the edition
    :type edition_id: string
    :param category_id: only of this category (optional)
    :type category_id: string
    :param region: only of this region (optional)
    :type region: string
    :param limit: number of entries to return (default: 20)
    :type limit: int
    :param offset: number of entries to pass over (default: 0)
    :type offset: int

    :returns: ``count`` and ``results``; ``regions``, those that there are
    :rtype: dictionary
    """
    tk.check_access("merit_entry_list", context, data_dict)
    region = OrganizationProfile.region
    profile = OrganizationProfile.organization_id == Entry.organization_id
    admitted = (
        sa.select(Entry, region)
        .outerjoin(OrganizationProfile, profile)
        .where(Entry.edition_id == data_dict["edition_id"], Entry.state == "admitted")
    )
    regions = model.Session.scalars(
        admitted.with_only_columns(region)
        .where(region.isnot(None))
        .distinct()
        .order_by(region)
    ).all()
    found = admitted
    for column, value in (
        (Entry.category_id, data_dict.get("category_id")),
        (region, data_dict.get("region")),
    ):
        if value:
            found = found.where(column == value)
    rows = model.Session.execute(_part(found, data_dict))
    return {
        "count": _count(found.with_only_columns(Entry.id)),
        "regions": regions,
        "results": [
            answers.as_dict(row, answers.ENTRY_PUBLIC) | {"region": where}
            for row, where in rows
        ],
    }


@tk.side_effect_free
@tk.validate_action_data(entry_schema.screen)
def merit_entry_screen_list(context: Context, data_dict: Data) -> Data:
    """List all entries of an edition with their states. For those who run it.

    :param edition_id: id of the edition
    :type edition_id: string
    :param state: only in this state (optional)
    :type state: string
    :param category_id: only of this category (optional)
    :type category_id: string
    :param q: only with this text in the title (optional)
    :type q: string
    :param limit: number of entries to return (default: 20)
    :type limit: int
    :param offset: number of entries to pass over (default: 0)
    :type offset: int

    :returns: ``count`` and ``results``
    :rtype: dictionary
    """
    tk.check_access("merit_entry_screen_list", context, data_dict)
    found = sa.select(Entry).where(Entry.edition_id == data_dict["edition_id"])
    for name in ("state", "category_id"):
        if data_dict.get(name):
            found = found.where(getattr(Entry, name) == data_dict[name])
    if data_dict.get("q"):
        wanted = data_dict["q"].lower()
        title = sa.func.lower(Entry.title)
        found = found.where(title.contains(wanted, autoescape=True))
    names = tuple(name for name in answers.ENTRY if name != "draft")
    return _page(found, data_dict, names)


def _page(found: Any, data: Data, names: tuple[str, ...]) -> Data:
    rows = model.Session.scalars(_part(found, data))
    return {
        "count": _count(found),
        "results": [answers.as_dict(row, names) for row in rows],
    }


def _part(found: Any, data: Data) -> Any:
    ordered = found.order_by(Entry.title, Entry.id)
    return ordered.limit(data["limit"]).offset(data["offset"])


def _count(found: Any) -> int | None:
    return model.Session.scalar(
        sa.select(sa.func.count()).select_from(found.subquery())
    )


def _screen(
    context: Context, data: Data, act: str, *, checked: tuple[str, ...] = ()
) -> Data:
    edition = lock(Edition, load(Entry, data["id"]).edition_id, share=True)
    if edition.state not in _STATES | ({"final"} if act == "disqualify" else set()):
        raise ContestError("over", tk._("The results of this edition are final."))
    row = lock(Entry, data["id"])
    reason = data.get("reason")
    row.reason, row.due_at = reason, data.get("due_at")
    said = "\n".join(part for part in (reason, data.get("hearing")) if part) or None
    transit(context, row, act, edition_id=edition.id, checked=checked, reason=said)
    payload = {"id": row.id, "due_at": row.due_at and row.due_at.isoformat()}
    kind = _TOLD.get(act, "entry_decided")
    outbox.put(f"{kind}:{row.id}:{clock().isoformat()}", kind, payload)
    return answers.as_dict(row, answers.ENTRY)
