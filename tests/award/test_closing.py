"""The closing minute: many entities hand in at once, some of them twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa
from tests.award.people import Award, save
from tests.contest.people import call

from ckan import model

from ckanext.merit.model import audit

TIMES = 3


def test_nothing_is_lost_doubled_or_forgotten(award: Award, folder: Any):
    """RAC-4: each hand-in counts once and has the same answer each time; the trail,
    which all of them share, has one record of it and stays whole."""
    edition_id = award.published()["id"]
    entries = [award.enrolled(edition_id) for _ in range(6)]
    pieces = [save(entry) for entry in entries]
    plan = [*zip(entries, pieces, strict=True)] * TIMES

    def submit(given: tuple[dict[str, Any], dict[str, Any]]) -> tuple[str, str]:
        entry, piece = given
        try:
            answer = entry["entity"].act("merit_award_evidence_submit", id=piece["id"])
        finally:
            model.Session.remove()
        return piece["id"], answer["sha256"]

    with ThreadPoolExecutor(10) as pool:
        answers = Counter(pool.map(submit, plan))
    assert sorted(key for key, _ in answers) == sorted(row["id"] for row in pieces)
    assert set(answers.values()) == {TIMES}
    records = sa.select(audit.table.c.object_id).where(
        audit.table.c.chain == edition_id,
        audit.table.c.object_id.in_([row["id"] for row in pieces]),
        audit.table.c.act == "submit",
    )
    assert set(Counter(model.Session.scalars(records)).values()) == {1}
    (chain,) = call("merit_audit_verify", award.sysadmin, chain=edition_id)
    assert chain["broken"] is None
