"""Dates of a calendar as days from its start, so that it can be held again."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

__all__ = ["from_offset", "to_offset"]

_OFFSET = re.compile(r"([+-][0-9]{1,5}) ([0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{6})?)?)")


def to_offset(instant: datetime, *, start: date, zone: str) -> str:
    """Write an instant as days from a day and a local time: ``+12 23:59:59``.

    Args:
        instant: Aware.
        start: Day 0.
        zone: Name of the zone in which days and times are meant.
    """
    local = instant.astimezone(ZoneInfo(zone))
    days = (local.date() - start).days
    return f"{days:+d} {local.time().isoformat()}"


def from_offset(text: str, *, start: date, zone: str) -> datetime:
    """Read what ``to_offset`` wrote, perhaps with another start, as UTC.

    Raises:
        ValueError: not an offset, or not a time of day.
    """
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise ValueError(f"not days and a time such as +12 23:59: {text}")
    day = start + timedelta(days=int(found.group(1)))
    at = time.fromisoformat(found.group(2))
    local = datetime.combine(day, at, tzinfo=ZoneInfo(zone))
    return local.astimezone(timezone.utc)
