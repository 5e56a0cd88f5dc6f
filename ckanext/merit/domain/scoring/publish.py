"""Step 4: points as published, so that anyone can add them up by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from ckanext.merit.domain.scoring import arithmetic
from ckanext.merit.domain.scoring.compose import Outcomes, State
from ckanext.merit.domain.scoring.rules import Group, Leaf, Node, Raw, Rules


class NodeResult(NamedTuple):
    """A node of an object as computed and as published.

    ``value`` is the node's own value; ``exact`` its points before rounding,
    ``points`` the published ones, shown with ``places``; ``maximum`` what a perfect
    object would have (lines only).
    """

    state: State
    value: Fraction | None = None
    exact: Fraction | None = None
    points: Fraction | None = None
    maximum: Fraction | None = None
    places: int = 0


@dataclass(frozen=True, slots=True)
class Scheme:
    """What each node is worth in one category, with some criteria skipped.

    ``worth`` turns a node's value into points, before rounding; ``maxima`` are the
    points allotted to lines (stepwise, no sum); ``totals`` are the groups whose
    points are the sum of the lines below.
    """

    worth: Mapping[str, Fraction]
    maxima: Mapping[str, Fraction]
    totals: frozenset[str]


def scheme(rules: Rules, present: Collection[str]) -> Scheme:
    """Work out what each node is worth.

    Args:
        rules: the rules.
        present: codes of the nodes that have a place in the total: all that apply,
            but the skipped ones.
    """
    whole = Fraction(1) if rules.sums else rules.points
    worth: dict[str, Fraction] = {rules.root.code: whole}
    for node in rules.nodes.values():
        if isinstance(node, Group):
            worth.update(_shares(rules, node, worth[node.code], present=present))
    maxima: dict[str, Fraction] = {}
    if rules.rounding == "stepwise" and not rules.sums:
        lines = [line.code for line in rules.lines() if line.code in present]
        shares = allotted([worth[code] for code in lines], decimals=rules.decimals)
        maxima = dict(zip(lines, shares, strict=True))
    return Scheme(worth, maxima, _totals(rules))


def allotted(maxima: Sequence[Fraction], *, decimals: int) -> list[Fraction]:
    """Share out a whole by largest remainder, ties in the given order.

    Args:
        maxima: exact shares whose sum has at most ``decimals`` places.
        decimals: the places of the last unit.

    Returns:
        The shares at ``decimals`` places, with the same sum.
    """
    exact = [value * 10**decimals for value in maxima]
    units = [value.numerator // value.denominator for value in exact]
    left = arithmetic.units(sum(exact, Fraction(0)), 0) - sum(units)
    order = sorted(range(len(exact)), key=lambda n: units[n] - exact[n])
    for place in order[:left]:
        units[place] += 1
    return [Fraction(whole, 10**decimals) for whole in units]


def published(rules: Rules, plan: Scheme, found: Outcomes) -> dict[str, NodeResult]:
    """The published results of every node of one object."""
    results: dict[str, NodeResult] = {}
    for node in rules.bottom_up:
        outcome = found[node.code]
        if outcome.value is None:
            results[node.code] = NodeResult(outcome.state)
            continue
        exact = plan.worth[node.code] * outcome.value
        if node.code in plan.maxima:
            line = plan.maxima[node.code] * outcome.value
            points, places = arithmetic.rounded(line, rules.decimals), rules.decimals
        elif node.code in plan.totals:
            points, places = _added(rules, node, results)
        else:
            places = _places(rules, node)
            points = arithmetic.rounded(exact, places)
        results[node.code] = NodeResult(
            *(outcome.state, outcome.value, exact, points),
            *(plan.maxima.get(node.code), places),
        )
    return results


def _shares(
    rules: Rules, group: Group, worth: Fraction, *, present: Collection[str]
) -> dict[str, Fraction]:
    counting = [c for c in group.of if not c.independent and c.code in present]
    total = sum((child.weight for child in counting), Fraction(0)) or Fraction(1)
    shares: dict[str, Fraction] = {}
    for child in group.of:
        if group.compose == "sum":
            shares[child.code] = worth * child.weight
        elif child.independent:
            apart = rules.points if _is_share(child) and not rules.sums else 1
            shares[child.code] = Fraction(apart)
        elif group.compose == "geometric":
            # Its children don't add up: each is shown on the scale of the whole.
            shares[child.code] = worth
        else:
            shares[child.code] = worth * child.weight / total
    return shares


def _is_share(node: Node) -> bool:
    """Whether the node's value is a share of something, from 0 to 1."""
    if isinstance(node, Group):
        return node.compose != "sum" and all(_is_share(child) for child in node.of)
    return not (isinstance(node, Leaf) and isinstance(node.measure, Raw))


def _totals(rules: Rules) -> frozenset[str]:
    """The groups whose points are the sum of the lines below them."""
    if rules.rounding == "exact":
        return frozenset()
    lines = {line.code for line in rules.lines()}
    above = {p.code for code in lines for p in rules.ancestors[code]}
    return frozenset(above)


def _added(
    rules: Rules, node: Node, results: Mapping[str, NodeResult]
) -> tuple[Fraction, int]:
    """The sum of the published lines under a group, and the places it needs."""
    children = node.of if isinstance(node, Group) else ()
    total, places = Fraction(0), rules.decimals
    for child in children:
        result = results[child.code]
        if result.points is not None and not child.independent:
            total += result.points
            places = max(places, result.places)
    return total, places


def _places(rules: Rules, node: Node) -> int:
    if rules.rounding == "exact" and node is rules.root:
        return rules.decimals
    return rules.decimals if node.places is None else node.places
