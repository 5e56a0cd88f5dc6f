"""Assignment: as full and as even as it can be, and repeatable."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.merit.domain.contest.assign import Candidate, Plan, Task, assign

JURORS = ("ana", "ben", "eva", "leo")
ENTRIES = ("e1", "e2", "e3", "e4")
PAIRS = list(itertools.product(JURORS, ENTRIES))
TASKS = [Task(entry, "towns") for entry in ENTRIES]


def people(*names: str, limit: int | None = None) -> list[Candidate]:
    return [Candidate(name, limit=limit) for name in names]


def loads(plan: Plan) -> list[int]:
    return sorted(Counter(juror for juror, _ in plan.pairs).values())


def test_every_entry_gets_its_jurors_and_nobody_more_than_needed():
    """Four entries with two jurors each: two entries for everybody."""
    plan = assign(people(*JURORS), TASKS, per_entry=2, seed="s")
    assert Counter(entry for _, entry in plan.pairs) == Counter(ENTRIES * 2)
    assert loads(plan) == [2, 2, 2, 2]
    assert plan.shortfalls == {}


@given(st.permutations(JURORS), st.permutations(TASKS))
def test_order_of_input_is_irrelevant(jurors, tasks):
    """The same seed gives the same plan."""
    expected = assign(people(*JURORS), TASKS, per_entry=1, seed="s")
    assert assign(people(*jurors), tasks, per_entry=1, seed="s") == expected


def test_the_seed_decides_between_equals():
    """Different seeds give different plans."""
    plans = {
        assign(people(*JURORS), TASKS, per_entry=1, seed=str(n)).pairs
        for n in range(20)
    }
    assert len(plans) > 1


def test_held_pairs_stay_and_count():
    """What exists counts for the entry and for the juror's load."""
    held = [("ana", "e1"), ("ana", "e2")]
    plan = assign(people("ana", "ben"), TASKS, per_entry=1, seed="s", held=held)
    assert plan.pairs == (("ben", "e3"), ("ben", "e4"))


def test_a_substitute_fills_what_a_juror_left():
    """Pairs held by somebody who is no candidate still count for the entry."""
    plan = assign(
        people("ben"), TASKS[:2], per_entry=1, seed="s", held=[("gone", "e1")]
    )
    assert plan.pairs == (("ben", "e2"),)


def test_jurors_stay_in_their_categories():
    """A juror appointed for one category gets only its entries."""
    candidates = [Candidate("ana", frozenset({"towns"})), Candidate("ben")]
    tasks = [Task("e1", "towns"), Task("e2", "ministries"), Task("e3", "ministries")]
    plan = assign(candidates, tasks, per_entry=1, seed="s")
    assert plan.pairs == (("ana", "e1"), ("ben", "e2"), ("ben", "e3"))


def test_entries_move_to_make_room():
    """A limit never leaves an entry without juror while an exchange would help."""
    candidates = [Candidate("ana", limit=1), Candidate("ben", limit=1)]
    tasks = [Task("e1", "x"), Task("e2", "x"), Task("e3", "x")]
    for seed in map(str, range(10)):
        plan = assign(
            candidates, tasks[:2], per_entry=1, seed=seed, blocked=[("ben", "e2")]
        )
        assert plan.pairs == (("ana", "e2"), ("ben", "e1"))


def test_what_lacks_is_told():
    """Entries that can't get enough jurors are listed with how many lack."""
    plan = assign(
        people("ana", "ben"), TASKS[:1], per_entry=3, seed="s", blocked=[("ben", "e1")]
    )
    assert plan == Plan((("ana", "e1"),), {"e1": 2})


def test_a_negative_number_is_refused():
    """Zero jurors per entry is a plan without pairs, fewer is an error."""
    assert assign(people("ana"), TASKS, per_entry=0, seed="s") == Plan((), {})
    with pytest.raises(ValueError, match="negative"):
        assign(people("ana"), TASKS, per_entry=-1, seed="s")


def best(blocked: set, limit: int | None) -> tuple[int, list[int]]:
    """Fill and even out by trying everything (one juror per entry)."""
    choices = [
        [None, *(name for name in JURORS if (name, entry) not in blocked)]
        for entry in ENTRIES
    ]
    outcomes = []
    for choice in itertools.product(*choices):
        count = Counter(name for name in choice if name)
        if limit is None or all(load <= limit for load in count.values()):
            filled = sum(count.values())
            outcomes.append((-filled, sorted(count.values(), reverse=True)))
    fill = min(outcomes)[0]
    even = min(
        (sum(load**2 for load in item), item) for f, item in outcomes if f == fill
    )
    return -fill, even[1]


@settings(max_examples=200)
@given(st.sets(st.sampled_from(PAIRS)), st.sampled_from([None, 1, 2]), st.text())
def test_no_plan_is_fuller_or_more_even(blocked, limit, seed):
    """Compared with every possible plan, the sum of squared loads is least."""
    plan = assign(
        people(*JURORS, limit=limit), TASKS, per_entry=1, seed=seed, blocked=blocked
    )
    filled, even = best(blocked, limit)
    assert len(plan.pairs) == filled
    assert sum(n**2 for n in loads(plan)) == sum(n**2 for n in even)
    assert sum(plan.shortfalls.values()) == len(ENTRIES) - filled
    assert not set(plan.pairs) & blocked
