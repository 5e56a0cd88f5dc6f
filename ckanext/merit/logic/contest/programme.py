"""Programmes, and the roles in them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.permissions import clashes
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import answers, names, schema, trail
from ckanext.merit.logic.contest.actors import LETTERS
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.model.contest import Edition, Programme, RoleHolder
from ckanext.merit.model.contest_entry import PAST, Entry, Member, Team

__all__ = [
    "merit_deputy_appoint",
    "merit_programme_create",
    "merit_programme_list",
    "merit_programme_update",
    "merit_role_end",
    "merit_role_grant",
    "merit_role_list",
    "merit_secretariat_appoint",
    "merit_secretariat_dismiss",
    "refuse_competitors",
]

#: Addresses below /contests that are no programme's.
RESERVED = {"invitation", "jury", "mail", "office"}

Context = Any
Data = dict[str, Any]


@tk.validate_action_data(schema.programme_create)
@guarded
@transactional
def merit_programme_create(context: Context, data_dict: Data) -> Data:
    """Create a programme, which has editions. Only for sysadmins.

    :param name: part of its address: lower-case letters, digits and hyphens
    :type name: string
    :param title: text, or texts by language
    :type title: string or dictionary
    :param owner_org: id or name of the organization that runs it; its staff are
        presumed in conflict with its own entry (optional)
    :type owner_org: string
    :param co_recognisers: ids or names of organizations that recognise the results and
        so cannot compete (optional)
    :type co_recognisers: list of strings

    :returns: the programme
    :rtype: dictionary
    """
    tk.check_access("merit_programme_create", context, data_dict)
    if data_dict["name"] in RESERVED:
        raise tk.ValidationError({"name": [tk._("This name is a page of its own.")]})
    row = Programme(name=data_dict["name"], **_described(data_dict))
    model.Session.add(row)
    trail.note(context, "create", row, edition_id=None)
    return answers.as_dict(row, answers.PROGRAMME)


@tk.validate_action_data(schema.programme_update)
@guarded
@transactional
def merit_programme_update(context: Context, data_dict: Data) -> Data:
    """Change what a programme is called and who is behind it. Only for sysadmins.

    What isn't given is taken off. Its name, part of its address, stays.

    :param id: id of the programme
    :type id: string
    :param title: text, or texts by language
    :type title: string or dictionary
    :param owner_org: id or name of the organization that runs it (optional)
    :type owner_org: string
    :param co_recognisers: ids or names of organizations that recognise the results and
        so cannot compete (optional)
    :type co_recognisers: list of strings

    :returns: the programme
    :rtype: dictionary
    """
    tk.check_access("merit_programme_update", context, data_dict)
    row = lock(Programme, data_dict["id"])
    before = answers.as_dict(row, answers.PROGRAMME)
    for name, value in _described(data_dict).items():
        setattr(row, name, value)
    after = answers.as_dict(row, answers.PROGRAMME)
    change = trail.Change(before=before, after=after)
    trail.note(context, "update", row, edition_id=None, change=change)
    return after


@tk.side_effect_free
@tk.validate_action_data(schema.paged)
def merit_programme_list(context: Context, data_dict: Data) -> Data:
    """List the programmes.

    :param limit: number of programmes to return (default: 20)
    :type limit: int
    :param offset: number of programmes to pass over (default: 0)
    :type offset: int

    :returns: ``count`` and ``results``
    :rtype: dictionary
    """
    tk.check_access("merit_programme_list", context, data_dict)
    rows = model.Session.scalars(
        sa.select(Programme)
        .order_by(Programme.name)
        .limit(data_dict["limit"])
        .offset(data_dict["offset"])
    )
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(Programme))
    results = [answers.as_dict(row, answers.PROGRAMME) for row in rows]
    return {"count": count, "results": results}


@tk.validate_action_data(schema.role_grant)
@guarded
@transactional
def merit_role_grant(context: Context, data_dict: Data) -> Data:
    """Give somebody a role in a programme, or in one edition. For the secretariat.

    :param programme_id: id of the programme
    :type programme_id: string
    :param edition_id: only in this edition (optional)
    :type edition_id: string
    :param user: name or id of the user
    :type user: string
    :param role: ``chair``, ``observer``, ``co_recogniser`` or ``mentor``
    :type role: string

    :returns: the role
    :rtype: dictionary
    """
    tk.check_access("merit_role_grant", context, data_dict)
    return _grant(context, data_dict, data_dict["role"])


@tk.validate_action_data(schema.secretariat_appoint)
@guarded
@transactional
def merit_secretariat_appoint(context: Context, data_dict: Data) -> Data:
    """Make somebody a member of the secretariat. Only for sysadmins.

    :param programme_id: id of the programme
    :type programme_id: string
    :param edition_id: only in this edition (optional)
    :type edition_id: string
    :param user: name or id of the user
    :type user: string

    :returns: the role
    :rtype: dictionary
    """
    tk.check_access("merit_secretariat_appoint", context, data_dict)
    return _grant(context, data_dict, "secretariat")


@tk.validate_action_data(schema.deputy_appoint)
@guarded
@transactional
def merit_deputy_appoint(context: Context, data_dict: Data) -> Data:
    """Make somebody deputy chair of an edition. For the chair and the secretariat.

    :param edition_id: id of the edition
    :type edition_id: string
    :param user: name or id of the user
    :type user: string

    :returns: the role
    :rtype: dictionary
    """
    tk.check_access("merit_deputy_appoint", context, data_dict)
    edition = load(Edition, data_dict["edition_id"])
    scoped = data_dict | {"programme_id": edition.programme_id}
    return _grant(context, scoped, "deputy")


@tk.validate_action_data(schema.reasoned)
@guarded
@transactional
def merit_role_end(context: Context, data_dict: Data) -> Data:
    """End a role other than the secretariat's. For the secretariat.

    :param id: id of the role
    :type id: string
    :param reason: why
    :type reason: string

    :returns: the role
    :rtype: dictionary
    """
    tk.check_access("merit_role_end", context, data_dict)
    return _end(context, data_dict, secretariat=False)


@tk.validate_action_data(schema.reasoned)
@guarded
@transactional
def merit_secretariat_dismiss(context: Context, data_dict: Data) -> Data:
    """End somebody's place in the secretariat. Only for sysadmins.

    :param id: id of the role
    :type id: string
    :param reason: why
    :type reason: string

    :returns: the role
    :rtype: dictionary
    """
    tk.check_access("merit_secretariat_dismiss", context, data_dict)
    return _end(context, data_dict, secretariat=True)


@tk.side_effect_free
@tk.validate_action_data(schema.role_list)
def merit_role_list(context: Context, data_dict: Data) -> list[Data]:
    """List who holds which role in a programme. For those who hold one.

    :param programme_id: id of the programme
    :type programme_id: string

    :returns: roles, those that ended included, each with its ``user``: name and
        full name
    :rtype: list of dictionaries
    """
    tk.check_access("merit_role_list", context, data_dict)
    rows = model.Session.scalars(
        sa.select(RoleHolder)
        .where(RoleHolder.programme_id == data_dict["programme_id"])
        .order_by(RoleHolder.created_at, RoleHolder.id)
    )
    found = [answers.as_dict(row, answers.ROLE) for row in rows]
    people = names.of_users(row["user_id"] for row in found)
    return [row | {"user": people.get(row["user_id"])} for row in found]


def _described(data_dict: Data) -> Data:
    owner, others = data_dict.get("owner_org"), data_dict.get("co_recognisers") or []
    return {
        "title": data_dict["title"],
        "owner_org": _organization("owner_org", owner) if owner else None,
        "co_recognisers": [_organization("co_recognisers", key) for key in others],
    }


def _organization(field: str, key: str) -> str:
    """Give the id of an organisation, by which entries are compared."""
    found = model.Group.get(key)
    if found is None or not found.is_organization or found.state != "active":
        text = tk._("There is no organization with this name or id: {key}")
        raise tk.ValidationError({field: [text.format(key=key)]})
    return str(found.id)


def _grant(context: Context, data: Data, role: str) -> Data:
    load(Programme, data["programme_id"])
    edition_id = data.get("edition_id")
    if edition_id is not None:
        edition = lock(Edition, edition_id)
        if edition.programme_id != data["programme_id"]:
            raise tk.ObjectNotFound(tk._("Not found"))
    user = model.User.get(data["user"])
    if user is None or user.state != "active":
        raise tk.ValidationError({"user": [tk._("User not found")]})
    refuse_competitors(user.id, LETTERS[role], data["programme_id"], edition_id)
    row = RoleHolder(
        programme_id=data["programme_id"],
        edition_id=edition_id,
        user_id=user.id,
        role=role,
    )
    model.Session.add(row)
    trail.note(context, f"grant {role}", row, edition_id=edition_id)
    return answers.as_dict(row, answers.ROLE)


def refuse_competitors(
    user_id: str, letter: str, programme_id: str, edition_id: str | None
) -> None:
    """Refuse a role to somebody who competes; without edition: in any of them.

    Raises:
        ContestError: ``competes``.
    """
    if not list(clashes({"M"}, letter)):
        return
    editions = sa.select(Edition.id).where(
        Edition.programme_id == programme_id,
        Edition.state.not_in(["closed", "cancelled"]),
    )
    if edition_id is not None:
        editions = editions.where(Edition.id == edition_id)
    if model.Session.scalar(sa.select(_competes(user_id, editions))):
        raise ContestError("competes", tk._("This person competes in the edition."))


def _competes(user_id: str, editions: Any) -> Any:
    return sa.or_(
        sa.exists().where(
            Member.user_id == user_id,
            Member.left_at.is_(None),
            Member.edition_id.in_(editions),
        ),
        sa.exists().where(
            Team.head_id == user_id,
            Team.edition_id.in_(editions),
            Entry.team_id == Team.id,
            Entry.state.not_in(PAST),
        ),
    )


def _end(context: Context, data: Data, *, secretariat: bool) -> Data:
    row = lock(RoleHolder, data["id"])
    if (row.role == "secretariat") != secretariat:
        raise tk.NotAuthorized(tk._("You are not allowed to do this"))
    if row.ended_at is not None:
        raise ContestError("ended", tk._("This role has ended already."))
    row.ended_at = clock()
    change = trail.Change(reason=data["reason"])
    trail.note(
        context, f"end {row.role}", row, edition_id=row.edition_id, change=change
    )
    return answers.as_dict(row, answers.ROLE)
