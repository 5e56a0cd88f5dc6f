"""Template helpers of quality: they format, and fetch once per page at most."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.quality import words
from ckanext.merit.quality.texts import Texts

__all__ = [
    "merit_quality_band_name",
    "merit_quality_counts",
    "merit_quality_date",
    "merit_quality_number",
    "merit_quality_rated",
    "merit_quality_summary",
    "merit_quality_verdict",
]

_CACHE = "merit_quality_summaries"
_LISTED = "merit_quality_ids"


def merit_quality_counts(dataset_type: str) -> bool:
    """Whether datasets of this type are assessed."""
    return dataset_type in tk.config["ckanext.merit.quality.dataset_types"]


def merit_quality_verdict(package: dict[str, Any]) -> dict[str, Any] | None:
    """Band and score of a public dataset; None when there is nothing to show.

    The first call fetches those of every dataset that the page's searches found.
    """
    summary = _summaries(package["id"]).get(package["id"])
    return None if summary is None else _verdict(summary)


def merit_quality_summary(package: dict[str, Any]) -> dict[str, Any] | None:
    """Band, score and sentence of the dataset whose page this is.

    Also for private datasets and drafts: who sees the page may see its quality.
    """
    if package["private"] or package["state"] != "active":
        summary = tk.get_action("merit_quality_show")({}, {"id": package["id"]})
    else:
        summary = _summaries(package["id"]).get(package["id"])
    if summary is None:
        return {**words.verdict("not_rated", None, None), **_names(None)}
    return {**_verdict(summary), **_names(summary["sentence"])}


def merit_quality_rated() -> str:
    """What the active profile rates: "Metadata quality"."""
    return Texts.active().rated


def merit_quality_number(value: Any) -> str:
    """A number in the page's locale."""
    return words.number(value)


def merit_quality_date(value: str | None) -> str:
    """A date in the page's locale and the portal's time zone."""
    return words.date(value)


def merit_quality_band_name(band: str | None) -> str:
    """The name of a band in the page's language."""
    return words.band_name(band)


def _verdict(summary: dict[str, Any]) -> dict[str, Any]:
    return words.verdict(
        summary["status"],
        summary["band"],
        summary["display"],
        expired=summary["expired"],
    )


def _names(sentence: dict[str, Any] | None) -> dict[str, str]:
    texts = Texts.active()
    return {"rated": texts.rated, "sentence": texts.sentence(sentence)}


def _summaries(package_id: str) -> dict[str, Any]:
    known: dict[str, Any] = tk.g.setdefault(_CACHE, {})
    if package_id not in known:
        ids = {package_id, *tk.g.get(_LISTED, ())} - known.keys()
        found = tk.get_action("merit_quality_summary_list")({}, {"ids": sorted(ids)})
        known.update({id_: found.get(id_) for id_ in ids})
    return known
