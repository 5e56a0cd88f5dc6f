"""Published results lead to the snapshot and to the record in the audit trail."""

from __future__ import annotations

from typing import Any

from tests.award.catalogue import Machines
from tests.award.test_credits import measured, released
from tests.contest.people import call
from tests.pages_contest.entity import Desk


def test_results_lead_to_the_snapshot(app: Any, non_clean_db: None):
    """Everybody can read it, and the datasets of an entry in it."""
    contest = Machines()
    done = measured(contest)
    released(contest, done)
    desk = Desk(app, contest, done["edition"])  # type: ignore[arg-type]
    page = desk.get(None, "/results").body
    whole = f"/api/3/action/merit_award_snapshot_show?id={done['snapshot']['id']}"
    assert f'href="{whole}"' in page
    assert done["snapshot"]["sha256"] in page
    (publication,) = call("merit_publication_list", None, edition_id=desk.edition["id"])
    shown = call("merit_publication_show", None, id=publication["id"])
    assert shown["audit"]["hash"] in page
    entry = done["entry"]
    own = desk.get(None, f"/results/1/entries/{entry['id']}").body
    assert f"organization_id={entry['entity'].id}" in own
    answer = app.get(f"{whole}&organization_id={entry['entity'].id}")
    assert len(answer.json["result"]["part"]["rows"]) == 3
