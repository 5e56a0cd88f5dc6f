"""Pairwise calibration: each juror only orders objects (Bradley and Terry, ridge).

Maximises Σ wins · ln L(θ_i - θ_k) - (λ/2) Σ θ², L being the logistic function, by
damped Newton steps: directions are solved in floats, the rest in 50 digits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from fractions import Fraction

from ckanext.merit.domain.scoring import arithmetic
from ckanext.merit.domain.scoring.laplacian import Laplacian
from ckanext.merit.domain.scoring.refining import MAX_PASSES, UnsettledError

SMALL_STEP = 1e-24

Reviews = Mapping[str, Mapping[str, Fraction]]
# Half wins of the first over the second, for every pair that a juror compared.
Halves = Mapping[str, Mapping[str, int]]


def half_wins(reviews: Reviews) -> dict[str, dict[str, int]]:
    """Count twice the wins of each object over each other that it met.

    Both directions of a pair are present, also with 0.
    """
    by_juror: dict[str, list[tuple[Fraction, str]]] = {}
    for name in sorted(reviews):
        for juror, total in reviews[name].items():
            by_juror.setdefault(juror, []).append((total, name))
    halves: dict[str, dict[str, int]] = {name: {} for name in sorted(reviews)}
    for judged in by_juror.values():
        judged.sort()
        for place, (total, name) in enumerate(judged):
            for other_total, other in judged[:place]:
                won = 2 if total > other_total else 1
                halves[name][other] = halves[name].get(other, 0) + won
                halves[other][name] = halves[other].get(name, 0) + 2 - won
    return halves


def beaten(halves: Halves) -> dict[str, list[str]]:
    """For each object those that it won, or halved, against."""
    return {
        name: [other for other, won in row.items() if won]
        for name, row in halves.items()
    }


def strengths(halves: Halves, *, ridge: Fraction) -> dict[str, Fraction]:
    """The mean chance of each object against every other, at 12 places.

    Args:
        halves: of two or more objects, as ``half_wins`` counts them.
        ridge: λ; with 0 the graph of wins must be strongly connected.

    Raises:
        UnsettledError: the maximum isn't found (it has none).
    """
    model = _Model.of(halves, ridge)
    with localcontext(Context(prec=arithmetic.DIGITS)):
        powers = [theta.exp() for theta in model.fitted()]
        chances = [
            sum((mine / (mine + other) for other in powers), Decimal("-0.5"))
            / (len(powers) - 1)
            for mine in powers
        ]
    return {
        name: arithmetic.quantised(chance)
        for name, chance in zip(halves, chances, strict=True)
    }


@dataclass(frozen=True, slots=True)
class _Model:
    """Per object: how many wins it has, and whom it met how often."""

    wins: list[Decimal]
    met: list[list[tuple[int, Decimal]]]
    ridge: Decimal

    @classmethod
    def of(cls, halves: Halves, ridge: Fraction) -> _Model:
        place = {name: n for n, name in enumerate(halves)}
        wins = [Decimal(sum(row.values())) / 2 for row in halves.values()]
        met = [
            [
                (place[other], Decimal(won + halves[other][name]) / 2)
                for other, won in row.items()
            ]
            for name, row in halves.items()
        ]
        return cls(wins, met, arithmetic.to_decimal(ridge))

    def fitted(self) -> list[Decimal]:
        thetas = [Decimal(0)] * len(self.wins)
        for _ in range(MAX_PASSES):
            gradient = self._gradient(thetas)
            steps = self._steps(thetas, gradient)
            largest = max(map(abs, steps))
            damping = _damping(2 * largest)
            for place, step in enumerate(steps):
                thetas[place] += Decimal(step * damping)
            if largest <= SMALL_STEP:
                return thetas
        raise UnsettledError("the pairwise fit does not settle")

    def _gradient(self, thetas: list[Decimal]) -> list[Decimal]:
        powers = [theta.exp() for theta in thetas]
        return [
            self.wins[one]
            - sum(
                (
                    times * powers[one] / (powers[one] + powers[two])
                    for two, times in row
                ),
                self.ridge * thetas[one],
            )
            for one, row in enumerate(self.met)
        ]

    def _steps(self, thetas: list[Decimal], gradient: list[Decimal]) -> list[float]:
        at = [float(theta) for theta in thetas]
        graph = [
            {two: float(times) * _slope(at[one] - at[two]) for two, times in row}
            for one, row in enumerate(self.met)
        ]
        ground = [float(self.ridge)] * len(at)
        scale = max(map(abs, gradient)) or Decimal(1)
        right = [float(value / scale) for value in gradient]
        found = Laplacian(graph, ground).solve(right)
        return [step * float(scale) for step in found]


def _slope(gap: float) -> float:
    """The logistic function's derivative L(x) L(-x)."""
    small = math.exp(-abs(gap))
    return small / (1 + small) ** 2


def _damping(width: float) -> float:
    """A step that never overshoots; nearly 1 close to the maximum.

    The logistic function's slope changes by at most e^x over a distance of x.
    """
    return math.log1p(width) / width if width else 1.0
