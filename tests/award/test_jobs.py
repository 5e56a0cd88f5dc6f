"""Snapshots of large catalogues by real workers, some of which are killed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from tests.award.catalogue import Machines, publish, value
from tests.kernel import workers

from ckan import model

from ckanext.merit.award import jobs
from ckanext.merit.award.logic import snapshots
from ckanext.merit.interfaces import Kind
from ckanext.merit.model.award_machine import Part
from ckanext.merit.model.contest_entry import Snapshot

#: The award's kinds, with leases that a test can wait for.
KINDS = [
    Kind(kind.name, kind.handle, None, batch=kind.batch, lease=timedelta(seconds=1))
    for kind in jobs.kinds()
]
HERE = "tests.award.test_jobs:KINDS"


@pytest.fixture
def begun(clean_db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A cut-off of which the first dataset was read, and its entry."""
    contest = Machines()
    edition = contest.published()
    entry = contest.entered(edition["id"])
    for _ in range(3):
        publish(entry["entity"])
    monkeypatch.setattr(snapshots, "AT_ONCE", 1)
    monkeypatch.setattr("ckanext.merit.award.collect.PAGE", 1)
    taken = contest.take(edition["id"])
    monkeypatch.undo()
    assert taken["state"] == "collecting"
    return {"snapshot": taken, "entry": entry}


def parts(begun: dict[str, Any]) -> list[tuple[int, int]]:
    """Number of each part, and of its datasets."""
    rows = model.Session.execute(
        sa.select(Part.n, sa.func.jsonb_array_length(Part.body["rows"]))
        .where(Part.taking_id == begun["snapshot"]["id"])
        .order_by(Part.n)
    )
    return [(row[0], row[1]) for row in rows]


@pytest.mark.parametrize("failpoint", ["claimed", "handled", "committed"])
def test_a_killed_worker_loses_and_repeats_nothing(begun: Any, failpoint: str):
    """The next one goes on where the last commit was."""
    model.Session.commit()
    assert workers.run(failpoint, None, kinds=HERE) == [-9, 0]
    model.Session.rollback()
    assert parts(begun) == [(1, 1), (2, 2)]
    assert model.Session.get(Snapshot, begun["snapshot"]["id"]) is not None
    assert value(begun["entry"], "new", begun["snapshot"]) == "3"


def test_two_workers_take_it_once(begun: Any):
    """Neither reads what the other has."""
    model.Session.commit()
    assert workers.run_together(2, kinds=HERE) == [0, 0]
    model.Session.rollback()
    assert parts(begun) == [(1, 1), (2, 2)]
