"""What the office sees before it publishes: record, differences, other weights."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest.people import Contest, call, errors, iso, person

import ckantoolkit as tk
from ckan import model

from ckanext.merit.model.contest_result import ScoreRun


@pytest.fixture
def edition(contest: Contest) -> dict[str, Any]:
    """Two entries that were scored, with an approved run."""
    edition = contest.scored(("9", "1"), ("5", "8"))
    return edition | {"run": contest.approved(edition["id"])}


def test_the_record_holds_what_a_jury_signs(contest: Contest, edition: dict[str, Any]):
    """Digests, people, rows by category, and both approvals."""
    record = contest.act("merit_record_show", id=edition["run"]["id"])
    assert record["run"]["digest"] == edition["run"]["digest"]
    assert record["rule_set"]["version"] == 1
    assert [row["reviews"] for row in record["jurors"]] == [2]
    assert record["entries"] == {"admitted": 2}
    (category,) = record["categories"]
    assert [row["rank"] for row in category["rows"]] == [1, 2]
    titles = {row["title"] for row in category["rows"]}
    assert titles == {row["title"] for row in edition["entries"]}
    assert [row["role"] for row in record["approvals"]] == ["H", "S"]
    assert record["publications"] == []


def test_the_record_leaves_out_what_a_conflict_hides(
    contest: Contest, edition: dict[str, Any]
):
    """A chair who is a juror with a conflict reads nothing of that entry."""
    hidden, seen = edition["entries"]
    juror = contest.juror(edition["id"], who=contest.chair)
    juror.act("merit_conflict_declare", entry_id=hidden["id"], detail="d")
    record = call("merit_record_show", contest.chair, id=edition["run"]["id"])
    (category,) = record["categories"]
    assert [row["entry_id"] for row in category["rows"]] == [seen["id"]]
    assert record["agreement"] == []


def test_the_record_is_not_for_strangers(contest: Contest, edition: dict[str, Any]):
    """Before publication it is the jury's and the secretariat's."""
    with pytest.raises(tk.NotAuthorized):
        call("merit_record_show", person(), id=edition["run"]["id"])


def test_a_later_run_shows_what_moved(contest: Contest, edition: dict[str, Any]):
    """Against the last publication; entries that are gone have no after."""
    run = edition["run"]["id"]
    empty = contest.act("merit_run_diff", id=run)
    assert empty == {"other": None, "changes": []}
    contest.act("merit_run_publish", id=run, kind="provisional")
    first = edition["entries"][0]
    contest.act("merit_entry_disqualify", id=first["id"], reason="r", hearing="h")
    later = contest.act("merit_run_compute", edition_id=edition["id"])
    diff = contest.act("merit_run_diff", id=later["id"])
    assert diff["other"]["id"] == run
    moved = {row["entry_id"]: row for row in diff["changes"]}
    assert moved[first["id"]]["after"] is None
    assert moved[first["id"]]["title"] == first["title"]


def test_runs_of_other_editions_are_not_compared(
    contest: Contest, edition: dict[str, Any]
):
    """The other run belongs to the same edition, or doesn't exist."""
    strange = contest.approved(contest.scored(("1", "1"))["id"])
    with pytest.raises(tk.ObjectNotFound):
        contest.act("merit_run_diff", id=edition["run"]["id"], other_id=strange["id"])


def test_other_weights_are_tried_and_not_stored(
    contest: Contest, edition: dict[str, Any]
):
    """Ranks turn; the run and its rows stay, and nothing is added."""
    run = edition["run"]["id"]
    same = contest.act("merit_weights_simulate", id=run)
    assert [(w["code"], w["weight"]) for w in same["weights"]] == [
        ("licence", "3"),
        ("format", "1"),
    ]
    assert all(
        row["before"] == {"total": row["total"], "rank": row["rank"]}
        for row in same["rows"]
    )
    turned = contest.act("merit_weights_simulate", id=run, weights={"format": "9"})
    first = edition["entries"][0]["id"]
    ranks = {row["entry_id"]: row["rank"] for row in turned["rows"]}
    before = {row["entry_id"]: row["before"]["rank"] for row in turned["rows"]}
    assert (before[first], ranks[first]) == (1, 2)
    assert len(contest.act("merit_run_list", edition_id=edition["id"])) == 1
    assert model.Session.get(ScoreRun, run).state == "approved"


def test_weights_are_checked(contest: Contest, edition: dict[str, Any]):
    """Unknown codes, and what is no weight."""
    data = {"id": edition["run"]["id"]}
    refused = errors(
        "merit_weights_simulate", contest.secretary, weights={"z": "1"}, **data
    )
    assert refused == {"weights": ["The rules have no such criterion: z"]}
    refused = errors(
        "merit_weights_simulate", contest.secretary, weights={"format": "0"}, **data
    )
    assert refused == {"weights": ["Must be greater than zero"]}


def test_results_that_wait_are_listed_to_the_office(
    contest: Contest, edition: dict[str, Any]
):
    """Before their instant the public list is empty, the office's isn't."""
    run = edition["run"]["id"]
    contest.act("merit_run_publish", id=run, kind="provisional", visible_from=iso(2))
    listed = {"edition_id": edition["id"]}
    assert contest.act("merit_publication_list", **listed) == []
    (row,) = contest.act("merit_publication_draft_list", **listed)
    assert (row["number"], row["visible"]) == (1, False)


def test_a_run_names_entries_and_jurors(contest: Contest, edition: dict[str, Any]):
    """So that nobody has to read ids."""
    shown = contest.act("merit_run_show", id=edition["run"]["id"])
    titles = {row["id"]: row["title"] for row in edition["entries"]}
    assert {k: row["title"] for k, row in shown["entries"].items()} == titles
    juror = edition["juror"]
    assert shown["jurors"][juror.id]["name"] == juror.user["name"]


def test_an_edition_without_snapshots_lists_none(
    contest: Contest, edition: dict[str, Any]
):
    """A run can do without machine values."""
    assert contest.act("merit_snapshot_list", edition_id=edition["id"]) == []
