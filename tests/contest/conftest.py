"""Fixtures of the contest kernel's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.contest.people import Contest

from ckan import model


@pytest.fixture
def tables(non_clean_db: None) -> Iterator[None]:
    """A session whose rows vanish with the test."""
    model.Session.rollback()
    yield
    model.Session.rollback()


@pytest.fixture
def contest(non_clean_db: None) -> Contest:
    """A programme of its own, with its people."""
    return Contest()
