"""An official agrees on a page to be named, and is named with the results."""

from __future__ import annotations

from typing import Any

from tests.award.catalogue import Machines
from tests.award.test_credits import measured, released
from tests.pages_contest.entity import Desk, said


def test_named_by_consent_and_no_longer_when_it_is_withdrawn(
    app: Any, non_clean_db: None
):
    """Each for oneself; the public page follows at once."""
    contest = Machines()
    done = measured(contest)
    released(contest, done)
    desk = Desk(app, contest, done["edition"])  # type: ignore[arg-type]
    entity, key = done["entry"]["entity"], done["entry"]["id"]
    place, public = f"/entry/{key}/credits", f"/results/1/entries/{key}"
    assert f"{desk.root}{place}" in desk.get(entity.editor, f"/entry/{key}").body
    page = desk.get(entity.editor, place)
    assert "Show my name with these datasets" in page.body
    assert desk.post(entity.editor, place, act="give").status_code == 303
    name = entity.editor["fullname"]
    assert f"Its datasets were made by {name} ." in said(desk.get(None, public))
    assert desk.post(entity.editor, place, act="withdraw").status_code == 303
    assert name not in desk.get(None, public).body


def test_others_decide_nothing(app: Any, non_clean_db: None):
    """The secretariat sees who made what, and can agree for nobody."""
    contest = Machines()
    done = measured(contest)
    desk = Desk(app, contest, done["edition"])  # type: ignore[arg-type]
    place = f"/entry/{done['entry']['id']}/credits"
    page = desk.get(contest.secretary, place)
    assert page.status_code == 200
    assert "Show my name" not in page.body
    refused = desk.post(contest.secretary, place, act="give")
    assert refused.status_code == 400
    assert "You created no dataset of this entry." in refused.body
