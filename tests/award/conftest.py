"""Fixtures of the tests of awards."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.award.people import Award

import ckantoolkit as tk


@pytest.fixture
def award(non_clean_db: None) -> Award:
    """A programme of its own, whose awards take evidence."""
    return Award()


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty private folder."""
    monkeypatch.setitem(tk.config, "ckanext.merit.award.private_folder", str(tmp_path))
    return tmp_path
