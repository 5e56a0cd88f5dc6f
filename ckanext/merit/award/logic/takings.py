"""Taking a snapshot: part by part, each in a transaction, none twice."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit import config
from ckanext.merit.award import collect
from ckanext.merit.domain.canonical import digest
from ckanext.merit.logic.contest import trail
from ckanext.merit.logic.contest.transaction import clock
from ckanext.merit.model import award_read
from ckanext.merit.model.award_machine import Part, Taking
from ckanext.merit.model.contest_entry import PAST, Entry, Snapshot

__all__ = ["CANDIDATES", "FORMAT", "advance", "intact", "organizations", "progress"]

FORMAT = "merit-snapshot-1"
#: States of entries that may still come to be admitted, by an appeal for example.
CANDIDATES = Entry.state.notin_(["draft", *PAST])


def organizations(edition_id: str, scope: str) -> list[str]:
    """List the organisations whose datasets a snapshot holds, in order."""
    if scope == "catalogue":
        found = set(
            award_read.organizations(model.Session, types=config.dataset_types())
        )
    else:
        found = set()
    entered = sa.select(Entry.organization_id).where(
        Entry.edition_id == edition_id,
        Entry.organization_id.isnot(None),
        CANDIDATES,
    )
    return sorted(found | set(model.Session.scalars(entered)))


def advance(context: Any, taking: Taking, *, budget: int) -> Snapshot | None:
    """Read on, until the snapshot is complete or enough was read.

    Args:
        context: CKAN's.
        taking: Locked, unfinished.
        budget: Number of datasets after which it stops; an empty organisation counts
            as one.

    Returns:
        The snapshot once it is complete.
    """
    while taking.done < len(taking.organizations):
        if budget <= 0:
            return None
        budget -= _read_part(context, taking)
    return _finish(context, taking)


def progress(taking: Taking) -> dict[str, Any]:
    """Say how far a snapshot has got."""
    return {
        "id": taking.id,
        "edition_id": taking.edition_id,
        "stage_id": taking.stage_id,
        "kind": taking.kind,
        "scope": taking.scope,
        "state": "collecting" if taking.finished_at is None else "complete",
        "organizations": len(taking.organizations),
        "done": taking.done,
        "datasets": taking.datasets,
        "opens_at": taking.opens_at.isoformat(),
        "closes_at": taking.closes_at.isoformat(),
        "requested_at": taking.created_at.isoformat(),
    }


def intact(snapshot: Snapshot) -> bool:
    """Compute all digests of a snapshot again."""
    if digest(snapshot.body) != snapshot.sha256:
        return False
    stated = {
        (part["organization_id"], part["n"]): part["sha256"]
        for part in snapshot.body["parts"]
    }
    found = {
        (row.organization_id, row.n): digest(row.body)
        if digest(row.creators) == row.body["creators_sha256"]
        else None
        for row in _parts(snapshot.id)
    }
    return stated == found


def _read_part(context: Any, taking: Taking) -> int:
    """Read up to a page of the organisation in turn; gives the cost."""
    organization_id = taking.organizations[taking.done]
    ids = award_read.ids_of(
        model.Session,
        organization_id,
        types=config.dataset_types(),
        after=taking.after,
        limit=collect.PAGE,
    )
    if ids or taking.part == 1:
        _assess(context, ids)
        _store(taking, organization_id, ids)
    if len(ids) < collect.PAGE:
        taking.done, taking.part, taking.after = taking.done + 1, 1, ""
    else:
        taking.part, taking.after = taking.part + 1, ids[-1]
    return len(ids) or 1


def _assess(context: Any, ids: list[str]) -> None:
    """Bring the quality of the datasets up to date, where the portal measures it."""
    try:
        assess = tk.get_action("merit_quality_assess")
    except KeyError:
        return
    inner: Any = {
        "ignore_auth": True,
        "defer_commit": True,
        "user": context.get("user", ""),
    }
    assess(inner, {"ids": ids})


def _store(taking: Taking, organization_id: str, ids: list[str]) -> None:
    rows, by = collect.collect(model.Session, ids)
    # Salted, lest one try out who created a dataset.
    creators = {"salt": secrets.token_hex(16), "by": by}
    body = {
        "organization_id": organization_id,
        "n": taking.part,
        "read_at": clock().isoformat(),
        "creators_sha256": digest(creators),
        "rows": rows,
    }
    model.Session.add(
        Part(
            taking_id=taking.id,
            organization_id=organization_id,
            n=taking.part,
            body=body,
            sha256=digest(body),
            creators=creators,
        )
    )
    taking.datasets += len(rows)
    model.Session.flush()


def _finish(context: Any, taking: Taking) -> Snapshot:
    now: datetime = clock()
    body = {
        "format": FORMAT,
        "kind": taking.kind,
        "scope": taking.scope,
        "opens_at": taking.opens_at.isoformat(),
        "closes_at": taking.closes_at.isoformat(),
        "begun_at": taking.created_at.isoformat(),
        "taken_at": now.isoformat(),
        "datasets": taking.datasets,
        "parts": [
            {"organization_id": key, "n": n, "sha256": sha256}
            for key, n, sha256 in model.Session.execute(
                sa.select(Part.organization_id, Part.n, Part.sha256)
                .where(Part.taking_id == taking.id)
                .order_by(Part.organization_id, Part.n)
            )
        ],
    }
    row = Snapshot(
        id=taking.id,
        edition_id=taking.edition_id,
        stage_id=taking.stage_id,
        kind=taking.kind,
        body=body,
        sha256=digest(body),
        taken_at=now,
    )
    model.Session.add(row)
    taking.finished_at = now
    change = trail.Change(after=row.sha256)
    trail.note(
        context, f"take {row.kind}", row, edition_id=row.edition_id, change=change
    )
    return row


def _parts(taking_id: str) -> Iterator[Part]:
    found = sa.select(Part).where(Part.taking_id == taking_id)
    yield from model.Session.scalars(found.execution_options(yield_per=20))
