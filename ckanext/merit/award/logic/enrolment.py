"""Enrolment of organisations: which categories admit them, who represents them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award.logic import schema
from ckanext.merit.domain.award.enrolment import Lack, lacks, read_enrolment
from ckanext.merit.domain.contest.eligibility import Profile, shortfalls
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import answers
from ckanext.merit.logic.contest.actors import actor_of, user_of
from ckanext.merit.logic.contest.criteria import rules_in_force
from ckanext.merit.logic.contest.entries import appoint
from ckanext.merit.logic.contest.trail import Change, note
from ckanext.merit.logic.contest.transaction import load, lock, transactional
from ckanext.merit.model.award import EntryFile
from ckanext.merit.model.contest import (
    Category,
    Edition,
    OrganizationProfile,
    Programme,
)
from ckanext.merit.model.contest_entry import PAST, Entry, Team

__all__ = [
    "lack_texts",
    "merit_award_chance_list",
    "merit_award_enrolment_check",
    "merit_award_representative_change",
    "merit_award_representative_show",
    "problems",
]

Context = Any
Data = dict[str, Any]
#: Organisations of one person that are looked at.
MOST = 100
OVER = (*PAST, "not_admitted", "disqualified")


@tk.side_effect_free
@tk.validate_action_data(schema.chances)
def merit_award_chance_list(context: Context, data_dict: Data) -> list[Data]:
    """List your organizations, and which categories of an award admit them.

    Those that you administer, and those for whose entry you work as an editor or its
    representative; the secretariat may name any other.

    :param edition_id: id of the edition
    :type edition_id: string
    :param organization_id: only this organization (optional)
    :type organization_id: string

    :returns: for each the ``organization``, its ``profile``, ``barred`` (it recognises
        the results), its ``entry`` (or null), and the ``categories`` with ``eligible``
        and ``reasons``: field, wanted values, and what the profile has
    :rtype: list of dictionaries
    """
    tk.check_access("merit_award_chance_list", context, data_dict)
    edition = load(Edition, data_dict["edition_id"])
    user = user_of(context)
    actor = actor_of(user, edition=edition)
    if edition.published_at is None and not actor.roles & set("SHOPX"):
        raise tk.ObjectNotFound(tk._("Not found"))
    named = data_dict.get("organization_id")
    mine = None if named and "S" in actor.roles else _own(user, edition)
    found = _organizations(named, mine)
    keys = [row.id for row in found]
    profiles = _profiles(keys)
    entries = _entries(edition, keys)
    categories = model.Session.scalars(
        sa.select(Category)
        .where(Category.edition_id == edition.id)
        .order_by(Category.position, Category.code)
    ).all()
    barred = load(Programme, edition.programme_id).co_recognisers
    return [
        {
            "organization": {name: getattr(row, name) for name in _ORGANIZATION},
            "profile": answers.as_dict(profiles[row.id], answers.PROFILE),
            "barred": row.id in barred,
            "entry": entries.get(row.id),
            "categories": [_chance(item, profiles[row.id]) for item in categories],
        }
        for row in found
    ]


@tk.side_effect_free
@tk.validate_action_data(schema.of_entry)
def merit_award_enrolment_check(context: Context, data_dict: Data) -> list[str]:
    """Say what the draft of an enrolment still lacks.

    :param entry_id: id of the entry
    :type entry_id: string

    :returns: sentences; none when it can be submitted
    :rtype: list of strings
    """
    tk.check_access("merit_award_enrolment_check", context, data_dict)
    row = load(Entry, data_dict["entry_id"])
    return problems(row.draft, row.id)


@tk.side_effect_free
@tk.validate_action_data(schema.of_entry)
def merit_award_representative_show(context: Context, data_dict: Data) -> Data | None:
    """Say who represents an entry, to those behind it and those who run the edition.

    :param entry_id: id of the entry
    :type entry_id: string

    :returns: ``id``, ``name`` and ``display_name``; null where nobody does
    :rtype: dictionary
    """
    tk.check_access("merit_award_representative_show", context, data_dict)
    head = load(Team, load(Entry, data_dict["entry_id"]).team_id).head_id
    user = model.User.get(head) if head else None
    if user is None:
        return None
    return {"id": user.id, "name": user.name, "display_name": user.display_name}


@tk.validate_action_data(schema.representative)
@guarded
@transactional
def merit_award_representative_change(context: Context, data_dict: Data) -> Data:
    """Change who represents an entry, also after it was admitted.

    :param id: id of the entry
    :type id: string
    :param head: name or id of the new representative
    :type head: string
    :param letter: id of the letter that appoints them (optional)
    :type letter: string
    :param reason: why; kept in the audit trail
    :type reason: string

    :returns: the entry
    :rtype: dictionary
    """
    tk.check_access("merit_award_representative_change", context, data_dict)
    edition = lock(Edition, load(Entry, data_dict["id"]).edition_id, share=True)
    row = lock(Entry, data_dict["id"])
    if not is_representable(edition, row):
        raise ContestError("over", tk._("This entry can no longer be changed."))
    letter = data_dict.get("letter")
    if letter and not is_letter(row.id, letter):
        raise tk.ValidationError({"letter": [tk._("Choose a file")]})
    team = lock(Team, row.team_id)
    before = team.head_id
    appoint(context, edition, team, data_dict["head"])
    change = Change(
        reason=data_dict["reason"],
        before={"head": before},
        after={"head": team.head_id, "letter": letter},
    )
    note(context, "change representative", row, edition_id=edition.id, change=change)
    return answers.as_dict(row, answers.ENTRY)


def is_representable(edition: Edition, row: Entry) -> bool:
    """Say whether the representative of an entry can still be changed."""
    return row.state not in OVER and edition.state in {"published", "provisional"}


def problems(draft: Data, entry_id: str) -> list[str]:
    """Say in sentences what an enrolment lacks of what the rules ask."""
    edition = load(Edition, load(Entry, entry_id).edition_id)
    required = read_enrolment(rules_in_force(edition).body)
    found = [*lacks(required, draft)]
    if required.letter and not is_letter(entry_id, draft.get("letter")):
        found.append(Lack("letter"))
    return lack_texts(found)


def is_letter(entry_id: str, file_id: Any) -> bool:
    """Say whether a file is a letter of an entry."""
    row = model.Session.get(EntryFile, file_id) if isinstance(file_id, str) else None
    return row is not None and (row.entry_id, row.purpose) == (entry_id, "letter")


def lack_texts(found: list[Lack]) -> list[str]:
    """Say what is missing, once each."""
    roles = {
        "head": tk._("Name the head of the entity."),
        "data_officer": tk._("Name the data officer."),
        "technical": tk._("Name the technical contact."),
        "communications": tk._("Name the communications contact."),
    }
    texts = {
        "letter": tk._("Attach the letter."),
        "declaration": tk._("Make all declarations."),
        "name": tk._("Every official needs a name."),
        "members": tk._("There can be 20 officials."),
        "known_role": tk._("Every official needs a role."),
    }
    said = [
        roles[lack.detail]
        if lack.code == "role"
        else texts.get(lack.code)
        or tk._("The e-mail address of {0} is incomplete.").format(
            lack.detail or tk._("an official")
        )
        for lack in found
    ]
    return list(dict.fromkeys(said))


_ORGANIZATION = ("id", "name", "title")


def _own(user: Any, edition: Edition) -> Any:
    """Match organisations that somebody administers, or works for in an entry."""
    key, group, member = user.id if user else "", model.Group, model.Member
    belongs = sa.and_(
        member.group_id == group.id,
        member.table_name == "user",
        member.table_id == key,
        member.state == "active",
    )
    works = sa.exists().where(
        Entry.organization_id == member.group_id,
        Entry.edition_id == edition.id,
        Entry.state.notin_(PAST),
        Team.id == Entry.team_id,
        sa.or_(member.capacity == "editor", Team.head_id == key),
    )
    works = works.correlate(member)
    return sa.exists().where(belongs, sa.or_(member.capacity == "admin", works))


def _organizations(named: str | None, mine: Any) -> list[Any]:
    """Organisations by title; ``mine`` matches those to list, None all."""
    group = model.Group
    found = sa.select(group).where(
        group.is_organization.is_(True), group.state == "active"
    )
    if named:
        found = found.where(sa.or_(group.id == named, group.name == named))
    if mine is not None:
        found = found.where(mine)
    return list(
        model.Session.scalars(found.order_by(group.title, group.id).limit(MOST))
    )


def _profiles(keys: list[str]) -> dict[str, OrganizationProfile]:
    rows = model.Session.scalars(
        sa.select(OrganizationProfile).where(
            OrganizationProfile.organization_id.in_(keys)
        )
    )
    known = {row.organization_id: row for row in rows}
    return {
        key: known.get(key) or OrganizationProfile(organization_id=key) for key in keys
    }


def _entries(edition: Edition, keys: list[str]) -> dict[str, Data]:
    rows = model.Session.scalars(
        sa.select(Entry).where(
            Entry.edition_id == edition.id,
            Entry.organization_id.in_(keys),
            Entry.state.notin_(PAST),
        )
    )
    return {
        row.organization_id: answers.as_dict(
            row, ("id", "state", "title", "category_id")
        )
        for row in rows
    }


def _chance(category: Category, profile: OrganizationProfile) -> Data:
    known = Profile(**{name: getattr(profile, name) for name in answers.PROFILE[1:]})
    reasons = shortfalls(category.predicate, known)
    return {
        "id": category.id,
        "code": category.code,
        "title": category.title,
        "eligible": not reasons,
        "reasons": [
            {"field": item.field, "wanted": list(item.wanted), "given": item.given}
            for item in reasons
        ],
    }
