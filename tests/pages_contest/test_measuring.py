"""The office measures entries again that came after the snapshot."""

from __future__ import annotations

from typing import Any

from tests.award.catalogue import Machines
from tests.pages_contest.office import Office


def test_late_entries_are_measured_by_the_office(app: Any, non_clean_db: None):
    """The page says how many wait, asks first, and then all are measured."""
    contest = Machines()
    edition = contest.published()
    taken = contest.take(edition["id"])
    contest.entered(edition["id"])
    office = Office(app, contest, edition)
    assert "not measured: 1" in office.get("/snapshots").body
    place = f"/snapshots/{taken['id']}/measure"
    assert office.get(place).status_code == 200
    assert office.post(place).status_code == 400
    assert office.post(place, contest.chair, confirm="true").status_code == 403
    assert office.post(place, confirm="true").status_code == 303
    assert "all measured" in office.get("/snapshots").body
