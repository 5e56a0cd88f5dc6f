"""Selects over single assessments and lists of them, joined live with the datasets.

What a dataset's visibility is now decides, never what it was when it was assessed. A
result by another profile than the active one is none: its words may be gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from ckan import model

from ckanext.merit.domain.quality import SUSPENDED
from ckanext.merit.model import catalogue
from ckanext.merit.model.quality import Assessment, AssessmentHistory

__all__ = [
    "SORTS",
    "Listing",
    "badge",
    "history",
    "joined",
    "listing",
    "one",
    "scores",
    "summaries",
]

_a = Assessment.__table__.c
_p = model.package_table.c
_org = model.group_table.alias("organization")


def joined(*, outer: bool, profile: Any = None, suspended: bool = True) -> Any:
    """Join datasets and assessments.

    Args:
        outer: keep datasets without assessment.
        profile: id; assessments by others don't count.
        suspended: whether suspended ones count.
    """
    same = [_a.package_id == _p.id]
    if profile is not None:
        same.append(_a.profile_id == profile)
    if not suspended:
        same.append(_a.status != SUSPENDED)
    return model.package_table.join(Assessment.__table__, sa.and_(*same), isouter=outer)


def _of_profile() -> Any:
    return sa.bindparam("profile", type_=sa.Text)


def _with_organization(source: Any) -> Any:
    same = sa.and_(_org.c.id == _p.owner_org, _org.c.state == "active")
    return source.outerjoin(_org, same)


def _organization_columns() -> list[Any]:
    return [
        _org.c.id.label("organization_id"),
        _org.c.name.label("organization_name"),
        _org.c.title.label("organization_title"),
    ]


def _score(name: str) -> Any:
    return _a.result[name].astext.label(name)


def one(session: Any, package_id: str, *, profile: str) -> Any:
    """Return a dataset's assessment with its dataset and organisation, or None."""
    statement = (
        sa.select(
            *(_p.id, _p.name, _p.title, _p.type, _p.private, _p.state),
            *_organization_columns(),
            *(column for column in _a if column.name not in {"package_id", "lost"}),
        )
        .select_from(_with_organization(joined(outer=True, profile=profile)))
        .where(_p.id == package_id)
    )
    return session.execute(statement).first()


def badge(id_or_name: str, *, types: Sequence[str], profile: str) -> Any:
    """Return what a public dataset's badge says, or None.

    Badges are asked for from other sites, again and again: beside the session, for to
    begin and to end a transaction takes the database longer than this one statement.
    """
    values = {"key": id_or_name, "types": list(types), "profile": profile}
    written = _badge()
    engine: Any = model.meta.engine
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        # As SQLAlchemy's own pings do it; its isolation level asks the server.
        driver.autocommit = True
        try:
            found = connection.exec_driver_sql(
                written.sql, {**written.values, **values}
            )
            return found.first()
        finally:
            driver.autocommit = False


@cache
def _badge() -> _Written:
    key = sa.bindparam("key", type_=sa.Text)
    kind = sa.func.coalesce(_p.type, "dataset")
    return _written(
        sa.select(
            *(_a.status, _a.band, _a.profile_id, _a.profile_version),
            *(_a.issued_at, _a.valid_until, _a.digest, _score("display")),
        )
        .select_from(joined(outer=False, profile=_of_profile()))
        .where(
            sa.or_(_p.id == key, _p.name == key),
            catalogue.public(),
            kind == _any("types"),
        )
        .order_by(sa.case((_p.id == key, 0), else_=1))
    )


def summaries(
    session: Any,
    ids: Sequence[str],
    *,
    types: Sequence[str],
    profile: str,
    sentence: bool,
    now: datetime,
) -> list[Any]:
    """Return what lists show of public datasets, with the one sentence if wanted.

    Lists go without it: the stored results are large to read for a page of datasets.
    What they show is made ready here, for Python would take longer to read numbers and
    dates than to run all of this.
    """
    values = {"ids": list(ids), "types": list(types), "profile": profile, "now": now}
    return _run(session, _summaries(sentence=sentence), values).fetchall()


@cache
def _summaries(*, sentence: bool) -> _Written:
    ended = _a.valid_until <= sa.bindparam("now", type_=_a.valid_until.type)
    columns: list[Any] = [
        *(_a.package_id, _a.status, _a.band),
        # Scores end at 100 and are cut as in `answers.cut`.
        sa.cast(sa.func.trunc(_a.score, 1), sa.Text).label("display"),
        sa.func.coalesce(ended, False).label("expired"),
    ]
    if sentence:
        columns.append(_a.result["sentence"].astext.label("sentence"))
    kind = sa.func.coalesce(_p.type, "dataset")
    return _written(
        sa.select(*columns)
        .select_from(joined(outer=False, profile=_of_profile()))
        .where(_p.id == _any("ids"), catalogue.public(), kind == _any("types"))
    )


class _Written(NamedTuple):
    """SQL, and the values that are part of it."""

    sql: str
    values: dict[str, Any]


def _written(statement: Any) -> _Written:
    """Write a statement once that every page or badge runs.

    Beside CKAN's own share, making it anew would cost more than running it.
    """
    compiled = statement.compile(dialect=postgresql.dialect())
    return _Written(str(compiled), dict(compiled.params))


def _run(session: Any, written: _Written, values: dict[str, Any]) -> Any:
    # The session would prepare itself for objects; these are rows.
    connection = session.connection()
    return connection.exec_driver_sql(written.sql, {**written.values, **values})


def _any(name: str) -> Any:
    # Unlike IN, one statement whatever the number of values.
    return sa.any_(sa.bindparam(name, type_=postgresql.ARRAY(sa.Text)))


def scores(session: Any, package_id: str, *, types: Sequence[str]) -> Any:
    """Return what the search index holds of a public dataset, or None."""
    statement = (
        sa.select(_a.status, _a.band, _a.score)
        .select_from(joined(outer=False))
        .where(_p.id == package_id, catalogue.public(), catalogue.counted(types))
    )
    return session.execute(statement).first()


def history(
    session: Any, package_id: str, *, limit: int, offset: int
) -> tuple[int, list[Any]]:
    """Return the number of a dataset's history rows, and some, newest first."""
    table = AssessmentHistory.__table__.c
    mine = table.package_id == package_id
    count = session.execute(sa.select(sa.func.count()).where(mine)).scalar_one()
    statement = (
        sa.select(*table)
        .where(mine)
        .order_by(table.assessed_at.desc(), table.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return count, session.execute(statement).fetchall()


class Listing(NamedTuple):
    """What to list; None means any."""

    types: Sequence[str]
    profile: str
    organization_id: str | None = None
    band: str | None = None
    status: str | None = None
    title: str | None = None
    private: bool = False
    drafts: bool = False


# Databases differ in how they fold and sort letters with marks, so we do it.
_MARKED = "ÁÀÂÄÃÅáàâäãåÉÈÊËéèêëÍÌÎÏíìîïÓÒÔÖÕóòôöõÚÙÛÜúùûüÑñÇç"
_LETTERS = "aaaaaaaaaaaaeeeeeeeeiiiiiiiioooooooooouuuuuuuunncc"
_PLAIN = str.maketrans(_MARKED, _LETTERS)


def _folded(column: Any) -> Any:
    return sa.func.lower(sa.func.translate(column, _MARKED, _LETTERS))


SORTS = {
    "score desc": (_a.score.desc().nulls_last(),),
    "score asc": (_a.score.asc().nulls_last(),),
    "gain desc": (_a.top_gain.desc().nulls_last(),),
    "title": (_folded(_p.title),),
}


def listing(
    session: Any, wanted: Listing, *, sort: str, limit: int, offset: int
) -> tuple[int, list[Any]]:
    """Return the number of datasets wanted, and some of them.

    In lists for everybody a suspended one looks as if it were never assessed: they
    would lead to the data.
    """
    source = joined(outer=True, profile=wanted.profile, suspended=wanted.private)
    where = _wanted(wanted)
    count = sa.select(sa.func.count()).select_from(source).where(*where)
    gains = sa.func.jsonb_array_elements(_a.result["indicators"]).table_valued("value")
    fix = sa.cast(gains.c.value, postgresql.JSONB)
    exact = (
        sa.select(fix["gain"].astext)
        .select_from(gains)
        .where(fix["id"].astext == _a.top_fix)
        .scalar_subquery()
    )
    statement = (
        sa.select(
            *(_p.id, _p.name, _p.title, _p.private, _p.state),
            *_organization_columns(),
            *(_a.status, _a.band, _a.coverage, _a.assessed_at, _a.valid_until),
            *(_a.top_fix, exact.label("top_gain")),
            *(_score("score"), _score("display")),
        )
        .select_from(_with_organization(source))
        .where(*where)
        .order_by(*SORTS[sort], _p.name)
        .limit(limit)
        .offset(offset)
    )
    return session.execute(count).scalar_one(), session.execute(statement).fetchall()


def _wanted(wanted: Listing) -> list[Any]:
    where = [catalogue.counted(wanted.types)]
    visible = _p.state == "active" if wanted.private else catalogue.public()
    where.append(sa.or_(visible, _p.state == "draft") if wanted.drafts else visible)
    if wanted.organization_id is not None:
        where.append(_p.owner_org == wanted.organization_id)
    if wanted.band == "none":
        where += [_a.status == "rated", _a.band.is_(None)]
    elif wanted.band is not None:
        where.append(_a.band == wanted.band)
    if wanted.status == "not_rated":
        where.append(_a.package_id.is_(None))
    elif wanted.status is not None:
        where.append(_a.status == wanted.status)
    if wanted.title:
        part = wanted.title.translate(_PLAIN).lower()
        where.append(_folded(_p.title).contains(part, autoescape=True))
    return where
