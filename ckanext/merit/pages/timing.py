"""What happens in an edition now, what comes next, and how long there is left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import ckantoolkit as tk

__all__ = ["left", "moments"]

Data = dict[str, Any]
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def moments(edition: Data) -> list[Data]:
    """Give the phases as ``merit_edition_show`` answers them, with what they are now.

    Returns:
        The phases with ``when`` (``past``, ``now`` or ``ahead``) and ``left``, the time
        until they close, or until they open, at the instant of the answer.
    """
    now = datetime.fromisoformat(edition["now"])
    stages = {stage["id"]: stage["title"] for stage in edition["stages"]}
    return [
        {
            **phase,
            "stage": stages.get(phase["stage_id"]),
            **_place(
                datetime.fromisoformat(phase["opens_at"]),
                datetime.fromisoformat(phase["closes_at"]),
                now=now,
            ),
        }
        for phase in edition["phases"]
    ]


def _place(opens: datetime, closes: datetime, *, now: datetime) -> Data:
    if closes <= now:
        return {"when": "past", "left": ""}
    if opens <= now:
        return {"when": "now", "left": left(closes - now)}
    return {"when": "ahead", "left": left(opens - now)}


def left(time: timedelta) -> str:
    """Say a time in words, rounded down: never more than there is."""
    if time >= 2 * _DAY:
        days, hours = time // _DAY, time % _DAY // _HOUR
        parts = [_days(days), _hours(hours) if hours else ""]
    elif time >= _HOUR:
        minutes = time % _HOUR // timedelta(minutes=1)
        parts = [_hours(time // _HOUR), _minutes(minutes) if minutes else ""]
    elif time >= timedelta(minutes=1):
        parts = [_minutes(time // timedelta(minutes=1))]
    else:
        parts = [tk._("less than a minute")]
    return " ".join(part for part in parts if part)


def _days(count: int) -> str:
    return tk.ungettext("{n} day", "{n} days", count).format(n=count)


def _hours(count: int) -> str:
    return tk.ungettext("{n} hour", "{n} hours", count).format(n=count)


def _minutes(count: int) -> str:
    return tk.ungettext("{n} minute", "{n} minutes", count).format(n=count)
