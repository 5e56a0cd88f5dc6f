"""The engine's arithmetic: scores, coverage, bands, gates, dimensions, gains."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.domain.quality.making import indicator, measured, na, on, profile, unmeasured

from ckanext.merit.domain.quality import (
    EXEMPT,
    NOT_CHECKED,
    ZERO,
    Gate,
    Measurement,
    assess,
    display,
    fixable,
)

# The worked check of the specification: 60 of 75 points earned, 8 for the only
# link, 17 that don't apply.
WORKED = profile(
    indicator("B1", 60),
    indicator("B2", 15),
    indicator("A1", 8),
    indicator("A3", 2),
    indicator("C", 15),
    gates=(Gate("links_broken", "A1", None, ZERO, "broken", complete=True),),
)
WORKED_FOUND = (measured("B1"), measured("B2", 0), na("A3"), na("C"))


def test_worked_check_with_inconclusive_link():
    """The link is inconclusive: K = 75/83, Q = 83/100, S = 80, silver."""
    result = assess(WORKED, (*WORKED_FOUND, unmeasured("A1")))
    assert (result.score, result.coverage, result.applicability, result.band) == (
        80,
        Fraction(75, 83),
        Fraction(83, 100),
        "silver",
    )


def test_worked_check_with_broken_link():
    """The only link is broken: S = 6000/83, shown 72.2, and no badge by the gate."""
    broken = on("r1", measured("A1", 0, "broken"))
    result = assess(WORKED, (*WORKED_FOUND, broken))
    assert (result.score, result.display, result.band) == (
        Fraction(6000, 83),
        "72.2",
        None,
    )
    assert [gate.id for gate in result.gates] == ["links_broken"]


def test_a_gate_for_all_resources_stays_open_while_one_is_unmeasured():
    """One broken and one inconclusive link don't close the gate of all links."""
    found = (on("r1", measured("A1", 0, "broken")), on("r2", unmeasured("A1")))
    assert assess(WORKED, (*WORKED_FOUND, *found)).band == "silver"


def test_dict_of_the_worked_check():
    """The stored form: fractions as text, dimensions, one line per indicator."""
    rule = profile(indicator("F1", 2), indicator("F2", 4, strength=1))
    found = assess(
        rule, (measured("F1", Fraction(1, 2), "few", count=2), measured("F2"))
    )
    assert found.to_dict() == {
        "status": "rated",
        "score": "250/3",
        "display": "83.3",
        "band": "silver",
        "coverage": "1",
        "applicability": "1",
        "gates": [],
        "dimensions": [{"id": "F", "earned": "5", "possible": "6", "display": "83.3"}],
        "indicators": [
            {
                "id": "F1",
                "dimension": "F",
                "state": "measured",
                "value": "1/2",
                "earned": "1",
                "possible": "2",
                "gain": "50/3",
                "reason": "few",
                "detail": {"count": 2},
                "resources": [],
                "resources_total": 0,
            },
            {
                "id": "F2",
                "dimension": "F",
                "state": "measured",
                "value": "1",
                "earned": "4",
                "possible": "4",
                "gain": "0",
                "reason": "r",
                "detail": {},
                "resources": [],
                "resources_total": 0,
            },
        ],
        "sentence": {
            "loss": {"indicator": "F1", "reason": "few", "detail": {"count": 2}},
            "strength": {"indicator": "F2", "reason": "r", "detail": {}},
        },
    }


def test_dict_without_anything_measured():
    """Nothing measured: no score, provisional, dimension without display."""
    result = assess(profile(indicator("F1")), (unmeasured("F1"),)).to_dict()
    assert (result["score"], result["display"], result["status"]) == (
        None,
        None,
        "provisional",
    )
    assert result["dimensions"][0]["display"] is None
    assert result["sentence"] == {"loss": None, "strength": None}


@pytest.mark.parametrize(
    ("closed", "score", "band"),
    [
        ("left", 50, "bronze"),
        ("right", 50, None),
        ("right", Fraction(5001, 100), "bronze"),
        ("left", Fraction(4999, 100), None),
        ("left", 85, "gold"),
        ("right", 85, "silver"),
        ("left", 100, "gold"),
    ],
)
def test_bands_by_closed_side(closed, score, band):
    """A score on a border is in the band above if closed left, below if right."""
    rule = profile(indicator("F1"), closed=closed)
    assert assess(rule, (measured("F1", Fraction(score) / 100),)).band == band


def test_no_bands_no_band():
    """A profile without bands gives none."""
    rule = profile(indicator("F1"), bands=())
    assert assess(rule, (measured("F1"),)).band is None


@pytest.mark.parametrize(
    ("policy", "score", "possible"),
    [("exclude", 100, "0"), ("zero", 50, "1"), ("full", 100, "1")],
)
def test_what_does_not_apply(policy, score, possible):
    """It is left out, or counts as nothing, or as all, by the profile's policy."""
    rule = profile(indicator("F1"), indicator("F2"), na_policy=policy)
    result = assess(rule, (measured("F1"), na("F2")))
    line = result.to_dict()["indicators"][1]
    assert (result.score, line["possible"], line["gain"]) == (score, possible, "0")
    assert line["value"] == "0"


def test_an_exemption_is_left_out_under_every_policy():
    """An approved exemption neither rewards nor punishes."""
    exempt = Measurement("F2", EXEMPT, ZERO, "approved")
    rule = profile(indicator("F1"), indicator("F2"), na_policy="zero")
    result = assess(rule, (measured("F1"), exempt))
    assert (result.score, result.applicability) == (100, Fraction(1, 2))


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ((measured("F1"), na("F2")), "rated"),
        ((measured("F1"), na("F2"), na("F3")), "provisional"),
        ((measured("F1"), measured("F2"), unmeasured("F3")), "provisional"),
        ((measured("F1"), measured("F2"), measured("F3")), "rated"),
    ],
)
def test_rated_or_provisional(found, status):
    """Rated needs half of the points applicable and four fifths of those measured."""
    rule = profile(*[indicator(each.indicator) for each in found])
    result = assess(rule, found)
    assert (result.status, result.band) == (
        status,
        "gold" if status == "rated" else None,
    )


def test_a_provisional_result_lists_no_gates():
    """Where there is no band nothing holds it down."""
    rule = profile(indicator("F1"), indicator("F2"), gates=(Gate("g", "F1", None),))
    result = assess(rule, (measured("F1", 0), unmeasured("F2")))
    assert result.gates == ()


def test_an_indicator_without_measurement_is_unmeasured():
    """What nobody measured counts as not checked, never as failed."""
    finding = assess(profile(indicator("F1")), ()).findings[0]
    assert (finding.state, finding.reason, finding.gain) == (
        "unmeasured",
        NOT_CHECKED,
        0,
    )


def test_measurements_of_other_indicators_are_ignored():
    """A profile takes what it knows."""
    found = (measured("F1"), measured("C9", 0))
    assert assess(profile(indicator("F1")), found).score == 100


def test_measured_twice():
    """Two measurements of one indicator on the dataset contradict each other."""
    with pytest.raises(ValueError, match="F1 was measured twice"):
        assess(profile(indicator("F1")), (measured("F1"), measured("F1")))


def test_measured_on_dataset_and_resources():
    """An indicator is about the dataset or about its resources, not both."""
    found = (measured("F1"), on("r1", measured("F1")))
    with pytest.raises(ValueError, match="on the dataset and on resources"):
        assess(profile(indicator("F1")), found)


@pytest.mark.parametrize(
    ("cap", "band", "listed"),
    [(None, None, 1), ("bronze", "bronze", 1), ("gold", "gold", 0)],
)
def test_gates_cap_the_band(cap, band, listed):
    """A closed gate caps; it is listed only if it took something."""
    rule = profile(indicator("F1", 9), indicator("F2"), gates=(Gate("g", "F2", cap),))
    result = assess(rule, (measured("F1"), measured("F2", 0)))
    assert (result.band, len(result.gates)) == (band, listed)


def test_the_lowest_cap_holds():
    """Of several closed gates the strictest decides, whatever their order."""
    gates = (Gate("a", "F2", None), Gate("b", "F2", "bronze"), Gate("c", "F3", None))
    rule = profile(indicator("F1", 18), indicator("F2"), indicator("F3"), gates=gates)
    found = (measured("F1"), measured("F2", 0), measured("F3"))
    assert assess(rule, found).band is None


def test_a_gate_may_ask_for_a_reason():
    """A value of another reason leaves the gate open."""
    rule = profile(
        indicator("F1", 9), indicator("F2"), gates=(Gate("g", "F2", None, ZERO, "x"),)
    )
    assert assess(rule, (measured("F1"), measured("F2", 0, "y"))).band == "gold"


def test_fractional_points_are_exact():
    """Points may be fractions; earned and possible say so exactly."""
    rule = profile(indicator("F1", Fraction(5, 2)), indicator("F2", Fraction(1, 3)))
    result = assess(rule, (measured("F1", Fraction(1, 3)), measured("F2")))
    said = result.to_dict()
    line, share = said["indicators"][0], said["dimensions"][0]
    assert (line["earned"], line["possible"]) == ("5/6", "5/2")
    assert (share["earned"], share["possible"]) == ("7/6", "17/6")
    assert result.score == Fraction(700, 17)


def test_gain_of_an_unmeasured_indicator():
    """Measuring it raises numerator and denominator: S rises from 50 to 75."""
    rule = profile(*map(indicator, ("F1", "F2", "F3", "F4")))
    found = (measured("F1"), measured("F2", 0), unmeasured("F3"), unmeasured("F4"))
    assert assess(rule, found).findings[2].gain == Fraction(200, 3) - 50


def test_gain_where_nothing_is_measured():
    """The first measurement, if full, makes the score 100."""
    assert assess(profile(indicator("F1")), (unmeasured("F1"),)).findings[0].gain == 100


def test_the_largest_loss_is_named():
    """Most points lost first; among equals the least effort, then the id."""
    rule = profile(
        indicator("F4", 2, effort=3),
        indicator("F3", 2, effort=2),
        indicator("F2", 2, effort=2),
        indicator("F1", 1),
    )
    found = tuple(measured(f"F{number}", 0) for number in (1, 2, 3, 4))
    loss = assess(rule, found).loss
    assert loss is not None
    assert loss.indicator == "F2"


def test_the_first_strength_that_holds_is_named():
    """Strengths are named in the profile's order; a strength is fully earned."""
    rule = profile(
        indicator("F1", strength=2),
        indicator("F2", strength=1),
        indicator("F3", strength=3),
        indicator("F4"),
    )
    found = (
        measured("F1"),
        measured("F2", Fraction(1, 2)),
        measured("F3"),
        measured("F4"),
    )
    strength = assess(rule, found).strength
    assert strength is not None
    assert strength.indicator == "F1"


@pytest.mark.parametrize(
    ("score", "shown"),
    [(Fraction(8499, 100), "84.9"), (Fraction(100), "100.0"), (Fraction(1, 99), "0.0")],
)
def test_display_floors(score, shown):
    """A shown score never reaches a band that the exact one doesn't."""
    assert display(score) == shown


def test_fixable():
    """What is measured below 1, or pending for a reason that a publisher can mend."""
    assert [
        fixable(each)
        for each in (
            measured("F1", 0),
            measured("F1", 1),
            na("F1"),
            unmeasured("F1"),
            unmeasured("F1", NOT_CHECKED),
        )
    ] == [True, False, False, True, False]


def test_findings_carry_the_resources():
    """A finding lists the resources that cost something, exact."""
    found = (on("r1", measured("F1", 0, "none")), on("r2", measured("F1")))
    finding = assess(profile(indicator("F1")), found).findings[0]
    assert finding.resources == (("r1", "measured", 0, "none", {}),)
    assert finding.resources_total == 1
