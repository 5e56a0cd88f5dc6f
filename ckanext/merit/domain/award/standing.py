"""Where an entry stands by its machine criteria, in points as they'd be published."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from ckanext.merit.domain.award.metrics import decimal
from ckanext.merit.domain.scoring import arithmetic
from ckanext.merit.domain.scoring.engine import score
from ckanext.merit.domain.scoring.normalise import normalised, written_value
from ckanext.merit.domain.scoring.rules import Leaf, MinMax, Rules
from ckanext.merit.domain.scoring.scores import Mark, check_marks

__all__ = ["Line", "Standing", "stand"]

_OBJECT = "entry"
_ZERO = Fraction(0)


class Line(NamedTuple):
    """A criterion: its measured value, u from 0 to 1, points of a maximum, as text.

    None: not measured (``value``), no share of anything (``u``), no points.
    """

    code: str
    value: str | None
    u: str | None
    points: str | None
    maximum: str | None


class Standing(NamedTuple):
    """All lines, and what those that count add up to."""

    lines: tuple[Line, ...]
    total: str
    maximum: str


def stand(rules: Rules, values: Mapping[str, str | None], *, category: str) -> Standing:
    """Score the machine criteria of one entry, and nothing else.

    Args:
        rules: The whole rules; maxima are those of the whole.
        values: By code of a criterion that applies to the category: what was
            measured. Values that the rules cannot score count as not measured, and so
            do those of a criterion that a sample decides (min-max).
        category: Of the entry.
    """
    leaves = {leaf.code: leaf for leaf in rules.leaves if leaf.code in values}
    usable = {code: _usable(leaf, values[code]) for code, leaf in leaves.items()}
    marks = [
        Mark(_OBJECT, "", code, text or "", category) for code, text in usable.items()
    ]
    if not marks:
        return Standing((), "0", "0")
    (row,) = score(rules, check_marks(rules, marks)).rows
    lines: list[Line] = []
    total, maximum = _ZERO, _ZERO
    for code, leaf in leaves.items():
        node = row.nodes[code]
        worth = row.plan.maxima.get(code, row.plan.worth[code])
        if rules.counts(leaf):
            total += node.points or _ZERO
            maximum += worth
        lines.append(
            Line(
                code,
                usable[code],
                _share(leaf, usable[code]),
                None
                if node.points is None
                else arithmetic.fixed(node.points, node.places),
                decimal(worth),
            )
        )
    return Standing(tuple(lines), decimal(total), decimal(maximum))


def _usable(leaf: Leaf, text: str | None) -> str | None:
    if text is None or isinstance(leaf.measure, MinMax):
        return None
    try:
        _normal(leaf, text)
    except ValueError:
        return None
    return text


def _share(leaf: Leaf, text: str | None) -> str | None:
    return None if text is None else decimal(_normal(leaf, text))


def _normal(leaf: Leaf, text: str) -> Fraction:
    return normalised(leaf.measure, written_value(leaf.measure, text))
