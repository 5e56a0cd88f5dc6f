"""The machine criteria: definitions by example, and what holds of all of them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.award.strategies import (
    ENTITIES,
    OPENS,
    at,
    dataset,
    entity,
)

from ckanext.merit.domain.award.facts import Quality
from ckanext.merit.domain.award.metrics import (
    LACKING,
    MEASURES,
    PARAMETERS,
    decimal,
)
from ckanext.merit.domain.scoring import arithmetic

RATIOS = ["mean_quality", "share_above", "freshness", "open_licences"]
RATIOS.append("documented_columns")


def measure(metric: str, facts, **given_: str) -> str | None:
    return MEASURES[metric](facts, given_)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(-1, 10**13), "0"),
        (Fraction(100), "100"),
        (Fraction(5, 4), "1.25"),
        (Fraction(-5, 4), "-1.25"),
        (Fraction(2, 3), "0.666666666667"),
    ],
)
def test_numbers_are_decimal_text(value: Fraction, text: str):
    """Exact, or half up at 12 places; no minus zero."""
    assert decimal(value) == text


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({}, "1"),
        ({"created": OPENS}, "1"),
        ({"created": at(-1)}, "0"),
        ({"created": at(92)}, "0"),
        ({"usable": 0}, "0"),
        ({"open": False}, "0"),
        ({"score": 59}, "0"),
    ],
)
def test_a_dataset_is_new(change, count: str):
    """In the half-open window, usable, open, good enough (KPI of the programme)."""
    assert measure("new_datasets", entity(dataset(**change)), quality="60") == count


def test_a_copy_is_not_new():
    """Neither of a dataset that is there, nor of one that is gone."""
    old, new = dataset("a", key="t", created=at(-9)), dataset("b", key="t")
    assert measure("new_datasets", entity(old, new)) == "0"
    assert measure("new_datasets", entity(new, baseline=[old])) == "0"


def test_closed_licences_count_where_the_rules_say_so():
    """`open: no`."""
    facts = entity(dataset(open=False))
    assert measure("new_datasets", facts, open="no") == "1"


def test_without_a_score_new_datasets_cannot_be_counted():
    """Unless the rules ask for no score."""
    facts = entity(dataset(score=None))
    assert measure("new_datasets", facts, quality="60") is None
    assert measure("new_datasets", facts) == "1"


def test_a_new_dataset_of_which_nothing_was_measured_falls_short():
    """It was looked at: that isn't unknown."""
    facts = entity(dataset(quality=Quality("provisional")))
    assert measure("new_datasets", facts, quality="60") == "0"


def test_the_mean_is_of_the_rated_datasets():
    """Provisional and unrated ones don't count, neither as 0."""
    facts = entity(
        dataset("a", score=80),
        dataset("b", score=Fraction(200, 3)),
        dataset("c", score=None),
        dataset("d", quality=Quality("provisional", Fraction(1))),
    )
    assert measure("mean_quality", facts) == "73.333333333333"


def test_the_gain_is_between_the_two_snapshots():
    """Mean now less mean then: of all datasets, or of the same."""
    before = [dataset("a", score=50), dataset("b", score=90)]
    facts = entity(dataset("a", score=60), dataset("c", score=100), baseline=before)
    assert measure("quality_gain", facts) == "10"
    assert measure("quality_gain", facts, datasets="same") == "10"
    facts = replace(facts, datasets=facts.datasets[:1])
    assert measure("quality_gain", facts) == "-10"


def test_without_a_baseline_there_is_no_gain():
    """Nor with an empty one: nothing was there to improve."""
    assert measure("quality_gain", entity(dataset())) is None
    assert measure("quality_gain", entity(dataset(), baseline=[])) is None
    assert measure("quality_gain", entity(baseline=[dataset()])) is None


def test_the_share_above_includes_the_limit():
    """A score equal to the limit counts."""
    facts = entity(dataset("a", score=70), dataset("b", score=69))
    assert measure("share_above", facts) == "0.5"


@pytest.mark.parametrize(
    ("metric", "indicator"), [("freshness", "T2"), ("documented_columns", "R5")]
)
def test_indicators_count_where_they_apply(metric: str, indicator: str):
    """What doesn't apply or wasn't measured leaves the mean."""
    facts = entity(
        dataset("a", values={indicator: "1"}),
        dataset("b", values={indicator: "1/2"}),
        dataset("c", values={indicator: "na"}),
        dataset("d"),
    )
    assert measure(metric, facts) == "0.75"


def test_open_licences_are_a_share_of_all_datasets():
    """Rated or not."""
    facts = entity(dataset("a", score=None), dataset("b", open=False))
    assert measure("open_licences", facts) == "0.5"


@pytest.mark.parametrize("metric", RATIOS)
def test_a_denominator_of_zero_is_unknown(metric: str):
    """Never 0, never an error."""
    assert measure(metric, entity()) is None


@pytest.mark.parametrize("metric", RATIOS)
def test_fewer_datasets_than_the_least_are_unknown(metric: str):
    """The rules may ask for a number of datasets."""
    facts = entity(dataset(values={"T2": "1", "R5": "1"}))
    assert measure(metric, facts, least="2") is None


@pytest.mark.parametrize("metric", MEASURES)
def test_a_wrong_parameter_is_an_error(metric: str):
    """Rules were checked; a mistake here is the programmer's."""
    with pytest.raises(ValueError, match="unknown parameter"):
        measure(metric, entity(), wrong="1")


@pytest.mark.parametrize("metric", MEASURES)
@settings(max_examples=25)
@given(facts=ENTITIES)
def test_values_are_decimal_text_whatever_the_order(metric: str, facts):
    """Readable by the engine; the order of datasets is irrelevant."""
    value = measure(metric, facts)
    back = replace(facts, datasets=facts.datasets[::-1])
    assert value is None or arithmetic.is_number(value)
    assert measure(metric, back) == value


@pytest.mark.parametrize("metric", ["share_above", "freshness", "open_licences"])
@settings(max_examples=25)
@given(facts=ENTITIES)
def test_shares_are_from_0_to_1(metric: str, facts):
    """As the name says."""
    value = measure(metric, facts)
    assert value is None or 0 <= Fraction(value) <= 1


@pytest.mark.parametrize("metric", MEASURES)
@settings(max_examples=25)
@given(facts=ENTITIES, data=st.data())
def test_a_better_dataset_never_lowers_a_value(metric: str, facts, data):
    """Fixing the quality of a rated dataset never costs anything."""
    rated = [one for one in facts.datasets if one.quality.status == "rated"]
    rated = [one for one in rated if one.quality.score is not None]
    if not rated:
        return
    one = data.draw(st.sampled_from(rated))
    # Whatever was measured stays so: leaving a mean is no fix.
    better = Quality("rated", Fraction(100), values={**one.quality.values, "R2": "1"})
    before = measure(metric, facts)
    after = measure(metric, facts.with_quality({one.id: better}))
    assert before is None or (after is not None and Fraction(after) >= Fraction(before))


@pytest.mark.parametrize("metric", MEASURES)
@settings(max_examples=25)
@given(facts=ENTITIES)
def test_only_ones_own_datasets_are_to_be_fixed(metric: str, facts):
    """Each once, with indicators or with none."""
    keys = [key for key, _ in LACKING[metric](facts, {})]
    assert len(set(keys)) == len(keys)
    assert set(keys) <= {one.id for one in facts.datasets}


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("new_datasets", [("closed", ("R1", "R2")), ("low", ())]),
        ("mean_quality", [("low", ()), ("closed", ()), ("stale", ())]),
        ("quality_gain", [("low", ()), ("closed", ()), ("stale", ())]),
        ("share_above", [("low", ())]),
        ("freshness", [("stale", ("T1", "T2"))]),
        ("open_licences", [("closed", ("R1", "R2"))]),
        ("documented_columns", [("stale", ("R5",))]),
    ],
)
def test_what_keeps_a_value_down_is_named(metric: str, expected):
    """The first to fix first, with the indicators that help."""
    facts = entity(
        dataset("closed", open=False, score=75),
        dataset("low", score=20),
        dataset("stale", values={"T2": "1/2", "R5": "0"}, score=90),
        dataset("good", values={"T2": "1", "R5": "1"}, score=100),
    )
    given_ = {"quality": "60"} if metric == "new_datasets" else {}
    assert LACKING[metric](facts, given_) == expected


def test_the_nearest_to_the_limit_come_first():
    """They need least."""
    facts = entity(dataset("a", score=10), dataset("b", score=60))
    assert LACKING["share_above"](facts, {}) == [("b", ()), ("a", ())]


def test_every_metric_is_complete():
    """Parameters, a measure, and what to fix."""
    assert list(PARAMETERS) == list(MEASURES) == list(LACKING)
