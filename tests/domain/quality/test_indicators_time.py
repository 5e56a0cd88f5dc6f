"""Whether frequency is told and kept: values, reasons and dates."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest
from tests.domain.quality.asking import HALF, one, value_of
from tests.domain.quality.making import NOW, facts, resource

from ckanext.merit.domain.facts import Facts, ResourceFacts


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("", 0, "none"),
        ("a veces", 0, "unrecognised"),
        ("desconocida", 0, "unknown"),
        ("irregular", 1, "ok"),
        ("not planned", 1, "ok"),
        ("R/P1M", 1, "ok"),
    ],
)
def test_t1(text, value, reason):
    """A declared frequency, also that there is none planned."""
    assert value_of("T1", facts(frequency=text)) == (value, reason)


def _aged(days: int, frequency: str = "R/P1M") -> Facts:
    return facts(resource(modified=NOW - timedelta(days=days)), frequency=frequency)


@pytest.mark.parametrize(
    ("frequency", "days", "value", "reason"),
    [
        ("R/P1M", 0, 1, "ok"),
        ("R/P1M", 38, 1, "ok"),
        ("R/P1M", 39, Fraction(51, 52), "late"),
        ("R/P1M", 64, HALF, "late"),
        ("R/P1M", 89, Fraction(1, 52), "late"),
        ("R/P1M", 90, 0, "stale"),
        ("R/P1M", 9_999, 0, "stale"),
        ("R/P1D", 2, 1, "ok"),
        ("R/P1D", 3, Fraction(5, 6), "late"),
        ("R/P1D", 8, 0, "stale"),
        ("R/PT1H", 2, 1, "ok"),
        ("R/P1Y", 457, 1, "ok"),
        ("R/P1Y", 458, Fraction(637, 638), "late"),
        ("R/P1Y", 1_095, 0, "stale"),
        ("R/P0.33W", 3, 1, "ok"),
        ("R/P0.33W", 4, Fraction(8, 9), "late"),
        ("irregular", 9_999, "na", "no_schedule"),
        ("nunca", 9_999, "na", "no_schedule"),
        ("", 0, 0, "no_frequency"),
        ("desconocida", 0, 0, "no_frequency"),
    ],
)
def test_t2(frequency, days, value, reason):
    """Age against period and grace: full, in proportion, nothing."""
    assert value_of("T2", _aged(days, frequency)) == (value, reason)


def test_t2_evidence():
    """The dates that don't change while nothing is edited."""
    assert one("T2", _aged(64)).detail == {
        "date": "2018-05-12",
        "due_date": "2018-06-11",
        "frequency": "MONTHLY",
    }


@pytest.mark.parametrize(
    ("parts", "value", "reason"),
    [
        ({"modified": None, "created": NOW}, 1, "ok"),
        ({"modified": None}, "unmeasured", "no_date"),
        ({"modified": NOW + timedelta(days=1)}, 1, "ok"),
        ({"modified": NOW + timedelta(days=2)}, 0, "future_date"),
        (
            {"modified": NOW + timedelta(days=2), "created": NOW - timedelta(days=64)},
            HALF,
            "late",
        ),
        ({"modified": datetime(2018, 7, 15)}, 1, "ok"),  # noqa: DTZ001
        (
            {"modified": datetime.max.replace(tzinfo=timezone(-timedelta(hours=9)))},
            0,
            "future_date",
        ),
        (
            {"modified": datetime.min.replace(tzinfo=timezone(timedelta(hours=9)))},
            0,
            "stale",
        ),
    ],
)
def test_t2_dates(parts, value, reason):
    """Last change, else creation; a slip into the future says nothing."""
    assert value_of("T2", facts(resource(**parts))) == (value, reason)


def test_t2_takes_the_latest_data():
    """Of several data files the newest counts; documents don't."""
    old = resource("a", modified=NOW - timedelta(days=64))
    document = ResourceFacts(id="d", kind="documentation", modified=NOW)
    assert value_of("T2", facts(old, document)) == (HALF, "late")
    assert value_of("T2", facts(old, resource("b"), old)) == (1, "ok")


def test_whole_utc_days():
    """A day begins at midnight UTC, wherever the clock stood."""
    zone = timezone(timedelta(hours=-5))
    late = datetime(2018, 5, 11, 22, tzinfo=zone)
    assert one("T2", facts(resource(modified=late))).detail["date"] == "2018-05-12"
