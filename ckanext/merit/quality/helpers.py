"""Template helpers of quality: they format, and fetch once per page at most."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from markupsafe import Markup
from sqlalchemy.exc import ProgrammingError

import ckantoolkit as tk
from ckan import model

from ckanext.merit import addresses, config
from ckanext.merit.model import missing
from ckanext.merit.quality import words
from ckanext.merit.quality.logic.schema import MOST_IDS
from ckanext.merit.quality.texts import Texts

__all__ = [
    "merit_quality_bars",
    "merit_quality_chip",
    "merit_quality_counts",
    "merit_quality_date",
    "merit_quality_facet_address",
    "merit_quality_number",
    "merit_quality_summary",
]

log = logging.getLogger(__name__)

_CHIPS = "merit_quality_chips"
_FACETS = "merit_quality_facet_address"
_LISTED = "merit_quality_ids"

# A list has this for every dataset, so it is no template of its own.
_CHIP = Markup(
    '<p class="merit-item"><a class="merit-chip" href="{href}">'
    '<span class="visually-hidden">{rated}:</span> '
    '<span class="merit-band merit-band-{tone}">{bars}{label}</span> '
    '<span class="visually-hidden">{of}</span></a></p>'
)
_BARS = ("M1 10h3v4H1z", "M6 6h3v8H6z", "M11 2h3v12h-3z")
_NAME = "NAME-OF-DATASET"
_NOTHING = Markup()


class _Frame(NamedTuple):
    """What is the same for all chips of one page."""

    language: str
    href: str
    rated: str
    of: str


class _Shown(NamedTuple):
    """What a chip says of one dataset."""

    status: str
    band: str | None
    display: str | None
    expired: bool


class _Chips:
    """The chips of one page, fetched for all datasets that its searches found."""

    def __init__(self) -> None:
        self._types = frozenset(config.dataset_types())
        self._listed: list[str] = tk.g.setdefault(_LISTED, [])
        self._found: dict[str, _Shown | None] = {}
        self._frame: _Frame | None = None

    def of(self, package: dict[str, Any]) -> Markup:
        """Return a dataset's chip; empty when there is no result."""
        if package["type"] not in self._types:
            return _NOTHING
        found, package_id = self._found, package["id"]
        if package_id not in found:
            self._fetch(package_id)
        shown = found[package_id]
        if shown is None or self._frame is None:
            return _NOTHING
        return _chip(self._frame, shown, package["name"])

    def _fetch(self, package_id: str) -> None:
        found = self._found
        ids = {package_id, *self._listed} - found.keys()
        found.update(dict.fromkeys(ids))
        for each, summary in _summaries(sorted(ids), sentence=False).items():
            self._frame = self._frame or _frame()
            found[each] = _Shown(
                *(summary["status"], summary["band"], summary["display"]),
                summary["expired"],
            )


def merit_quality_counts(dataset_type: str) -> bool:
    """Whether datasets of this type are assessed."""
    return dataset_type in config.dataset_types()


def merit_quality_chip(package: dict[str, Any]) -> Markup:
    """Band and score of a public dataset in a list; empty when there is no result."""
    chips: _Chips | None = tk.g.get(_CHIPS)
    if chips is None:
        chips = _Chips()
        setattr(tk.g, _CHIPS, chips)
    return chips.of(package)


def merit_quality_facet_address(extras: dict[str, Any] | None = None) -> str:
    """The address that all links of a page's facets start with, made once a page."""
    made: tuple[Any, str] | None = tk.g.get(_FACETS)
    if made is None or made[0] != extras:
        asked = list(tk.request.args)
        made = extras, tk.h.remove_url_param(asked, extras=extras)
        setattr(tk.g, _FACETS, made)
    return made[1]


@lru_cache(maxsize=8)
def merit_quality_bars(steps: int) -> Markup:
    """Three rising bars, as many of them filled as the band's rank."""
    bars = Markup("").join(
        Markup('<path d="{}"{}/>').format(
            bar, Markup(' fill="currentColor"') if number < steps else ""
        )
        for number, bar in enumerate(_BARS)
    )
    return Markup(
        '<svg width="15" height="15" viewBox="0 0 15 15" fill="none"'
        ' stroke="currentColor" aria-hidden="true" focusable="false">{}</svg>'
    ).format(bars)


def merit_quality_summary(package: dict[str, Any]) -> dict[str, Any] | None:
    """Band, score and sentence of the dataset whose page this is.

    Also for private datasets and drafts: who sees the page may see its quality.
    """
    if package["private"] or package["state"] != "active":
        summary = _ask("merit_quality_show", {"id": package["id"]})
    else:
        summary = _summaries([package["id"]], sentence=True).get(package["id"])
    if summary is None:
        return {**words.verdict("not_rated", None, None), **_names(None)}
    return {**_verdict(summary), **_names(summary)}


def merit_quality_number(value: Any) -> str:
    """A number in the page's locale."""
    return words.number(value)


def merit_quality_date(value: str | None) -> str:
    """A date in the page's locale and the portal's time zone."""
    return words.date(value)


@lru_cache(maxsize=4096)
def _chip(frame: _Frame, shown: _Shown, name: str) -> Markup:
    """A chip; the same on every page that lists the dataset."""
    return _nameless_chip(frame, shown).replace(_NAME, quote(name, safe=""))


@lru_cache(maxsize=4096)
def _nameless_chip(frame: _Frame, shown: _Shown) -> Markup:
    verdict = words.verdict(
        shown.status, shown.band, shown.display, expired=shown.expired
    )
    return _CHIP.format(
        href=frame.href,
        rated=frame.rated,
        tone=verdict["tone"],
        bars=merit_quality_bars(verdict["steps"]),
        label=verdict["label"],
        of=frame.of if verdict["score"] else "",
    )


def _frame() -> _Frame:
    return _framed(tk.h.lang(), addresses.page("merit_quality.show", id=_NAME))


@lru_cache(maxsize=64)
def _framed(language: str, href: str) -> _Frame:
    return _Frame(language, href, Texts.active().rated, tk._("of 100"))


def _verdict(summary: dict[str, Any]) -> dict[str, Any]:
    return words.verdict(
        summary["status"],
        summary["band"],
        summary["display"],
        expired=summary["expired"],
    )


def _names(summary: dict[str, Any] | None) -> dict[str, str]:
    texts = Texts.active()
    return {"rated": texts.rated, "sentence": texts.sentence(summary)}


def _summaries(ids: list[str], *, sentence: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    # Portals can be set to list more on a page than CKAN does.
    for start in range(0, len(ids), MOST_IDS):
        data = {"ids": ids[start : start + MOST_IDS], "sentence": sentence}
        found |= _ask("merit_quality_summary_list", data) or {}
    return found


def _ask(action: str, data: dict[str, Any]) -> Any:
    """Call an action; None while our tables are missing, for CKAN's pages go on."""
    try:
        return tk.get_action(action)({}, data)
    except ProgrammingError as error:
        if not missing.is_missing(error):
            raise
        log.warning("Tables are missing or out of date: run `%s`", missing.COMMAND)
        model.Session.rollback()
        return None
