"""Statements over suspensions of badges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from ckan import model

from ckanext.merit.model.quality import Suspension

__all__ = ["end", "listing", "open_of", "start", "suspended"]

_TABLE = Suspension.__table__
_s = _TABLE.c
_p = model.package_table.c
_OPEN = _s.ended_at.is_(None)


def suspended(session: Any, ids: Sequence[str]) -> set[str]:
    """Return those of the datasets whose badge is suspended."""
    listed = sa.any_(sa.cast(list(ids), postgresql.ARRAY(sa.Text)))
    statement = sa.select(_s.package_id).where(_OPEN, _s.package_id == listed)
    return set(session.execute(statement).scalars())


def open_of(session: Any, package_id: str) -> Any:
    """Return the open suspension of a dataset, or None."""
    statement = sa.select(*_s).where(_OPEN, _s.package_id == package_id)
    return session.execute(statement).first()


def start(
    session: Any, package_id: str, *, note: str, user_id: str, now: datetime
) -> bool:
    """Suspend; say whether it was not suspended before."""
    statement = (
        postgresql.insert(_TABLE)
        .values(package_id=package_id, note=note, started_by=user_id, started_at=now)
        .on_conflict_do_nothing(index_elements=["package_id"], index_where=_OPEN)
        .returning(_s.id)
    )
    return session.execute(statement).first() is not None


def end(session: Any, package_id: str, *, user_id: str, now: datetime) -> bool:
    """Lift the open suspension; say whether there was one."""
    statement = (
        sa.update(_TABLE)
        .where(_OPEN, _s.package_id == package_id)
        .values(ended_by=user_id, ended_at=now)
        .returning(_s.id)
    )
    return session.execute(statement).first() is not None


def listing(session: Any, *, limit: int, offset: int) -> tuple[int, list[Any]]:
    """Return the number of open suspensions, and some, newest first."""
    count = sa.select(sa.func.count()).select_from(_TABLE).where(_OPEN)
    statement = (
        sa.select(*_s, _p.name, _p.title, model.user_table.c.name.label("user_name"))
        .select_from(
            _TABLE.join(model.package_table, _p.id == _s.package_id).outerjoin(
                model.user_table, model.user_table.c.id == _s.started_by
            )
        )
        .where(_OPEN)
        .order_by(_s.started_at.desc(), _s.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return session.execute(count).scalar_one(), session.execute(statement).fetchall()
