"""Who created which dataset: known to those concerned, public by consent."""

from __future__ import annotations

from typing import Any

import pytest
from tests.award.catalogue import Machines, publish
from tests.contest.people import call, errors

import ckantoolkit as tk


@pytest.fixture
def contest(non_clean_db: None) -> Machines:
    """A programme of its own, whose rules ask machines."""
    return Machines()


def measured(contest: Machines) -> dict[str, Any]:
    """An edition whose jury is over; its entry has datasets of two officials."""
    edition = contest.scored(("7", "5"))
    (entry,) = edition["entries"]
    entity = entry["entity"]
    for author in (entity.editor, entity.editor, entity.admin):
        publish(entity, by=author)
    snapshot = contest.take(edition["id"])
    return {"edition": edition, "entry": entry, "snapshot": snapshot}


def released(contest: Machines, done: dict[str, Any]) -> None:
    run = contest.act(
        "merit_run_compute",
        edition_id=done["edition"]["id"],
        snapshot_id=done["snapshot"]["id"],
    )
    call("merit_run_approve", contest.chair, id=run["id"])
    contest.act("merit_run_approve", id=run["id"])
    contest.act("merit_run_publish", id=run["id"], kind="provisional")


def credits_of(done: dict[str, Any], user: Any = None) -> Any:
    return call("merit_award_credit_list", user, edition_id=done["edition"]["id"])


def test_creators_are_known_to_those_behind_the_entry(contest: Machines):
    """Most datasets first; nobody agreed yet."""
    done = measured(contest)
    entity = done["entry"]["entity"]
    listed = entity.act("merit_award_creator_list", entry_id=done["entry"]["id"])
    assert [(one["user_id"], one["datasets"], one["credited"]) for one in listed] == [
        (entity.editor["id"], 2, False),
        (entity.admin["id"], 1, False),
    ]
    with pytest.raises(tk.NotAuthorized):
        call("merit_award_creator_list", None, entry_id=done["entry"]["id"])


def test_before_a_snapshot_nobody_is_known(contest: Machines):
    """Nor can anybody agree."""
    entry = contest.entered(contest.published()["id"])
    entity = entry["entity"]
    assert entity.act("merit_award_creator_list", entry_id=entry["id"]) == []
    refusal = errors("merit_award_credit_give", entity.admin, entry_id=entry["id"])
    assert refusal == {"creator": ["You created no dataset of this entry."]}


def test_people_are_named_by_consent_and_after_the_results(contest: Machines):
    """Each for oneself; before the results nobody is named."""
    done = measured(contest)
    entity = done["entry"]["entity"]
    key = {"entry_id": done["entry"]["id"]}
    assert call("merit_award_credit_give", entity.editor, **key) == {"credited": True}
    assert call("merit_award_credit_give", entity.editor, **key) == {"credited": True}
    assert credits_of(done) == []
    released(contest, done)
    (line,) = credits_of(done)
    assert line == {
        "entry_id": done["entry"]["id"],
        "title": entity.organization["title"],
        "people": [{"name": entity.editor["fullname"], "datasets": 2}],
    }


def test_a_consent_can_be_withdrawn(contest: Machines):
    """At any time, and given again."""
    done = measured(contest)
    entity = done["entry"]["entity"]
    key = {"entry_id": done["entry"]["id"]}
    call("merit_award_credit_give", entity.editor, **key)
    released(contest, done)
    for _ in range(2):
        withdrawn = call("merit_award_credit_withdraw", entity.editor, **key)
        assert withdrawn == {"credited": False}
    assert credits_of(done) == []
    call("merit_award_credit_give", entity.editor, **key)
    assert len(credits_of(done)) == 1


def test_nobody_agrees_for_another(contest: Machines):
    """Who created nothing has nothing to agree to."""
    done = measured(contest)
    for user in (contest.secretary, contest.entity().admin):
        refusal = errors("merit_award_credit_give", user, entry_id=done["entry"]["id"])
        assert refusal == {"creator": ["You created no dataset of this entry."]}


def test_a_deleted_account_is_not_named(contest: Machines):
    """Consent ends with the account."""
    done = measured(contest)
    entity = done["entry"]["entity"]
    call("merit_award_credit_give", entity.editor, entry_id=done["entry"]["id"])
    released(contest, done)
    call("user_delete", contest.sysadmin, id=entity.editor["id"])
    assert credits_of(done) == []
