"""Writing to the outbox: what leaves the portal once the transaction is through."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql

from ckan import model

from ckanext.merit.model.contest_result import Outbox

__all__ = ["known", "put"]


def put(
    key: str,
    kind: str,
    payload: dict[str, Any],
    *,
    not_before: datetime | None = None,
) -> bool:
    """Write a message, unless one with the same key was written before.

    Nothing secret goes in: no score, no comment, no token.

    Args:
        key: Stable for the same message to the same people.
        kind: See ``ckanext/merit/mail.py``.
        payload: Ids and plain values that the message needs.
        not_before: When it may leave; at once by default.

    Returns:
        Whether it is new.
    """
    if not_before is not None:
        payload = {**payload, "not_before": not_before.isoformat()}
    statement = (
        postgresql.insert(Outbox)
        .values(key=key, kind=kind, payload=payload)
        .on_conflict_do_nothing(index_elements=[Outbox.key])
        .returning(Outbox.key)
    )
    return model.Session.scalar(statement) is not None


def known(key: str) -> bool:
    """Say whether a message was written already, sent or not."""
    return model.Session.get(Outbox, key) is not None
