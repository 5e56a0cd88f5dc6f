"""Dates, periods and repetition intervals as people write them."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

# A longer text isn't a date.
_LONGEST = 80
# A longer period isn't a schedule but a slip: P9999Y.
LONGEST_PERIOD = Fraction(36_525)

_TIME = (
    r"(?:[T ]+[0-2]?[0-9](?::?[0-5][0-9](?::?[0-6][0-9](?:[.,][0-9]{1,9})?)?)?"
    r" ?(?:Z|UTC|GMT|[+-][0-1][0-9](?::?[0-5][0-9])?)?)?"
)
_YEAR_FIRST = re.compile(
    r"([0-9]{4})(?:([-/.])([0-9]{1,2})(?:\2([0-9]{1,2})" + _TIME + r")?)?Z?", re.I
)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})" + _TIME, re.I)
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})" + _TIME, re.I)
_MONTH_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{4})")
_YEARS = re.compile(r"([0-9]{4}) ?[-\u2013\u2014] ?([0-9]{4})")
_REPEAT = re.compile(r"R[0-9]{0,6}/", re.I)
_SPLIT = re.compile(
    r"\s+(?:[-\u2013\u2014/]|a|al|to|hasta|until)\s+|(?<=\d)\s*\.\.\s*(?=\d)", re.I
)
_AMOUNT = r"([0-9]{1,6}(?:[.,][0-9]{1,6})?)"
_DURATION = re.compile(
    rf"P(?:{_AMOUNT}Y)?(?:{_AMOUNT}M)?(?:{_AMOUNT}W)?(?:{_AMOUNT}D)?"
    rf"(T(?:{_AMOUNT}H)?(?:{_AMOUNT}M)?(?:{_AMOUNT}S)?)?",
    re.I,
)
_DAYS = (365, 30, 7, 1)
_OPEN = frozenset(("", "..", "…", "open"))


class Period(NamedTuple):
    """A stretch of time; an end that is open or only a duration is ``None``."""

    start: date | None
    end: date | None


def parse_date(text: str) -> date | None:
    """Read a date; a time and a zone may follow and are dropped.

    Understood are ``2018-04-23`` (also with ``/`` or ``.``, and without day or
    month, which become the first), ``20180423``, ``23/04/2018`` (also with ``-`` or
    ``.``; month first only where the day would be above 12), ``04/2018`` and
    ``2018``.
    """
    return None if len(text) > _LONGEST else _parse_date(text.strip())


@lru_cache(maxsize=8192)
def _parse_date(text: str) -> date | None:
    if found := _YEAR_FIRST.fullmatch(text):
        year, _, month, day = found.groups()
        return _date(year, month or "1", day or "1")
    if found := _DAY_FIRST.fullmatch(text):
        day, _, month, year = found.groups()
        return _date(year, month, day) or _date(year, day, month)
    if found := _COMPACT.fullmatch(text):
        return _date(*found.groups())
    if found := _MONTH_FIRST.fullmatch(text):
        return _date(found[2], found[1], "1")
    return None


def parse_period(text: str) -> Period | None:
    """Read a period: one date, ``a/b`` (ISO 8601, durations too), ``a - b``, years.

    Returns:
        At least one end is set; ``None`` if no part is a date or a part is neither
        a date, a duration nor open.
    """
    return None if len(text) > 2 * _LONGEST else _parse_period(text.strip())


@lru_cache(maxsize=8192)
def _parse_period(text: str) -> Period | None:
    text = _REPEAT.sub("", text, count=1) if text[:1] in "Rr" else text
    if (day := parse_date(text)) is not None:
        return Period(day, None)
    if years := _YEARS.fullmatch(text):
        return _period(years[1], years[2])
    parts = _SPLIT.split(text, maxsplit=1)
    if len(parts) != 2:
        parts = text.split("/")
    if len(parts) != 2:
        return None
    return _period(parts[0].strip(), parts[1].strip())


def duration_days(text: str) -> Fraction | None:
    """Read an ISO 8601 duration, also repeated: ``R/P1M``, ``P0.5M``, ``PT1H``.

    Returns:
        Days, a year taken as 365, a month as 30, a day or less as 1; ``None`` for
        anything else, for nothing at all and for more than ``LONGEST_PERIOD``.
    """
    text = _REPEAT.sub("", text[:_LONGEST].strip(), count=1)
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    amounts = [Fraction(each.replace(",", ".")) for each in found.groups("0")[:4]]
    days = sum(
        (amount * unit for amount, unit in zip(amounts, _DAYS, strict=True)),
        Fraction(0),
    )
    times = [each for each in found.groups()[5:] if each and each.strip("0.,")]
    if days > LONGEST_PERIOD or not (days or times):
        return None
    return max(days, Fraction(1))


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _period(first: str, last: str) -> Period | None:
    start, end = parse_date(first), parse_date(last)
    if start is None and end is None:
        return None
    for part, day in ((first, start), (last, end)):
        if day is None and part not in _OPEN and duration_days(part) is None:
            return None
    return Period(start, end)
