"""Step 3: from the value of each criterion up the tree to the total."""

from __future__ import annotations

import enum
import math
from collections.abc import Container, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from ckanext.merit.domain.scoring import arithmetic
from ckanext.merit.domain.scoring.panel import aggregated
from ckanext.merit.domain.scoring.pool import Calibration, calibrated, complete_reviews
from ckanext.merit.domain.scoring.rules import Group, Leaf, Node, Panel, Rules
from ckanext.merit.domain.scoring.scores import Scores


class State(enum.Enum):
    """Whether a node of an object has a value, and if not, why."""

    COUNTED = "counted"
    SKIPPED = "skipped"
    MISSING = "missing"
    INSUFFICIENT = "insufficient"
    DISCONNECTED = "disconnected"
    NOT_APPLICABLE = "not_applicable"


_BLOCKING = (State.DISCONNECTED, State.INSUFFICIENT, State.MISSING)


class Outcome(NamedTuple):
    """A node of an object: ``plain`` is the value before ``times`` and ``round``."""

    state: State
    plain: Fraction | None = None
    value: Fraction | None = None


Outcomes = Mapping[str, Outcome]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the tree is composed from, for all objects of a sheet.

    ``reviews[pool][object][juror]`` are complete review totals; ``tables[criterion]``
    is a denominator and each written value in whole numbers of its inverse.
    """

    rules: Rules
    scores: Scores
    reviews: Mapping[str, Mapping[str, Mapping[str, Fraction]]]
    pools: Mapping[str, Calibration]
    tables: Mapping[str, tuple[int, Mapping[str, int]]]
    ignore_quorum: bool


def prepared(rules: Rules, scores: Scores, *, ignore_quorum: bool = False) -> Inputs:
    """Calibrate the pools and lay out the jurors' scores in whole numbers."""
    reviews: dict[str, dict[str, dict[str, Fraction]]] = {}
    pools: dict[str, Calibration] = {}
    for node in rules.nodes.values():
        if isinstance(node, Group) and node.pool:
            reviews[node.code] = complete_reviews(rules, scores, node)
            pools[node.code] = calibrated(node.pool, reviews[node.code])
    tables = {
        leaf.code: _table(scores.normal[leaf.code])
        for leaf in rules.leaves
        if rules.takes_jurors(leaf)
    }
    return Inputs(rules, scores, reviews, pools, tables, ignore_quorum)


def applying(rules: Rules, category: str) -> frozenset[str]:
    """Codes of the nodes that apply to a category.

    A group without a child that counts and applies doesn't apply either.
    """
    codes: set[str] = set()
    for node in rules.bottom_up:
        holds = not isinstance(node, Group) or any(
            child.code in codes for child in node.of if not child.independent
        )
        if holds and rules.applies(node, category):
            codes.add(node.code)
    return frozenset(codes)


def outcomes(inputs: Inputs, name: str, *, present: Container[str]) -> Outcomes:
    """The outcome of every node for one object.

    Args:
        inputs: see ``prepared``.
        name: the object.
        present: codes of the nodes that apply to the object's category.
    """
    found: dict[str, Outcome] = {}
    for leaf in inputs.rules.leaves:
        applies = leaf.code in present
        found[leaf.code] = _leaf(inputs, leaf, name) if applies else _NOT_APPLICABLE
    for node in inputs.rules.bottom_up:
        if isinstance(node, Group):
            applies = node.code in present
            found[node.code] = (
                _group(inputs, node, name, found=found) if applies else _NOT_APPLICABLE
            )
        found[node.code] = _finished(node, found)
    return found


def coverage(node: Node, found: Outcomes) -> Fraction:
    """The share of the weight under a node that has a value."""
    if not isinstance(node, Group) or node.pool:
        return Fraction(found[node.code].state is State.COUNTED)
    children = [child for child in node.of if not child.independent]
    covered = sum((c.weight * coverage(c, found) for c in children), Fraction(0))
    return covered / sum(child.weight for child in children)


def is_knocked_out(rules: Rules, found: Outcomes) -> bool:
    """Whether any node is below its knock-out."""
    for node in rules.nodes.values():
        plain = found[node.code].plain
        if node.knockout is not None and plain is not None and plain < node.knockout:
            return True
    return False


def _table(normal: Mapping[str, Fraction]) -> tuple[int, dict[str, int]]:
    unit = math.lcm(*(value.denominator for value in normal.values()))
    return unit, {
        text: value.numerator * (unit // value.denominator)
        for text, value in normal.items()
    }


def _counted(value: Fraction) -> Outcome:
    return Outcome(State.COUNTED, value, value)


def _leaf(inputs: Inputs, leaf: Leaf, name: str) -> Outcome:
    given = inputs.scores.given[leaf.code].get(name)
    if leaf.code in inputs.tables and leaf.panel is None:
        return _shown(inputs, leaf, given)
    if not given:
        return _absent(leaf)
    if leaf.panel is None:
        return _counted(inputs.scores.normal[leaf.code][given[""]])
    if len(given) < leaf.panel.quorum and not inputs.ignore_quorum:
        return Outcome(State.INSUFFICIENT)
    unit, table = inputs.tables[leaf.code]
    marks = [table[text] for text in given.values()]
    return _counted(aggregated(leaf.panel, marks, unit=unit))


def _shown(inputs: Inputs, leaf: Leaf, given: Mapping[str, str] | None) -> Outcome:
    """A criterion inside a pool: the pool's reviews count, its mean is only shown."""
    if not given:
        return Outcome(State.SKIPPED)
    unit, table = inputs.tables[leaf.code]
    marks = [table[text] for text in given.values()]
    return _counted(aggregated(_PLAIN, marks, unit=unit))


def _absent(node: Node) -> Outcome:
    """What a missing value means: the leaf's own rule; a group can't do without."""
    if isinstance(node, Leaf) and node.missing == "zero":
        return _counted(Fraction(0))
    if isinstance(node, Leaf) and node.missing == "skip":
        return Outcome(State.SKIPPED)
    return Outcome(State.MISSING)


def _finished(node: Node, found: Outcomes) -> Outcome:
    outcome = found[node.code]
    value = outcome.plain
    if value is None or (not node.times and node.places is None):
        return outcome
    for factor in node.times:
        times = found[factor].plain if isinstance(factor, str) else factor
        if times is None:
            return _absent(node)
        value *= times
    if node.places is not None:
        value = arithmetic.rounded(value, node.places)
    return outcome._replace(value=value)


def _group(inputs: Inputs, group: Group, name: str, *, found: Outcomes) -> Outcome:
    children = [
        (child, found[child.code])
        for child in group.of
        if not child.independent and found[child.code].state is not State.NOT_APPLICABLE
    ]
    if group.pool:
        return _pooled(inputs, group, name, quorum=group.pool.quorum)
    for state in _BLOCKING:
        if any(outcome.state is state for _, outcome in children):
            return Outcome(state)
    left = [(c.weight, o.value) for c, o in children if o.value is not None]
    if not left:
        return Outcome(State.MISSING)
    weights, values = zip(*left, strict=True)
    return _counted(_composed(group, values, weights))


def _pooled(inputs: Inputs, group: Group, name: str, *, quorum: int) -> Outcome:
    if inputs.pools[group.code].parts:
        return Outcome(State.DISCONNECTED)
    reviews = len(inputs.reviews[group.code].get(name, ()))
    if reviews < (1 if inputs.ignore_quorum else quorum):
        return Outcome(State.INSUFFICIENT)
    return _counted(inputs.pools[group.code].values[name])


def _composed(
    group: Group, values: tuple[Fraction, ...], weights: tuple[Fraction, ...]
) -> Fraction:
    if group.compose == "geometric":
        floored = [max(value, group.floor) for value in values]
        return arithmetic.geometric_mean(floored, weights)
    total = arithmetic.weighted_sum(values, weights)
    return total if group.compose == "sum" else total / sum(weights)


_PLAIN = Panel(aggregate="mean")
_NOT_APPLICABLE = Outcome(State.NOT_APPLICABLE)
