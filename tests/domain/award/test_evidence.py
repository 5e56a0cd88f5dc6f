"""Evidence: which criteria take it, and what it is worth."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.merit import rulefile
from ckanext.merit.domain.award.evidence import (
    Criterion,
    best,
    check_evidence,
    claiming,
    criteria,
    is_lowered,
    lower,
)
from ckanext.merit.domain.scoring.fields import RuleError
from ckanext.merit.domain.scoring.reading import read_rules
from ckanext.merit.domain.scoring.rules import Rules

NODE = ("source", "evidence", "title", "descriptors")
RULES = """
merit: 1
id: test
root:
  of:
  - code: plan
    source: evidence
    missing: zero
    evidence: [file, url]
    levels: {none: 0, partial: 0.5, full: 1}
  - {code: people, source: evidence, missing: zero, scale: [0, 4], step: 2}
  - code: waste
    source: evidence
    missing: zero
    scale: [0, 3]
    step: 1
    direction: down
  - {code: share, source: evidence, missing: zero, scale: [0, 1]}
  - {code: half, source: evidence, missing: zero, scale: [0.5, 2.5], step: 1}
  - {code: long, source: evidence, missing: zero, scale: [0, 100], step: 1}
  - {code: impact, source: jury, evidence: [text], scale: [0, 10], panel: {}}
  - {code: fresh, source: auto, goalposts: [0, 1]}
  - {code: village, source: evidence, missing: zero, categories: [local], scale: [0, 1]}
"""


def read(source: str) -> tuple[Any, Rules]:
    """Read rules and check what they say of evidence."""
    tree = rulefile.parse(source, filename="r")
    rules = read_rules(tree, node_extras=NODE)
    check_evidence(tree)
    return tree, rules


def found(category: str = "all") -> dict[str, Criterion]:
    """The criteria of RULES that take evidence."""
    body, rules = read(RULES)
    return {item.code: item for item in criteria(body, rules, category=category)}


def test_criteria_that_take_evidence_in_rule_order():
    """Those with the source evidence, and those of jurors that ask for material."""
    named = [(item.code, item.kinds, item.claims) for item in found().values()]
    every = ("dataset", "resource", "url", "file", "text")
    assert named == [
        ("plan", ("file", "url"), True),
        *((code, every, True) for code in ("people", "waste", "share", "half", "long")),
        ("impact", ("text",), False),
    ]


def test_criteria_that_evidence_itself_scores():
    """Whatever the category; what jurors read is not among them."""
    codes = ("plan", "people", "waste", "share", "half", "long", "village")
    assert claiming(read(RULES)[0]) == codes


def test_criteria_of_other_categories_take_none():
    """What does not apply is not asked for."""
    assert set(found("local")) - set(found()) == {"village"}


@pytest.mark.parametrize(
    ("code", "levels"),
    [
        ("plan", ("none", "partial", "full")),
        ("people", ("0", "2", "4")),
        ("waste", ("3", "2", "1", "0")),
        ("share", ()),
        ("half", ()),
        ("long", ()),
    ],
)
def test_levels_to_choose_from_lowest_first(code: str, levels: tuple[str, ...]):
    """Labels, or the steps of a short scale; else a number is typed."""
    assert found()[code].levels == levels


@pytest.mark.parametrize(
    ("node", "order"),
    [
        (
            "levels: {no: 0, partly: 0.5, all: 1}, descriptors: {all: a, no: n}",
            "no all",
        ),
        ("scale: [0, 20], descriptors: {20: all, 3.5: some, 0: none}", "0 3.5 20"),
        ("scale: [0, 9], descriptors: {9: all, b: x, a: y}", "a b 9"),
        ("scale: [0, 9], descriptors: all", ""),
        ("scale: [0, 9]", ""),
    ],
)
def test_descriptions_stand_lowest_first(node: str, order: str):
    """In the order of what they are worth; what is no level or number comes first."""
    source = f"merit: 1\nid: t\nroot: {{of: [{{code: c, evidence: [url], {node}}}]}}\n"
    body, rules = read(source.replace("evidence:", "panel: {}, evidence:"))
    (criterion,) = criteria(body, rules, category="")
    assert " ".join(name for name, _ in criterion.described) == order


def test_a_material_criterion_can_have_any_measure():
    """Goalposts have no levels to claim."""
    body, rules = read(
        RULES.replace("source: auto, goalposts", "evidence: [url], goalposts")
    )
    fresh = {item.code: item for item in criteria(body, rules, category="")}["fresh"]
    assert (fresh.claims, fresh.levels) == (False, ())


@pytest.mark.parametrize(
    ("code", "claimed", "supported", "counts"),
    [
        ("plan", "full", "partial", "partial"),
        ("plan", "none", "full", "none"),
        ("people", "4", "2", "2"),
        ("waste", "0", "3", "3"),
    ],
)
def test_the_lower_of_claimed_and_supported_counts(
    code: str, claimed: str, supported: str, counts: str
):
    """Lower is what gives fewer points, whichever way the scale runs."""
    assert lower(found()[code].measure, claimed, supported) == counts


def test_a_level_that_is_none():
    """A value that the rules don't know is an error, never a guess."""
    with pytest.raises(ValueError, match="not one of the levels"):
        lower(found()["plan"].measure, "full", "perfect")


@pytest.mark.parametrize(
    ("code", "claimed", "accepted", "lowered"),
    [
        ("plan", "full", "partial", True),
        ("plan", "partial", "full", False),
        ("plan", "full", "full", False),
        ("waste", "0", "3", True),
        ("waste", "3", "0", False),
        ("plan", None, "partial", False),
        ("plan", "full", None, False),
        ("plan", "perfect", "full", False),
        ("impact", "9", "1", False),
    ],
)
def test_less_was_accepted_than_claimed(
    code: str, claimed: str | None, accepted: str | None, lowered: bool
):
    """Of what evidence itself scores, and where the rules know both values."""
    assert is_lowered(found()[code], claimed, accepted) is lowered


def test_of_several_pieces_the_best_counts():
    """Values that the rules no longer know are left out."""
    measure = found()["plan"].measure
    assert best(measure, ["none", "partial", "perfect"]) == "partial"
    assert best(measure, ["perfect"]) is None
    assert best(measure, []) is None


@pytest.mark.parametrize(
    ("node", "message"),
    [
        (
            "source: jury, evidence: [film], scale: [0, 1], panel: {}",
            '"evidence" can be',
        ),
        ("source: magic, scale: [0, 1]", '"source" must be one of'),
        (
            "source: evidence, missing: zero, scale: [0, 1], panel: {}",
            "by acceptance, not by a panel",
        ),
        ("source: evidence, missing: zero, goalposts: [0, 1]", 'needs "levels" or'),
        ("source: evidence, scale: [0, 1]", 'say "missing: zero"'),
        ("source: evidence, missing: skip, scale: [0, 1]", 'say "missing: zero"'),
    ],
)
def test_rules_that_evidence_cannot_follow(node: str, message: str):
    """Each complaint has its line."""
    source = f"merit: 1\nid: t\nroot:\n  of:\n  - {{code: a, {node}}}\n"
    with pytest.raises(RuleError, match=message) as caught:
        read(source)
    assert caught.value.line == 5
