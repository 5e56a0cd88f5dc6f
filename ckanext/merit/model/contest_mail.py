"""Who gets a message, which messages are due, and of what people are reminded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.model.contest import Edition, Phase, RoleHolder
from ckanext.merit.model.contest_entry import PAST, Entry, Team
from ckanext.merit.model.contest_jury import Assignment, Juror
from ckanext.merit.model.contest_result import Outbox

__all__ = ["behind_entries", "due", "jurors", "late_jurors", "reminders", "secretariat"]

_NOW = sa.func.clock_timestamp()
_UNFINISHED = ("assigned", "in_progress")


def due() -> Any:
    """Select the keys of messages that may leave now."""
    not_before = Outbox.payload["not_before"].astext.cast(sa.DateTime(timezone=True))
    return sa.select(Outbox.key).where(
        Outbox.sent_at.is_(None),
        ~Outbox.payload.has_key("refused"),
        sa.or_(not_before.is_(None), not_before <= _NOW),
    )


def behind_entries(
    edition_id: str, *, states: tuple[str, ...] = (), entry_id: str | None = None
) -> Any:
    """Select the user ids of those who represent entries, and of the entity's admins.

    Args:
        edition_id: The edition.
        states: Of the entries; by default all but those that were given up.
        entry_id: Only this entry.
    """
    head = (
        sa.select(Team.head_id.label("id"))
        .join(Entry, Entry.team_id == Team.id)
        .where(Team.head_id.isnot(None))
    )
    admins = (
        sa.select(model.Member.table_id.label("id"))
        .join(Entry, Entry.organization_id == model.Member.group_id)
        .where(
            model.Member.table_name == "user",
            model.Member.capacity == "admin",
            model.Member.state == "active",
        )
    )
    return sa.union(
        *(_of(part, edition_id, states, entry_id) for part in (head, admins))
    )


def _of(
    found: Any, edition_id: str, states: tuple[str, ...], entry_id: str | None
) -> Any:
    found = found.where(Entry.edition_id == edition_id)
    if entry_id is not None:
        found = found.where(Entry.id == entry_id)
    if states:
        return found.where(Entry.state.in_(states))
    return found.where(Entry.state.not_in(PAST))


def jurors(edition_id: str) -> Any:
    """Select the user ids of the jury."""
    return sa.select(Juror.user_id.label("id")).where(
        Juror.edition_id == edition_id, Juror.state.in_(["accepted", "active"])
    )


def late_jurors(edition_id: str) -> Any:
    """Select the user ids of jurors with unfinished assignments."""
    unfinished = sa.exists().where(
        Assignment.juror_id == Juror.id, Assignment.state.in_(_UNFINISHED)
    )
    return jurors(edition_id).where(unfinished)


def secretariat(edition_id: str) -> Any:
    """Select the user ids of the secretariat."""
    return (
        sa.select(RoleHolder.user_id.label("id"))
        .join(Edition, Edition.programme_id == RoleHolder.programme_id)
        .where(
            Edition.id == edition_id,
            RoleHolder.role == "secretariat",
            RoleHolder.ended_at.is_(None),
            sa.or_(
                RoleHolder.edition_id.is_(None), RoleHolder.edition_id == edition_id
            ),
        )
    )


def reminders(entering: dict[str, set[str]], *, ahead: timedelta) -> Any:
    """Select deadlines that come near for somebody and of which nobody was reminded.

    Args:
        entering: Kinds of phases in which one enters, by kind of edition.
        ahead: How long before a deadline.

    Returns:
        A select of ``key`` (of the message), ``kind``, ``id`` of the entry or
        assignment, and ``due_at``.
    """
    near = sa.and_
    entries = (
        _reminder("reminder_entry", Entry.id, Phase.closes_at)
        .join(Edition, Edition.id == Entry.edition_id)
        .join(Phase, Phase.edition_id == Edition.id)
        .where(
            Entry.state == "draft",
            Edition.published_at.isnot(None),
            sa.or_(
                *(
                    near(Edition.kind == kind, Phase.kind.in_(sorted(kinds)))
                    for kind, kinds in entering.items()
                )
            ),
            Phase.closes_at.between(_NOW, _NOW + ahead),
            Phase.opens_at <= _NOW,
        )
    )
    returned = _reminder("reminder_entry", Entry.id, Entry.due_at).where(
        Entry.state == "returned", Entry.due_at.between(_NOW, _NOW + ahead)
    )
    tasks = _reminder("reminder_jury", Assignment.id, Assignment.due_at).where(
        Assignment.state.in_(_UNFINISHED),
        Assignment.due_at.between(_NOW, _NOW + ahead),
    )
    found = sa.union(entries, returned, tasks).subquery()
    known = sa.exists().where(Outbox.key == found.c.key)
    return sa.select(found).where(~known)


def _reminder(kind: str, key: Any, instant: Any) -> Any:
    # The instant is part of the key: a deadline that moves is another one.
    name = sa.func.concat(
        f"{kind}:", key, ":", sa.cast(sa.extract("epoch", instant), sa.BigInteger)
    )
    return sa.select(
        name.label("key"),
        sa.literal(kind).label("kind"),
        key.label("id"),
        instant.label("due_at"),
    )
