"""What published results rest on besides their rows: a snapshot, the audit trail."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.logic.contest import answers
from ckanext.merit.model import audit
from ckanext.merit.model.contest_entry import Snapshot
from ckanext.merit.model.contest_result import Publication, ScoreRun

__all__ = ["anchors"]

Data = dict[str, Any]
_SNAPSHOT = ("id", "sha256", "taken_at")


def anchors(publication: Publication) -> Data:
    """Give ``snapshot`` and ``audit`` of published results.

    Whoever keeps the number and the hash of the record of a publication can have the
    whole trail up to it checked.
    """
    snapshot = model.Session.scalars(
        sa.select(Snapshot)
        .join(ScoreRun, ScoreRun.snapshot_id == Snapshot.id)
        .where(ScoreRun.id == publication.run_id)
    ).first()
    record = model.Session.execute(
        sa.select(audit.table.c.seq, audit.table.c.hash)
        .where(
            audit.table.c.object_type == "publication",
            audit.table.c.object_id == publication.id,
        )
        .order_by(audit.table.c.seq)
        .limit(1)
    ).first()
    return {
        "snapshot": snapshot and answers.as_dict(snapshot, _SNAPSHOT),
        "audit": record and {"seq": record.seq, "hash": record.hash},
    }
