"""Calendars that other programs can read."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ckanext.merit.domain.ical import Event, calendar

LIMA = timezone(timedelta(hours=-5))
NOON = datetime(2026, 3, 1, 12, tzinfo=LIMA)


def event(**values: object) -> Event:
    plain = {
        "uid": "1@portal.test",
        "summary": "Inscripción",
        "starts_at": NOON,
        "ends_at": NOON + timedelta(days=2),
        "changed_at": NOON,
    }
    return Event(**{**plain, **values})  # type: ignore[arg-type]


def written(*events: Event, name: str = "Premio") -> str:
    return calendar(events, name=name, product="-//merit//ES")


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_an_event_in_utc():
    """Instants are written in UTC, so that no zone has to be described."""
    assert unfolded(written(event(sequence=2, url="https://portal.test/x"))) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//merit//ES",
        "X-WR-CALNAME:Premio",
        "BEGIN:VEVENT",
        "UID:1@portal.test",
        "DTSTAMP:20260301T170000Z",
        "DTSTART:20260301T170000Z",
        "DTEND:20260303T170000Z",
        "SEQUENCE:2",
        "SUMMARY:Inscripción",
        "URL:https://portal.test/x",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_an_event_without_address():
    """No line says nothing."""
    assert not any(line.startswith("URL") for line in unfolded(written(event())))


def test_marks_of_the_format_are_escaped():
    """Commas, semicolons, backslashes and line ends stay part of the text."""
    lines = unfolded(written(event(summary="a,b;c\\d\r\ne\rf\ng")))
    assert "SUMMARY:a\\,b\\;c\\\\d\\ne\\nf\\ng" in lines


def test_naive_instants_are_refused():
    """A deadline without zone is no deadline."""
    with pytest.raises(ValueError, match="zone"):
        written(event(starts_at=datetime(2026, 3, 1)))  # noqa: DTZ001 - refused


@given(st.text(), st.text())
@example("ñ" * 200, "€" * 90)
def test_any_text_fits(summary: str, name: str):
    """No text adds a line, breaks the limit of 75 octets, or is cut in a character."""
    text = written(event(summary=summary), name=name)
    for line in text.split("\r\n"):
        assert len(line.encode("utf-8", "replace")) <= 75
        assert "\n" not in line
        assert "\r" not in line
    names = [line.partition(":")[0] for line in unfolded(text)]
    assert names.count("BEGIN") == 2
    assert names.count("SUMMARY") == 1
