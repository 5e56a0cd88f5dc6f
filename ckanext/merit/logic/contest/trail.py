"""Writing the audit trail, in the transaction of the act."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import has_request_context

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.canonical import digest
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.model import audit

__all__ = ["GLOBAL", "SYSTEM", "Change", "note", "one_line"]

#: Chain of what belongs to no edition.
GLOBAL = "global"
#: Actor of what the clock does.
SYSTEM = "system"
LENGTH = 500

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class Change:
    """What an act changed.

    Attributes:
        states: State before and after.
        reason: As given; kept on one line.
        before: JSON value whose digest is kept, not the value itself.
        after: Likewise.
    """

    states: tuple[str | None, str | None] = (None, None)
    reason: str | None = None
    before: Any = None
    after: Any = None


NOTHING = Change()


def note(
    context: Any,
    act: str,
    row: Any,
    *,
    edition_id: str | None,
    change: Change = NOTHING,
) -> None:
    """Add one record to the chain of an edition, or to the global one.

    Call it last, for it locks the chain. The context holds the letter by which the
    act was allowed.
    """
    model.Session.flush()
    user = user_of(context)
    before, after = change.before, change.after
    audit.append(
        model.Session,
        audit.Record(
            chain=edition_id or GLOBAL,
            actor=user.id if user else SYSTEM,
            role=context.get("merit_role"),
            act=act,
            object_type=row.__tablename__.removeprefix("merit_"),
            object_id=_identity(row),
            from_state=change.states[0],
            to_state=change.states[1],
            reason=one_line(change.reason),
            before_sha256=None if before is None else digest(before),
            after_sha256=None if after is None else digest(after),
            request_id=_request_id(),
        ),
    )


def one_line(text: str | None) -> str | None:
    """Make text safe for a log: no control characters, at most 500 characters."""
    if text is None:
        return None
    return _CONTROL.sub(" ", text).strip()[:LENGTH]


def _identity(row: Any) -> str:
    keys = row.__mapper__.primary_key_from_instance(row)
    return "/".join(str(key) for key in keys)


def _request_id() -> str | None:
    if not has_request_context():
        return None
    return one_line(tk.request.headers.get("X-Request-ID"))
