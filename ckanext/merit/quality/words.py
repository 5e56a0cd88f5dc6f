"""Results in the reader's words: numbers and dates by locale, bands, states."""

from __future__ import annotations

from datetime import datetime, timezone
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

import ckantoolkit as tk

from ckanext.merit import locales
from ckanext.merit.domain.quality import SUSPENDED, display
from ckanext.merit.quality.badge import STEPS, clean

_LONGEST = 160


def number(value: Any) -> str:
    """A number, or its text such as "72.2", with the marks of the page's locale."""
    return locales.number(clean(str(value), _LONGEST), tk.h.lang())


def percent(share: Fraction) -> str:
    """A share of 0 to 1 as whole percent, never rounded up to all or down to none."""
    whole = int(share * 100)
    if share and not whole:
        return tk._("under {number} %").format(number=number(1))
    return tk._("{number} %").format(number=number(whole))


def percents(value: str | None) -> str:
    """A number of percents as it was written; nothing where it is not known."""
    return "" if value is None else tk._("{number} %").format(number=number(value))


def tenths(value: Fraction) -> str:
    """A number with one decimal at most, never rounded up."""
    return number(display(value).removesuffix(".0"))


def risen(score: Fraction, gain: Fraction) -> str:
    """What a gain adds to the shown score, so that what is shown always sums up."""
    before, after = (Fraction(display(each)) for each in (score, score + gain))
    if before == after:
        return ""
    return tk._("+{points} points").format(points=tenths(after - before))


def change(value: str | None) -> str:
    """A change with its sign; a dash where it is not known."""
    if value is None:
        return "-"
    sign = "" if value.startswith("-") else "+"
    return sign + number(value)


def date(value: str | datetime | None) -> str:
    """An instant or a day as a long date of the page's locale and portal's zone."""
    if not value:
        return ""
    try:
        when = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return clean(str(value), _LONGEST)
    if len(str(value)) > len("2026-01-01"):
        when = when if when.tzinfo else when.replace(tzinfo=timezone.utc)
        when = when.astimezone(ZoneInfo(str(tk.h.get_display_timezone())))
    return format_date(when.date(), format="long", locale=locales.locale(tk.h.lang()))


def shown(name: str, value: Any) -> str:
    """One piece of evidence as text: cleaned, localised, never markup.

    Days are in details whose name ends in `date`.
    """
    if isinstance(value, bool):
        return tk._("yes") if value else tk._("no")
    if isinstance(value, (int, float)):
        return number(value)
    return date(value) if name.endswith("date") else clean(str(value), _LONGEST)


def band_name(band: str | None) -> str:
    """The name of a band; the state of having none is named kindly."""
    if band == "gold":
        return tk._("Gold")
    if band == "silver":
        return tk._("Silver")
    if band == "bronze":
        return tk._("Bronze")
    return tk._("No badge yet")


def verdict(
    status: str, band: str | None, display: str | None, *, expired: bool = False
) -> dict[str, Any]:
    """How a result is shown in one glance: label, tone (a CSS class) and bars."""
    score = number(display) if display is not None else ""
    if status == "provisional":
        label, tone = tk._("Provisional"), "open"
    elif status == SUSPENDED:
        label, tone = tk._("Under review"), "open"
    elif status == "rated":
        label, tone = band_name(band), band or "none"
    else:
        return {
            "label": tk._("Not checked yet"),
            "tone": "open",
            "steps": 0,
            "score": "",
        }
    steps = STEPS[band or "none"]
    label = f"{label} · {score}" if score else label
    if expired:
        label, tone = tk._("{badge} (expired)").format(badge=label), "expired"
    return {"label": label, "tone": tone, "steps": steps, "score": score}
