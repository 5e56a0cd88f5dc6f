"""Where an entry stands: the points that would be published."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.merit.domain.award.standing import Line, Standing, stand
from ckanext.merit.domain.scoring.reading import read_rules


def rules(*leaves: dict, **root: object):
    jury = {"code": "jury", "scale": ["0", "5"], "panel": {}}
    tree = {"of": [*leaves, jury], **root}
    return read_rules({"merit": "1", "id": "t", "root": tree})


NEW = {"code": "new", "weight": "2", "goalposts": ["0", "4"]}
OPEN = {"code": "open", "goalposts": ["0", "1"]}


def test_points_are_those_of_the_whole():
    """The maxima leave room for the jury; only machine criteria add up."""
    found = stand(rules(NEW, OPEN), {"new": "3", "open": "0.5"}, category="")
    assert found == Standing(
        (
            Line("new", "3", "0.75", "37.50", "50"),
            Line("open", "0.5", "0.5", "12.50", "25"),
        ),
        "50.00",
        "75",
    )


def test_what_was_not_measured_has_no_points():
    """It counts 0 only where the rules say so."""
    zero = {**OPEN, "missing": "zero"}
    found = stand(rules(NEW, zero), {"new": None, "open": None}, category="")
    assert found.lines == (
        Line("new", None, None, None, "50"),
        Line("open", None, None, "0.00", "25"),
    )
    assert (found.total, found.maximum) == ("0.00", "75")


@pytest.mark.parametrize(
    ("leaf", "text"),
    [
        ({**NEW, "goalposts": ["1", "4"], "transform": "log"}, "0"),
        ({"code": "new", "minmax": "true"}, "1"),
    ],
)
def test_what_the_rules_cannot_score_is_not_measured(leaf, text: str):
    """A logarithm of 0; a criterion that others decide."""
    (line,) = stand(rules(leaf), {"new": text}, category="").lines
    assert (line.value, line.points) == (None, None)


def test_independent_criteria_are_shown_and_not_added():
    """They never enter the total."""
    apart = {**OPEN, "independent": "true"}
    found = stand(rules(NEW, apart), {"new": "4", "open": "1"}, category="")
    assert [line.points for line in found.lines] == ["66.67", "100.00"]
    assert (found.total, found.maximum) == ("66.67", "66.67")


def test_without_machine_criteria_there_is_nothing():
    """An award of juries only."""
    assert stand(rules(NEW), {}, category="") == Standing((), "0", "0")


@settings(max_examples=40)
@given(st.fractions(0, 5, max_denominator=8), st.fractions(0, 5, max_denominator=8))
def test_more_is_never_less(one: Fraction, other: Fraction):
    """A higher value gives at least the points of a lower one."""
    low, high = sorted((one, other))
    points = [
        Fraction(stand(rules(NEW), {"new": f"{float(v):.3f}"}, category="").total)
        for v in (low, high)
    ]
    assert points[0] <= points[1]
