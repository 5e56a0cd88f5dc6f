"""What was seen of a finding, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk

__all__ = ["SHOWN_ELSEWHERE", "labels", "seen"]

Data = dict[str, Any]

#: Keys of the evidence that the page shows already, or as part of another line.
SHOWN_ELSEWHERE = frozenset({"titles", "original"})
_INSTANTS = frozenset({"from", "until", "since"})
_SHARES = frozenset({"share"})
_TITLES = frozenset({"original_title", "pattern", "kept"})


def seen(row: Data, zone: str) -> list[tuple[str, list[Any]]]:
    """Give lines of a label and values; one value for each dataset where they differ.

    Args:
        row: A finding with the titles of its datasets.
        zone: Time zone of the edition.
    """
    said, evidence = labels(row["kind"]), row["evidence"]
    titles = dict(row["titles"])
    if "kept" in evidence:  # the first of the series; the others are the finding's
        titles[evidence["kept"]] = evidence["titles"][0]
    known = [key for key in said if key in evidence]
    rest = [key for key in evidence if key not in {*said, *SHOWN_ELSEWHERE}]
    return [
        (said.get(key) or key, _values(key, evidence[key], titles, zone))
        for key in (*known, *rest)
    ]


def labels(kind: str) -> dict[str, str]:
    """Label what was seen of a kind of finding, in the order of reading."""
    return {
        "original_title": tk._("The same as in"),
        "by": tk._("What is the same"),
        "share": tk._("Share of the files that were there before"),
        "pattern": tk._("What the titles have in common"),
        "parts": tk._("Parts"),
        "kept": tk._("Counts as the whole"),
        "from": tk._("First"),
        "until": tk._("Last"),
        "since": tk._("Since"),
        "usable": tk._("Usable files"),
        "of": _of(kind),
        "mean_before": tk._("Mean quality before"),
        "mean_after": tk._("Mean quality after"),
        "mean_removed": tk._("Mean quality of the removed datasets"),
        "mean_kept": tk._("Mean quality of the datasets that stayed"),
        "mean_deleted": tk._("Mean quality of the removed datasets"),
    }


def _of(kind: str) -> str:
    texts = {
        "last_day": tk._("New datasets in all"),
        "mass_edit": tk._("Earlier datasets in all"),
        "removed": tk._("Datasets at the baseline"),
        "deleted": tk._("Datasets at the cut-off"),
    }
    return texts.get(kind) or tk._("Datasets in all")


def _values(key: str, found: Any, titles: Data, zone: str) -> list[Any]:
    if isinstance(found, Mapping):
        return [
            f"{titles.get(name) or name}: {_value(key, item, titles, zone)}"
            for name, item in found.items()
        ]
    return [_value(key, found, titles, zone)]


def _value(key: str, found: Any, titles: Data, zone: str) -> Any:
    if found is None:
        return "—"
    if key in _INSTANTS:
        return tk.h.merit_instant(found, zone)
    if key in _SHARES:
        share = tk.h.merit_points(f"{float(found) * 100:g}")
        return tk._("{number} %").format(number=share)
    if key == "by":
        ways = {"title": tk._("the title"), "files": tk._("the files")}
        return ways.get(found, found)
    if key in _TITLES:
        return titles.get(found) or found
    return tk.h.merit_points(str(found))
