"""What somebody can do with the link of an invitation: read, register, answer."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import languages, links, mail_schema
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.transaction import clock, load, lock, transactional
from ckanext.merit.model.contest import Edition, Programme
from ckanext.merit.model.contest_entry import Invitation

__all__ = [
    "merit_invitation_accept",
    "merit_invitation_decline",
    "merit_invitation_register",
    "merit_invitation_show",
]

Context = Any
Data = dict[str, Any]


@tk.side_effect_free
@tk.validate_action_data(mail_schema.link)
def merit_invitation_show(context: Context, data_dict: Data) -> Data:
    """Say what the link of an invitation is for. Other links lead nowhere.

    :param token: the secret part of the link
    :type token: string

    :returns: ``role``, ``state`` (``expired`` once its time is over), ``expires_at``,
        the ``edition`` with its ``programme``, and ``yours``: whether the address is
        that of your account
    :rtype: dictionary
    """
    tk.check_access("merit_invitation_show", context, data_dict)
    row = _found(data_dict)
    edition = load(Edition, row.target_id)
    programme = load(Programme, edition.programme_id)
    late = row.state == "pending" and row.expires_at <= clock()
    user = user_of(context)
    return {
        "role": row.detail["role"],
        "state": "expired" if late else row.state,
        "expires_at": row.expires_at.isoformat(),
        "edition": {
            "title": edition.title,
            "slug": edition.slug,
            "timezone": edition.timezone,
            "programme": {"name": programme.name, "title": programme.title},
        },
        "yours": user is not None and _is_theirs(row, user),
    }


@tk.validate_action_data(mail_schema.register)
@guarded
@transactional
def merit_invitation_register(context: Context, data_dict: Data) -> Data:
    """Make the account of somebody who was invited by link and has none.

    The link shows that the address is theirs, so this works where registration is
    closed.

    :param token: the secret part of the link
    :type token: string
    :param email: the address that was invited
    :type email: string
    :param name: name of the account
    :type name: string
    :param fullname: how others see the person (optional)
    :type fullname: string
    :param password: its password
    :type password: string

    :returns: ``name``
    :rtype: dictionary
    """
    tk.check_access("merit_invitation_register", context, data_dict)
    row = lock(Invitation, _found(data_dict).id)
    _require_open(row)
    if links.hashed(data_dict["email"]) != row.email_sha256:
        raise tk.ValidationError({"email": [_other_address()]})
    names = ("email", "name", "fullname", "password")
    data = {name: data_dict.get(name) for name in names}
    site: Any = {"ignore_auth": True, "defer_commit": True, "user": ""}
    made = tk.get_action("user_create")(site, data)
    return {"name": made["name"]}


@tk.validate_action_data(mail_schema.link)
@guarded
@transactional
def merit_invitation_accept(context: Context, data_dict: Data) -> Data:
    """Accept an invitation by link, with the account that has its address.

    Whoever is invited as juror then makes the declarations of jurors.

    :param token: the secret part of the link
    :type token: string

    :returns: ``role`` and ``edition_id``
    :rtype: dictionary
    """
    tk.check_access("merit_invitation_accept", context, data_dict)
    edition = lock(Edition, _found(data_dict).target_id)
    row = lock(Invitation, _found(data_dict).id)
    user = _addressee(context, row)
    _require_open(row)
    languages.remember(user)
    _appoint(edition, row, user)
    transit(context, row, "accept", edition_id=edition.id, checked=("due_open",))
    return {"role": row.detail["role"], "edition_id": edition.id}


@tk.validate_action_data(mail_schema.link)
@guarded
@transactional
def merit_invitation_decline(context: Context, data_dict: Data) -> Data:
    """Decline an invitation by link, with the account that has its address.

    :param token: the secret part of the link
    :type token: string

    :returns: ``role`` and ``edition_id``
    :rtype: dictionary
    """
    tk.check_access("merit_invitation_decline", context, data_dict)
    edition = lock(Edition, _found(data_dict).target_id, share=True)
    row = lock(Invitation, _found(data_dict).id)
    _addressee(context, row)
    transit(context, row, "decline", edition_id=edition.id)
    return {"role": row.detail["role"], "edition_id": edition.id}


def _found(data: Data) -> Invitation:
    row = links.found(data["token"])
    if row is None:
        raise tk.ObjectNotFound(tk._("Not found"))
    return row


def _addressee(context: Context, row: Invitation) -> model.User:
    user = user_of(context)
    if user is None or not _is_theirs(row, user):
        raise ContestError("address", _other_address())
    return user


def _is_theirs(row: Invitation, user: model.User) -> bool:
    return bool(user.email) and links.hashed(str(user.email)) == row.email_sha256


def _other_address() -> str:
    return tk._("The invitation was sent to another address.")


def _require_open(row: Invitation) -> None:
    if row.state != "pending":
        raise ContestError("used", tk._("This link was used or taken back."))
    if row.expires_at <= clock():
        raise ContestError("expired", tk._("The invitation has expired."))


def _appoint(edition: Edition, row: Invitation, user: model.User) -> None:
    """Do what the invitation promised, in the name of who sent it."""
    sender = model.User.get(row.created_by)
    context: Any = {
        "ignore_auth": True,
        "defer_commit": True,
        "user": sender.name if sender else "",
    }
    if row.detail["role"] == links.JUROR:
        data = {
            "edition_id": edition.id,
            "user": user.id,
            "expires_at": row.expires_at.isoformat(),
        }
        if row.detail.get("institution"):
            data["institution"] = row.detail["institution"]
        tk.get_action("merit_juror_invite")(context, data)
        return
    data = {
        "programme_id": edition.programme_id,
        "edition_id": edition.id,
        "user": user.id,
        "role": row.detail["role"],
    }
    tk.get_action("merit_role_grant")(context, data)
