"""Z-score calibration, as NASA TechLeap and HeroX document it publicly.

It punishes an object that happened to sit among strong ones: the interface says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from ckanext.merit.domain.scoring import arithmetic

Reviews = Mapping[str, Mapping[str, Fraction]]


def standardised(
    reviews: Reviews, *, min_reviews: int
) -> tuple[dict[str, dict[str, Fraction]], frozenset[str]]:
    """Give every juror the mean and deviation of all reviews: M + S (r - m) / s.

    Deviations (ddof 1) are taken at 12 places.

    Args:
        reviews: the review totals of each object by juror.
        min_reviews: jurors with fewer reviews stay as they are.

    Returns:
        The new totals, and the jurors left as they were.
    """
    by_juror: dict[str, list[Fraction]] = {}
    for row in reviews.values():
        for juror, total in row.items():
            by_juror.setdefault(juror, []).append(total)
    everything = [total for totals in by_juror.values() for total in totals]
    mean, spread = _moments(everything)
    moments = {
        juror: _moments(totals)
        for juror, totals in by_juror.items()
        if len(totals) >= min_reviews
    }
    usable = {juror: found for juror, found in moments.items() if found[1]}
    moved = {
        name: {
            juror: mean + spread * (total - usable[juror][0]) / usable[juror][1]
            if juror in usable
            else total
            for juror, total in row.items()
        }
        for name, row in reviews.items()
    }
    return moved, frozenset(by_juror.keys() - usable.keys())


def _moments(values: list[Fraction]) -> tuple[Fraction, Fraction]:
    """Mean and sample deviation; the deviation is 0 for fewer than two values."""
    if len(values) < 2:
        return sum(values, Fraction(0)), Fraction(0)
    mean = sum(values, Fraction(0)) / len(values)
    return mean, arithmetic.sample_deviation(values)
