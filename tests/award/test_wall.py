"""Who has a conflict with an entry sees nothing of its evidence in lists."""

from __future__ import annotations

import pytest
from tests.award.people import Award, disputed

LISTS = ("merit_award_evidence_screen_list", "merit_award_dispute_list")


@pytest.mark.usefixtures("folder")
def test_a_conflict_keeps_evidence_and_disputes_away(award: Award):
    """A chair on the jury finds neither pieces nor counts; those of others stay."""
    edition_id = award.published()["id"]
    entries = [award.enrolled(edition_id) for _ in range(2)]
    for entry in entries:
        disputed(award, entry)
    chair = award.juror(edition_id, who=award.chair)
    chair.act("merit_conflict_declare", entry_id=entries[0]["id"], detail="d")
    for name in LISTS:
        found = chair.act(name, edition_id=edition_id)
        assert [row["title"] for row in found["results"]] == [entries[1]["title"]]
        assert found["count"] == 1
        assert award.act(name, edition_id=edition_id)["count"] == 2
    states = chair.act(LISTS[0], edition_id=edition_id)["states"]
    assert states == {"accepted": 1}
