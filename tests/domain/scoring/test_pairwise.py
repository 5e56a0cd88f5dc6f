"""The Bradley-Terry fit against its own equations."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.merit.domain.scoring import pairwise
from ckanext.merit.domain.scoring.refining import UnsettledError

REVIEWS = st.dictionaries(
    st.sampled_from("ABCDEFG"),
    st.dictionaries(
        st.sampled_from(["j", "k", "l", "m"]),
        st.fractions(0, 1, max_denominator=5),
        min_size=1,
    ),
    min_size=2,
)


def ascent(halves: pairwise.Halves, ridge: float) -> dict[str, float]:
    """Slow but simple: gradient ascent in floats."""
    thetas = dict.fromkeys(halves, 0.0)
    for _ in range(20_000):
        for one, row in halves.items():
            slope = -ridge * thetas[one]
            for two, won in row.items():
                met = won + halves[two][one]
                chance = 1 / (1 + math.exp(thetas[two] - thetas[one]))
                slope += won / 2 - met / 2 * chance
            thetas[one] += slope / (1 + sum(row.values()))
    return {
        one: sum(
            1 / (1 + math.exp(thetas[two] - thetas[one]))
            for two in thetas
            if two != one
        )
        / (len(thetas) - 1)
        for one in thetas
    }


def test_strengths_of_an_uneven_field():
    """Found by two ways."""
    reviews = {
        name: {j: Fraction(v) for j, v in row.items()}
        for name, row in {
            "A": {"j": "0.9", "k": "0.2"},
            "B": {"j": "0.8", "k": "0.3", "l": "0.5"},
            "C": {"k": "0.1", "l": "0.5"},
            "D": {"l": "1"},
        }.items()
    }
    halves = pairwise.half_wins(reviews)
    found = pairwise.strengths(halves, ridge=Fraction(1, 10))
    assert {n: float(v) for n, v in found.items()} == pytest.approx(
        ascent(halves, 0.1), abs=1e-9
    )


@given(REVIEWS)
@settings(max_examples=40, deadline=None)
def test_chances_add_up(reviews: dict[str, dict[str, Fraction]]):
    """Of each pair one wins: the mean chance of all objects is a half."""
    found = pairwise.strengths(pairwise.half_wins(reviews), ridge=Fraction(1, 10))
    mean = sum(found.values()) / len(found)
    assert abs(mean - Fraction(1, 2)) < Fraction(1, 10**11)


def test_one_sided_wins_have_no_maximum():
    """Without ridge an object that always wins would be infinitely strong."""
    halves = {"A": {"B": 2}, "B": {"A": 0}}
    with pytest.raises(UnsettledError):
        pairwise.strengths(halves, ridge=Fraction(0))


def test_wins_are_counted_both_ways():
    """Twice the wins: a tie is one for each."""
    reviews = {
        "A": {"j": Fraction(1), "k": Fraction(1)},
        "B": {"j": Fraction(0), "k": Fraction(1)},
    }
    assert pairwise.half_wins(reviews) == {"A": {"B": 3}, "B": {"A": 1}}
