"""Differences of rule sets and of results."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.domain.contest.changes import (
    Change,
    Moved,
    Row,
    moved,
    rule_changes,
    touches_quorum,
    touches_scoring,
)

BODIES = st.recursive(
    st.text(max_size=2) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["code", "of", "x"]), inner, max_size=3)
    ),
    max_leaves=10,
)


def rules(*nodes: dict) -> dict:
    return {"id": "award", "root": {"compose": "mean", "of": list(nodes)}}


LICENCE = {"code": "licence", "weight": "2"}
FORMAT = {"code": "format", "weight": "1"}


def test_a_changed_weight():
    """A criterion is found by its code, whatever its place."""
    before = rules(LICENCE, FORMAT)
    after = rules(LICENCE, {**FORMAT, "weight": "3"})
    assert rule_changes(before, after) == (Change("root.of.format.weight", "1", "3"),)


def test_a_criterion_put_in_front():
    """Only the new one is a change."""
    assert rule_changes(rules(FORMAT), rules(LICENCE, FORMAT)) == (
        Change("root.of.licence", None, LICENCE),
    )


def test_a_criterion_taken_away():
    """What is gone has no value after."""
    assert rule_changes(rules(LICENCE, FORMAT), rules(FORMAT)) == (
        Change("root.of.licence", LICENCE, None),
    )


def test_criteria_in_another_order():
    """Moving criteria is one change of the order of those that stay."""
    assert rule_changes(rules(LICENCE, FORMAT), rules(FORMAT, LICENCE)) == (
        Change("root.of.order", ["licence", "format"], ["format", "licence"]),
    )


def test_plain_lists_are_compared_place_by_place():
    """Scales, and lists in which a code is missing or twice, have no names."""
    assert rule_changes({"scale": ["0", "5"]}, {"scale": ["0", "10", "x"]}) == (
        Change("scale.2", "5", "10"),
        Change("scale.3", None, "x"),
    )
    assert rule_changes([{"code": "a"}, {"x": "1"}], [{"code": "b"}, {"x": "1"}]) == (
        Change("1.code", "a", "b"),
    )
    twice = [{"code": "a"}, {"code": "a"}]
    assert rule_changes(twice, [{"code": "a"}, {"code": "b"}]) == (
        Change("2.code", "a", "b"),
    )


def test_another_kind_of_value():
    """A list that becomes text is one change."""
    assert rule_changes({"a": ["1"]}, {"a": "1"}) == (Change("a", ["1"], "1"),)


@given(BODIES)
def test_the_same_rules_have_no_changes(body):
    """Nothing differs from itself."""
    assert rule_changes(body, body) == ()


@given(BODIES, BODIES)
def test_different_values_are_never_silent(one, other):
    """A change is empty only where null stands for absent."""
    changes = rule_changes({"x": one}, {"x": other})
    assert all(change.before != change.after for change in changes)


def test_what_touches_scoring():
    """Weights, scales, order, tie-breaks and stages do."""
    before = rules(LICENCE, FORMAT)
    for after in (
        rules({**LICENCE, "weight": "9"}, FORMAT),
        rules({**LICENCE, "scale": ["0", "5"]}, FORMAT),
        rules(FORMAT, LICENCE),
        rules(LICENCE),
        {**before, "tie_break": ["licence"]},
        {**before, "stages": {"one": "licence"}},
    ):
        assert touches_scoring(before, after)


@pytest.mark.parametrize("name", ["title", "help", "labels", "descriptors"])
def test_texts_move_no_points(name: str):
    """A typo is corrected after the first review, at the top and in a criterion."""
    before, other = rules(LICENCE), {name: {"es": "b"}}
    for after in ({**before, **other}, rules({**LICENCE, **other})):
        assert not touches_scoring(before, after)
        assert not touches_quorum(before, after)


@pytest.mark.parametrize("name", ["panel", "pool"])
def test_the_quorum_is_its_own_change(name: str):
    """It says how many reviews it takes, not what they mean; all else does."""
    before = rules({**LICENCE, name: {"quorum": "3"}})
    lower = rules({**LICENCE, name: {"quorum": "2"}})
    assert (touches_scoring(before, lower), touches_quorum(before, lower)) == (
        False,
        True,
    )
    assert touches_scoring(before, rules({**LICENCE, name: {"drop": "2"}}))
    assert touches_scoring(before, rules(LICENCE))


def test_affected_entries():
    """Whoever's total, rank or distinctions differ is affected, nobody else."""
    same = Row("same", "50.00", 3)
    before = [Row("up", "60.00", 2), same, Row("gone", "70.00", 1)]
    after = [
        Row("up", "60.00", 1, frozenset({"first place"})),
        same,
        Row("new", None, None),
    ]
    assert moved(before, after) == (
        Moved("gone", before[2], None),
        Moved("new", None, after[2]),
        Moved("up", before[0], after[0]),
    )
