"""A savepoint for statements of ours within a transaction of CKAN's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["savepoint"]


@contextmanager
def savepoint(session: Any) -> Iterator[Any]:
    """Yield the session's connection inside a savepoint.

    A savepoint of the session itself would flush the user's objects, and CKAN 2.11
    indexes whenever one ends, which calls whoever reads within an index hook again.
    """
    connection = session.connection()
    with connection.begin_nested():
        yield connection
