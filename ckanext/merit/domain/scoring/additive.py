"""Additive calibration: who is strict and who is lenient, by least squares.

Fits r_ij = μ + e_i + b_j with Σ n_j b_j = 0. The normal equations are those of a
bipartite graph's Laplacian (with -b for b). Floats only propose corrections; the
residual is computed in whole numbers of 10⁻⁵⁰, until it vanishes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ckanext.merit.domain.scoring import arithmetic
from ckanext.merit.domain.scoring.laplacian import Laplacian
from ckanext.merit.domain.scoring.refining import refined

# A residual this small moves no result within its first 25 places, even on the
# longest chain of jurors who share a single object with the next.
SCALE = 10**50
SMALL = 10**8

Reviews = Mapping[str, Mapping[str, Fraction]]


@dataclass(frozen=True, slots=True)
class AdditiveFit:
    """The fit at 12 places: calibrated objects μ + e_i, and severities b_j."""

    values: Mapping[str, Fraction]
    severity: Mapping[str, Fraction]


def fit(reviews: Reviews) -> AdditiveFit:
    """Fit the additive model to a connected set of reviews.

    Args:
        reviews: the review totals of each object by juror; at least one each.

    Returns:
        Values right after quantising to 12 places; a positive severity means a
        juror who gives more than others.
    """
    names = sorted(reviews)
    jurors = sorted({juror for row in reviews.values() for juror in row})
    system = _System.of(reviews, names, jurors)
    solution = refined(
        system.residual,
        Laplacian(system.graph(), [0.0] * system.size).solve,
        size=system.size,
        small=SMALL,
    )
    return _centred(system, solution, names, jurors)


@dataclass(frozen=True, slots=True)
class _System:
    """Vertices are objects, then jurors; a review is an edge with its total."""

    size: int
    objects: int
    edges: Sequence[tuple[int, int, int]]

    @classmethod
    def of(cls, reviews: Reviews, names: list[str], jurors: list[str]) -> _System:
        place = {juror: len(names) + n for n, juror in enumerate(jurors)}
        edges = [
            (n, place[juror], _scaled(total))
            for n, name in enumerate(names)
            for juror, total in sorted(reviews[name].items())
        ]
        return cls(len(names) + len(jurors), len(names), edges)

    def graph(self) -> list[dict[int, float]]:
        graph: list[dict[int, float]] = [{} for _ in range(self.size)]
        for name, juror, _ in self.edges:
            graph[name][juror] = graph[juror][name] = 1.0
        return graph

    def residual(self, solution: Sequence[int]) -> list[int]:
        left = [0] * self.size
        for name, juror, total in self.edges:
            gap = total - solution[name] + solution[juror]
            left[name] += gap
            left[juror] -= gap
        return left


def _centred(
    system: _System, solution: Sequence[int], names: list[str], jurors: list[str]
) -> AdditiveFit:
    given = [juror for _, juror, _ in system.edges]
    shift = Fraction(sum(solution[juror] for juror in given), len(given))
    values = {name: _quantised(solution[n] - shift) for n, name in enumerate(names)}
    severity = {
        juror: _quantised(shift - solution[system.objects + n])
        for n, juror in enumerate(jurors)
    }
    return AdditiveFit(values, severity)


def _scaled(value: Fraction) -> int:
    return (2 * value.numerator * SCALE + value.denominator) // (2 * value.denominator)


def _quantised(value: Fraction) -> Fraction:
    return arithmetic.settled(value / SCALE)
