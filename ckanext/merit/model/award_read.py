"""Selects of awards over CKAN's datasets and their assessments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from ckan import model

from ckanext.merit.model import catalogue
from ckanext.merit.model.quality import Assessment

__all__ = [
    "Dates",
    "assessments",
    "count",
    "dates",
    "ids_of",
    "organizations",
    "present",
]

_p = model.package_table.c
_a = Assessment.__table__.c


class Dates(NamedTuple):
    """When a dataset was created and changed (naive UTC, as CKAN keeps it), by whom."""

    created: datetime
    modified: datetime
    creator: str


def _counted(types: Sequence[str]) -> Any:
    return sa.and_(catalogue.public(), catalogue.counted(types))


def ids_of(
    session: Any, organization_id: str, *, types: Sequence[str], after: str, limit: int
) -> list[str]:
    """List a page of an organisation's public datasets, in the order of ids."""
    return list(
        session.scalars(
            sa.select(_p.id)
            .where(_p.owner_org == organization_id, _p.id > after, _counted(types))
            .order_by(_p.id)
            .limit(limit)
        )
    )


def organizations(session: Any, *, types: Sequence[str]) -> list[str]:
    """List the ids of the organisations with public datasets, in order."""
    owners = sa.select(_p.owner_org).where(_p.owner_org.isnot(None), _counted(types))
    return list(session.scalars(owners.distinct().order_by(_p.owner_org)))


def count(
    session: Any, organization_ids: Collection[str], *, types: Sequence[str]
) -> int:
    """Count the public datasets of some organisations."""
    owned = _p.owner_org.in_(list(organization_ids))
    counted = sa.select(sa.func.count()).select_from(model.package_table)
    return session.scalar(counted.where(owned, _counted(types)))


def dates(session: Any, ids: Collection[str]) -> dict[str, Dates]:
    """Read dates and creators of datasets."""
    rows = session.execute(
        sa.select(
            _p.id, _p.metadata_created, _p.metadata_modified, _p.creator_user_id
        ).where(_p.id.in_(list(ids)))
    )
    return {
        key: Dates(created, modified, creator or "")
        for key, created, modified, creator in rows
    }


def assessments(session: Any, ids: Collection[str]) -> dict[str, Any]:
    """Read the stored results of datasets, with the rules behind them."""
    rows = session.execute(
        sa.select(
            *(_a.package_id, _a.status, _a.band, _a.result),
            *(_a.profile_id, _a.profile_version, _a.profile_sha256, _a.engine_version),
        ).where(_a.package_id.in_(list(ids)))
    )
    return {row.package_id: row for row in rows}


def present(session: Any, ids: Collection[str]) -> set[str]:
    """Say which of some datasets are public now."""
    found = sa.select(_p.id).where(_p.id.in_(list(ids)), catalogue.public())
    return set(session.scalars(found))
