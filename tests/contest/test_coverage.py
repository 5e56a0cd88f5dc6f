"""Who has what: the map of entries and jurors, and lists that give entries."""

from __future__ import annotations

from typing import Any

from tests.contest.people import Contest, errors


def test_the_map_shows_states_and_conflicts(contest: Contest):
    """A cell for each assignment and each conflict, and how many are done."""
    edition = contest.evaluating()
    entry = contest.entered(edition["id"])
    one, two, three = (contest.juror(edition["id"]) for _ in range(3))
    task = contest.assigned(one, entry)
    one.review(task)
    second = contest.assigned(two, entry)
    three.act("merit_conflict_declare", entry_id=entry["id"], detail="d")
    shown = contest.act("merit_coverage_show", edition_id=edition["id"])
    assert [row["id"] for row in shown["jurors"]] == [one.id, two.id, three.id]
    (row,) = shown["results"]
    assert row["cells"] == {
        one.id: {"id": task["id"], "state": "completed", "late": False},
        two.id: {"id": second["id"], "state": "assigned", "late": False},
        three.id: {"id": None, "state": "conflict", "late": False},
    }
    assert (shown["count"], row["filled"], row["completed"]) == (1, 2, 1)


def test_jurors_are_listed_with_their_progress(contest: Contest):
    """Names, and how many assignments are in which state."""
    edition = contest.evaluating()
    juror = contest.juror(edition["id"])
    juror.review(contest.assigned(juror, contest.entered(edition["id"])))
    (row,) = contest.act("merit_juror_list", edition_id=edition["id"])
    assert row["user"]["name"] == juror.user["name"]
    assert row["tasks"] == {"late": 0, "completed": 1}


def test_a_list_gives_entries_to_jurors(contest: Contest):
    """By the juror's user name, and the entry's id or its organization's name."""
    edition = contest.evaluating()
    juror = contest.juror(edition["id"])
    entries = [contest.entered(edition["id"]) for _ in range(2)]
    name = entries[0]["entity"].organization["name"]
    text = (
        f"juror,entry\n{juror.user['name']},{name}\n"
        f"{juror.user['name']},{entries[1]['id']}\n"
    )
    data: dict[str, Any] = {"edition_id": edition["id"], "csv": text}
    assert contest.act("merit_assignment_import", **data) == {"assigned": 2}
    tasks = contest.act("merit_assignment_list", edition_id=edition["id"])
    assert {task["entry_id"] for task in tasks} == {row["id"] for row in entries}
    again = errors("merit_assignment_import", contest.secretary, **data)
    assert again["csv"] == [
        "Line 2: This juror has this entry already.",
        "Line 3: This juror has this entry already.",
    ]


def test_one_bad_row_and_nothing_is_given(contest: Contest):
    """Unknown jurors and entries are named by line."""
    edition = contest.evaluating()
    juror, entry = contest.juror(edition["id"]), contest.entered(edition["id"])
    good = f"{juror.user['name']},{entry['id']}"
    text = f"juror,entry\n{good}\nnobody,{entry['id']}\n{juror.user['name']},none\n"
    data = {"edition_id": edition["id"], "csv": text}
    refused = errors("merit_assignment_import", contest.secretary, **data)
    assert refused == {
        "csv": ["Line 3: There is no such juror.", "Line 4: There is no such entry."]
    }
    assert contest.act("merit_assignment_list", edition_id=edition["id"]) == []


def test_a_list_respects_conflicts(contest: Contest):
    """Who declared a conflict is not given the entry."""
    edition = contest.evaluating()
    juror, entry = contest.juror(edition["id"]), contest.entered(edition["id"])
    juror.act("merit_conflict_declare", entry_id=entry["id"], detail="d")
    text = f"juror,entry\n{juror.user['name']},{entry['id']}\n"
    data = {"edition_id": edition["id"], "csv": text}
    refused = errors("merit_assignment_import", contest.secretary, **data)
    assert refused == {"csv": ["Line 2: The juror has a conflict."]}


def test_entries_to_screen_are_found(contest: Contest):
    """By state, and by a part of the title."""
    edition = contest.evaluating()
    waiting = contest.entered(edition["id"], "submitted")
    contest.entered(edition["id"])
    data = {"edition_id": edition["id"]}
    found = contest.act("merit_entry_screen_list", state="submitted", **data)
    assert [row["id"] for row in found["results"]] == [waiting["id"]]
    found = contest.act("merit_entry_screen_list", q="no such title", **data)
    assert found == {"count": 0, "results": []}
