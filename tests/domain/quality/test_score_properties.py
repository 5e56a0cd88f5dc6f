"""The engine's arithmetic, whatever the profile and the measurements."""

from __future__ import annotations

import json
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.domain.quality import making
from tests.domain.quality.making import indicator, measured, on, profile

from ckanext.merit.domain.quality import (
    MEASURED,
    ONE,
    Band,
    assess,
    fixable,
    to_json,
    with_fixes,
)


@given(making.cases(), st.randoms(use_true_random=False))
def test_the_order_of_measurements_is_irrelevant(case, random):
    """Any order of the same measurements gives the same stored result."""
    rule, found = case
    shuffled = list(found)
    random.shuffle(shuffled)
    assert assess(rule, shuffled).to_dict() == assess(rule, found).to_dict()


@given(making.cases())
def test_the_written_json_is_that_of_the_dict(case):
    """The fast writer says exactly what the dict says."""
    result = assess(*case)
    assert json.loads(to_json(result)) == result.to_dict()


@given(making.cases())
def test_shares_and_scores_are_within_bounds(case):
    """0 <= S <= 100, 0 <= K, Q <= 1, and the lines add up to the dimensions."""
    result = assess(*case)
    assert result.score is None or 0 <= result.score <= 100
    assert 0 <= result.coverage <= 1
    assert 0 <= result.applicability <= 1
    shares = result.to_dict()["dimensions"]
    assert sum(Fraction(share["earned"]) for share in shares) == sum(
        finding.earned for finding in result.findings
    )


@given(making.cases())
def test_the_score_is_what_the_lines_say(case):
    """S = 100 * earned / possible over the lines of the same result."""
    result = assess(*case)
    possible = sum(finding.possible for finding in result.findings)
    earned = sum(finding.earned for finding in result.findings)
    assert result.score == (100 * earned / possible if possible else None)


@given(making.cases())
def test_gain_is_the_difference_that_the_fix_makes(case):
    """S + gain is the score after the fix, exactly."""
    rule, found = case
    result = assess(rule, found)
    for finding, line in zip(result.findings, result.groups, strict=True):
        if fixable(line.measurement):
            after = assess(rule, with_fixes(found, [finding.indicator])).score
            assert after == (result.score or 0) + finding.gain
        else:
            assert finding.gain == 0


@given(making.cases(), st.data())
def test_a_better_measurement_never_lowers_the_score(case, data):
    """With the same things measured, raising one value never lowers S or the band."""
    rule, found = case
    number = data.draw(st.integers(0, len(found) - 1))
    if found[number].state != MEASURED:
        return
    better = max(found[number].value, data.draw(making.values))
    raised = list(found)
    raised[number] = found[number]._replace(value=better)
    before, after = assess(rule, found), assess(rule, raised)
    assert before.score is not None
    assert after.score is not None
    assert after.score >= before.score


def test_bands_of_one_profile_do_not_leak_into_another():
    """Plans are kept per profile object, not per id."""
    first = profile(indicator("F1"))
    second = profile(indicator("F1"), bands=(Band("only", Fraction(0)),))
    found = (measured("F1", 0),)
    assert (assess(first, found).band, assess(second, found).band) == (None, "only")


def test_shared_values_are_recognised_by_value_too():
    """A 1 that isn't the shared object still earns everything."""
    result = assess(
        profile(indicator("F1")), (on("r1", measured("F1", Fraction(2, 2))),)
    )
    assert result.score == 100
    assert result.groups[0].measurement.value == ONE
