"""How the measurements of resources become the dataset's."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.domain.quality.making import indicator, measured, na, on, profile, unmeasured

from ckanext.merit.domain.quality import (
    EXEMPT,
    LISTED_RESOURCES,
    ZERO,
    Finding,
    Measurement,
    Outcome,
    Series,
    assess,
)
from ckanext.merit.domain.quality_combine import aggregate

HALF = Fraction(1, 2)


def _finding(*found: Measurement, how: str = "mean") -> Finding:
    return assess(profile(indicator("F1", aggregate=how)), found).findings[0]


@pytest.mark.parametrize(
    ("how", "value"),
    [
        ("mean", Fraction(1, 2)),
        ("min", 0),
        ("max", 1),
        ("best", 1),
        ("any", 1),
        ("all", 0),
    ],
)
def test_aggregates(how, value):
    """Three resources with 0, 1/2 and 1."""
    found = (measured("F1", 0), measured("F1", HALF), measured("F1", 1))
    parts = [on(f"r{number}", each) for number, each in enumerate(found)]
    assert _finding(*parts, how=how).value == value


@pytest.mark.parametrize(
    ("how", "values", "value"),
    [
        ("mean", [Fraction(1, 3), Fraction(1, 2), 1], Fraction(11, 18)),
        ("max", [Fraction(1, 3), Fraction(1, 2)], Fraction(1, 2)),
        ("best", [Fraction(1, 3), Fraction(1, 2)], Fraction(1, 2)),
        ("min", [Fraction(1, 3), Fraction(1, 2)], Fraction(1, 3)),
        ("any", [Fraction(1, 3), 0], 0),
        ("any", [Fraction(1, 3), 1], 1),
        ("all", [1, 1], 1),
        ("all", [1, Fraction(1, 3)], 0),
    ],
)
def test_aggregate_of_values(how, values, value):
    """Each way on values that are no shared objects."""
    assert aggregate(how, [Fraction(each) for each in values]) == value


def test_the_mean_is_over_measured_resources():
    """Unmeasured and inapplicable resources are left out."""
    finding = _finding(
        on("r1", measured("F1", 0)), on("r2", unmeasured("F1")), on("r3", na("F1"))
    )
    assert (finding.state, finding.value) == ("measured", 0)


@pytest.mark.parametrize(
    ("states", "state"),
    [
        (("na", "na"), "na"),
        (("na", "unmeasured"), "unmeasured"),
        (("exempt", "na"), "na"),
        (("exempt", "exempt"), "exempt"),
        (("unmeasured", "exempt"), "unmeasured"),
    ],
)
def test_state_without_values(states, state):
    """Unmeasured if any waits, not applicable if any is, exempt if all are."""
    kinds = {
        "na": na("F1"),
        "unmeasured": unmeasured("F1"),
        "exempt": Measurement("F1", EXEMPT, ZERO, "approved"),
    }
    parts = [on(f"r{place}", kinds[each]) for place, each in enumerate(states)]
    assert _finding(*parts).state == state


def test_the_worst_resource_speaks():
    """The reason is that of the lowest value."""
    finding = _finding(
        on("r1", measured("F1", HALF, "half")), on("r2", measured("F1", 0, "none"))
    )
    assert (finding.reason, finding.detail) == ("none", {"affected": 2, "total": 2})


def test_the_most_frequent_reason_speaks():
    """Among equally bad resources the most frequent reason, then the first by name."""
    parts = [
        on("r1", measured("F1", 0, "z")),
        on("r2", measured("F1", 0, "b")),
        on("r3", measured("F1", 0, "a")),
        on("r4", measured("F1", 0, "z")),
    ]
    assert _finding(*parts).reason == "z"
    assert _finding(*parts[:3]).reason == "a"


def test_evidence_is_joined():
    """Texts are named once each, at most three; numbers are added up."""
    parts = [
        on(f"r{place}", measured("F1", HALF, "r", format=each, count=1))
        for place, each in enumerate(("b", "a", "d", "c", "a"))
    ]
    assert _finding(*parts).detail == {
        "format": "a, b, c, …",
        "count": 5,
        "affected": 5,
        "total": 5,
    }


def test_the_same_evidence_of_several_resources():
    """One detail shared by several resources: texts stay, numbers are added up."""
    one = measured("F1", 0, "r", format="a", count=2)
    finding = _finding(on("r1", one), on("r2", one))
    assert finding.detail == {"format": "a", "count": 4, "affected": 2, "total": 2}


def test_shared_evidence_beside_other_values():
    """The same, where a third resource earns everything."""
    one = measured("F1", 0, "r", format="a", count=2)
    finding = _finding(on("r1", one), on("r2", one), on("r3", measured("F1")))
    assert finding.detail == {"format": "a", "count": 4, "affected": 2, "total": 3}


def test_resources_that_cost_something_are_listed():
    """Worst first, unmeasured last, those that earn everything not at all."""
    finding = _finding(
        on("r1", measured("F1")),
        on("r2", unmeasured("F1")),
        on("r3", measured("F1", HALF)),
        on("r4", measured("F1", 0)),
    )
    assert [each.id for each in finding.resources] == ["r4", "r3", "r2"]
    assert finding.resources_total == 3


def test_nothing_is_listed_where_nothing_is_lost():
    """One good resource is enough for `best`: the others cost nothing."""
    finding = _finding(
        on("r1", measured("F1")), on("r2", measured("F1", 0)), how="best"
    )
    assert (finding.value, finding.resources, finding.resources_total) == (1, (), 0)


def test_at_most_twenty_resources_are_listed():
    """Of 2,000 alike the first twenty by id, and the number of all."""
    parts = [on(f"r{place:04}", measured("F1", 0)) for place in range(2000)]
    finding = _finding(*reversed(parts))
    assert [each.id for each in finding.resources] == [
        f"r{place:04}" for place in range(LISTED_RESOURCES)
    ]
    assert finding.resources_total == 2000


def test_one_resource_full_and_one_unmeasured():
    """Fully earned on what was measured, but not complete."""
    found = (on("r1", measured("F1")), on("r2", unmeasured("F1")))
    group = assess(profile(indicator("F1")), found).groups[0]
    assert (group.measurement.value, group.complete) == (1, False)


def test_alike_unmeasured_resources():
    """Several resources that wait for the same reason are listed."""
    one = unmeasured("F1")
    finding = _finding(on("r1", one), on("r2", one))
    assert (finding.state, finding.resources_total) == ("unmeasured", 2)


def test_alike_inapplicable_resources():
    """Several resources to which it doesn't apply are not."""
    one = na("F1")
    finding = _finding(on("r1", one), on("r2", one))
    assert (finding.state, finding.detail, finding.resources_total) == (
        "na",
        {"affected": 0, "total": 2},
        0,
    )


def test_a_series_is_as_good_as_its_measurements():
    """Measured one by one or as a series: the same finding."""
    parts = [
        on("r1", measured("F1", 0, "z", format="a")),
        on("r2", unmeasured("F1")),
        on("r3", measured("F1", HALF, "half")),
        on("r4", measured("F1", 0, "z", format="b")),
    ]
    outcomes = tuple(Outcome(*part[1:5]) for part in parts)
    series = Series("F1", ("r1", "r2", "r3", "r4"), outcomes)
    found = assess(profile(indicator("F1")), [series])
    assert found.to_dict() == assess(profile(indicator("F1")), parts).to_dict()


@pytest.mark.parametrize(
    "more", [measured("F1"), on("r1", measured("F1")), Series("F1", (), ())]
)
def test_a_series_is_all_there_is_of_an_indicator(more):
    """Neither the dataset nor the same resource is measured beside it."""
    outcome = Outcome("measured", ZERO, "none", {})
    with pytest.raises(ValueError, match="measured"):
        assess(profile(indicator("F1")), [Series("F1", ("r1",), (outcome,)), more])
