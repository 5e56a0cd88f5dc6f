"""Calendars as iCalendar text (RFC 5545): the few properties that events need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

__all__ = ["Event", "calendar"]

_OCTETS = 75
_ESCAPES = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}


@dataclass(frozen=True)
class Event:
    """Something from one instant to another.

    Attributes:
        uid: The same for the same event in every version of the calendar.
        summary: Its title.
        starts_at: First instant (aware).
        ends_at: First instant that no longer belongs to it (aware).
        changed_at: When it was last changed (aware).
        sequence: Grows with every change.
        url: Where to read more; empty: nowhere.
    """

    uid: str
    summary: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    sequence: int = 0
    url: str = ""


def calendar(events: Iterable[Event], *, name: str, product: str) -> str:
    """Write a calendar: lines of at most 75 octets that end in CR LF.

    Args:
        events: In the order in which they are written.
        name: Title of the calendar.
        product: Who wrote it.

    Raises:
        ValueError: For an instant without zone.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_text(product)}",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_instant(event.changed_at)}"
    yield f"DTSTART:{_instant(event.starts_at)}"
    yield f"DTEND:{_instant(event.ends_at)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.url:
        yield f"URL:{_one_line(event.url)}"
    yield "END:VEVENT"


def _instant(when: datetime) -> str:
    if when.utcoffset() is None:
        raise ValueError("an instant needs its time zone")
    return f"{when.astimezone(timezone.utc):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    unified = value.replace("\r\n", "\n").replace("\r", "\n")
    escaped = "".join(_ESCAPES.get(sign, sign) for sign in unified)
    return _one_line(escaped)


def _one_line(value: str) -> str:
    """Drop control characters: none may stand in a value, and none ends its line."""
    return "".join(sign for sign in value if sign >= " " and sign != "\x7f")


def _folded(line: str) -> Iterator[str]:
    """Break a line between characters; what continues starts with a space."""
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode("utf-8", "replace"))
        if size + octets > _OCTETS:
            yield part
            part, size = " ", 1
        part, size = part + sign, size + octets
    yield part
