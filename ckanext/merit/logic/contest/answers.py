"""Rows as plain dictionaries: what leaves is what is listed here, nothing else."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

__all__ = [
    "ADDENDUM",
    "ANNOUNCEMENT",
    "APPEAL",
    "ASSIGNMENT",
    "CATEGORY",
    "CONFLICT",
    "DISTINCTION",
    "EDITION",
    "ENTRY",
    "ENTRY_PUBLIC",
    "ENTRY_VERSION",
    "JUROR",
    "PHASE",
    "PROFILE",
    "PROGRAMME",
    "PUBLICATION",
    "RECORD",
    "REVIEW",
    "ROLE",
    "RULE_SET",
    "RUN",
    "RUN_ROW",
    "STAGE",
    "as_dict",
]

PROGRAMME = ("id", "name", "title", "owner_org", "co_recognisers", "created_at")
ROLE = ("id", "programme_id", "edition_id", "user_id", "role", "created_at", "ended_at")
PROFILE = ("organization_id", "type", "level", "region", "size_class")
EDITION = (
    *("id", "programme_id", "slug", "kind", "state", "timezone", "title", "summary"),
    *("contact", "simulation", "cloned_from", "published_at", "version"),
)
STAGE = ("id", "edition_id", "code", "position", "title", "weight", "gate")
PHASE = ("id", "edition_id", "stage_id", "kind", "opens_at", "closes_at")
CATEGORY = ("id", "edition_id", "code", "position", "title", "predicate", "places")
RULE_SET = ("id", "edition_id", "version", "state", "sha256", "in_force_at")
ADDENDUM = (
    *("id", "edition_id", "number", "kind", "rule_set_id", "reason", "diff"),
    "effective_at",
)
#: To everybody, once admitted.
ENTRY_PUBLIC = ("id", "edition_id", "category_id", "organization_id", "title")
#: To those behind it and those who run or audit the edition.
ENTRY = (
    *ENTRY_PUBLIC,
    *("team_id", "state", "reason", "due_at", "version", "draft"),
)
JUROR = (
    *("id", "edition_id", "user_id", "institution", "organization_id", "state"),
    *("stages", "categories", "capacity", "expires_at", "declared_at"),
)
CONFLICT = (
    *("id", "juror_id", "entry_id", "origin", "kind", "detail", "state", "reason"),
    "created_at",
)
ASSIGNMENT = (
    *("id", "juror_id", "entry_id", "stage_id", "calibration", "due_at", "state"),
    "reason",
)
REVIEW = (
    *("id", "assignment_id", "version", "state", "comment", "feedback"),
    "submitted_at",
)
RUN = (
    *("id", "edition_id", "number", "stage_id", "rule_set_id", "snapshot_id"),
    *("algorithm", "input_sha256", "digest", "state", "computed_by", "created_at"),
)
PUBLICATION = (
    *("id", "edition_id", "number", "stage_id", "kind", "run_id", "visible_from"),
    *("sha256", "supersedes", "notice"),
)
APPEAL = (
    *("id", "entry_id", "target", "target_id", "ground", "text", "files"),
    *("state", "decision", "filed_by", "filed_at"),
)
DISTINCTION = (
    *("id", "edition_id", "category_id", "type", "place", "entry_id", "run_id"),
    *("citation", "state", "reason"),
)
ANNOUNCEMENT = ("id", "edition_id", "kind", "title", "text", "published_at")
RUN_ROW = ("entry_id", "points", "total", "rank", "flags")
RECORD = (
    *("seq", "at", "actor", "role", "act", "object_type", "object_id"),
    *("from_state", "to_state", "reason", "hash"),
)
ENTRY_VERSION = ("entry_id", "n", "sha256", "submitted_by", "submitted_at")


def as_dict(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Give the named columns of a row as JSON values."""
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
