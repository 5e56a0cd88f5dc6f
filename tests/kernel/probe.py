"""A kind of work for tests: writes rows in the transaction and lines outside it."""

from __future__ import annotations

import hashlib
import os
import signal
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from ckan import model

from ckanext.merit import jobs
from ckanext.merit.model.work import Setting

NAME = "test.probe"
#: Environment variable: the file that stands for the world outside the database.
OUTSIDE = "MERIT_PROBE_FILE"
#: Keys that fail, and keys that take their worker with them.
POISON = "poison"
DEADLY = "deadly"


def result(key: str) -> str:
    """What handling a key yields, however often it is done."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def handle(keys: list[str]) -> None:
    """Write a row for each key, then a line for each key outside the database."""
    rows = [{"key": f"probe.{key}", "value": result(key)} for key in keys]
    statement = insert(Setting).values(rows)
    model.Session.execute(
        statement.on_conflict_do_update(
            index_elements=[Setting.key], set_={"value": statement.excluded.value}
        )
    )
    if DEADLY in keys:
        os.kill(os.getpid(), signal.SIGKILL)
    if POISON in keys:
        raise ValueError("cannot be done")
    with Path(os.environ[OUTSIDE]).open("a") as lines:
        lines.writelines(f"{key}\n" for key in keys)
    jobs.failpoint("indexed")


def results() -> dict[str, str]:
    """What is in the table: key to result."""
    model.Session.rollback()
    found = sa.select(Setting.key, Setting.value).where(Setting.key.like("probe.%"))
    return {
        key.removeprefix("probe."): value for key, value in model.Session.execute(found)
    }


def outside() -> list[str]:
    """The lines outside the database, in order."""
    path = Path(os.environ[OUTSIDE])
    return path.read_text().splitlines() if path.exists() else []


KIND = jobs.Kind(NAME, handle, batch=10, lease=timedelta(seconds=1))
KINDS = [KIND]
