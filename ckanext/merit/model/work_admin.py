"""What administrators ask and tell the table of background work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from ckanext.merit.model.work import Setting, Work

__all__ = [
    "STATES",
    "Totals",
    "pause",
    "resume",
    "retry",
    "rows",
    "set_pause",
    "totals",
]

#: Parked: failed five times. Failing: waits for another try. Leased: being worked
#: on. Due: could be worked on now. Waiting: due later.
STATES = ("parked", "failing", "leased", "due", "waiting")

_NOW = sa.func.clock_timestamp()
_state = sa.case(
    (Work.parked_at.isnot(None), "parked"),
    (Work.lease_until > _NOW, "leased"),
    (sa.and_(Work.attempts > 0, Work.due_at > _NOW), "failing"),
    (Work.due_at <= _NOW, "due"),
    else_="waiting",
)


@dataclass(frozen=True)
class Totals:
    """Numbers of rows, and how long the oldest has been due (0 if none is)."""

    by_state: Mapping[str, int]
    kinds: Mapping[str, int]
    oldest_due: timedelta


def totals(session: Any) -> Totals:
    """Count all rows by state and kind."""
    due_at = sa.func.min(Work.due_at).filter(_state == "due")
    statement = sa.select(
        _state.label("state"),
        Work.kind,
        sa.func.count().label("count"),
        (_NOW - due_at).label("overdue"),
    ).group_by("state", Work.kind)
    by_state: dict[str, int] = dict.fromkeys(STATES, 0)
    kinds: dict[str, int] = {}
    oldest = timedelta(0)
    for row in session.execute(statement):
        by_state[row.state] += row.count
        kinds[row.kind] = kinds.get(row.kind, 0) + row.count
        oldest = max(oldest, row.overdue or oldest)
    return Totals(by_state, kinds, oldest)


def rows(
    session: Any,
    *,
    state: str | None,
    kind: str | None,
    limit: int,
    offset: int,
) -> tuple[int, list[Any]]:
    """Return the number of rows that match and one page of them, worst first."""
    conditions: list[Any] = []
    if state:
        conditions.append(_state == state)
    if kind:
        conditions.append(Work.kind == kind)
    count = sa.select(sa.func.count()).select_from(Work).where(*conditions)
    order = sa.case({name: i for i, name in enumerate(STATES)}, value=_state)
    page = (
        sa.select(Work.__table__, _state.label("state"))
        .where(*conditions)
        .order_by(order, Work.due_at, Work.kind, Work.key)
        .limit(limit)
        .offset(offset)
    )
    return session.execute(count).scalar_one(), session.execute(page).all()


def retry(session: Any, *, kind: str | None = None, key: str | None = None) -> int:
    """Make parked and failing rows due now, all or one; returns how many."""
    conditions: list[Any] = [_state.in_(["parked", "failing"])]
    if kind is not None:
        conditions.append(Work.kind == kind)
    if key is not None:
        conditions.append(Work.key == key)
    statement = (
        sa.update(Work)
        .where(*conditions)
        .values(parked_at=None, attempts=0, due_at=_NOW)
        .execution_options(synchronize_session=False)
    )
    return session.execute(statement).rowcount


def pause(session: Any) -> str | None:
    """Return the note of who paused the work, or None while it runs."""
    found = sa.select(Setting.value).where(Setting.key == Setting.PAUSED)
    return session.execute(found).scalar_one_or_none()


def set_pause(session: Any, note: str) -> None:
    """Pause all work; the first note stays."""
    statement = postgresql.insert(Setting).values(key=Setting.PAUSED, value=note)
    session.execute(statement.on_conflict_do_nothing())


def resume(session: Any) -> None:
    """Let work go on."""
    session.execute(sa.delete(Setting).where(Setting.key == Setting.PAUSED))
