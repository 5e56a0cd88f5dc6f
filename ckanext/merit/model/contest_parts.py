"""Columns and constraints that the tables of contests share."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import deferred

from ckan.model.types import make_uuid

from ckanext.merit.domain.contest.machine import Machine

__all__ = [
    "INSTANT",
    "body",
    "column",
    "created",
    "key",
    "large",
    "one_of",
    "ref",
    "sha256",
    "state",
    "state_check",
    "unique",
]

INSTANT = sa.DateTime(timezone=True)


def column(*args: Any, **options: Any) -> Any:
    """Make a column; of type Any, for on a row it is the value."""
    return sa.Column(*args, **options)


def key() -> Any:
    """Make the primary key: a random id, as CKAN's own."""
    return sa.Column(sa.Text, primary_key=True, default=make_uuid)


def ref(table: str, *, nullable: bool = False, index: bool = False) -> Any:
    """Refer to a row that must not vanish while it is referred to."""
    target = sa.ForeignKey(f"{table}.id", ondelete="RESTRICT")
    return sa.Column(sa.Text, target, nullable=nullable, index=index)


def body(*, nullable: bool = False) -> Any:
    """Hold a JSON value."""
    return sa.Column(postgresql.JSONB, nullable=nullable)


def large() -> Any:
    """Hold a JSON value that is read only when somebody asks for it."""
    return deferred(sa.Column(postgresql.JSONB, nullable=False))


def sha256(*, nullable: bool = False) -> Any:
    """Hold a digest as 64 hexadecimal digits."""
    return sa.Column(sa.Text, nullable=nullable)


def created() -> Any:
    """Hold the instant of the insert by the database's clock."""
    return sa.Column(INSTANT, nullable=False, server_default=sa.func.clock_timestamp())


def state(machine: Machine) -> Any:
    """Hold a state of a machine, at first its initial one."""
    return sa.Column(sa.Text, nullable=False, server_default=machine.initial[0])


def state_check(table: str, machine: Machine) -> sa.CheckConstraint:
    """Refuse states that the machine doesn't have."""
    return one_of(table, "state", *machine.states)


def one_of(table: str, column: str, *values: str) -> sa.CheckConstraint:
    """Refuse values other than these."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{table}_{column}_check")


def unique(name: str, *columns: str, where: str | None = None) -> sa.Index:
    """Make a unique index; columns in ``coalesce(x)`` count NULL as one value."""
    parts: list[Any] = [
        sa.text(f"coalesce({column[9:-1]}, '')")
        if column.startswith("coalesce(")
        else column
        for column in columns
    ]
    condition: dict[str, Any] = (
        {} if where is None else {"postgresql_where": sa.text(where)}
    )
    return sa.Index(name, *parts, unique=True, **condition)
