"""Numbers and instants in the language of the page."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from babel.numbers import format_decimal

import ckantoolkit as tk

__all__ = ["instant", "locale", "number", "text_of", "utc"]


def locale(language: str) -> Locale:
    """The locale of a language; English where Babel does not know it."""
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@lru_cache(maxsize=4096)
def number(text: str, language: str) -> str:
    """A number's text such as "72.20" with the marks of a language, digits kept."""
    try:
        decimal = Decimal(text)
    except InvalidOperation:
        return text
    if not decimal.is_finite():
        return text
    exponent = decimal.as_tuple().exponent
    digits = max(0, -exponent) if isinstance(exponent, int) else 0
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(decimal, format=pattern, locale=locale(language))


def instant(when: datetime, zone: str, language: str | None = None) -> str:
    """An instant with its zone's name, as long as a person would write it."""
    local = when.astimezone(ZoneInfo(zone))
    known = locale(language or tk.h.lang())
    words = format_datetime(local, "d MMM y, HH:mm", locale=known)
    return f"{words} ({zone})"


def utc(when: datetime) -> str:
    """The same instant in UTC, without repeating the day where it is the same."""
    return f"{when.astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC"


def text_of(texts: dict[str, str] | None) -> str:
    """The text in the page's language, else the portal's, else English, else any."""
    known = texts or {}
    language = str(tk.h.lang())
    default = str(tk.config["ckan.locale_default"])
    for name in (language, language.split("_", maxsplit=1)[0], default, "en"):
        if known.get(name):
            return known[name]
    return next(iter(known.values()), "")
