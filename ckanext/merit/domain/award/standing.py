"""Where an entry stands by its machine criteria, in points as they'd be published."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from ckanext.merit.domain.award.metrics import decimal
from ckanext.merit.domain.scoring import arithmetic
from ckanext.merit.domain.scoring.engine import Row, score
from ckanext.merit.domain.scoring.normalise import normalised, written_value
from ckanext.merit.domain.scoring.rules import Leaf, MinMax, Rules
from ckanext.merit.domain.scoring.scores import Mark, check_marks

__all__ = ["Line", "Standing", "stand", "stand_all"]

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
    found = stand_all(rules, {_OBJECT: (category, values)})
    return found.get(_OBJECT, Standing((), "0", "0"))


def stand_all(
    rules: Rules, measured: Mapping[str, tuple[str, Mapping[str, str | None]]]
) -> dict[str, Standing]:
    """Score the machine criteria of many entries at once, as `stand` does.

    Args:
        rules: The whole rules.
        measured: By entry, its category and its values. Entries without any are
            left out of the answer.
    """
    leaves = {leaf.code: leaf for leaf in rules.leaves}
    usable = {
        entry: {
            code: _usable(leaves[code], text)
            for code, text in values.items()
            if code in leaves
        }
        for entry, (_, values) in measured.items()
    }
    marks = [
        Mark(entry, "", code, text or "", measured[entry][0])
        for entry, values in usable.items()
        for code, text in values.items()
    ]
    if not marks:
        return {}
    rows = score(rules, check_marks(rules, marks)).rows
    return {row.object: _standing(rules, row, usable[row.object]) for row in rows}


def _standing(rules: Rules, row: Row, usable: Mapping[str, str | None]) -> Standing:
    leaves = {leaf.code: leaf for leaf in rules.leaves if leaf.code in usable}
    lines: list[Line] = []
    total, maximum, places = _ZERO, _ZERO, 0
    for code, leaf in leaves.items():
        node = row.nodes[code]
        worth = row.plan.maxima.get(code, row.plan.worth[code])
        if rules.counts(leaf):
            total += node.points or _ZERO
            maximum += worth
            places = max(places, node.places)
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
    return Standing(tuple(lines), arithmetic.fixed(total, places), decimal(maximum))


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
