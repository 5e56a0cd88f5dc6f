"""Close calls: gaps that the smallest step of one juror could bridge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from ckanext.merit.domain.scoring import arithmetic
from ckanext.merit.domain.scoring.compose import Inputs
from ckanext.merit.domain.scoring.engine import Result, Row
from ckanext.merit.domain.scoring.panel import counted
from ckanext.merit.domain.scoring.rules import (
    Goalposts,
    Leaf,
    Levels,
    Raw,
    Rules,
    Scale,
)


def close_calls(result: Result) -> tuple[str, ...]:
    """Ranked objects whose lead over the next rank is smaller than a juror's step.

    The lead is taken before rounding, so that exactly one step is never a close call.

    The step is the smallest by which one mark of one juror could move the object's
    total: the declared step of a scale, the gap of two levels, else one unit of the
    last place that was written for the criterion. Criteria under a geometric mean or
    in a pairwise pool have no such step.
    """
    steps = _steps(result)
    close: list[str] = []
    for ahead, gap in _gaps(result.rows):
        moves = _moves(result.inputs, ahead, steps)
        if moves and gap < min(moves):
            close.append(ahead.object)
    return tuple(close)


def _gaps(rows: Sequence[Row]) -> Iterable[tuple[Row, Fraction]]:
    for at, ahead in enumerate(rows):
        for behind in rows[at + 1 :]:
            if behind.category != ahead.category or behind.rank is None:
                break
            if behind.rank != ahead.rank:
                yield ahead, (ahead.exact or _NONE) - (behind.exact or _NONE)
                break


def _moves(inputs: Inputs, row: Row, steps: Mapping[str, Fraction]) -> list[Fraction]:
    """How far one step on each criterion would move the total."""
    moves: list[Fraction] = []
    for code, step in steps.items():
        leaf = inputs.rules.nodes[code]
        marks = inputs.scores.given[code].get(row.object)
        if not marks or not isinstance(leaf, Leaf):
            continue
        move = abs(row.plan.worth[code] * _factors(inputs.rules, leaf, row)) * step
        moves.append(move / _voices(inputs, leaf, row.object))
    return moves


def _voices(inputs: Inputs, leaf: Leaf, name: str) -> int:
    """Over how many marks a juror's mark is averaged."""
    unit_marks = list(inputs.scores.given[leaf.code][name].values())
    if leaf.panel is None:
        pool = inputs.rules.ancestors[leaf.code][-1]
        return len(inputs.reviews[pool.code].get(name, ())) or 1
    table = inputs.tables[leaf.code][1]
    return len(counted(leaf.panel, [table[text] for text in unit_marks]))


def _factors(rules: Rules, leaf: Leaf, row: Row) -> Fraction:
    product = Fraction(1)
    for node in (*rules.ancestors[leaf.code], leaf):
        for factor in node.times:
            if isinstance(factor, str):
                product *= row.nodes[factor].value or _NONE
            else:
                product *= factor
    return product


def _steps(result: Result) -> dict[str, Fraction]:
    rules = result.rules
    steps: dict[str, Fraction] = {}
    for leaf in rules.leaves:
        chain = rules.ancestors[leaf.code]
        bent = any(group.compose == "geometric" for group in chain)
        pool = chain[-1].pool if chain else None
        ordered = pool is not None and pool.calibrate == "pairwise"
        if bent or ordered or not rules.counts(leaf) or not rules.takes_jurors(leaf):
            continue
        step = _step(leaf, result.inputs.scores.written[leaf.code])
        if step is not None:
            steps[leaf.code] = step
    return steps


def _step(leaf: Leaf, written: Iterable[str]) -> Fraction | None:
    """The smallest step of a normalised mark."""
    measure = leaf.measure
    last_place = Fraction(1, 10 ** max(map(arithmetic.places_of, written), default=0))
    match measure:
        case Levels():
            values = sorted(set(measure.values.values()))
            gaps = [high - low for low, high in pairwise(values)]
            return min(gaps, default=None)
        case Raw():
            return last_place
        case Scale():
            return (measure.step or last_place) / (measure.high - measure.low)
        case Goalposts(transform="none"):
            return last_place / abs(measure.best - measure.worst)
        case _:
            return None


_NONE = Fraction(0)
