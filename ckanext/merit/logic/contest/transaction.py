"""One act, one transaction: short locks, few retries, refusals that say why."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import g, has_request_context
from sqlalchemy.exc import IntegrityError

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.logic.contest.texts import constraint_text, rule_text

__all__ = ["clock", "kept", "load", "lock", "transactional"]

Action = Callable[[Any, dict[str, Any]], Any]
Row = TypeVar("Row")

ATTEMPTS = 3
_DEADLOCK = {"40001", "40P01"}
_BUSY = {"55P03", "57014"}
_LIMITS = "SET LOCAL lock_timeout = '3s'; SET LOCAL statement_timeout = '15s'"


def transactional(action: Action) -> Action:
    """Commit what the action did, or nothing of it.

    A deadlock or serialization failure is tried again. A rule that refuses, a
    constraint, and a lock that others hold become validation errors. With
    ``defer_commit`` in the context the transaction is the caller's.
    """

    @functools.wraps(action)
    def wrapper(context: Any, data_dict: dict[str, Any]) -> Any:
        if context.get("defer_commit"):
            return action(context, data_dict)
        attempt = 0
        while True:
            attempt += 1
            try:
                model.Session.execute(sa.text(_LIMITS))
                answer = action(context, data_dict)
                model.Session.commit()
            except Exception as error:
                model.Session.rollback()
                if attempt < ATTEMPTS and _code(error) in _DEADLOCK:
                    continue
                raise _explained(error) from error
            return answer

    return wrapper


def clock() -> datetime:
    """Tell the instant by the database, not that of the transaction's start."""
    return model.Session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()


def kept(row: Row) -> Row:
    """Hold a row until the request ends.

    A session forgets rows that nobody holds, and would read them again for each check.
    """
    if has_request_context():
        g.setdefault("merit_rows", []).append(row)
    return row


def load(table: type[Row], key: Any) -> Row:
    """Find a row.

    Raises:
        ObjectNotFound: if there is none.
    """
    row = model.Session.get(table, key) if isinstance(key, str) else None
    if row is None:
        raise tk.ObjectNotFound(tk._("Not found"))
    return kept(row)


def lock(table: type[Row], key: Any, *, share: bool = False) -> Row:
    """Find a row as it is now, and keep others from changing it.

    Order of locks: edition, team or entry, juror or review, audit trail.

    Raises:
        ObjectNotFound: if there is none.
    """
    if not isinstance(key, str):
        raise tk.ObjectNotFound(tk._("Not found"))
    row = model.Session.get(
        table, key, with_for_update={"read": share}, populate_existing=True
    )
    if row is None:
        raise tk.ObjectNotFound(tk._("Not found"))
    return row


def _code(error: Exception) -> str | None:
    return getattr(getattr(error, "orig", None), "pgcode", None)


def _explained(error: Exception) -> Exception:
    if isinstance(error, ContestError):
        return tk.ValidationError({error.code: [rule_text(error)]})
    if isinstance(error, IntegrityError):
        diagnosis = getattr(error.orig, "diag", None)
        text = constraint_text(getattr(diagnosis, "constraint_name", None))
        return tk.ValidationError({"conflict": [text]}) if text else error
    if _code(error) in _BUSY:
        busy = tk._("Somebody else is changing this. Try again in a moment.")
        return tk.ValidationError({"busy": [busy]})
    return error
