"""Template helpers of the base plugin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from markupsafe import Markup

import ckantoolkit as tk

from ckanext.merit import addresses, locales
from ckanext.merit.model import cited, presence
from ckanext.merit.pages import measures, profile_words, words

__all__ = [
    "merit_admitted",
    "merit_cited",
    "merit_has_contests",
    "merit_instant",
    "merit_level",
    "merit_points",
    "merit_profile",
    "merit_style",
    "merit_tab",
    "merit_text",
    "merit_word",
]


def merit_admitted(predicate: dict[str, Any]) -> str:
    """Whom a category admits, in words; nothing where it admits everyone."""
    return profile_words.admitted(predicate)


def merit_cited(kind: str, key: str) -> cited.Cited | None:
    """The dataset or resource of an id, if there (still) is one."""
    return cited.find(kind, key)


def merit_has_contests() -> bool:
    """Whether the header links to contests: once an edition was published."""
    return presence.has_contests()


def merit_instant(iso: str | None, zone: str) -> Markup:
    """An instant in its edition's zone and in UTC; nothing for none."""
    return _instant(iso, zone, tk.h.lang()) if iso else Markup("")


def merit_level(criterion: Mapping[str, Any] | None, code: str | None) -> str:
    """A level, or a number, of a criterion of the rules in the rules' own words."""
    return measures.level(criterion or {}, code)


def merit_points(value: str | None) -> str:
    """Points or another number as published, with the marks of the language."""
    return "" if value is None else locales.number(str(value), tk.h.lang())


def merit_profile(field: str, code: str | None) -> str:
    """A value of an organization's description in words."""
    return profile_words.value(field, code)


def merit_style() -> Markup:
    """Our style sheet; CKAN's assets would be looked up anew for every page."""
    return _style(addresses.style())


def merit_tab(endpoint: str, title: str) -> Markup:
    """A link in the header, on every page: `build_nav_main`, only faster.

    It is marked on the pages of its blueprint that are not about one dataset or
    organisation: those have tabs of their own.
    """
    ours = tk.request.blueprint == endpoint.partition(".")[0]
    active = ours and "id" not in (tk.request.view_args or {})
    return _tab(addresses.page(endpoint), title, active=active)


def merit_text(texts: dict[str, str] | str | None) -> str:
    """The text in the page's language, or the nearest there is."""
    return texts if isinstance(texts, str) else locales.text_of(texts)


def merit_word(kind: str, code: str | None) -> str:
    """The label of a state, phase, role or other code; see ``pages/words.py``."""
    return words.word(kind, code)


@lru_cache(maxsize=1024)
def _instant(iso: str, zone: str, language: str) -> Markup:
    when = datetime.fromisoformat(iso)
    return Markup(
        '<time datetime="{0}">{1} <span class="merit-muted">{2}</span></time>'
    ).format(when.isoformat(), locales.instant(when, zone, language), locales.utc(when))


@lru_cache(maxsize=8)
def _style(address: str) -> Markup:
    return Markup('<link rel="stylesheet" href="{}">').format(address)


@lru_cache(maxsize=256)
def _tab(address: str, title: str, *, active: bool) -> Markup:
    mark = Markup(' class="active"') if active else ""
    return Markup('<li{}><a href="{}">{}</a></li>').format(mark, address, title)
