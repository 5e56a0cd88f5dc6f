"""What time makes due in awards, as keys of work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from ckanext.merit.model.award_machine import Finding, Taking
from ckanext.merit.model.contest import Edition, Phase
from ckanext.merit.model.contest_result import Publication, ScoreRun

__all__ = ["findings", "takings"]

_NOW = sa.func.clock_timestamp()
WINDOWS = ("publication_window", "use_window")
#: How often, and until when, published results are watched for deletions. The rules
#: may end it sooner.
WATCH, WATCH_END = timedelta(days=1), timedelta(days=3 * 366)


def takings() -> Any:
    """Select the snapshots whose time has come, and those that were interrupted."""
    boundaries = [
        _boundary("baseline", Phase.opens_at),
        _boundary("cut_off", Phase.closes_at),
    ]
    begun = sa.select(sa.func.concat("taking/", Taking.id).label("key")).where(
        Taking.finished_at.is_(None)
    )
    every = sa.union_all(*boundaries, begun).subquery()
    return sa.select(every.c.key)


def _boundary(kind: str, instant: Any) -> Any:
    taken = sa.exists().where(
        Taking.phase_id == Phase.id, Taking.kind == kind, Taking.due_at == instant
    )
    return (
        sa.select(sa.func.concat("phase/", Phase.id, f"/{kind}").label("key"))
        .join(Edition, Edition.id == Phase.edition_id)
        .where(
            Edition.kind == "award",
            Edition.state == "published",
            Phase.kind.in_(WINDOWS),
            instant <= _NOW,
            sa.not_(taken),
        )
    )


def findings() -> Any:
    """Select findings whose time for answers is over, and snapshots to watch."""
    unheard = sa.select(sa.func.concat("finding/", Finding.id).label("key")).where(
        Finding.state == "open", Finding.due_at <= _NOW
    )
    published = sa.exists().where(
        ScoreRun.snapshot_id == Taking.id, Publication.run_id == ScoreRun.id
    )
    watched = sa.select(sa.func.concat("snapshot/", Taking.id).label("key")).where(
        Taking.kind == "cut_off",
        Taking.finished_at > _NOW - WATCH_END,
        sa.or_(Taking.watched_at.is_(None), Taking.watched_at < _NOW - WATCH),
        published,
    )
    every = sa.union_all(unheard, watched).subquery()
    return sa.select(every.c.key)
