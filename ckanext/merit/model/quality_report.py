"""Aggregates over the assessments of the datasets that everybody may see now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from ckan import model

from ckanext.merit.model import catalogue
from ckanext.merit.model.quality import Assessment, AssessmentHistory
from ckanext.merit.model.quality_read import joined

__all__ = [
    "LEAGUE_MINIMUM",
    "SIZE_CLASSES",
    "League",
    "changes",
    "league",
    "lost_points",
    "portal_change",
    "size_class",
    "totals",
]

#: Entities with fewer rated datasets have no rank.
LEAGUE_MINIMUM = 5
#: Name and smallest number of public datasets of each class of entities.
SIZE_CLASSES = {"small": 1, "medium": 10, "large": 50}

_BANDS = ("gold", "silver", "bronze")
_a = Assessment.__table__.c
_p = model.package_table.c
_org = model.group_table.alias("organization")
_IS_RATED = _a.status == "rated"


def _rated_figures() -> list[Any]:
    count = sa.func.count()
    return [
        count.label("datasets"),
        count.filter(_IS_RATED).label("rated"),
        sa.func.avg(_a.score).filter(_IS_RATED).label("mean"),
        sa.func.avg(_a.coverage).filter(_IS_RATED).label("coverage"),
        *(
            count.filter(_IS_RATED, _a.band == band).label(f"band_{band}")
            for band in _BANDS
        ),
        count.filter(_IS_RATED, _a.band.is_(None)).label("band_none"),
    ]


def totals(session: Any, *, types: Sequence[str], profile_id: str) -> Any:
    """Return the portal's figures: counts, mean, bands, ten bins of the histogram."""
    count = sa.func.count()
    current = sa.and_(_a.package_id == _p.id, _a.profile_id == profile_id)
    tenth = sa.func.least(sa.func.floor(_a.score / 10), 9)
    statement = (
        sa.select(
            *_rated_figures(),
            count.filter(_a.status == "provisional").label("provisional"),
            count.filter(_a.package_id.is_(None)).label("pending"),
            sa.func.max(_a.assessed_at).label("assessed_at"),
            *(
                count.filter(_IS_RATED, tenth == number).label(f"bin_{number}")
                for number in range(10)
            ),
        )
        .select_from(model.package_table.outerjoin(Assessment.__table__, current))
        .where(catalogue.public(), catalogue.counted(types))
    )
    return session.execute(statement).one()


def lost_points(
    session: Any, *, types: Sequence[str], profile_sha256: str, indicators: int
) -> list[tuple[int, int]]:
    """Return for each indicator the thousandths of points lost, and by how many.

    Counts public datasets that are rated by just this profile.
    """
    figures = []
    for number in range(1, indicators + 1):
        lost = _a.lost[number]
        figures.append(sa.func.coalesce(sa.func.sum(lost), 0))
        figures.append(sa.func.count().filter(lost > 0))
    statement = (
        sa.select(*figures)
        .select_from(joined(outer=False))
        .where(
            _IS_RATED,
            _a.profile_sha256 == profile_sha256,
            catalogue.public(),
            catalogue.counted(types),
        )
    )
    row = session.execute(statement).one()
    return list(zip(row[::2], row[1::2], strict=True))


class League(NamedTuple):
    """Which entities are compared, and how.

    Attributes:
        types: of datasets that count.
        profile_id: of the assessments that count.
        size_class: only entities of this one.
        by_change: order by the change in this time, not by rank.
    """

    types: Sequence[str]
    profile_id: str
    size_class: str | None = None
    by_change: timedelta | None = None


def league(
    session: Any, wanted: League, *, limit: int, offset: int
) -> tuple[int, list[Any]]:
    """Return the number of entities with public datasets, and some of them.

    The mean is that of all rated datasets; ranks go to entities with at least
    ``LEAGUE_MINIMUM`` of them, equal means share one. Those without rank come last.
    """
    entities = _entities(*wanted[:3]).cte("entities")
    ranked = entities.c.rated >= LEAGUE_MINIMUM
    # Two means of a million scores differ by more than this, or not at all.
    mean = sa.func.round(entities.c.mean, 9)
    place = sa.func.rank().over(partition_by=ranked, order_by=mean.desc())
    rank = sa.case((ranked, place)).label("rank")
    source, order = entities, [rank.nulls_last(), mean.desc().nulls_last()]
    if wanted.by_change is not None:
        change = _changes(*wanted[:2], wanted.by_change).subquery("change")
        own = change.c.organization_id == entities.c.organization_id
        source = entities.outerjoin(change, own)
        order = [sa.not_(ranked), change.c.change.desc().nulls_last(), *order]
    statement = (
        sa.select(entities, rank)
        .select_from(source)
        .order_by(*order, entities.c.organization_title, entities.c.organization_id)
        .limit(limit)
        .offset(offset)
    )
    count = sa.select(sa.func.count()).select_from(entities)
    return session.execute(count).scalar_one(), session.execute(statement).fetchall()


def _entities(types: Sequence[str], profile_id: str, size_class: str | None) -> Any:
    current = sa.and_(_a.package_id == _p.id, _a.profile_id == profile_id)
    source = model.package_table.join(
        _org, sa.and_(_org.c.id == _p.owner_org, _org.c.state == "active")
    ).outerjoin(Assessment.__table__, current)
    statement = (
        sa.select(
            _org.c.id.label("organization_id"),
            _org.c.name.label("organization_name"),
            _org.c.title.label("organization_title"),
            *_rated_figures(),
        )
        .select_from(source)
        .where(catalogue.public(), catalogue.counted(types))
        .group_by(_org.c.id, _org.c.name, _org.c.title)
    )
    if size_class is None:
        return statement
    least = SIZE_CLASSES[size_class]
    more = [start for start in SIZE_CLASSES.values() if start > least]
    statement = statement.having(sa.func.count() >= least)
    return statement.having(sa.func.count() < min(more)) if more else statement


def size_class(datasets: int) -> str:
    """Return the class of an entity with so many public datasets."""
    return max(
        (least, name) for name, least in SIZE_CLASSES.items() if least <= datasets
    )[1]


def changes(
    session: Any,
    organization_ids: Sequence[str],
    *,
    types: Sequence[str],
    profile_id: str,
    since: timedelta,
) -> dict[str, Any]:
    """Return each organisation's mean change of score, by id."""
    theirs = _p.owner_org.in_(list(organization_ids))
    statement = _changes(types, profile_id, since).where(theirs)
    return {row[0]: row[1] for row in session.execute(statement).fetchall()}


def portal_change(
    session: Any, *, types: Sequence[str], profile_id: str, since: timedelta
) -> Any:
    """Return the mean change of score of all public datasets, or None."""
    change, source, where = _change(types, profile_id, since)
    statement = sa.select(change).select_from(source).where(*where)
    return session.execute(statement).scalar_one()


def _changes(types: Sequence[str], profile_id: str, since: timedelta) -> Any:
    change, source, where = _change(types, profile_id, since)
    return (
        sa.select(_p.owner_org.label("organization_id"), change.label("change"))
        .select_from(source)
        .where(*where)
        .group_by(_p.owner_org)
    )


def _change(types: Sequence[str], profile_id: str, since: timedelta) -> Any:
    """Return the mean change, the tables and the conditions to select it.

    Counts public datasets that had a rated score by the same version of the same
    profile at that time.
    """
    past = AssessmentHistory.__table__.alias("past")
    then = (
        sa.select(past)
        .where(
            past.c.package_id == _p.id,
            past.c.assessed_at <= sa.func.now() - since,
        )
        .order_by(past.c.assessed_at.desc(), past.c.id.desc())
        .limit(1)
        .lateral("then")
    )
    source = joined(outer=False, profile=profile_id).join(then, sa.true())
    where = (
        _IS_RATED,
        then.c.status == "rated",
        then.c.profile_id == _a.profile_id,
        then.c.profile_version == _a.profile_version,
        catalogue.public(),
        catalogue.counted(types),
    )
    return sa.func.avg(_a.score - then.c.score), source, where
