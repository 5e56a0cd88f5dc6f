"""Step 1: what was written down becomes a number, mostly in [0, 1]."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from ckanext.merit.domain.scoring import arithmetic
from ckanext.merit.domain.scoring.rules import (
    Goalposts,
    Levels,
    Measure,
    MinMax,
    Raw,
    Scale,
)

_ZERO = Fraction(0)
_ONE = Fraction(1)


def written_value(measure: Measure, text: str) -> Fraction:
    """The number that stands for a written value, before it is normalised.

    For levels it is the published value of the label.

    Raises:
        ValueError: not a number, not a label, off the step, out of range.
    """
    if isinstance(measure, Levels):
        if text not in measure.values:
            raise ValueError(f'"{text}" is not one of the levels')
        return measure.values[text]
    value = arithmetic.number(text)
    if isinstance(measure, (Raw, Scale)):
        if not measure.low <= value <= measure.high:
            ends = f"{_plain(measure.low)} to {_plain(measure.high)}"
            raise ValueError(f"{text} is out of range, {ends}")
        step = measure.step if isinstance(measure, Scale) else None
        if step is not None and (value - measure.low) % step:
            raise ValueError(f"{text} is off the step of {_plain(step)}")
    return value


def normalised(measure: Measure, value: Fraction) -> Fraction:
    """The normalised value u of a number that ``written_value`` gave.

    Min-max needs the whole file: see ``min_max``.

    Raises:
        ValueError: outside the domain of a logarithm.
    """
    if isinstance(measure, Scale):
        share = (value - measure.low) / (measure.high - measure.low)
        return _ONE - share if measure.down else share
    if isinstance(measure, Goalposts):
        place = transformed(value, measure.transform) - measure.worst
        return clamped(place / (measure.best - measure.worst))
    return value


def min_max(measure: MinMax, values: Iterable[Fraction]) -> Mapping[Fraction, Fraction]:
    """Normalise numbers by their own extremes: for analysis only.

    Raises:
        ValueError: all are equal.
    """
    numbers = set(values)
    if not numbers:
        return {}
    low, high = min(numbers), max(numbers)
    if low == high:
        raise ValueError("minmax needs at least two different values")
    shares = {value: (value - low) / (high - low) for value in numbers}
    if not measure.down:
        return shares
    return {value: _ONE - share for value, share in shares.items()}


def transformed(value: Fraction, transform: str) -> Fraction:
    """Apply none, log or log1p; logarithms are given at 12 places.

    Raises:
        ValueError: outside the domain of the logarithm.
    """
    if transform == "none":
        return value
    inner = value if transform == "log" else value + 1
    if inner <= 0:
        raise ValueError(f"{_plain(value)} has no {transform}")
    return arithmetic.logarithm(inner)


def clamped(value: Fraction) -> Fraction:
    """The value, not below 0 and not above 1."""
    return min(max(value, _ZERO), _ONE)


def improvement(before: Fraction, after: Fraction, *, target: Fraction) -> Fraction:
    """Share of a target gain between two snapshots.

    Raises:
        ValueError: the target gain isn't above 0.
    """
    if target <= 0:
        raise ValueError("the target gain must be above 0")
    return clamped((after - before) / target)


def vote_share(votes: int, most: int) -> Fraction:
    """Votes as a share of the most voted entry's; 0 when nobody voted.

    Raises:
        ValueError: negative, or more votes than the most voted has.
    """
    if not 0 <= votes <= most:
        raise ValueError(f"{votes} votes of at most {most}")
    return Fraction(votes, most) if most else _ZERO


def _plain(value: Fraction) -> str:
    """Decimal text of a number that was written as decimal text."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    return arithmetic.fixed(value, places)
