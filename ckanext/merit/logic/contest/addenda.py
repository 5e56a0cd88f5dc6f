"""Addenda: published changes of rules and dates."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.logic.contest import outbox
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.trail import SYSTEM
from ckanext.merit.logic.contest.transaction import clock
from ckanext.merit.model.contest import Addendum, Edition
from ckanext.merit.model.contest_result import Announcement

__all__ = ["add_addendum", "addenda_of"]


def add_addendum(
    context: Any,
    edition: Edition,
    *,
    kind: str,
    reason: str,
    diff: list[dict[str, Any]],
    rule_set_id: str | None = None,
) -> Addendum:
    """Publish a change of a locked edition, and announce it."""
    number = model.Session.scalar(
        sa.select(sa.func.coalesce(sa.func.max(Addendum.number), 0) + 1).where(
            Addendum.edition_id == edition.id
        )
    )
    user, now = user_of(context), clock()
    row = Addendum(
        edition_id=edition.id,
        number=number,
        kind=kind,
        rule_set_id=rule_set_id,
        reason=reason,
        diff=diff,
        author_id=user.id if user else SYSTEM,
        effective_at=now,
    )
    model.Session.add(row)
    model.Session.add(
        Announcement(
            edition_id=edition.id,
            kind="addendum",
            title=str(number),
            text=reason,
            published_at=now,
        )
    )
    model.Session.flush()
    if edition.published_at is not None:
        page = "rules" if kind == "rules" else "calendar"
        payload = {"edition_id": edition.id, "number": number, "page": page}
        outbox.put(f"addendum:{row.id}", "addendum", payload)
    return row


def addenda_of(edition_id: str) -> list[Addendum]:
    """List the addenda of an edition by number."""
    return list(
        model.Session.scalars(
            sa.select(Addendum)
            .where(Addendum.edition_id == edition_id)
            .order_by(Addendum.number)
        )
    )
