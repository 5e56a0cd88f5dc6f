"""Counting SQL statements in a benchmark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from ckan import model

__all__ = ["counted"]


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that are sent while the block runs."""
    seen: list[str] = []

    def note(*details: Any) -> None:
        seen.append(details[2])

    engine = model.meta.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
