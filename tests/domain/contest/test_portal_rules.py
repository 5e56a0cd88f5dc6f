"""What a rule file says besides its tree is read as strictly as the tree."""

from __future__ import annotations

from fractions import Fraction

import pytest

from ckanext.merit import rulefile
from ckanext.merit.domain.contest.portal_rules import (
    Prizes,
    check_portal_rules,
    read_prizes,
    stages_without_node,
    unknown_categories,
)
from ckanext.merit.domain.scoring.fields import RuleError
from ckanext.merit.domain.scoring.reading import read_rules

TREE = """merit: 1
id: test
root:
  of:
  - {code: data, scale: [0, 1], categories: [big, small]}
  - {code: use, scale: [0, 1]}
"""
EXTRAS = ("policy", "prizes", "stages")


def tree(more: str = ""):
    return rulefile.parse(TREE + more, filename="rules.yaml")


def check(more: str):
    found = tree(more)
    check_portal_rules(found, read_rules(found, top_extras=EXTRAS))


@pytest.mark.parametrize(
    "more",
    [
        "",
        "policy: {feedback: never, others: after_close, jury: public, board: machine}",
        "policy: {feedback: with_provisional, others: never, jury: never}",
        "policy: {feedback: with_final, others: after_own, board: never}",
        "prizes: {places: 3, levels: {gold: 85, silver: 70.5}}",
        "prizes: {levels: {gold: 85}}",
        "prizes: {places: 0}",
        "stages: {first: data, second: use}",
    ],
)
def test_what_the_format_knows_is_accepted(more: str):
    """Every word of a policy, places and levels, stages that are nodes."""
    check(more)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("policy: never", '"policy" must be a mapping'),
        (
            "policy: {feedback: with-final}",
            '"feedback" must be one of with_provisional, with_final, never',
        ),
        ("policy: {blind: yes}", 'unknown key "blind" in "policy"'),
        ("policy: {board: jury}", '"board" must be one of never, machine'),
        ("prizes: {places: tres}", '"places": "tres" is not a number'),
        ("prizes: {places: 1.5}", '"places" must be a whole number from 0'),
        ("prizes: {levels: {gold: alto}}", '"gold": "alto" is not a number'),
        ("prizes: {medals: 3}", 'unknown key "medals" in "prizes"'),
        ("stages: {first: dato}", 'no node has the code "dato"'),
    ],
)
def test_what_it_does_not_know_is_refused_with_the_line(more: str, problem: str):
    """A misspelt word must not mean something else."""
    with pytest.raises(RuleError) as caught:
        check(more)
    assert (caught.value.message, caught.value.line) == (problem, 7)


def test_prizes_are_numbers():
    """Without prizes there is no place and no level."""
    assert read_prizes(tree()) == Prizes(0, {})
    assert read_prizes(tree("prizes: {places: 3}")) == Prizes(3, {})
    found = read_prizes(tree("prizes: {levels: {gold: 85.5}}"))
    assert found == Prizes(0, {"gold": Fraction(171, 2)})


@pytest.mark.parametrize(
    ("more", "stages", "lacking"),
    [
        ("", ["data", "use"], []),
        ("", ["data", "usse"], ["usse"]),
        ("", ["one"], []),
        ("stages: {one: data}", ["one"], []),
        ("stages: {one: data}", ["oen"], ["oen"]),
        ("stages: {one: data}", ["one", "use"], []),
        ("stages: {one: data}", [], []),
    ],
)
def test_a_stage_needs_a_node_where_others_have_one(
    more: str, stages: list[str], lacking: list[str]
):
    """Rules that know no stages are one tree for whatever stage there is."""
    body = tree(more)
    rules = read_rules(body, top_extras=EXTRAS)
    assert stages_without_node(body, rules, stages) == lacking


def test_categories_of_the_rules_are_those_of_the_edition():
    """Each that the edition lacks is named once, in order."""
    rules = read_rules(tree())
    assert list(unknown_categories(rules, ["big", "small", "other"])) == []
    assert list(unknown_categories(rules, [])) == ["big", "small"]
    assert list(unknown_categories(rules, ["small"])) == ["big"]
