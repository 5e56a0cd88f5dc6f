"""Invitations by a link that works once, for people without a known account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import links, mail_schema, outbox, schema, trail
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.answers import as_dict
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.transaction import clock, load, lock, transactional
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Invitation

__all__ = [
    "merit_invitation_create",
    "merit_invitation_list",
    "merit_invitation_revoke",
]

Context = Any
Data = dict[str, Any]
VALID = timedelta(days=14)
#: Invitations that one person may send in a day.
PER_DAY = 100
_SHOWN = ("id", "state", "detail", "created_by", "created_at", "expires_at")


@tk.validate_action_data(mail_schema.invite)
@guarded
@transactional
def merit_invitation_create(context: Context, data_dict: Data) -> Data:
    """Invite an address to the jury or to a role, by mail with a link that works once.

    For the chair and the secretariat; roles only for the secretariat.

    :param edition_id: id of the edition
    :type edition_id: string
    :param email: the address
    :type email: string
    :param role: ``juror``, ``chair``, ``observer``, ``co_recogniser`` or ``mentor``
    :type role: string
    :param institution: where a juror comes from (optional)
    :type institution: string
    :param language: of the mail (optional, default: the portal's, or the edition's
        where it has no words in the portal's)
    :type language: string

    :returns: the invitation; neither address nor link
    :rtype: dictionary
    """
    tk.check_access("merit_invitation_create", context, data_dict)
    edition = lock(Edition, data_dict["edition_id"], share=True)
    user: Any = user_of(context)
    if data_dict["role"] != links.JUROR:
        scope = {"programme_id": edition.programme_id, "edition_id": edition.id}
        data = {**scope, "user": user.name, "role": data_dict["role"]}
        tk.check_access("merit_role_grant", tk.fresh_context(context), data)
    if edition.state not in {"draft", "published"}:
        raise ContestError("over", tk._("Results are published already."))
    _require_few(user.id)
    row = _written(context, edition, data_dict)
    payload = {
        "edition_id": edition.id,
        "invitation_id": row.id,
        "email": data_dict["email"],
        "language": data_dict.get("language"),
        "due_at": row.expires_at.isoformat(),
    }
    outbox.put(f"invitation:{row.id}", "invitation", payload)
    act = f"invite by link as {data_dict['role']}"
    trail.note(context, act, row, edition_id=edition.id)
    return as_dict(row, _SHOWN)


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_invitation_list(context: Context, data_dict: Data) -> list[Data]:
    """List the invitations by link of an edition, latest first.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: invitations; their ``detail`` has the role and a hint of the address
    :rtype: list of dictionaries
    """
    tk.check_access("merit_invitation_list", context, data_dict)
    rows = model.Session.scalars(
        sa.select(Invitation)
        .where(
            Invitation.purpose.startswith(links.PURPOSE),
            Invitation.target_id == data_dict["edition_id"],
        )
        .order_by(Invitation.created_at.desc(), Invitation.id)
    )
    return [as_dict(row, _SHOWN) for row in rows]


@tk.validate_action_data(schema.reasoned)
@guarded
@transactional
def merit_invitation_revoke(context: Context, data_dict: Data) -> Data:
    """Take an invitation back; its link no longer works.

    :param id: id of the invitation
    :type id: string
    :param reason: why
    :type reason: string

    :returns: the invitation
    :rtype: dictionary
    """
    tk.check_access("merit_invitation_revoke", context, data_dict)
    edition = lock(Edition, load(Invitation, data_dict["id"]).target_id, share=True)
    row = lock(Invitation, data_dict["id"])
    reason = data_dict["reason"]
    transit(context, row, "revoke", edition_id=edition.id, reason=reason)
    return as_dict(row, _SHOWN)


def _written(context: Context, edition: Edition, data: Data) -> Invitation:
    address = links.hashed(data["email"])
    purpose = f"{links.PURPOSE}{data['role']}"
    _clear(context, edition, purpose=purpose, address=address)
    row = Invitation(
        purpose=purpose,
        target_id=edition.id,
        email_sha256=address,
        token_sha256="",
        detail={
            "role": data["role"],
            "hint": links.hint(data["email"]),
            "institution": data.get("institution"),
        },
        created_by=user_of(context).id,  # type: ignore[union-attr]
        expires_at=clock() + VALID,
    )
    row.id = links.new_id()
    row.token_sha256 = links.digest_of(links.token_of(row.id))
    model.Session.add(row)
    model.Session.flush()
    return row


def _clear(context: Context, edition: Edition, *, purpose: str, address: str) -> None:
    """Expire an invitation whose time is over; refuse a second one before."""
    row = model.Session.scalars(
        sa.select(Invitation)
        .where(
            Invitation.purpose == purpose,
            Invitation.target_id == edition.id,
            Invitation.email_sha256 == address,
            Invitation.state == "pending",
        )
        .with_for_update()
    ).first()
    if row is None:
        return
    if row.expires_at > clock():
        raise ContestError("pending", tk._("This address is invited already."))
    transit(context, row, "expire", edition_id=edition.id, checked=("due_passed",))
    model.Session.flush()


def _require_few(user_id: str) -> None:
    day = sa.func.clock_timestamp() - sa.text("interval '1 day'")
    sent = model.Session.scalar(
        sa.select(sa.func.count())
        .select_from(Invitation)
        .where(Invitation.created_by == user_id, Invitation.created_at > day)
    )
    if (sent or 0) >= PER_DAY:
        text = tk._("You have sent {count} invitations today; go on tomorrow.")
        raise ContestError("too_many", text.format(count=PER_DAY))
