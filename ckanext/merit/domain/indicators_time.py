"""Indicators of time: the promised frequency and whether it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timezone
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import NamedTuple

from ckanext.merit.domain.facts import ResourceFacts
from ckanext.merit.domain.quality_combine import fraction
from ckanext.merit.domain.quality_profile import (
    MEASURED,
    NOT_APPLICABLE,
    ONE,
    UNMEASURED,
    ZERO,
    Measurement,
)
from ckanext.merit.domain.quality_vocabularies import Frequency
from ckanext.merit.domain.text import evidence

# A date that lies further ahead than clocks and time zones explain is a slip and
# says nothing about the data.
_AHEAD = 1
_LAST_DAY = date.max.toordinal()


class Schedule(NamedTuple):
    """Ages in days: on schedule up to ``full``, worth nothing from ``nothing`` on."""

    full: Fraction
    nothing: Fraction


class _DataDate(NamedTuple):
    """The latest usable day on which data changed, as ordinal, and the next one.

    ``ignored`` is the first day among those that lie too far ahead.
    """

    day: int | None
    ignored: int | None


def measure_time(
    frequency: Frequency | None,
    text: str,
    data: Sequence[ResourceFacts],
    *,
    now: datetime,
) -> tuple[Measurement, Measurement]:
    """Measure T1 and T2.

    Args:
        frequency: what ``text`` stands for.
        text: the frequency as entered.
        data: the data resources.
        now: timezone-aware.
    """
    return _declared(frequency, text), _on_schedule(frequency, data, now)


def next_change(
    frequency: Frequency | None, data: Sequence[ResourceFacts], *, now: datetime
) -> datetime | None:
    """Return the earliest instant at which T2 differs by time alone.

    Ages are counted in whole UTC days, so it is a midnight; ``None`` if never.
    """
    if frequency is None or frequency.days is None:
        return None
    today = _ordinal(now)
    found = _data_date(data, today)
    schedule = schedule_of(frequency.days)
    days = [] if found.ignored is None else [found.ignored - _AHEAD]
    if found.day is not None:
        first_late = found.day + floor(schedule.full) + 1
        if today < first_late:
            days.append(first_late)
        elif today - found.day < schedule.nothing:
            days.append(today + 1)
    day = min(days, default=_LAST_DAY + 1)
    if day > _LAST_DAY:
        return None
    midnight = datetime.min.time()
    return datetime.combine(date.fromordinal(day), midnight, timezone.utc)


@lru_cache(maxsize=1024)
def schedule_of(days: Fraction) -> Schedule:
    """Return the limits of age for a period.

    Full up to ``P + g`` with a grace of ``g = max(1, ceil(P / 4))``, nothing from
    ``max(3 P, P + 7)`` on, all in days.
    """
    return Schedule(days + max(1, ceil(days / 4)), max(3 * days, days + 7))


def _declared(frequency: Frequency | None, text: str) -> Measurement:
    if frequency is None:
        if not text.strip():
            return Measurement("T1", MEASURED, ZERO, "none")
        detail = {"text": evidence(text)}
        return Measurement("T1", MEASURED, ZERO, "unrecognised", detail)
    detail = {"frequency": frequency.code}
    if not frequency.declared:
        return Measurement("T1", MEASURED, ZERO, "unknown", detail)
    return Measurement("T1", MEASURED, ONE, "ok", detail)


def _on_schedule(
    frequency: Frequency | None, data: Sequence[ResourceFacts], now: datetime
) -> Measurement:
    if not data:
        return Measurement("T2", MEASURED, ZERO, "no_data")
    if frequency is None or not frequency.declared:
        return Measurement("T2", MEASURED, ZERO, "no_frequency")
    if frequency.days is None:
        detail = {"frequency": frequency.code}
        return Measurement("T2", NOT_APPLICABLE, ZERO, "no_schedule", detail)
    today = _ordinal(now)
    day, ignored = _data_date(data, today)
    if day is None:
        if ignored is None:
            return Measurement("T2", UNMEASURED, ZERO, "no_date")
        return Measurement("T2", MEASURED, ZERO, "future_date")
    value = _punctuality(max(0, today - day), schedule_of(frequency.days))
    due = min(day + ceil(frequency.days), _LAST_DAY)
    detail = {
        "date": date.fromordinal(day).isoformat(),
        "due_date": date.fromordinal(due).isoformat(),
        "frequency": frequency.code,
    }
    reason = "ok" if value is ONE else "late" if value else "stale"
    return Measurement("T2", MEASURED, value, reason, detail)


@lru_cache(maxsize=8192)
def _punctuality(age: int, schedule: Schedule) -> Fraction:
    full, nothing = schedule
    if age <= full:
        return ONE
    if age >= nothing:
        return ZERO
    value = (nothing - age) / (nothing - full)
    return fraction(value.numerator, value.denominator)


def _data_date(data: Sequence[ResourceFacts], today: int) -> _DataDate:
    """Find the day: of each resource that of its data, else that of its creation."""
    latest: int | None = None
    ignored: int | None = None
    for resource in data:
        for moment in (resource.modified, resource.created):
            if moment is None:
                continue
            day = _ordinal(moment)
            if day <= today + _AHEAD:
                latest = day if latest is None or day > latest else latest
                break
            ignored = day if ignored is None or day < ignored else ignored
    return _DataDate(latest, ignored)


def _ordinal(moment: datetime) -> int:
    """Return the day in UTC; a time without a zone is taken as UTC."""
    offset = moment.utcoffset()
    if not offset:
        return moment.toordinal()
    try:
        return (moment - offset).toordinal()
    except OverflowError:
        return moment.toordinal()
