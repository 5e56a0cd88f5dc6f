"""Fixtures of the pages of contests."""

from __future__ import annotations

import pytest
from tests.contest.people import Contest


@pytest.fixture
def contest(non_clean_db: None) -> Contest:
    """A programme of its own, with its people."""
    return Contest()
