"""Rows of awards as plain dictionaries: what leaves is what is listed here."""

from __future__ import annotations

from typing import Any

from ckanext.merit.logic.contest.answers import as_dict
from ckanext.merit.model.award import Dispute, EntryFile, Evidence

__all__ = ["FILE", "dispute", "evidence", "file"]

FILE = ("id", "entry_id", "purpose", "name", "type", "size", "sha256", "created_at")
EVIDENCE = (
    *("id", "entry_id", "criterion", "n", "kind", "reference", "file_id", "note"),
    *("claimed", "accepted", "state", "reason", "due_at", "replaces", "sha256"),
    *("submitted_at", "decided_at", "version"),
)
#: Who decides it is not told to those behind the entry.
DISPUTE = (
    *("id", "evidence_id", "state", "reason", "created_at", "level", "decision"),
    "decided_at",
)


def file(row: EntryFile) -> dict[str, Any]:
    """Describe a file; where it lies is nobody's business."""
    return as_dict(row, FILE)


def dispute(row: Dispute) -> dict[str, Any]:
    """Describe a dispute."""
    return as_dict(row, DISPUTE)


def evidence(
    row: Evidence,
    attached: EntryFile | None = None,
    disputed: Dispute | None = None,
) -> dict[str, Any]:
    """Describe a piece of evidence, with its file and dispute where there are."""
    return as_dict(row, EVIDENCE) | {
        "file": attached and file(attached),
        "dispute": disputed and dispute(disputed),
    }
