"""Indicators across editions, by the programme's definitions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.domain.award.kpis import (
    KPIS,
    Reading,
    entities_improved,
    growth_factor,
    total,
)

NUMBERS = st.none() | st.integers(-50, 50).map(str)


def test_totals_say_of_how_many():
    """What could not be measured isn't 0."""
    assert total(["3", None, "0.5"]) == Reading("3.5", 2, 3)
    assert total([None]) == Reading(None, 0, 1)
    assert total([]) == Reading(None, 0, 0)


@pytest.mark.parametrize(
    ("now", "before", "factor"),
    [("180", "30", "6"), ("1", "3", "0.333333333333"), ("5", "0", None)],
)
def test_six_times_more(now: str, before: str, factor: str | None):
    """New datasets of this edition for each one of the edition before."""
    found = growth_factor(Reading(now, 9, 10), Reading(before, 5, 5))
    assert found == Reading(factor, 9, 10)


@pytest.mark.parametrize(("now", "before"), [(None, "1"), ("1", None)])
def test_without_both_totals_there_is_no_factor(now, before):
    """Unknown stays unknown."""
    found = growth_factor(Reading(now, 0, 1), Reading(before, 0, 1))
    assert found.value is None


def test_entities_improved_from_delta_on():
    """The limit counts; entities without a baseline are not counted."""
    found = entities_improved(["5", "4.99", "-1", None], delta=Fraction(5))
    assert found == Reading("1", 3, 4)
    assert entities_improved([None], delta=Fraction(5)) == Reading(None, 0, 1)


@given(st.lists(NUMBERS))
def test_never_more_than_were_measured(gains):
    """Count, denominator and number of entities in order."""
    found = entities_improved(gains, delta=Fraction(3))
    assert int(found.value or 0) <= found.measured <= found.of == len(gains)


def test_every_indicator_is_defined():
    """With a formula and a unit."""
    assert all(k.definition and k.formula and k.unit for k in KPIS.values())
