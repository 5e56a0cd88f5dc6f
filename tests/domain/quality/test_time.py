"""When time alone changes a value: the assessment is due exactly then."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.quality.making import NOW, facts, resource, vocabularies

from ckanext.merit.domain.facts import Facts
from ckanext.merit.domain.indicators import measure, next_change

DAY = timedelta(days=1)


def _next(dataset: Facts, now: datetime = NOW) -> datetime | None:
    return next_change(dataset, vocabularies(), now=now)


def _on(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("frequency", "modified", "due"),
    [
        ("R/P1M", "2018-07-15", "2018-08-23"),
        ("R/P1M", "2018-05-12", "2018-07-16"),
        ("R/P1M", "2018-01-01", None),
        ("irregular", "2018-07-15", None),
        ("", "2018-07-15", None),
        ("R/P1M", "2019-01-01", "2018-12-31"),
        ("R/P1M", "9999-12-31", "9999-12-30"),
        ("P99Y", "2018-07-15", "2142-03-17"),
    ],
)
def test_next_change(frequency, modified, due):
    """The first late day, each day while late, never after, when a slip comes true."""
    dataset = facts(resource(modified=_on(modified)), frequency=frequency)
    assert _next(dataset) == (due and _on(due))


def test_beyond_the_calendar():
    """A change after the last day that can be written never comes."""
    late = datetime(9999, 12, 30, tzinfo=timezone.utc)
    assert _next(facts(resource(modified=late)), late) is None


def test_without_dates():
    """Nothing to wait for."""
    assert _next(facts(resource(modified=None))) is None
    assert _next(Facts(frequency="R/P1M")) is None


@given(
    st.sampled_from(["R/P1D", "R/P1W", "R/P0.33W", "R/P1M", "irregular", ""]),
    st.lists(st.integers(-120, 5), min_size=1, max_size=3),
    st.integers(0, 23),
)
def test_values_change_then_and_not_before(frequency, ages, hour):
    """Until the instant all values are the same; at it T2 differs."""
    now = NOW.replace(hour=hour)
    dataset = facts(
        *[
            resource(f"r{number}", modified=NOW + age * DAY, created=None)
            for number, age in enumerate(ages)
        ],
        frequency=frequency,
    )
    due = _next(dataset, now)
    values = measure(dataset, vocabularies(), now=now)
    last = (due or now + 400 * DAY) - timedelta(microseconds=1)
    assert measure(dataset, vocabularies(), now=last) == values
    if due is not None:
        assert measure(dataset, vocabularies(), now=due) != values
