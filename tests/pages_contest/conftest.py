"""Fixtures of the pages of contests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from tests.contest.people import Contest

from ckan import model


@pytest.fixture
def contest(non_clean_db: None) -> Contest:
    """A programme of its own, with its people."""
    return Contest()


@pytest.fixture
def count_sql() -> Callable[[], AbstractContextManager[list[str]]]:
    """A context in which every SQL statement is kept in a list."""

    @contextmanager
    def counted() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(*details: Any) -> None:
            statements.append(details[2])

        engine = model.meta.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counted
