"""Rank intervals: how far ranks depend on the exact weights.

Every weight is moved by up to a fifth, a thousand times, by numbers that follow from
the digest of the inputs: anyone gets the same ones.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from operator import mul
from typing import NamedTuple

from ckanext.merit.domain.scoring import arithmetic, compose
from ckanext.merit.domain.scoring.compose import Outcomes
from ckanext.merit.domain.scoring.engine import Result, Row
from ckanext.merit.domain.scoring.rules import Group, Node

DRAWS = 1000
# The 50th and the 950th of a thousand ranks.
LOW, HIGH = 49, 949
# Diagnostics only: enough digits to tell any two totals apart.
_CONTEXT = Context(prec=40)
_PLACES = 20

_NONE = Fraction(0)
_Weights = Mapping[str, Decimal]


class Interval(NamedTuple):
    """The ranks between which an object stays in nine draws of ten."""

    low: int
    high: int


def rank_intervals(result: Result, *, input_digest: str) -> dict[str, Interval]:
    """The rank interval of every ranked object, inside its category.

    In each draw objects are ranked by the unrounded total under the moved weights,
    equal ones sharing a rank. Values of criteria stay as they are.

    Args:
        result: see ``engine.score``.
        input_digest: names the inputs, as hexadecimal text.
    """
    boards: dict[str, list[Row]] = {}
    for row in result.rows:
        if row.rank is not None:
            boards.setdefault(row.category, []).append(row)
    ranks: dict[str, list[int]] = {
        row.object: [] for rows in boards.values() for row in rows
    }
    with localcontext(_CONTEXT):
        tallies = {name: Tally(result, rows) for name, rows in boards.items()}
        for draw in range(DRAWS):
            weights = moved_weights(result, draw, input_digest=input_digest)
            for category, rows in boards.items():
                totals = tallies[category].totals(weights)
                for row, rank in zip(rows, _ranks(totals), strict=True):
                    ranks[row.object].append(rank)
    return {name: _interval(found) for name, found in ranks.items()}


def moved_weights(
    result: Result, draw: int, *, input_digest: str
) -> dict[str, Decimal]:
    """w (0.8 + 0.4 H / 2⁶⁴) of every node, H from SHA-256 of "digest:draw:code"."""
    weights: dict[str, Decimal] = {}
    for code, node in result.rules.nodes.items():
        seed = hashlib.sha256(f"{input_digest}:{draw}:{code}".encode()).digest()
        share = Decimal(int.from_bytes(seed[:8], "big")) / 2**64
        factor = Decimal("0.8") + Decimal("0.4") * share
        weights[code] = arithmetic.to_decimal(node.weight) * factor
    return weights


@dataclass(frozen=True, slots=True)
class _Entry:
    """One object: its outcomes, which nodes have a value, and constant vectors."""

    found: Outcomes
    counted: frozenset[str]
    vectors: dict[str, tuple[int, ...]]


class Tally:
    """Totals of one category's objects under changing weights.

    Wherever means and sums follow each other down to the criteria, they are one
    linear combination, worked out once per draw for all objects alike.
    """

    def __init__(self, result: Result, rows: Sequence[Row]) -> None:
        self._root = result.rules.root
        self._weights: _Weights = {}
        self._shares: dict[tuple[str, frozenset[str]], tuple[int, ...]] = {}
        self._ends: dict[tuple[str, frozenset[str]], tuple[Node, ...]] = {}
        present = compose.applying(result.rules, rows[0].category)
        self._entries: list[_Entry] = []
        for row in rows:
            found = compose.outcomes(result.inputs, row.object, present=present)
            counted = frozenset(c for c, o in found.items() if o.value is not None)
            self._entries.append(_Entry(found, counted, {}))

    def totals(self, weights: _Weights) -> list[Decimal]:
        """The total of each object, in the given order."""
        self._weights = weights
        self._shares.clear()
        return [self._value(self._root, entry) for entry in self._entries]

    def _value(self, node: Node, entry: _Entry) -> Decimal:
        if not isinstance(node, Group) or node.pool:
            return _decimal(entry.found[node.code].value)
        if node.compose == "geometric":
            value = self._product(node, entry)
        else:
            value = self._combined(node, entry)
        for factor in node.times:
            plain = factor
            if isinstance(plain, str):
                plain = entry.found[plain].plain or Fraction(0)
            value *= arithmetic.to_decimal(plain)
        if node.places is None:
            return value
        return _decimal(arithmetic.rounded(Fraction(value), node.places))

    def _product(self, group: Group, entry: _Entry) -> Decimal:
        whole = power = Decimal(0)
        for child in _counting(group, entry.counted):
            value = max(self._value(child, entry), _decimal(group.floor))
            if not value:
                return Decimal(0)
            whole += self._weights[child.code]
            power += self._weights[child.code] * value.ln()
        return (power / whole).exp()

    def _combined(self, group: Group, entry: _Entry) -> Decimal:
        key = (group.code, entry.counted)
        if key not in self._shares:
            parts = list(self._spread(group, Decimal(1), entry.counted))
            self._ends[key] = tuple(node for node, _ in parts)
            self._shares[key] = tuple(_units(share) for _, share in parts)
        ends = self._ends[key]
        vector = entry.vectors.get(group.code)
        if vector is None:
            vector = tuple(_units(self._value(end, entry)) for end in ends)
            if not any(isinstance(end, Group) and not end.pool for end in ends):
                entry.vectors[group.code] = vector
        return Decimal(sum(map(mul, self._shares[key], vector))).scaleb(-2 * _PLACES)

    def _spread(
        self, group: Group, share: Decimal, counted: frozenset[str]
    ) -> Iterator[tuple[Node, Decimal]]:
        children = _counting(group, counted)
        whole = sum((self._weights[child.code] for child in children), Decimal(0))
        if group.compose == "sum":
            # Moved weights of a sum keep their sum.
            share *= arithmetic.to_decimal(sum((c.weight for c in children), _NONE))
        for child in children:
            part = share * self._weights[child.code] / whole
            if isinstance(child, Group) and not child.pool and _is_linear(child):
                yield from self._spread(child, part, counted)
            else:
                yield child, part


def _is_linear(group: Group) -> bool:
    plain = not group.times and group.places is None
    return plain and group.compose != "geometric"


def _counting(group: Group, counted: frozenset[str]) -> list[Node]:
    return [c for c in group.of if not c.independent and c.code in counted]


def _units(value: Decimal) -> int:
    # Whole numbers are added and multiplied much faster than decimals.
    return int(value.scaleb(_PLACES).to_integral_value())


def _decimal(value: Fraction | None) -> Decimal:
    return arithmetic.to_decimal(value or _NONE)


def _ranks(totals: Sequence[Decimal]) -> Iterator[int]:
    order = sorted(totals)
    return (len(order) - bisect_right(order, total) + 1 for total in totals)


def _interval(ranks: list[int]) -> Interval:
    ranks.sort()
    return Interval(ranks[LOW], ranks[HIGH])
