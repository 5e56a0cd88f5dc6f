"""Files of appeals: a feature keeps them, the kernel only names them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk

from ckanext.merit.interfaces import Enclosure, IMeritEntries

__all__ = ["require_given", "with_files"]

Data = dict[str, Any]
#: Files of one appeal.
MOST = 10


def require_given(entry_id: str, files: list[str]) -> None:
    """Refuse files that the entry did not give for an appeal, or too many.

    Raises:
        ValidationError: ``files``; says what can be named.
    """
    if len(files) > MOST:
        raise tk.ValidationError({"files": [tk._("An appeal can have 10 files.")]})
    known = _given(entry_id)
    if any(key not in known for key in files):
        said = tk._("Name files that this entry gave for an appeal.")
        raise tk.ValidationError({"files": [said]})


def with_files(appeals: list[Data]) -> list[Data]:
    """Add to appeals what is known of their files, as ``attached``."""
    entries = {row["entry_id"] for row in appeals if row["files"]}
    given = {key: _given(key) for key in entries}
    return [
        row
        | {
            "attached": [
                asdict(given[row["entry_id"]][key])
                for key in row["files"]
                if key in given[row["entry_id"]]
            ]
        }
        for row in appeals
    ]


def _given(entry_id: str) -> dict[str, Enclosure]:
    return {
        item.id: item
        for plugin in p.PluginImplementations(IMeritEntries)
        for item in plugin.merit_appeal_files(entry_id)
    }
