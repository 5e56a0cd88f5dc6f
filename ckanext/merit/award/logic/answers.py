"""Rows of awards as plain dictionaries: what leaves is what is listed here."""

from __future__ import annotations

from typing import Any

from ckanext.merit.logic.contest.answers import as_dict
from ckanext.merit.model.award import EntryFile, Evidence

__all__ = ["FILE", "evidence", "file"]

FILE = ("id", "entry_id", "purpose", "name", "type", "size", "sha256", "created_at")
EVIDENCE = (
    *("id", "entry_id", "criterion", "n", "kind", "reference", "file_id", "note"),
    *("claimed", "accepted", "state", "reason", "due_at", "replaces", "sha256"),
    *("submitted_at", "decided_at", "version"),
)


def file(row: EntryFile) -> dict[str, Any]:
    """Describe a file; where it lies is nobody's business."""
    return as_dict(row, FILE)


def evidence(row: Evidence, attached: EntryFile | None = None) -> dict[str, Any]:
    """Describe a piece of evidence, with its file where there is one."""
    return as_dict(row, EVIDENCE) | {"file": attached and file(attached)}
