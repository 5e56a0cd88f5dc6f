"""Dates, periods and intervals in the ways that people write them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.domain.dates import duration_days, parse_date, parse_period


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2018-04-23", (2018, 4, 23)),
        ("2018/4/3", (2018, 4, 3)),
        ("2018-04-23T10:00:00", (2018, 4, 23)),
        ("2018-04-23T23:59:59.999999Z", (2018, 4, 23)),
        ("2018-04-23 10:00:00-03:00", (2018, 4, 23)),
        ("2018-04-23T10:00+0530", (2018, 4, 23)),
        ("2018-04", (2018, 4, 1)),
        ("2018", (2018, 1, 1)),
        ("2018Z", (2018, 1, 1)),
        ("20180423", (2018, 4, 23)),
        ("20180423T101010Z", (2018, 4, 23)),
        ("23/04/2018", (2018, 4, 23)),
        ("23-4-2018", (2018, 4, 23)),
        ("23.04.2018 10:00", (2018, 4, 23)),
        ("04/23/2018", (2018, 4, 23)),
        ("04/2018", (2018, 4, 1)),
        (" 2018-04-23 ", (2018, 4, 23)),
    ],
)
def test_dates(text, day):
    """ISO, day first, month first where it must be, compact, month, year; zones."""
    assert parse_date(text) == date(*day)


@pytest.mark.parametrize(
    "text",
    [
        *("", "ayer", "2018-02-30", "2018-13-01", "32/01/2018", "13/13/2018", "0000"),
        *(
            "20181332",
            "2018-04/23",
            "2018-04-23x",
            "13/2018",
            "201804",
            "٢٠١٨",
            "x" * 99,
        ),
    ],
)
def test_no_dates(text):
    """Impossible days and other text are no dates."""
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2015-01-01/2018-12-31", (2015, 1, 1), (2018, 12, 31)),
        ("2015/2018", (2015, 1, 1), (2018, 1, 1)),
        ("2015-2018", (2015, 1, 1), (2018, 1, 1)),
        ("2015 \u2013 2018", (2015, 1, 1), (2018, 1, 1)),
        ("2015 a 2018", (2015, 1, 1), (2018, 1, 1)),
        ("01/01/2015 - 31/12/2018", (2015, 1, 1), (2018, 12, 31)),
        ("2015..2018", (2015, 1, 1), (2018, 1, 1)),
        ("2015/", (2015, 1, 1), None),
        ("../2018", None, (2018, 1, 1)),
        ("2015-01-01/..", (2015, 1, 1), None),
        ("2015-01-01/P1Y", (2015, 1, 1), None),
        ("P1Y/2018", None, (2018, 1, 1)),
        ("R/2015-01-01/P1M", (2015, 1, 1), None),
        ("2015", (2015, 1, 1), None),
        ("Rosario/2015", None, None),
        ("R/P1Y", None, None),
        ("2015-01-01/ayer", None, None),
        ("ayer/hoy", None, None),
        ("siempre", None, None),
        ("a/b/c", None, None),
        ("x" * 999, None, None),
    ],
)
def test_periods(text, start, end):
    """Intervals, also open or with a duration; nothing where no part is a date."""
    period = parse_period(text)
    expected = tuple(each and date(*each) for each in (start, end))
    assert period == (expected if any(expected) else None)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("P1Y", 365),
        ("R/P1M", 30),
        ("r3/p2w", 14),
        ("P3D", 3),
        ("P0.5M", 15),
        ("P0,5W", Fraction(7, 2)),
        ("P1Y2M3D", 428),
        ("PT1H", 1),
        ("PT0.001S", 1),
        ("P0.1D", 1),
        ("P", None),
        ("P0D", None),
        ("PT0S", None),
        ("PT", None),
        ("1M", None),
        ("P9999Y", None),
        ("x" * 999, None),
    ],
)
def test_durations(text, days):
    """A year is 365 days, a month 30, a week 7, a day or less 1."""
    assert duration_days(text) == days


@given(st.text(max_size=200))
def test_anything_is_read_without_error(text):
    """Any text is a date, a period, a duration, or none."""
    parse_date(text)
    parse_period(text)
    duration_days(text)


@given(st.dates())
def test_iso_dates_are_read_back(day):
    """Every day that Python writes is read."""
    assert parse_date(day.isoformat()) == day
    assert parse_period(f"{day.isoformat()}/{day.isoformat()}") == (day, day)
