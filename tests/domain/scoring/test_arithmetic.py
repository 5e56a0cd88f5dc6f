"""Exact numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.domain.scoring import arithmetic


@pytest.mark.parametrize(
    ("text", "value"), [("3", "3"), ("-0.25", "-1/4"), ("007", "7"), ("1.50", "3/2")]
)
def test_plain_decimal_numbers_are_read(text: str, value: str):
    """A number is digits, a dot, digits, and perhaps a minus."""
    assert arithmetic.number(text) == Fraction(value)


@pytest.mark.parametrize(
    "text", ["", "+1", "1e3", ".5", "1.", " 1", "1/2", "1,5", "٣", "nan", "1" * 61]
)
def test_other_spellings_are_refused(text: str):
    """What isn't a plain decimal number is an error, not a guess."""
    assert not arithmetic.is_number(text)
    with pytest.raises(ValueError, match="is not a number"):
        arithmetic.number(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("61.225", "61.23"),
        ("61.2249", "61.22"),
        ("-0.005", "-0.01"),
        ("-0.004", "0.00"),
        ("0", "0.00"),
        ("9.999", "10.00"),
    ],
)
def test_halves_are_rounded_away_from_zero(value: str, text: str):
    """HALF_UP, also below zero, and no negative zero."""
    assert arithmetic.fixed(Fraction(value), 2) == text


def test_no_places_means_no_dot():
    """Rounded to whole numbers."""
    assert arithmetic.fixed(Fraction("2.5"), 0) == "3"


@given(st.fractions(), st.integers(0, 8))
def test_rounding_moves_by_half_a_unit_at_most(value: Fraction, places: int):
    """A rounded value is the nearest of its places."""
    rounded = arithmetic.rounded(value, places)
    assert abs(rounded - value) * 2 * 10**places <= 1


@given(st.fractions(), st.integers(0, 8))
def test_rounding_twice_is_rounding_once(value: Fraction, places: int):
    """What is rounded stays."""
    rounded = arithmetic.rounded(value, places)
    assert arithmetic.rounded(rounded, places) == rounded


def test_computed_halves_are_rounded_up():
    """A half that a computation missed by a hair is still a half."""
    hair = Decimal("0.0000000000004999999999999999999999999999")
    assert arithmetic.quantised(hair) == Fraction(1, 10**12)
    assert arithmetic.settled(Fraction(hair)) == Fraction(1, 10**12)


def test_logarithms_have_twelve_places():
    """ln 2 quantised."""
    assert arithmetic.logarithm(Fraction(2)) == Fraction("0.693147180560")


def test_square_roots_are_exact_where_they_can_be():
    """The root of a square is found exactly."""
    assert arithmetic.square_root(Fraction(9, 16)) == Fraction(3, 4)


def test_geometric_mean_with_a_zero_is_zero():
    """Nothing makes up for a zero."""
    assert arithmetic.geometric_mean([Fraction(0), Fraction(1)], [Fraction(1)] * 2) == 0


@given(st.lists(st.tuples(st.fractions(), st.fractions()), max_size=8))
def test_weighted_sum_is_exact(pairs: list[tuple[Fraction, Fraction]]):
    """The fast sum equals the plain one."""
    values, weights = [v for v, _ in pairs], [w for _, w in pairs]
    plain = sum((v * w for v, w in pairs), Fraction(0))
    assert arithmetic.weighted_sum(values, weights) == plain


def test_sample_deviation_divides_by_one_less():
    """The deviation of a sample (ddof 1)."""
    values = [Fraction(n) for n in (2, 4, 4, 4, 5, 5, 7, 9)]
    assert arithmetic.sample_variance(values) == Fraction(32, 7)


def test_places_are_counted_as_written():
    """A trailing zero is a place."""
    assert [arithmetic.places_of(text) for text in ("3", "3.50")] == [0, 2]
