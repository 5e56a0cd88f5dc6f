"""The audit trail: a table of its own metadata, so that CKAN never empties it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timezone
from typing import Any

import sqlalchemy as sa

from ckanext.merit.domain import audit

__all__ = ["Record", "append", "chains", "links", "metadata", "table"]

metadata = sa.MetaData()

table = sa.Table(
    "merit_audit",
    metadata,
    # The edition's id, or "global".
    sa.Column("chain", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("v", sa.Integer, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    # User id, or "system" for what the clock did.
    sa.Column("actor", sa.Text, nullable=False),
    # Letter of the permission table by which it was allowed.
    sa.Column("role", sa.Text),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("object_type", sa.Text, nullable=False),
    sa.Column("object_id", sa.Text, nullable=False),
    sa.Column("from_state", sa.Text),
    sa.Column("to_state", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("before_sha256", sa.Text),
    sa.Column("after_sha256", sa.Text),
    sa.Column("request_id", sa.Text),
    sa.Column("prev", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index("merit_audit_object_idx", "object_type", "object_id"),
)

_HASHED = [
    column.name for column in table.columns if column.name not in {"prev", "hash"}
]


@dataclass(frozen=True)
class Record:
    """What happened; the chain adds place and time."""

    chain: str
    actor: str
    role: str | None
    act: str
    object_type: str
    object_id: str
    from_state: str | None = None
    to_state: str | None = None
    reason: str | None = None
    before_sha256: str | None = None
    after_sha256: str | None = None
    request_id: str | None = None


def append(session: Any, record: Record) -> int:
    """Add a record to its chain in the caller's transaction; returns its place.

    Takes the chain's lock until the transaction ends: call it last.
    """
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(_lock_key(record.chain))))
    head = session.execute(
        sa.select(table.c.seq, table.c.hash)
        .where(table.c.chain == record.chain)
        .order_by(table.c.seq.desc())
        .limit(1)
    ).first()
    seq, prev = (head.seq + 1, head.hash) if head else (1, audit.GENESIS)
    row = {
        **asdict(record),
        "seq": seq,
        "v": audit.VERSION,
        "at": session.execute(sa.select(sa.func.clock_timestamp())).scalar_one(),
    }
    row["prev"] = prev
    row["hash"] = audit.chain_hash(prev, _body(row))
    session.execute(sa.insert(table).values(**row))
    return seq


def chains(session: Any) -> list[str]:
    """List the chains."""
    return list(session.scalars(sa.select(table.c.chain).distinct().order_by("chain")))


def links(session: Any, chain: str) -> Iterator[audit.Link]:
    """Give the rows of a chain in order, as they are stored now."""
    rows = session.execute(
        sa.select(table)
        .where(table.c.chain == chain)
        .order_by(table.c.seq)
        .execution_options(yield_per=1000)
    )
    try:
        for row in rows.mappings():
            yield audit.Link(row["seq"], _body(row), row["prev"], row["hash"])
    finally:
        # Whoever stops at a bad row leaves no cursor open.
        rows.close()


def _body(row: Any) -> dict[str, Any]:
    values = {name: row[name] for name in _HASHED}
    values["at"] = _utc(row["at"])
    return values


def _utc(instant: Any) -> str:
    return instant.astimezone(timezone.utc).isoformat(timespec="microseconds")


def _lock_key(chain: str) -> Any:
    return sa.func.hashtextextended(f"merit_audit:{chain}", 0)
