"""Rows of the database as the plain dicts that actions answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

__all__ = [
    "assessment",
    "badge",
    "cut",
    "history",
    "iso",
    "league",
    "listed",
    "not_rated",
    "overview",
    "subject",
    "summary",
    "suspended",
    "suspension",
]

Answer = dict[str, Any]

BANDS = ("gold", "silver", "bronze", "none")
_TENTH = Decimal("0.1")
_RESULT_KEYS = ("score", "display", "band", "coverage", "applicability", "sentence")
_RESULT_LISTS = ("gates", "dimensions", "indicators")


def iso(instant: datetime | None) -> str | None:
    """Write a time, or None."""
    return instant and instant.isoformat()


def cut(number: Decimal | None) -> str | None:
    """Write with one decimal, never rounded away from zero; None stays None."""
    if number is None:
        return None
    shown = number.quantize(_TENTH, rounding=ROUND_DOWN)
    return str(shown or abs(shown))


def subject(row: Any) -> Answer:
    """Return which dataset an answer is about."""
    organization = {
        "id": row.organization_id,
        "name": row.organization_name,
        "title": row.organization_title or row.organization_name,
    }
    return {
        "package_id": row.id,
        "package_name": row.name,
        "package_title": row.title or row.name,
        "organization": organization if row.organization_id else None,
        "private": bool(row.private),
        "package_state": row.state,
    }


def not_rated(reason: str) -> Answer:
    """Return the part of an answer that says that there is no result."""
    return {
        "engine_version": None,
        "assessed_at": None,
        "issued_at": None,
        "valid_until": None,
        "next_due_at": None,
        "expired": False,
        **dict.fromkeys(_RESULT_KEYS),
        **{key: [] for key in _RESULT_LISTS},
        "status": "not_rated",
        "reason": reason,
    }


def assessment(row: Any, *, now: datetime) -> Answer:
    """Return the part of an answer that is the stored result."""
    return {
        "engine_version": row.engine_version,
        "assessed_at": iso(row.assessed_at),
        "issued_at": iso(row.issued_at),
        "valid_until": iso(row.valid_until),
        "next_due_at": iso(row.next_due_at),
        "expired": _expired(row, now),
        **row.result,
    }


def summary(row: Any, *, sentence: bool) -> Answer:
    """Return what lists show of a dataset."""
    _, status, band, display, expired, *more = row
    answer = {"status": status, "display": display, "band": band, "expired": expired}
    return {**answer, "sentence": json.loads(more[0])} if sentence else answer


def listed(row: Any, *, now: datetime) -> Answer:
    """Return one dataset of a list."""
    return {
        "package_id": row.id,
        "name": row.name,
        "title": row.title or row.name,
        "organization_id": row.organization_id,
        "organization_name": row.organization_name,
        "organization_title": row.organization_title or row.organization_name,
        "private": bool(row.private),
        "state": row.state,
        "status": row.status or "not_rated",
        "score": row.score,
        "score_display": row.display,
        "band": row.band,
        "coverage": None if row.coverage is None else str(row.coverage),
        "assessed_at": iso(row.assessed_at),
        "valid_until": iso(row.valid_until),
        "expired": _expired(row, now),
        "top_gain": row.top_gain,
        "top_fix": row.top_fix,
    }


def history(row: Any) -> Answer:
    """Return one row of a dataset's history."""
    return {
        "assessed_at": iso(row.assessed_at),
        "status": row.status,
        "score": None if row.score is None else str(row.score),
        "score_display": cut(row.score),
        "band": row.band,
        "coverage": str(row.coverage),
        "profile": {
            "id": row.profile_id,
            "version": row.profile_version,
            "sha256": row.profile_sha256,
        },
        "measured": row.measured,
    }


def suspension(row: Any) -> Answer:
    """Return why a dataset's badge is suspended."""
    return {"note": row.note, "started_at": iso(row.started_at)}


def suspended(row: Any) -> Answer:
    """Return one dataset of the list of those whose badge is suspended."""
    return {
        "package_id": row.package_id,
        "name": row.name,
        "title": row.title or row.name,
        "started_by": row.user_name,
        **suspension(row),
    }


def badge(row: Any, *, now: datetime) -> Answer:
    """Return what a badge says; without a row, the neutral answer."""
    if row is None:
        nothing = dict.fromkeys(
            ("display", "band", "profile", "issued_at", "valid_until", "version")
        )
        return {"found": False, "status": "not_rated", "expired": False, **nothing}
    return {
        "found": True,
        "status": row.status,
        "display": row.display,
        "band": row.band,
        "profile": {"id": row.profile_id, "version": row.profile_version},
        "issued_at": iso(row.issued_at),
        "valid_until": iso(row.valid_until),
        "expired": _expired(row, now),
        "version": row.digest,
    }


def overview(
    row: Any,
    lost: Sequence[tuple[int, int]],
    indicators: Sequence[tuple[str, str]],
    *,
    change: Decimal | None,
) -> Answer:
    """Return the portal's figures.

    Args:
        row: of `quality_report.totals`.
        lost: of `quality_report.lost_points`, in the order of ``indicators``.
        indicators: pairs of id and title.
        change: of the mean score in 90 days.
    """
    losses = [
        {
            "id": name,
            "title": title,
            "lost_points_mean_display": cut(_mean_points(thousandths, row.rated)),
            "datasets_below": below,
            "_order": (-thousandths, place),
        }
        for place, ((name, title), (thousandths, below)) in enumerate(
            zip(indicators, lost, strict=True)
        )
    ]
    losses.sort(key=lambda loss: loss.pop("_order"))
    return {
        "datasets": row.datasets,
        "rated": row.rated,
        "provisional": row.provisional,
        "pending": row.pending,
        "mean_display": cut(_whole(row.mean)),
        "coverage_display": _percent(row.coverage),
        "change_90d_display": cut(_whole(change)),
        "bands": _bands(row),
        "histogram": [
            {
                "from": 10 * number,
                "to": 10 * number + 10,
                "count": getattr(row, f"bin_{number}"),
            }
            for number in range(10)
        ],
        "indicators": losses,
        "assessed_at": iso(row.assessed_at),
    }


def league(row: Any, change: Decimal | None, *, size_class: str) -> Answer:
    """Return one entity of the league."""
    mean = _whole(row.mean)
    return {
        "organization": {
            "id": row.organization_id,
            "name": row.organization_name,
            "title": row.organization_title or row.organization_name,
        },
        "datasets": row.datasets,
        "rated": row.rated,
        "mean": None if mean is None else str(mean),
        "mean_display": cut(mean),
        "rank": row.rank,
        "bands": _bands(row),
        "coverage_display": _percent(row.coverage),
        "change_90d_display": cut(_whole(change)),
        "size_class": size_class,
    }


def _bands(row: Any) -> dict[str, int]:
    return {band: getattr(row, f"band_{band}") for band in BANDS}


def _percent(share: Decimal | None) -> str | None:
    return None if share is None else cut(100 * share)


def _whole(mean: Decimal | None) -> Decimal | None:
    """Give back what scores lost when they were cut, lest 70 be shown as 69.9."""
    return None if mean is None else round(mean, 9)


def _mean_points(thousandths: int, count: int) -> Decimal | None:
    return Decimal(thousandths) / 1000 / count if count else None


def _expired(row: Any, now: datetime) -> bool:
    return row.valid_until is not None and row.valid_until <= now
