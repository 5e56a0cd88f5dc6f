"""The body of published results: what everybody may read, for good."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.domain.canonical import digest
from ckanext.merit.logic.contest.runs import rows_of
from ckanext.merit.logic.contest.transaction import load
from ckanext.merit.model.contest import (
    Category,
    Edition,
    OrganizationProfile,
    RuleSet,
    Stage,
)
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_result import Publication, ScoreRun

__all__ = ["published_body", "sealed_body"]

Data = dict[str, Any]
#: Why an entry has no rank, and whether its lead is small; what else the jury's
#: statistics say stays with the jury.
_PUBLIC_FLAGS = {
    *("below_quorum", "missing", "disconnected", "knocked_out", "below_gate"),
    "close_call",
}


def sealed_body(edition: Edition, run: ScoreRun) -> Data:
    """Give the ``body`` to publish and its ``sha256``; nothing secret goes in."""
    rules = load(RuleSet, run.rule_set_id)
    body = {
        "edition_id": edition.id,
        "title": edition.title,
        "stage": load(Stage, run.stage_id).code if run.stage_id else None,
        "rule_set": {"version": rules.version, "sha256": rules.sha256},
        "run": {"number": run.number, "digest": run.digest, "algorithm": run.algorithm},
        "rows": _rows(edition, run),
    }
    return {"body": body, "sha256": digest(body)}


@lru_cache(maxsize=8)
def published_body(publication_id: str) -> Data:
    """Read the body of published results, which never changes.

    Thousands of rows take longer to parse than to show, so the latest used are kept;
    callers must not change them.
    """
    found = sa.select(Publication.body).where(Publication.id == publication_id)
    return model.Session.execute(found).scalar_one()


def _rows(edition: Edition, run: ScoreRun) -> list[Data]:
    found = model.Session.execute(
        sa.select(Entry, Category.code, OrganizationProfile.region)
        .join(Category, Category.id == Entry.category_id)
        .outerjoin(
            OrganizationProfile,
            OrganizationProfile.organization_id == Entry.organization_id,
        )
        .where(Entry.edition_id == edition.id)
    )
    entries = {entry.id: (entry, code, region) for entry, code, region in found}
    computed = {row["object"]: row for row in run.bundle.get("rows", ())}
    rows = []
    for row in rows_of(run.id):
        entry, category, region = entries[row["entry_id"]]
        rows.append(
            {
                **{name: row[name] for name in ("entry_id", "points", "total", "rank")},
                "organization_id": entry.organization_id,
                "title": entry.title,
                "category": category,
                "region": region,
                "tie_break": row["flags"]["tie_break"],
                "flags": [flag for flag in row["flags"]["flags"] if _is_public(flag)],
                **_measure(computed.get(row["entry_id"], {}), row["points"]),
            }
        )
    return rows


def _measure(computed: Data, points: Data) -> Data:
    """Give the most that each line could have given, and how much was applicable."""
    maxima = {node["code"]: node["maximum"] for node in computed.get("nodes", ())}
    return {
        "maxima": {code: maxima.get(code) for code in points},
        "coverage": computed.get("coverage"),
    }


def _is_public(flag: str) -> bool:
    return flag in _PUBLIC_FLAGS
