"""Exact numbers: reading, rounding, and the few steps that leave the rationals."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

# Steps that leave the rationals work with this many digits and are quantised to
# this many places before the next step.
DIGITS = 50
PLACES = 12
MAX_LENGTH = 60

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_WORK = Context(prec=DIGITS)
_WIDE = Context(prec=200, rounding=ROUND_HALF_UP)
# A computed 0.4999… that is really a half must not be rounded down.
_GUARD = Decimal(1).scaleb(-25)
_LAST = Decimal(1).scaleb(-PLACES)


def number(text: str) -> Fraction:
    """Read a plain decimal number such as ``-3.25``.

    Raises:
        ValueError: exponents, signs other than a minus, spaces, other digits than
            0-9, or more than 60 characters.
    """
    if len(text) > MAX_LENGTH or not _NUMBER.fullmatch(text):
        raise ValueError(f'"{text[:MAX_LENGTH]}" is not a number')
    return Fraction(text)


def is_number(text: str) -> bool:
    """Whether ``number`` would accept the text."""
    return len(text) <= MAX_LENGTH and bool(_NUMBER.fullmatch(text))


def units(value: Fraction, places: int) -> int:
    """The value in units of its last place, halves away from zero."""
    scaled = value.numerator * 10**places
    whole, rest = divmod(abs(scaled), value.denominator)
    if 2 * rest >= value.denominator:
        whole += 1
    return -whole if scaled < 0 else whole


def rounded(value: Fraction, places: int) -> Fraction:
    """The value at a number of decimal places, halves away from zero."""
    return Fraction(units(value, places), 10**places)


def places_of(text: str) -> int:
    """How many decimal places a number was written with."""
    return len(text.partition(".")[2])


def fixed(value: Fraction, places: int) -> str:
    """The value as decimal text with exactly so many places (rounded)."""
    whole = units(value, places)
    digits = str(abs(whole)).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if whole < 0 else text


def quantised(value: Decimal) -> Fraction:
    """An irrational step's result at 12 places, halves away from zero."""
    near = value.quantize(_GUARD, context=_WIDE)
    return Fraction(near.quantize(_LAST, context=_WIDE))


def settled(value: Fraction) -> Fraction:
    """A number known to far more than 25 places at 12, halves away from zero."""
    return rounded(rounded(value, -_GUARD.adjusted()), PLACES)


def to_decimal(value: Fraction) -> Decimal:
    """The nearest decimal of 50 digits."""
    return _WORK.divide(Decimal(value.numerator), Decimal(value.denominator))


def logarithm(value: Fraction) -> Fraction:
    """Natural logarithm of a positive number at 12 places."""
    return quantised(_WORK.ln(to_decimal(value)))


def square_root(value: Fraction) -> Fraction:
    """Square root of a non-negative number at 12 places."""
    return quantised(_WORK.sqrt(to_decimal(value)))


def geometric_mean(values: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    """Weighted geometric mean Π u^(w/Σw) of non-negative numbers at 12 places."""
    if not all(values):
        return Fraction(0)
    total = sum(weights, Fraction(0))
    power = Decimal(0)
    for value, weight in zip(values, weights, strict=True):
        share = to_decimal(weight / total)
        power = _WORK.fma(share, _WORK.ln(to_decimal(value)), power)
    return quantised(_WORK.exp(power))


def weighted_sum(values: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    """Σ w v over a common denominator: several times as fast as adding fractions."""
    below = [
        value.denominator * weight.denominator
        for value, weight in zip(values, weights, strict=True)
    ]
    common = math.lcm(*below)
    above = sum(
        value.numerator * weight.numerator * (common // denominator)
        for value, weight, denominator in zip(values, weights, below, strict=True)
    )
    return Fraction(above, common)


def sample_variance(values: Sequence[Fraction]) -> Fraction:
    """Variance with ddof 1 of two or more values."""
    mean = sum(values, Fraction(0)) / len(values)
    return sum(((v - mean) ** 2 for v in values), Fraction(0)) / (len(values) - 1)


def sample_deviation(values: Sequence[Fraction]) -> Fraction:
    """Standard deviation with ddof 1 of two or more values, at 12 places."""
    return square_root(sample_variance(values))
