"""Fixtures of the kernel's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from ckan import model

from ckanext.merit.model.work import Setting, Work


@pytest.fixture
def no_work(non_clean_db: None) -> Iterator[None]:
    """No row of work and no switch turned, in a database that may hold other data."""
    _empty()
    yield
    model.Session.rollback()
    _empty()


def _empty() -> None:
    model.Session.rollback()
    for table in (Work, Setting):
        model.Session.execute(sa.delete(table))
    model.Session.commit()
