"""The public standing: machine points only, only where the rules allow it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.award.catalogue import RULES, Machines, publish
from tests.contest.people import call, iso

import ckantoolkit as tk

OPEN = f"{RULES.rstrip()}\npolicy: {{board: machine}}\n"


class Boards(Machines):
    """A contest whose rules allow a public standing."""

    def rules(self, edition_id: str, source: str = OPEN) -> dict[str, Any]:
        """Put our rules in force."""
        return super().rules(edition_id, source)


@pytest.fixture
def contest(non_clean_db: None) -> Boards:
    """A programme of its own."""
    return Boards()


def shown(edition: Any, **data: Any) -> Any:
    """What everybody sees."""
    return call("merit_award_board_show", None, edition_id=edition["id"], **data)


def running(contest: Machines, *numbers: int) -> Any:
    """A published edition, each entity with so many new datasets, and a snapshot."""
    edition = contest.published()
    entries = [contest.entered(edition["id"]) for _ in numbers]
    for entry, number in zip(entries, numbers, strict=True):
        for _ in range(number):
            publish(entry["entity"])
    contest.take(edition["id"])
    return edition | {"entries": entries}


def test_by_machine_points_of_the_latest_snapshot(contest: Boards):
    """The order, the points, and the instant at which the catalogue was read."""
    edition = running(contest, 1, 3)
    found = shown(edition)
    one, two = edition["entries"]
    assert [(row["entry_id"], row["rank"]) for row in found["results"]] == [
        (two["id"], 1),
        (one["id"], 2),
    ]
    first = found["results"][0]
    assert (first["points"]["new"], first["maximum"]) == ("12.50", "66.67")
    assert set(first["points"]) == {"new", "licences", "quality"}
    (snapshot,) = contest.act("merit_snapshot_list", edition_id=edition["id"])
    assert found["taken_at"] == snapshot["taken_at"]


def test_nothing_of_jurors_is_in_it(contest: Boards):
    """Neither their criteria nor what they scored."""
    edition = contest.scored(("7.3519", "5"))
    publish(edition["entries"][0]["entity"])
    contest.take(edition["id"])
    found = shown(edition)
    assert [one["code"] for one in found["criteria"]] == ["new", "licences", "quality"]
    assert "7.3519" not in str(found)


def test_without_the_rule_there_is_none(non_clean_db: None):
    """By default nobody sees where others stand."""
    edition = running(Machines(), 1)
    assert shown(edition) == {"open": False, "count": 0, "results": []}


def test_before_a_snapshot_there_is_none(contest: Boards):
    """Nothing is measured for it."""
    assert shown(contest.published())["open"] is False


@pytest.mark.parametrize(("opens", "open_"), [(0, False), (1, True)])
def test_it_ends_when_results_are_seen(contest: Boards, opens: float, open_: bool):
    """Not before: its end would tell of results under embargo."""
    edition = contest.scored(("7", "5"))
    publish(edition["entries"][0]["entity"])
    snapshot = contest.take(edition["id"])
    run = contest.act(
        "merit_run_compute", edition_id=edition["id"], snapshot_id=snapshot["id"]
    )
    call("merit_run_approve", contest.chair, id=run["id"])
    contest.act("merit_run_approve", id=run["id"])
    when = {"visible_from": iso(opens)} if opens else {}
    contest.act("merit_run_publish", id=run["id"], kind="provisional", **when)
    assert shown(edition)["open"] is open_


def test_who_is_out_is_out(contest: Boards):
    """At once, though the board is kept."""
    edition = running(contest, 1, 3)
    assert shown(edition)["count"] == 2
    contest.act(
        "merit_entry_disqualify",
        id=edition["entries"][1]["id"],
        reason="r",
        hearing="They were heard.",
    )
    found = shown(edition)
    assert [(row["entry_id"], row["rank"]) for row in found["results"]] == [
        (edition["entries"][0]["id"], 1)
    ]


def test_a_draft_is_not_found(contest: Boards):
    """The board of an edition that isn't published is nobody's."""
    with pytest.raises(tk.NotAuthorized):
        shown(contest.ready())


def test_more_entries_take_no_more_statements(contest: Boards, count_sql: Any):
    """Neither the first time nor from what is kept."""
    few, many = running(contest, 1), running(contest, 1, 1, 1, 1)
    counted = []
    for edition in (few, many):
        for _ in range(2):
            with count_sql() as seen:
                shown(edition)
            counted.append(len(seen))
    assert counted[:2] == counted[2:]
    assert counted[1] < counted[0]
