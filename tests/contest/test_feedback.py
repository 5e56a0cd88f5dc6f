"""What those behind an entry learn once results are out."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest.people import RULES, Contest, call, iso
from tests.contest.staged import Staged

import ckantoolkit as tk
from ckan import model

from ckanext.merit.model.contest_jury import Review

WORDS = "Document the columns. 7.3519"


class Quiet(Contest):
    """A contest whose rules release feedback by a policy of theirs."""

    policy = "with_final"

    def rules(self, edition_id: str, source: str = RULES) -> dict[str, Any]:
        """Put the rules in force."""
        more = f"policy: {{feedback: {self.policy}}}\nroot:"
        return super().rules(edition_id, source.replace("root:", more))


def commented(contest: Contest) -> dict[str, Any]:
    """Make an edition whose jury is over, with a comment on both entries."""
    edition = contest.scored((7, 5), (9, 9))
    model.Session.execute(sa.update(Review).values(feedback=WORDS))
    model.Session.commit()
    return edition


def publish(contest: Contest, edition: dict[str, Any], **data: Any) -> None:
    """Publish provisional results."""
    run = contest.approved(edition["id"])
    contest.act("merit_run_publish", id=run["id"], kind="provisional", **data)


def shown(entry: dict[str, Any]) -> dict[str, Any]:
    """What those behind an entry see."""
    return entry["entity"].act("merit_entry_feedback_show", entry_id=entry["id"])


def test_nothing_before_results(contest: Contest):
    """Neither points nor words."""
    entry = commented(contest)["entries"][0]
    assert shown(entry) == {"results": [], "released": False, "feedback": []}


def test_own_points_and_words_with_the_results(contest: Contest):
    """The own row of the published results, and what jurors tell; no names."""
    edition = commented(contest)
    publish(contest, edition)
    found = shown(edition["entries"][0])
    (result,) = found["results"]
    row = result["row"]
    assert (row["entry_id"], row["total"]) == (edition["entries"][0]["id"], "65.00")
    assert found["feedback"] == [WORDS]


def test_not_before_the_embargo_ends(contest: Contest):
    """Published for tomorrow is not published."""
    edition = commented(contest)
    publish(contest, edition, visible_from=iso(1))
    assert shown(edition["entries"][0]) == {
        "results": [],
        "released": False,
        "feedback": [],
    }


def test_others_see_nothing(contest: Contest):
    """An entry's feedback is its own."""
    edition = commented(contest)
    publish(contest, edition)
    one, other = edition["entries"]
    for user in (None, other["entity"].admin, edition["juror"].user):
        with pytest.raises(tk.NotAuthorized):
            call("merit_entry_feedback_show", user, entry_id=one["id"])


@pytest.mark.parametrize("policy", ["with_final", "never"])
def test_rules_can_keep_words_back(
    non_clean_db: None, monkeypatch: pytest.MonkeyPatch, policy: str
):
    """Points come with the provisional results, words later or not at all."""
    monkeypatch.setattr(Quiet, "policy", policy)
    contest = Quiet()
    edition = commented(contest)
    publish(contest, edition)
    found = shown(edition["entries"][0])
    assert (len(found["results"]), found["released"], found["feedback"]) == (
        1,
        False,
        [],
    )


def test_words_come_with_the_results_of_their_stage(non_clean_db: None):
    """What a juror tells of the second stage waits for its results."""
    contest = Staged()
    edition = contest.judged()
    entry = edition["entries"][0]
    data = {"kind": "provisional"}
    for code in ("second", "first"):
        contest.act(
            "merit_run_compute", edition_id=edition["id"], stage_id=contest.stages[code]
        )
    assert shown(entry)["feedback"] == []
    run = contest.approved_stage(edition["id"], "first")
    contest.act("merit_run_publish", id=run["id"], **data)
    assert (shown(entry)["released"], shown(entry)["feedback"]) == (True, ["first"])
    run = contest.approved(edition["id"])
    contest.act("merit_run_publish", id=run["id"], **data)
    assert sorted(shown(entry)["feedback"]) == ["first", "second"]
