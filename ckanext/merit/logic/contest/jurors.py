"""Jurors: invited, accepted with a declaration, active, ended."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import (
    answers,
    jury_schema,
    languages,
    outbox,
    schema,
    trail,
)
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.programme import refuse_competitors
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.model.contest import Category, Edition, Stage
from ckanext.merit.model.contest_jury import Assignment, Juror, Review

__all__ = [
    "merit_juror_accept",
    "merit_juror_decline",
    "merit_juror_end",
    "merit_juror_invite",
    "merit_juror_remove",
    "merit_juror_revoke",
]

Context = Any
Data = dict[str, Any]
#: States that an appointment ended in.
_PAST = ("declined", "revoked", "expired", "ended", "removed")
#: Version of the text that the page shows above the two boxes.
DECLARATION = "1"


@tk.validate_action_data(jury_schema.invite)
@guarded
@transactional
def merit_juror_invite(context: Context, data_dict: Data) -> Data:
    """Invite somebody to the jury of an edition. For the chair and the secretariat.

    Whoever declined, didn't answer in time, was no longer invited, or left is invited
    again on new terms, and makes the declarations anew.

    :param edition_id: id of the edition
    :type edition_id: string
    :param user: name or id of the user
    :type user: string
    :param institution: where the juror comes from (optional)
    :type institution: string
    :param organization_id: the same on this portal; its entries are presumed to be in
        conflict (optional)
    :type organization_id: string
    :param stages: ids of the stages it is limited to (optional, default: all)
    :type stages: list of strings
    :param categories: ids of the categories it is limited to (optional, default: all)
    :type categories: list of strings
    :param capacity: most entries to be assigned (optional)
    :type capacity: int
    :param expires_at: until when it can be accepted, ISO 8601 with zone
    :type expires_at: string

    :returns: the appointment
    :rtype: dictionary
    """
    tk.check_access("merit_juror_invite", context, data_dict)
    edition = lock(Edition, data_dict["edition_id"])
    if edition.state not in {"draft", "published"}:
        raise ContestError("over", tk._("Results are published already."))
    user = model.User.get(data_dict["user"])
    if user is None or user.state != "active":
        raise tk.ValidationError({"user": [tk._("User not found")]})
    if user.sysadmin:
        text = tk._("Sysadmins cannot score, and so cannot be jurors.")
        raise ContestError("sysadmin", text)
    refuse_competitors(user.id, "J", edition.programme_id, edition.id)
    for name, table in (("stages", Stage), ("categories", Category)):
        for key in data_dict.get(name) or ():
            if load(table, key).edition_id != edition.id:
                raise tk.ObjectNotFound(tk._("Not found"))
    names = ("institution", "organization_id", "stages", "categories", "capacity")
    terms = {name: data_dict.get(name) for name in names}
    terms["expires_at"] = data_dict["expires_at"]
    row = _invited_again(context, edition, user.id, terms)
    if row is None:
        row = _invited(context, edition, user.id, terms)
    return answers.as_dict(row, answers.JUROR)


@tk.validate_action_data(jury_schema.accept)
@guarded
@transactional
def merit_juror_accept(context: Context, data_dict: Data) -> Data:
    """Accept one's invitation to a jury, with both declarations.

    :param id: id of the appointment
    :type id: string
    :param confidentiality: that nothing is told of entries, reviews and deliberation
    :type confidentiality: bool
    :param no_conflict: that every conflict of interest is or will be declared
    :type no_conflict: bool

    :returns: the appointment
    :rtype: dictionary
    """
    tk.check_access("merit_juror_accept", context, data_dict)
    edition = lock(Edition, load(Juror, data_dict["id"]).edition_id, share=True)
    row = lock(Juror, data_dict["id"])
    if not (data_dict["confidentiality"] and data_dict["no_conflict"]):
        text = tk._("Jurors make both declarations.")
        raise ContestError("declared", text)
    now = clock()
    if row.state == "invited" and now >= row.expires_at:
        raise ContestError("expired", tk._("The invitation has expired."))
    refuse_competitors(row.user_id, "J", edition.programme_id, edition.id)
    row.declaration = {"version": DECLARATION}
    row.declared_at = now
    languages.remember(user_of(context))
    transit(context, row, "accept", edition_id=edition.id, checked=("declared",))
    return answers.as_dict(row, answers.JUROR)


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_juror_decline(context: Context, data_dict: Data) -> Data:
    """Decline one's invitation to a jury.

    :param id: id of the appointment
    :type id: string

    :returns: the appointment
    :rtype: dictionary
    """
    tk.check_access("merit_juror_decline", context, data_dict)
    return _move(context, data_dict, "decline")


@tk.validate_action_data(schema.reasoned)
@guarded
@transactional
def merit_juror_revoke(context: Context, data_dict: Data) -> Data:
    """Take back an invitation that wasn't accepted yet.

    :param id: id of the appointment
    :type id: string
    :param reason: why
    :type reason: string

    :returns: the appointment
    :rtype: dictionary
    """
    tk.check_access("merit_juror_revoke", context, data_dict)
    return _move(context, data_dict, "revoke")


@tk.validate_action_data(jury_schema.remove)
@guarded
@transactional
def merit_juror_remove(context: Context, data_dict: Data) -> Data:
    """Remove a juror; what wasn't finished is cancelled, what was stays or not.

    :param id: id of the appointment
    :type id: string
    :param reason: why
    :type reason: string
    :param discard_reviews: whether the reviews count no longer, and their entries are
        free for others; not possible once a run has locked them (optional, default:
        false)
    :type discard_reviews: bool

    :returns: the appointment
    :rtype: dictionary
    """
    tk.check_access("merit_juror_remove", context, data_dict)
    answer = _move(context, data_dict, "remove")
    acts = {"assigned": "cancel", "in_progress": "cancel"}
    if data_dict.get("discard_reviews"):
        acts["completed"] = "discard"
        _discard(context, data_dict["id"], answer["edition_id"], data_dict["reason"])
    tasks = model.Session.scalars(
        sa.select(Assignment).where(
            Assignment.juror_id == data_dict["id"], Assignment.state.in_(acts)
        )
    )
    for task in tasks.all():
        transit(
            context,
            task,
            acts[task.state],
            edition_id=answer["edition_id"],
            reason=data_dict["reason"],
        )
    return answer


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_juror_end(context: Context, data_dict: Data) -> Data:
    """End the term of a juror.

    :param id: id of the appointment
    :type id: string

    :returns: the appointment
    :rtype: dictionary
    """
    tk.check_access("merit_juror_end", context, data_dict)
    return _move(context, data_dict, "end")


def _invited(context: Context, edition: Edition, user_id: str, terms: Data) -> Juror:
    row = Juror(edition_id=edition.id, user_id=user_id, **terms)
    model.Session.add(row)
    model.Session.flush()
    change = trail.Change(states=(None, row.state))
    trail.note(context, "invite", row, edition_id=edition.id, change=change)
    outbox.put(f"juror_invited:{row.id}", "juror_invited", {"id": row.id})
    return row


def _invited_again(
    context: Context, edition: Edition, user_id: str, terms: Data
) -> Juror | None:
    """Invite again who was on the jury or declined; None: that is nobody."""
    row = model.Session.scalars(
        sa.select(Juror)
        .where(
            Juror.edition_id == edition.id,
            Juror.user_id == user_id,
            Juror.state.in_(_PAST),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        return None
    for name, value in terms.items():
        setattr(row, name, value)
    row.declaration = row.declared_at = None
    transit(context, row, "reinvite", edition_id=edition.id)
    key = f"juror_invited:{row.id}:{clock().isoformat()}"
    outbox.put(key, "juror_invited", {"id": row.id})
    return row


def activated(context: Context, juror: Juror) -> None:
    """Make a locked juror who accepted active; refuse one who may not review.

    Raises:
        ContestError: ``not_juror``.
    """
    if juror.state == "accepted":
        transit(context, juror, "activate", edition_id=juror.edition_id)
    if juror.state != "active":
        raise ContestError("not_juror", tk._("This juror has not accepted."))


def _discard(context: Context, juror_id: str, edition_id: str, reason: str) -> None:
    """Make all reviews of a juror void; they stay on record."""
    reviews = model.Session.scalars(
        sa.select(Review)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .where(Assignment.juror_id == juror_id, Review.state != "void")
        .with_for_update(of=Review)
    ).all()
    if any(review.state == "locked" for review in reviews):
        text = tk._(
            "A run has locked a review of this juror: it can no longer be discarded. "
            "Remove the juror without discarding."
        )
        raise ContestError("reviews_locked", text)
    for review in reviews:
        transit(context, review, "discard", edition_id=edition_id, reason=reason)


def _move(context: Context, data: Data, act: str) -> Data:
    edition = lock(Edition, load(Juror, data["id"]).edition_id, share=True)
    row = lock(Juror, data["id"])
    transit(context, row, act, edition_id=edition.id, reason=data.get("reason"))
    return answers.as_dict(row, answers.JUROR)
