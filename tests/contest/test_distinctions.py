"""Distinctions: by the rules, in order, each at most once."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest.people import RULES, Contest, call, errors, iso

from ckan import model

PRIZES = RULES.replace(
    "root:", "prizes: {places: 2, levels: {gold: 70, silver: 40}}\nroot:"
)


def awarded(contest: Contest) -> dict[str, Any]:
    """Three entries with 90, 50 and 20 points, results final."""
    edition = contest.evaluating()
    contest.rules(edition["id"], PRIZES)
    juror = contest.juror(edition["id"])
    entries = [contest.entered(edition["id"]) for _ in range(3)]
    for entry, value in zip(entries, ("9", "5", "2"), strict=True):
        juror.review(contest.assigned(juror, entry), value, value)
    contest.close(edition["id"], "jury")
    run = contest.approved(edition["id"])
    contest.act("merit_run_publish", id=run["id"], kind="provisional")
    contest.close(edition["id"], "appeals")
    contest.act("merit_run_publish", id=run["id"], kind="final")
    return edition | {"entries": [entry["id"] for entry in entries], "run": run}


class Prizes(Contest):
    """A contest whose rules give places and levels."""

    def rules(self, edition_id: str, source: str = PRIZES) -> dict[str, Any]:
        """Put the rules in force."""
        return super().rules(edition_id, source)


@pytest.fixture
def prizes(non_clean_db: None) -> Prizes:
    """A programme of its own, whose rules give prizes."""
    return Prizes()


def given(contest: Contest, edition: dict[str, Any], run: dict[str, Any]) -> list:
    """Propose by a run: the entry's number, type and place of what is new."""
    found = contest.act("merit_distinction_propose", id=run["id"])
    keys = [entry["id"] for entry in edition["entries"]]
    return sorted(
        (keys.index(item["entry_id"]), item["type"], item["place"] or 0)
        for item in found
    )


def states(contest: Contest, edition: dict[str, Any]) -> list[tuple]:
    """List number of the entry, type, place and state of all distinctions."""
    listed = contest.act("merit_distinction_draft_list", edition_id=edition["id"])
    keys = [entry["id"] for entry in edition["entries"]]
    return sorted(
        (keys.index(item["entry_id"]), item["type"], item["place"] or 0, item["state"])
        for item in listed
    )


def announced(contest: Contest, edition: dict[str, Any]) -> None:
    """Announce all that is proposed."""
    listed = contest.act("merit_distinction_draft_list", edition_id=edition["id"])
    for item in listed:
        for act in ("verify", "confirm", "announce"):
            contest.act(f"merit_distinction_{act}", id=item["id"])


def proposed(contest: Contest, edition: dict[str, Any]) -> list[tuple]:
    found = contest.act("merit_distinction_propose", id=edition["run"]["id"])
    return sorted(
        (
            edition["entries"].index(item["entry_id"]),
            item["type"],
            item["place"],
            (item["citation"] or {}).get("level"),
        )
        for item in found
    )


def place(contest: Contest, edition: dict[str, Any], number: int) -> str:
    listed = contest.act("merit_distinction_draft_list", edition_id=edition["id"])
    (found,) = [item["id"] for item in listed if item["place"] == number]
    return found


def test_levels_and_places_follow_the_rules(contest: Contest):
    """Two places and the highest level reached; proposing again adds nothing."""
    edition = awarded(contest)
    assert proposed(contest, edition) == [
        (0, "level", None, "gold"),
        (0, "place", 1, None),
        (1, "level", None, "silver"),
        (1, "place", 2, None),
    ]
    assert proposed(contest, edition) == []


def test_who_does_not_verify_gives_way(contest: Contest):
    """The next one rolls up into the free places."""
    edition = awarded(contest)
    proposed(contest, edition)
    first = place(contest, edition, 1)
    contest.act("merit_distinction_verify", id=first)
    contest.act("merit_distinction_forfeit", id=first, reason="No respondió")
    second = place(contest, edition, 2)
    contest.act("merit_distinction_verify", id=second)
    contest.act("merit_distinction_forfeit", id=second, reason="No respondió")
    assert proposed(contest, edition) == [(2, "place", 1, None)]


def test_a_distinction_is_announced_step_by_step(contest: Contest):
    """Verified, confirmed, announced: then everybody sees it, and if it is revoked."""
    edition = awarded(contest)
    proposed(contest, edition)
    key = place(contest, edition, 1)
    public = {"edition_id": edition["id"]}
    refused = errors("merit_distinction_confirm", contest.secretary, id=key)
    assert list(refused) == ["transition"]
    for act in ("verify", "confirm"):
        contest.act(f"merit_distinction_{act}", id=key)
        assert call("merit_distinction_list", None, **public) == []
    contest.act("merit_distinction_announce", id=key)
    (shown,) = call("merit_distinction_list", None, **public)
    assert (shown["place"], shown["state"]) == (1, "announced")
    contest.act("merit_distinction_revoke", id=key, reason="Retiró sus datos")
    (shown,) = call("merit_distinction_list", None, **public)
    assert (shown["state"], shown["reason"]) == ("revoked", "Retiró sus datos")


def test_a_mention_needs_no_rank(contest: Contest):
    """Deliberation proposes it with a citation."""
    edition = awarded(contest)
    done = contest.act(
        "merit_distinction_create",
        entry_id=edition["entries"][2],
        type="mention",
        citation={"es": "Por su apertura"},
    )
    assert (done["state"], done["citation"]) == ("proposed", {"es": "Por su apertura"})


def test_nothing_is_announced_before_the_results_are_final(contest: Contest):
    """Even a confirmed mention waits."""
    edition = contest.provisional(("1", "1"))
    done = contest.act(
        "merit_distinction_create",
        entry_id=edition["entries"][0]["id"],
        type="mention",
        citation="x",
    )
    for act in ("verify", "confirm"):
        contest.act(f"merit_distinction_{act}", id=done["id"])
    refused = errors("merit_distinction_announce", contest.secretary, id=done["id"])
    assert list(refused) == ["not_final"]


def test_places_come_from_published_runs(contest: Contest):
    """Not from one that is merely approved."""
    edition = contest.scored(("1", "1"))
    run = contest.approved(edition["id"])
    refused = errors("merit_distinction_propose", contest.secretary, id=run["id"])
    assert list(refused) == ["not_published"]


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("6", [(0, "level", 0), (0, "place", 1), (1, "level", 0), (1, "place", 2)]),
        ("10", [(0, "level", 0), (0, "place", 2), (1, "level", 0), (1, "place", 1)]),
    ],
)
def test_a_correction_outdates_what_is_not_announced(
    prizes: Prizes, value: str, after: list[tuple]
):
    """Places and levels of the corrected results come anew, moved or not."""
    edition = prizes.provisional(("9", "9"), ("5", "5"))
    assert len(given(prizes, edition, edition["run"])) == 4
    first = place(prizes, edition, 1)
    for act in ("verify", "confirm"):
        prizes.act(f"merit_distinction_{act}", id=first)
    prizes.rescored(edition, 1, value)
    run = prizes.approved(edition["id"])
    data = {"id": run["id"], "kind": "provisional", "notice": "Reclamo 1"}
    prizes.act("merit_run_publish", **data)
    assert [item[3] for item in states(prizes, edition)] == ["superseded"] * 4
    refused = errors("merit_distinction_announce", prizes.secretary, id=first)
    assert list(refused) == ["superseded"]
    assert given(prizes, edition, run) == after
    assert given(prizes, edition, run) == []


def corrected(contest: Contest, edition: dict[str, Any], number: int) -> dict[str, Any]:
    """Void the review of an entry after the final results, and publish what follows."""
    model.Session.execute(
        sa.text("UPDATE merit_review SET state = 'void' WHERE assignment_id = :id"),
        {"id": edition["tasks"][number]["id"]},
    )
    model.Session.commit()
    run = contest.approved(edition["id"])
    contest.act("merit_run_publish", id=run["id"], kind="final", notice="Error")
    return run


def test_what_was_announced_gives_way_by_the_secretariats_word(prizes: Prizes):
    """What a correction moved is noted first; then the entry gets its other place."""
    edition = prizes.final(("9", "9"), ("8", "8"))
    given(prizes, edition, edition["run"])
    announced(prizes, edition)
    run = corrected(prizes, edition, 0)
    refused = errors("merit_distinction_propose", prizes.secretary, id=run["id"])
    assert list(refused) == ["announced"]
    listed = prizes.act("merit_distinction_draft_list", edition_id=edition["id"])
    for row in listed:
        mine = row["entry_id"] == edition["entries"][0]["id"]
        if mine or row["type"] == "place":
            prizes.act("merit_distinction_correct", id=row["id"], reason="Error")
    assert given(prizes, edition, run) == [(1, "place", 1)]
    assert states(prizes, edition) == [
        (0, "level", 0, "corrected"),
        (0, "place", 1, "corrected"),
        (1, "level", 0, "announced"),
        (1, "place", 1, "proposed"),
        (1, "place", 2, "corrected"),
    ]
    public = call("merit_distinction_list", None, edition_id=edition["id"])
    assert sorted(row["state"] for row in public) == ["announced", *["corrected"] * 3]
    (kept,) = [row for row in public if row["state"] == "announced"]
    assert kept["run_id"] == run["id"]


def test_who_moves_up_leaves_the_place_below(contest: Contest):
    """A place that is only proposed gives way to the better one."""
    edition = awarded(contest)
    proposed(contest, edition)
    first = place(contest, edition, 1)
    contest.act("merit_distinction_verify", id=first)
    contest.act("merit_distinction_forfeit", id=first, reason="No respondió")
    assert proposed(contest, edition) == [
        (1, "place", 1, None),
        (2, "place", 2, None),
    ]


def test_an_embargo_keeps_winners_too(prizes: Prizes):
    """Nothing is announced before everybody sees the final results."""
    edition = prizes.provisional(("9", "9"))
    prizes.close(edition["id"], "appeals")
    data = {"id": edition["run"]["id"], "kind": "final"}
    prizes.act("merit_run_publish", visible_from=iso(3), **data)
    given(prizes, edition, edition["run"])
    key = place(prizes, edition, 1)
    for act in ("verify", "confirm"):
        prizes.act(f"merit_distinction_{act}", id=key)
    refused = errors("merit_distinction_announce", prizes.secretary, id=key)
    assert list(refused) == ["not_visible"]
    prizes.act("merit_run_publish", notice="Antes de lo previsto", **data)
    done = prizes.act("merit_distinction_announce", id=key)
    assert done["state"] == "announced"


def test_a_disqualified_entry_is_not_announced(contest: Contest):
    """Even where the distinction was confirmed before."""
    edition = contest.final(("9", "9"))
    entry = edition["entries"][0]
    data = {"entry_id": entry["id"], "type": "mention", "citation": "x"}
    key = contest.act("merit_distinction_create", **data)["id"]
    for act in ("verify", "confirm"):
        contest.act(f"merit_distinction_{act}", id=key)
    contest.act("merit_entry_disqualify", id=entry["id"], reason="r", hearing="h")
    refused = errors("merit_distinction_announce", contest.secretary, id=key)
    assert list(refused) == ["not_admitted"]
