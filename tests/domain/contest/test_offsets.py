"""Calendars that can be held again, in another year and another country."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.domain.contest.offsets import from_offset, to_offset

START = date(2026, 3, 1)
LIMA = "America/Lima"


def test_days_and_local_time():
    """The last second of day 12 in Lima, whatever the server's zone."""
    instant = datetime(2026, 3, 14, 4, 59, 59, tzinfo=timezone.utc)
    assert to_offset(instant, start=START, zone=LIMA) == "+12 23:59:59"


def test_another_year_and_country():
    """The same local time, on the same day of the new calendar."""
    read = from_offset("+1 09:00", start=date(2027, 6, 1), zone="Europe/Madrid")
    assert read == datetime(2027, 6, 2, 7, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "text",
    ["", "12 23:59", "+12", "+1 24:00", "+1 9:00", "2026-03-01", "+999999 00:00"],
)
def test_anything_else_is_refused(text: str):
    """No date is guessed."""
    with pytest.raises(ValueError, match=r"."):
        from_offset(text, start=START, zone=LIMA)


@given(
    st.timedeltas(timedelta(0), timedelta(days=20_000)),
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
)
def test_back_and_forth(time: timedelta, start: date):
    """With the same start and zone every instant comes back."""
    # Peru had summer time until 1994, and so an hour twice.
    instant = datetime(1995, 1, 1, tzinfo=timezone.utc) + time
    text = to_offset(instant, start=start, zone=LIMA)
    assert from_offset(text, start=start, zone=LIMA) == instant


def test_before_the_start():
    """What comes before day 0 has a minus."""
    instant = datetime(2026, 3, 1, tzinfo=timezone.utc) - timedelta(days=2)
    assert to_offset(instant, start=START, zone="UTC") == "-2 00:00:00"
