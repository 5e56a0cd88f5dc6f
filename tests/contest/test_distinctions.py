"""Distinctions: by the rules, in order, each at most once."""

from __future__ import annotations

from typing import Any

from tests.contest.people import RULES, Contest, call, errors

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
