"""Template helpers of the base plugin."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

import ckantoolkit as tk

from ckanext.merit import locales
from ckanext.merit.pages import words

__all__ = ["merit_instant", "merit_points", "merit_text", "merit_word"]


def merit_instant(iso: str | None, zone: str) -> Markup:
    """An instant in its edition's zone and in UTC; nothing for none."""
    if not iso:
        return Markup("")
    when = datetime.fromisoformat(iso)
    return Markup(
        '<time datetime="{0}">{1} <span class="merit-muted">{2}</span></time>'
    ).format(when.isoformat(), locales.instant(when, zone), locales.utc(when))


def merit_points(value: str | None) -> str:
    """Points or another number as published, with the marks of the language."""
    return "" if value is None else locales.number(str(value), tk.h.lang())


def merit_text(texts: dict[str, str] | str | None) -> str:
    """The text in the page's language, or the nearest there is."""
    return texts if isinstance(texts, str) else locales.text_of(texts)


def merit_word(kind: str, code: str | None) -> str:
    """The label of a state, phase, role or other code; see ``pages/words.py``."""
    return words.word(kind, code)
