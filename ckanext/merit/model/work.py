"""The table of background work, and the portal's switches.

One row says "this key of this kind is due"; nothing about pending work is kept in
memory or in Redis. All times are the database's, so workers need no common clock.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

import ckantoolkit as tk

__all__ = [
    "MAX_ATTEMPTS",
    "Claim",
    "LeaseLostError",
    "Setting",
    "Work",
    "claim",
    "claimable",
    "extend",
    "fail",
    "finish",
    "mark",
    "mark_select",
    "park_abandoned",
    "release",
    "seconds_to_next",
]

MAX_ATTEMPTS = 5
ERROR_LENGTH = 500

_NOW = sa.func.clock_timestamp()
_NO_DELAY = timedelta(0)


class Work(tk.BaseModel):
    """One key of one kind of work that is due, leased or parked."""

    __tablename__ = "merit_work"
    __table_args__ = (
        sa.CheckConstraint(
            "(lease_until IS NULL) = (lease_token IS NULL)",
            name="merit_work_lease_check",
        ),
        sa.Index(
            "merit_work_due_idx",
            "kind",
            "attempts",
            "due_at",
            postgresql_where=sa.text("parked_at IS NULL"),
        ),
    )

    kind = sa.Column(sa.Text, primary_key=True)
    key = sa.Column(sa.Text, primary_key=True)
    #: Grows with every mark; work is done only if it still has the claimed value.
    requested = sa.Column(sa.BigInteger, nullable=False, server_default="1")
    due_at = sa.Column(
        sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    )
    #: Counted when claimed, so that work that kills its worker is parked as well.
    attempts = sa.Column(sa.Integer, nullable=False, server_default="0")
    lease_until = sa.Column(sa.DateTime(timezone=True))
    lease_token = sa.Column(sa.Text)
    last_error = sa.Column(sa.Text)
    parked_at = sa.Column(sa.DateTime(timezone=True))
    marked_at = sa.Column(
        sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    )


class Setting(tk.BaseModel):
    """A switch that sysadmins turn at run time."""

    __tablename__ = "merit_setting"

    #: While a row with this key exists, no work is claimed.
    PAUSED = "work.paused"

    key = sa.Column(sa.Text, primary_key=True)
    value = sa.Column(sa.Text, nullable=False)


class LeaseLostError(Exception):
    """Another worker may own a claimed row; this worker's results are stale."""


@dataclass(frozen=True)
class Claim:
    """Rows that one worker may work on until the lease ends.

    ``rows`` maps each key to the value of ``requested`` that was claimed.
    """

    kind: str
    token: str
    rows: Mapping[str, int]

    def only(self, *keys: str) -> Claim:
        """Return the part of the claim that concerns some of its keys."""
        return Claim(self.kind, self.token, {key: self.rows[key] for key in keys})


def mark(
    session: Any, kind: str, keys: Iterable[str], *, due_in: timedelta = _NO_DELAY
) -> None:
    """Say that ``keys`` are due after ``due_in``; one upsert, never commits.

    A key that is already due keeps the earlier time. A key that is being worked on
    becomes due again when that work ends. Attempts start again from none.
    """
    unique = sorted(set(keys))
    if not unique:
        return
    array = sa.cast(unique, postgresql.ARRAY(sa.Text))
    listed = sa.func.unnest(array).column_valued("key")
    mark_select(session, kind, sa.select(listed), due_in=due_in)


def mark_select(
    session: Any,
    kind: str,
    select: Any,
    *,
    due_in: timedelta = _NO_DELAY,
    only_new: bool = False,
) -> int:
    """Mark the keys in the first column of ``select``, which must be distinct.

    Args:
        session: not committed here.
        kind: name of the kind of work.
        select: a SQLAlchemy select; its first column is text and not null.
        due_in: time until the work is due.
        only_new: leave keys alone that already have a row, whatever its state.
            Searches for forgotten work use this, lest they wake parked rows.

    Returns:
        Number of rows inserted or changed.
    """
    source = select.subquery("marked")
    key = next(iter(source.c))
    statement = postgresql.insert(Work).from_select(
        ["kind", "key", "due_at"],
        # Everybody takes the locks in the same order.
        sa.select(sa.literal(kind), key, _NOW + due_in).order_by(key),
        include_defaults=False,
    )
    known = [Work.kind, Work.key]
    if only_new:
        statement = statement.on_conflict_do_nothing(index_elements=known)
    else:
        again = _marked_again(statement.excluded)
        statement = statement.on_conflict_do_update(index_elements=known, set_=again)
    return session.execute(statement).rowcount


def _marked_again(new: Any) -> dict[str, Any]:
    restart = sa.or_(Work.lease_until > _NOW, Work.parked_at.isnot(None))
    earlier = sa.func.least(Work.due_at, new.due_at)
    return {
        "requested": Work.requested + 1,
        "due_at": sa.case((restart, new.due_at), else_=earlier),
        "attempts": 0,
        "parked_at": None,
        "marked_at": _NOW,
    }


def claimable() -> Any:
    """Return the condition under which a row may be claimed now."""
    paused = sa.select(Setting.key).where(Setting.key == Setting.PAUSED).exists()
    return sa.and_(_waiting(), Work.due_at <= _NOW, sa.not_(paused))


def _waiting() -> Any:
    return sa.and_(
        Work.parked_at.is_(None),
        sa.or_(Work.lease_until.is_(None), Work.lease_until <= _NOW),
    )


def claim(
    session: Any, kind: str, *, limit: int, lease: timedelta, attempts: range
) -> Claim | None:
    """Lease up to ``limit`` due rows that were tried ``attempts`` times before.

    The caller commits. Rows that another worker is just claiming are passed over.
    """
    due = (
        sa.select(Work.key)
        .where(
            Work.kind == kind,
            _attempted(attempts),
            claimable(),
        )
        .order_by(Work.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    token = uuid.uuid4().hex
    statement = (
        sa.update(Work)
        .where(Work.kind == kind, Work.key == due.c.key)
        .values(lease_until=_NOW + lease, lease_token=token, attempts=Work.attempts + 1)
        .returning(Work.key, Work.requested)
        .execution_options(synchronize_session=False)
    )
    rows = {row.key: row.requested for row in session.execute(statement)}
    return Claim(kind, token, rows) if rows else None


def _attempted(attempts: range) -> Any:
    # An equality lets the index give the rows in order of time.
    if len(attempts) == 1:
        return Work.attempts == attempts.start
    return Work.attempts.between(attempts.start, attempts.stop - 1)


def _ours(claimed: Claim) -> Any:
    """The condition of a claim's rows that nobody else has claimed since."""
    keys = sa.cast(list(claimed.rows), postgresql.ARRAY(sa.Text))
    return sa.and_(
        Work.kind == claimed.kind,
        Work.key == sa.any_(keys),
        Work.lease_token == claimed.token,
    )


def _locked(claimed: Claim) -> Any:
    """Rows of a claim that nobody is marking at this moment, locked.

    Workers never wait for a user's transaction, so they can't deadlock with one.
    """
    found = sa.select(Work.key, Work.requested).where(_ours(claimed))
    return found.with_for_update(skip_locked=True)


def _update(session: Any, claimed: Claim, values: dict[str, Any]) -> int:
    locked = _locked(claimed).cte("locked")
    statement = (
        sa.update(Work)
        .where(Work.kind == claimed.kind, Work.key == locked.c.key)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return session.execute(statement).rowcount


def extend(connection: Any, claimed: Claim, *, lease: timedelta) -> int:
    """Heartbeat: make the lease last ``lease`` from now; returns rows extended."""
    return _update(connection, claimed, {"lease_until": _NOW + lease})


def finish(session: Any, claimed: Claim) -> Collection[str]:
    """Remove the rows of a claim that nobody marked since, in the caller's transaction.

    Returns:
        Keys that were marked again meanwhile; the caller releases them.

    Raises:
        LeaseLostError: a lease ended, so that another worker may have newer results;
            the caller must roll back.
    """
    rows = session.execute(_locked(claimed)).all()
    done = {row.key for row in rows if row.requested == claimed.rows[row.key]}
    gone = sa.delete(Work).where(_ours(claimed.only(*done)))
    session.execute(gone.execution_options(synchronize_session=False))
    rest = [key for key in claimed.rows if key not in done]
    valid = Work.lease_until > _NOW
    if rest and _count(session, claimed.only(*rest), valid) != len(rest):
        raise LeaseLostError(claimed.kind)
    return rest


def _count(session: Any, claimed: Claim, *conditions: Any) -> int:
    count = sa.select(sa.func.count()).where(_ours(claimed), *conditions)
    return session.execute(count).scalar_one()


def release(session: Any, claimed: Claim) -> int:
    """Give back rows without a verdict; they are due at once.

    Returns:
        Number of rows that still carry the lease, because they are being marked at
        this moment.
    """
    values = {"lease_until": None, "lease_token": None, "attempts": 0}
    _update(session, claimed, values)
    return _count(session, claimed)


def fail(session: Any, claimed: Claim, *, error: str) -> int:
    """Note why a claim of one key failed; it is tried again later, or parked.

    The wait grows fourfold from half a minute and varies by a quarter, so that
    failures with one cause don't come back in step.

    Returns:
        As ``release``.
    """
    (requested,) = claimed.rows.values()
    again = Work.requested != requested
    exponent = sa.func.greatest(Work.attempts, 1) - 1
    seconds = 30 * sa.func.power(4, exponent) * (0.75 + sa.func.random() / 2)
    wait = sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    last = sa.and_(sa.not_(again), Work.attempts >= MAX_ATTEMPTS)
    values = {
        "lease_until": None,
        "lease_token": None,
        "last_error": error.replace("\x00", "")[:ERROR_LENGTH],
        "due_at": sa.case((again, Work.due_at), else_=_NOW + wait),
        "parked_at": sa.case((last, _NOW), else_=None),
    }
    _update(session, claimed, values)
    return _count(session, claimed)


def park_abandoned(session: Any, kind: str) -> int:
    """Park rows whose last permitted attempt ended with the worker's death."""
    statement = (
        sa.update(Work)
        .where(Work.kind == kind, Work.attempts >= MAX_ATTEMPTS, _waiting())
        .values(
            parked_at=_NOW,
            lease_until=None,
            lease_token=None,
            last_error=sa.func.coalesce(
                Work.last_error, "The worker died while working on it."
            ),
        )
        .execution_options(synchronize_session=False)
    )
    return session.execute(statement).rowcount


def seconds_to_next(
    session: Any, kinds: Collection[str], *, within: timedelta
) -> float | None:
    """Return the seconds until the next row of ``kinds`` can be claimed, or None.

    Rows that are due, or leased, for longer than ``within`` don't count; 0 is "now".
    """
    paused = sa.select(Setting.key).where(Setting.key == Setting.PAUSED).exists()
    at = sa.func.greatest(Work.due_at, Work.lease_until)
    statement = sa.select(sa.extract("epoch", sa.func.min(at) - _NOW)).where(
        Work.kind.in_(list(kinds)),
        Work.parked_at.is_(None),
        Work.due_at <= _NOW + within,
        at <= _NOW + within,
        sa.not_(paused),
    )
    value = session.execute(statement).scalar_one()
    return None if value is None else max(0.0, float(value))
