"""Krippendorff's alpha, exactly, also with missing ratings.

Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

METRICS = ("nominal", "ordinal", "interval", "ratio")

# The sum of squared differences over all ordered pairs of some ratings.
_Pairs = Callable[[Sequence[Fraction]], Fraction]


def alpha(units: Iterable[Sequence[Fraction]], *, metric: str) -> Fraction | None:
    """Agreement of raters: 1 is perfect, 0 what chance would give.

    Args:
        units: the ratings of each unit, in any order; units with fewer than two
            ratings are left out.
        metric: nominal, ordinal, interval or ratio.

    Returns:
        None when no disagreement could be expected (all ratings are equal, or
        there is nothing to compare).

    Raises:
        ValueError: an unknown metric; a ratio of ratings of opposite sign.
    """
    if metric not in METRICS:
        raise ValueError(f'"{metric}" is none of {", ".join(METRICS)}')
    paired = [tuple(ratings) for ratings in units if len(ratings) > 1]
    ratings = [rating for unit in paired for rating in unit]
    pairs = _pairs(metric, ratings)
    expected = pairs(ratings)
    if not expected:
        return None
    observed = sum((pairs(unit) / (len(unit) - 1) for unit in paired), Fraction(0))
    return 1 - (len(ratings) - 1) * observed / expected


def band(value: Fraction | None) -> str:
    """What the field reads from an alpha: reliable, tentative or deliberate."""
    if value is None:
        return ""
    if value >= Fraction(4, 5):
        return "reliable"
    return "tentative" if value >= Fraction(667, 1000) else "deliberate"


def _pairs(metric: str, ratings: Sequence[Fraction]) -> _Pairs:
    if metric == "nominal":
        return _nominal
    if metric == "ratio":
        return _ratio
    places = _places(ratings) if metric == "ordinal" else {r: r for r in set(ratings)}
    unit = math.lcm(*(place.denominator for place in places.values()))
    whole = {rating: int(place * unit) for rating, place in places.items()}
    return lambda some: _squares([whole[rating] for rating in some])


def _nominal(ratings: Sequence[Fraction]) -> Fraction:
    alike = sum(count**2 for count in Counter(ratings).values())
    return Fraction(len(ratings) ** 2 - alike)


def _squares(places: Sequence[int]) -> Fraction:
    # Σ (a - b)² over ordered pairs; the unit of the places cancels in alpha.
    squares = sum(place * place for place in places)
    return Fraction(2 * (len(places) * squares - sum(places) ** 2))


def _ratio(ratings: Sequence[Fraction]) -> Fraction:
    counts = Counter(ratings)
    values = sorted(counts)
    total = Fraction(0)
    for place, one in enumerate(values):
        for two in values[:place]:
            if one * two < 0:
                raise ValueError("ratings of opposite sign have no ratio")
            total += 2 * counts[one] * counts[two] * ((one - two) / (one + two)) ** 2
    return total


def _places(ratings: Sequence[Fraction]) -> dict[Fraction, Fraction]:
    """Each value's place among all ratings, those of the value counted by half."""
    counts = Counter(ratings)
    places: dict[Fraction, Fraction] = {}
    below = 0
    for value in sorted(counts):
        places[value] = below + Fraction(counts[value], 2)
        below += counts[value]
    return places
