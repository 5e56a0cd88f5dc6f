"""SEC-1: a sentinel in a review, and every way to read as everybody."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest.people import call
from tests.contest.world import World

import ckantoolkit as tk
from ckan import model
from ckan.lib.redis import connect_to_redis

from ckanext.merit.domain.contest.permission_table import ROLES
from ckanext.merit.logic.contest.actions import actions
from ckanext.merit.logic.contest.grants import GRANTS

SCORE, WORDS = "7.3519", "CENTINELA"
#: The score, also rounded; the time "07:47:57.351900" tells nothing.
NUMBER = r"(?<![0-9])7\.35"
#: Who is told, and by which action; nobody else and by no other.
TOLD = {
    ("J", "merit_assignment_show"),
    ("J", "merit_sheet_list"),
    ("H", "merit_review_list"),
}


@pytest.fixture
def world(non_clean_db: None) -> World:
    """A world in which the juror's review holds the sentinels."""
    world = World()
    task = world.own["assignment"]["id"]
    chair = world.contest.chair
    call("merit_review_reopen", chair, **world.own["review"], reason="r")
    data = {"assignment_id": task}
    juror = world.jurors[0]
    juror.act(
        "merit_review_save",
        version=1,
        scores={"licence": SCORE, "format": {"abstain": WORDS}},
        comment=WORDS,
        feedback=WORDS,
        note=WORDS,
        **data,
    )
    juror.act("merit_review_submit", version=2, **data)
    return world


def readers() -> list[str]:
    return [
        name
        for name, action in actions().items()
        if getattr(action, "side_effect_free", False)
    ]


def answer(world: World, name: str, letter: str, data: dict[str, Any]) -> str:
    try:
        return json.dumps(call(name, world.people[letter], **data))
    except (tk.NotAuthorized, tk.ObjectNotFound, tk.ValidationError) as error:
        return str(error)


def is_told(text: str) -> bool:
    return WORDS in text or re.search(NUMBER, text) is not None


def test_nobody_is_told_but_the_juror_and_the_chair(world: World):
    """Every reading action, as every role, on own and others' objects."""
    told = set()
    for name in readers():
        for letter in ROLES:
            for own in (True, False):
                data = world.data(GRANTS[name].subject, letter, own=own)
                if data is not None and is_told(answer(world, name, letter, data)):
                    told.add((letter, name))
    assert told == TOLD


def test_other_parameters_tell_nothing(world: World):
    """SEC-3: asking to sort or filter by scores is ignored; answers stay the same."""
    edition = {"edition_id": world.edition["id"]}
    for name in (
        "merit_assignment_list",
        "merit_entry_list",
        "merit_entry_screen_list",
    ):
        plain = answer(world, name, "S", edition)
        asked = {**edition, "sort": "score desc", "filter": "score>7", "score": SCORE}
        assert answer(world, name, "S", asked) == plain
    # The search of the screening queue looks at titles, so a score finds nothing.
    found = answer(world, "merit_entry_screen_list", "S", {**edition, "q": SCORE})
    assert found == '{"count": 0, "results": []}'


def test_scores_are_in_our_tables_only(clean_db: None, world: World):
    """Neither CKAN's tables, Redis nor the audit trail hold them."""
    tables = sa.text(
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    names = set(model.Session.scalars(tables)) - {"merit_review", "merit_score"}
    holding = [
        name
        for name in sorted(names)
        if model.Session.scalar(
            sa.text(
                f'SELECT count(*) FROM "{name}" AS t '  # noqa: S608 - names of tables
                "WHERE (t::text ~ :score OR t::text LIKE :words)"
                # Nothing removes from the trail what earlier tests wrote.
                + (" AND chain = :chain" if name == "merit_audit" else "")
            ),
            {
                "score": NUMBER,
                "words": f"%{WORDS}%",
                **({"chain": world.edition["id"]} if name == "merit_audit" else {}),
            },
        )
    ]
    assert holding == []
    redis = connect_to_redis()
    kept = [redis.dump(key) for key in redis.scan_iter()]
    assert not any(WORDS.encode() in (value or b"") for value in kept)


def test_logs_tell_nothing(world: World, caplog: pytest.LogCaptureFixture):
    """Not even at the most talkative level, and not when a save is refused."""
    with caplog.at_level(logging.DEBUG):
        answer(
            world,
            "merit_review_save",
            "J",
            {
                "assignment_id": world.own["assignment"]["id"],
                "version": 0,
                "scores": {"licence": SCORE, "luck": WORDS},
                "comment": WORDS,
            },
        )
    ours = [item for item in caplog.records if item.name.startswith("ckanext.merit")]
    assert not any(is_told(item.getMessage()) for item in ours)
