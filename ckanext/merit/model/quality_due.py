"""Which datasets count, and which of them are due for assessment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from ckan import model

from ckanext.merit.model import catalogue
from ckanext.merit.model.quality import Assessment
from ckanext.merit.model.quality_read import joined
from ckanext.merit.model.work import Work

__all__ = ["Rules", "counted", "due", "overlooked", "targets"]

_a = Assessment.__table__.c
_p = model.package_table.c


class Rules(NamedTuple):
    """What an up-to-date assessment was made by."""

    profile_id: str
    profile_version: str
    profile_sha256: str
    engine_version: str


def targets(
    session: Any,
    *,
    types: Sequence[str],
    after: str | None = None,
    limit: int,
    rules: Rules | None = None,
) -> tuple[int, list[str]]:
    """Return the number of datasets that count, and a page of ids, in order.

    Args:
        session: read only.
        types: of datasets that count.
        after: the last id of the page before.
        limit: ids per page.
        rules: only those that are due by these rules.
    """
    every = counted(types) if rules is None else _due_ids(types, rules)
    count = sa.select(sa.func.count()).select_from(every.subquery())
    page = every if after is None else every.where(_p.id > after)
    ids = session.execute(page.order_by(_p.id).limit(limit)).scalars()
    return session.execute(count).scalar_one(), list(ids)


def counted(types: Sequence[str]) -> Any:
    """Select the ids of the datasets that get a score."""
    return sa.select(_p.id).where(_p.state != "deleted", catalogue.counted(types))


def _due_ids(types: Sequence[str], rules: Rules, *, at: Any = None) -> Any:
    made_by = sa.tuple_(*(_a[name] for name in Rules._fields))
    return (
        counted(types)
        .select_from(joined(outer=True))
        .where(
            sa.or_(
                _a.package_id.is_(None),
                _a.next_due_at <= (sa.func.now() if at is None else at),
                made_by != sa.tuple_(*map(sa.literal, rules)),
            )
        )
    )


def overlooked(
    session: Any, *, types: Sequence[str], rules: Rules, kind: str, since: timedelta
) -> int:
    """Count the datasets that are due for some time without being noted as work.

    Args:
        session: read only.
        types: of datasets that count.
        rules: by which they are due.
        kind: of the work.
        since: for how long; when rules changed, nobody knows.
    """
    then = sa.func.now() - since
    noted = sa.select(Work.key).where(Work.kind == kind, Work.key == _p.id)
    statement = _due_ids(types, rules, at=then).where(
        sa.or_(
            _a.package_id.isnot(None),
            _p.metadata_created <= sa.func.timezone("UTC", then),
        ),
        ~noted.exists(),
    )
    count = sa.select(sa.func.count()).select_from(statement.subquery())
    return session.execute(count).scalar_one()


def due(types: Sequence[str], rules: Rules) -> Any:
    """Select the ids of datasets that nobody touched and that are due all the same.

    Time changed a value, there is no assessment yet, or the rules changed; and those
    whose assessment must go, for the dataset is gone or doesn't count any more.
    """
    counts = sa.select(_p.id).where(_p.id == _a.package_id, catalogue.counted(types))
    gone = sa.select(_a.package_id).where(~counts.exists())
    return _due_ids(types, rules).union_all(gone)
