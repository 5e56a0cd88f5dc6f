"""How each juror sees the objects: marks as a share of what they could give."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from ckanext.merit.domain.scoring.compose import Inputs
from ckanext.merit.domain.scoring.publish import Scheme
from ckanext.merit.domain.scoring.rules import Leaf, Raw

Views = Mapping[str, Mapping[str, Fraction]]


class _Stake(NamedTuple):
    """What a juror's mark m is worth: each · m + base, of most; a pool's review r:
    most · r.
    """

    code: str
    most: Fraction
    each: Fraction = Fraction(0)
    base: Fraction = Fraction(0)


class _Stakes(NamedTuple):
    """The stakes of one category, brought to whole numbers of a common unit."""

    leaves: list[tuple[str, int, int, int]]
    pools: list[tuple[str, int]]


def juror_views(
    inputs: Inputs, plans: Mapping[str, Scheme]
) -> dict[str, dict[str, Fraction]]:
    """The total that each juror alone would give each object, from 0 to 1.

    A pool's review counts with the weight of the pool. Factors that belong to the
    object, and criteria that the juror left out, play no part.

    Args:
        inputs: see ``compose.prepared``.
        plans: what nodes are worth, by category; others are left out.
    """
    stakes = {category: _stakes(inputs, plan) for category, plan in plans.items()}
    return {
        name: _views(inputs, stakes[category], name)
        for name, category in sorted(inputs.scores.categories.items())
        if category in plans
    }


def first_places(views: Views, names: Iterable[str]) -> dict[str, Fraction]:
    """The share of its jurors who put an object first, among some objects.

    Objects tied at the top of a juror share that juror's first place.
    """
    tops: dict[str, Fraction] = {}
    tied: dict[str, list[str]] = {}
    chosen = list(names)
    for name in chosen:
        for juror, share in views[name].items():
            if juror not in tops or share > tops[juror]:
                tops[juror], tied[juror] = share, [name]
            elif share == tops[juror]:
                tied[juror].append(name)
    won = dict.fromkeys(chosen, Fraction(0))
    for winners in tied.values():
        for name in winners:
            won[name] += Fraction(1, len(winners))
    return {
        name: share / len(views[name]) if views[name] else share
        for name, share in won.items()
    }


def _views(inputs: Inputs, stakes: _Stakes, name: str) -> dict[str, Fraction]:
    earned: dict[str, Fraction | int] = {}
    possible: dict[str, int] = {}
    for code, most, each, base in stakes.leaves:
        table = inputs.tables[code][1]
        for juror, text in inputs.scores.given[code].get(name, {}).items():
            earned[juror] = earned.get(juror, 0) + each * table[text] + base
            possible[juror] = possible.get(juror, 0) + most
    for code, most in stakes.pools:
        for juror, share in inputs.reviews[code].get(name, {}).items():
            earned[juror] = earned.get(juror, 0) + most * share
            possible[juror] = possible.get(juror, 0) + most
    return {juror: Fraction(earned[juror], possible[juror]) for juror in possible}


def _stakes(inputs: Inputs, plan: Scheme) -> _Stakes:
    rules = inputs.rules
    pools = [
        _Stake(code, plan.worth[code])
        for code in inputs.reviews
        if rules.counts(rules.nodes[code])
    ]
    panels = [leaf for leaf in rules.leaves if leaf.panel and rules.counts(leaf)]
    leaves = [_stake(inputs, plan, leaf) for leaf in panels]
    unit = math.lcm(
        *(part.denominator for stake in (*leaves, *pools) for part in stake[1:])
    )
    return _Stakes(
        [
            (one.code, int(one.most * unit), int(one.each * unit), int(one.base * unit))
            for one in leaves
            if one.most
        ],
        [(one.code, int(one.most * unit)) for one in pools if one.most],
    )


def _stake(inputs: Inputs, plan: Scheme, leaf: Leaf) -> _Stake:
    low, high = Fraction(0), Fraction(1)
    if isinstance(leaf.measure, Raw):
        low, high = leaf.measure.low, leaf.measure.high
    weight = plan.worth[leaf.code]
    for node in (*inputs.rules.ancestors[leaf.code], leaf):
        for factor in node.times:
            weight *= factor if isinstance(factor, Fraction) else 1
    # Of what is subtracted, the lowest mark is the best.
    worst = low if weight > 0 else high
    return _Stake(
        leaf.code,
        most=abs(weight) * (high - low),
        each=weight / inputs.tables[leaf.code][0],
        base=-weight * worst,
    )
