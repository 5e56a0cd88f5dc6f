"""Tells a database without our tables, or with older ones, from other failures."""

from __future__ import annotations

from sqlalchemy.exc import ProgrammingError

__all__ = ["COMMAND", "is_missing"]

#: What makes the tables, and brings them up to date.
COMMAND = "ckan db upgrade -p merit"

_UNDEFINED_TABLE, _UNDEFINED_COLUMN = "42P01", "42703"


def is_missing(error: ProgrammingError) -> bool:
    """Say whether a table or column of ours isn't there; then `COMMAND` is due."""
    code = getattr(error.orig, "pgcode", None)
    return code in {_UNDEFINED_TABLE, _UNDEFINED_COLUMN} and "merit_" in str(error.orig)
