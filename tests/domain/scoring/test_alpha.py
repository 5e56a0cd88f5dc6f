"""Krippendorff's published examples, and the reference implementation."""

from __future__ import annotations

from fractions import Fraction

import krippendorff
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.merit.domain.scoring.alpha import METRICS, alpha, band

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): example C, four
# observers and twelve units with missing values ("." for none), one unit a word.
MISSING = "11.1 2232 3333 3333 2222 1234 4444 1121 2222 .555 ..11 ..3."
BINARY = ("0100000010", "1110010000")
NOMINAL = ("aabbdcccedda", "babbbccceddd")


def units(text: str) -> list[list[Fraction]]:
    return [[Fraction(v) for v in word if v != "."] for word in text.split()]


def pairs(observers: tuple[str, str]) -> list[list[Fraction]]:
    return [
        [Fraction(ord(a)), Fraction(ord(b))] for a, b in zip(*observers, strict=True)
    ]


@pytest.mark.parametrize(
    ("metric", "value"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_published_example_with_missing_values(metric: str, value: float):
    """The values that Krippendorff gives for example C and its other metrics."""
    assert round(float(alpha(units(MISSING), metric=metric) or 0), 3) == value


@pytest.mark.parametrize(("observers", "value"), [(BINARY, 0.095), (NOMINAL, 0.692)])
def test_published_examples_of_two_observers(observers: tuple[str, str], value: float):
    """The values that Krippendorff gives for examples A and B."""
    assert round(float(alpha(pairs(observers), metric="nominal") or 0), 3) == value


@given(
    st.lists(
        st.lists(st.none() | st.integers(1, 6), min_size=4, max_size=4), min_size=1
    ),
    st.sampled_from(METRICS),
)
@settings(deadline=None)
def test_same_as_the_reference_implementation(
    table: list[list[int | None]], metric: str
):
    """Wherever that gives a value, it is ours."""
    ours = [[Fraction(v) for v in row if v is not None] for row in table]
    found = alpha(ours, metric=metric)
    if found is None:
        return
    columns = list(zip(*table, strict=True))
    data = [[float("nan") if v is None else v for v in row] for row in columns]
    theirs = krippendorff.alpha(reliability_data=data, level_of_measurement=metric)
    assert float(found) == pytest.approx(theirs)


def test_perfect_agreement_is_one():
    """Observers who always agree, about things that differ."""
    assert alpha(units("11 22"), metric="interval") == 1


@pytest.mark.parametrize("metric", METRICS)
def test_no_expected_disagreement_is_no_alpha(metric: str):
    """All alike, or nothing to compare."""
    found = [alpha(units(text), metric=metric) for text in ("11 11", "1 2", "")]
    assert found == [None, None, None]


def test_zero_has_a_ratio_to_others():
    """A zero against anything is as far as can be."""
    assert alpha(units("00 01 11"), metric="ratio") == Fraction(4, 9)


def test_opposite_signs_have_no_ratio():
    """Where a scale has no zero point, ratio is the wrong metric."""
    with pytest.raises(ValueError, match="opposite sign"):
        alpha([[Fraction(-1), Fraction(2)]], metric="ratio")


def test_unknown_metric():
    """Only the four."""
    with pytest.raises(ValueError, match='"polar" is none of nominal'):
        alpha([], metric="polar")


@pytest.mark.parametrize(
    ("value", "name"),
    [("0.8", "reliable"), ("0.799", "tentative"), ("0.667", "tentative")],
)
def test_bands(value: str, name: str):
    """Bands as in the field, closed below."""
    assert band(Fraction(value)) == name


def test_band_below_and_without():
    """Low agreement asks for deliberation; no alpha has no band."""
    assert [band(Fraction("0.6669")), band(None)] == ["deliberate", ""]
