"""Statements that keep assessments: each serves a whole batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from ckan import model

from ckanext.merit.model import work
from ckanext.merit.model.quality import (
    Assessment,
    AssessmentHistory,
    DatasetTitle,
    Suspension,
)

__all__ = [
    "TWINS_LIMIT",
    "Title",
    "add_history",
    "lock_titles",
    "mark_twins",
    "remove",
    "save",
    "save_titles",
    "stored",
    "stored_titles",
    "twins",
    "untitled",
]

#: Twins are counted no further: more make no difference to a score, and one popular
#: title must not make every edit touch thousands of datasets.
TWINS_LIMIT = 20


def _columns(table: Any, *, but: str = "") -> list[Any]:
    return [column for column in table.__table__.columns if column.name != but]


def _names(columns: Iterable[Any]) -> str:
    return ", ".join(column.name for column in columns)


def _typed(columns: Iterable[Any]) -> str:
    dialect = postgresql.dialect()
    return ", ".join(f"{each.name} {each.type.compile(dialect)}" for each in columns)


_CURRENT = _columns(Assessment)
_PAST = _columns(AssessmentHistory, but="id")
# A row whose digest, rules and dates are the same is the same row.
_IDENTITY = ("profile_sha256", "engine_version", "digest", "valid_until", "next_due_at")
_SAVE = sa.text(f"""
    INSERT INTO merit_assessment AS old ({_names(_CURRENT)})
    SELECT {_names(_CURRENT)}
    FROM json_to_recordset(CAST(:rows AS json)) AS new ({_typed(_CURRENT)})
    ORDER BY package_id
    ON CONFLICT (package_id) DO UPDATE
    SET {", ".join(f"{column.name} = excluded.{column.name}" for column in _CURRENT)}
    WHERE ({", ".join(f"old.{name}" for name in _IDENTITY)})
        IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _IDENTITY)})
""")  # noqa: S608 - only the names of our own columns
_ADD_HISTORY = sa.text(f"""
    INSERT INTO merit_assessment_history ({_names(_PAST)})
    SELECT {_names(_PAST)}
    FROM json_to_recordset(CAST(:rows AS json)) AS new ({_typed(_PAST)})
    ORDER BY package_id
""")  # noqa: S608

# Any number would do that no other extension locks: the first bytes of "merit title".
_TITLE_LOCK = 0x6D657269_74207469


class Title(NamedTuple):
    """What decides whether datasets are twins."""

    package_id: str
    organization_id: str | None
    title_key: str | None
    public: bool


def stored(session: Any, ids: Sequence[str]) -> dict[str, Any]:
    """Return what is stored about datasets, without the results, by id."""
    table = Assessment.__table__.c
    statement = sa.select(
        table.package_id,
        table.profile_id,
        table.profile_version,
        table.profile_sha256,
        table.engine_version,
        table.status,
        table.score,
        table.band,
        table.digest,
        table.issued_at,
        table.valid_until,
        table.next_due_at,
    ).where(table.package_id == _any(ids))
    return {row.package_id: row for row in session.execute(statement).fetchall()}


def save(session: Any, rows: Iterable[str]) -> None:
    """Insert or replace assessments; one that is unchanged gets no row version.

    Args:
        session: not committed here.
        rows: JSON objects with all columns of the table.
    """
    written = ",".join(rows)
    if written:
        session.execute(_SAVE, {"rows": f"[{written}]"})


def add_history(session: Any, rows: Iterable[str]) -> None:
    """Append to the history.

    Args:
        session: not committed here.
        rows: JSON objects with all columns of the table but the id.
    """
    written = ",".join(rows)
    if written:
        session.execute(_ADD_HISTORY, {"rows": f"[{written}]"})


def remove(session: Any, ids: Collection[str], *, history: bool) -> list[str]:
    """Delete assessments; ``history`` says whether also all that was ever known.

    Returns:
        Ids of the datasets that had one.
    """
    removed = _delete(session, Assessment, ids) if ids else []
    if ids and history:
        _delete(session, AssessmentHistory, ids)
        _delete(session, Suspension, ids)
    return removed


def _delete(session: Any, table: Any, ids: Collection[str]) -> list[str]:
    rows = table.__table__
    mine = rows.c.package_id == _any(list(ids))
    statement = sa.delete(rows).where(mine).returning(rows.c.package_id)
    return list(session.execute(statement).scalars())


def stored_titles(session: Any, ids: Sequence[str]) -> dict[str, Title]:
    """Return the titles as they were last seen, by id."""
    table = DatasetTitle.__table__.c
    statement = sa.select(
        table.package_id, table.organization_id, table.title_key, table.public
    ).where(table.package_id == _any(ids))
    return {row[0]: Title(*row) for row in session.execute(statement).fetchall()}


def untitled() -> Any:
    """Return the condition that the title of a dataset was never seen."""
    seen = DatasetTitle.__table__.c.package_id
    return ~sa.select(seen).where(seen == model.package_table.c.id).exists()


def lock_titles(session: Any) -> None:
    """Wait until no other transaction is changing titles, and keep others waiting.

    Two datasets that become twins at the same moment would not see each other.
    """
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(_TITLE_LOCK)))


def save_titles(
    session: Any, titles: Sequence[Title], *, gone: Sequence[str] = ()
) -> None:
    """Insert or replace titles, and delete those of datasets that are ``gone``."""
    if gone:
        _delete(session, DatasetTitle, gone)
    if not titles:
        return
    kinds: list[Any] = [sa.Text, sa.Text, sa.Text, sa.Boolean]
    arrays = [
        sa.cast([title[index] for title in titles], postgresql.ARRAY(kind))
        for index, kind in enumerate(kinds)
    ]
    names = [column.name for column in DatasetTitle.__table__.columns]
    columns = [
        sa.func.unnest(array).label(name)
        for name, array in zip(names, arrays, strict=True)
    ]
    source = sa.select(*columns).subquery("new")
    statement = postgresql.insert(DatasetTitle.__table__).from_select(
        names, sa.select(*source.c).order_by(source.c.package_id)
    )
    statement = statement.on_conflict_do_update(
        index_elements=["package_id"],
        set_={name: statement.excluded[name] for name in names[1:]},
    )
    session.execute(statement)


def twins(session: Any, ids: Sequence[str]) -> dict[str, int]:
    """Count the other public datasets of each dataset's organisation with its title.

    Returns:
        At most ``TWINS_LIMIT`` for each id; 0 and ids without organisation left out.
    """
    mine = DatasetTitle.__table__.alias("mine")
    count = _public_namesakes(mine, limit=TWINS_LIMIT, but_itself=True)
    statement = sa.select(mine.c.package_id, count).where(
        mine.c.package_id == _any(ids), mine.c.organization_id.isnot(None)
    )
    rows = session.execute(statement).fetchall()
    return {package_id: number for package_id, number in rows if number}


def mark_twins(
    session: Any, kind: str, keys: Collection[tuple[str, str]], *, but: Sequence[str]
) -> int:
    """Mark the assessed datasets with these titles as due.

    Args:
        session: not committed here.
        kind: of work.
        keys: pairs of organisation and title key that a dataset joined or left.
        but: ids of datasets that are being assessed anyway.

    Returns:
        Number of datasets marked.
    """
    if not keys:
        return 0
    mine = DatasetTitle.__table__.alias("mine")
    # With more than this many, one more or less changes nobody's count.
    saturated = TWINS_LIMIT + 2
    count = _public_namesakes(mine, limit=saturated, but_itself=False)
    statement = sa.select(mine.c.package_id).where(
        sa.tuple_(mine.c.organization_id, mine.c.title_key).in_(list(keys)),
        mine.c.package_id.in_(sa.select(Assessment.package_id)),
        mine.c.package_id != sa.all_(_array(but)),
        count < saturated,
    )
    return work.mark_select(session, kind, statement)


def _public_namesakes(mine: Any, *, limit: int, but_itself: bool) -> Any:
    other = DatasetTitle.__table__.alias("other")
    same = [
        other.c.organization_id == mine.c.organization_id,
        other.c.title_key == mine.c.title_key,
        other.c.public,
    ]
    if but_itself:
        same.append(other.c.package_id != mine.c.package_id)
    some = sa.select(sa.literal(1)).where(*same).correlate(mine).limit(limit).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def _array(items: Sequence[str]) -> Any:
    return sa.cast(list(items), postgresql.ARRAY(sa.Text))


def _any(ids: Sequence[str]) -> Any:
    return sa.any_(_array(ids))
