"""Who has a conflict with an entry sees nothing of it, whatever the role."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest import rows
from tests.contest.people import Contest, call

import ckantoolkit as tk
from ckan import model

from ckanext.merit.model.contest_jury import Conflict


@pytest.fixture
def case(contest: Contest) -> dict[str, Any]:
    """Provisional results with two entries; the chair has a conflict with the first."""
    edition = contest.provisional(("1", "1"), ("2", "2"))
    first, second = edition["entries"]
    bar(edition["id"], contest.chair, first)
    return edition | {"first": first, "second": second}


def bar(edition_id: str, user: Any, entry: Any) -> None:
    juror = rows.juror(edition_id, user_id=user["id"], state="accepted")
    rows.add(
        Conflict(
            juror_id=juror.id,
            entry_id=entry["id"],
            origin="declared",
            kind="declared",
            state="confirmed",
        )
    )
    model.Session.commit()


def test_an_entry_does_not_exist_for_a_chair_with_a_conflict(
    contest: Contest, case: Any
):
    """Another one does."""
    assert call("merit_entry_show", contest.chair, id=case["second"]["id"])["draft"]
    with pytest.raises(tk.ObjectNotFound):
        call("merit_entry_show", contest.chair, id=case["first"]["id"])


def test_what_an_entry_is_told_is_refused(contest: Contest, case: Any):
    """Feedback of jurors is others' notes."""
    action = "merit_entry_feedback_show"
    assert call(action, contest.chair, entry_id=case["second"]["id"])["results"]
    with pytest.raises(tk.NotAuthorized):
        call(action, contest.chair, entry_id=case["first"]["id"])


def test_appeals_are_left_out(contest: Contest, case: Any):
    """The chair finds that of the other entry only."""
    for entry in (case["first"], case["second"]):
        entry["entity"].act(
            "merit_appeal_file",
            entry_id=entry["id"],
            target="rank",
            target_id=case["publication"]["id"],
            ground="g",
            text="t",
        )
    found = call("merit_appeal_list", contest.chair, edition_id=case["id"])
    assert [row["entry_id"] for row in found] == [case["second"]["id"]]


def test_people_of_the_organisation_see_their_own(case: Any):
    """A juror who belongs to it has a conflict, and reads what it gave."""
    entity = case["first"]["entity"]
    bar(case["id"], entity.editor, case["first"])
    shown = call("merit_entry_show", entity.editor, id=case["first"]["id"])
    assert shown["id"] == case["first"]["id"]
