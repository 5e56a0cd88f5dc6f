"""The one migration chain: models and tables agree, and removal leaves no trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import ckantoolkit as tk
from ckan import model
from ckan.cli.cli import ckan

import ckanext.merit.migration
from ckanext.merit import model as tables

pytestmark = pytest.mark.usefixtures("no_work")

Run = Callable[..., str]

#: What a person could find in a schema after we left.
EVERYTHING = """
SELECT 'table ' || table_name FROM information_schema.tables
    WHERE table_schema = 'public'
UNION ALL SELECT 'trigger ' || trigger_name FROM information_schema.triggers
UNION ALL SELECT 'function ' || proname FROM pg_proc
    JOIN pg_namespace ON pg_namespace.oid = pronamespace
    WHERE nspname = 'public'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
UNION ALL SELECT 'type ' || typname FROM pg_type
    JOIN pg_namespace ON pg_namespace.oid = typnamespace
    WHERE nspname = 'public' AND typtype = 'e'
UNION ALL SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'sequence ' || sequence_name FROM information_schema.sequences
"""


@pytest.fixture
def run(cli: Any) -> Iterator[Run]:
    """Run `ckan db COMMAND -p merit`; the tables are back afterwards."""

    def command(*words: str) -> str:
        model.Session.remove()
        result = cli.invoke(ckan, ["db", *words, "-p", "merit"])
        assert result.exit_code == 0, result.output
        return result.output

    yield command
    command("upgrade")


def in_database() -> set[str]:
    with model.meta.engine.connect() as connection:
        return set(connection.execute(sa.text(EVERYTHING)).scalars())


def ours(name: str) -> bool:
    return name.partition(" ")[2].removeprefix("ix_").startswith("merit_")


def test_models_and_migrations_agree(run: Run) -> None:
    """Alembic finds nothing to do after an upgrade."""
    run("upgrade")
    options = {
        "compare_type": True,
        "include_object": lambda item, name, kind, reflected, other: (
            kind != "table" or name.startswith("merit_")
        ),
        "version_table": "merit_alembic_version",
    }
    metadata = [tk.BaseModel.metadata, tables.audit.metadata]
    with model.meta.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_removal_leaves_ckan_as_it_was(run: Run) -> None:
    """Down to the base nothing of ours is left, and all of CKAN's is."""
    before = in_database()
    run("downgrade")
    assert in_database() == {name for name in before if not ours(name)}
    run("upgrade")
    assert in_database() == before


def test_each_step_can_be_undone(run: Run) -> None:
    """Going down and up step by step, each revision has the same tables both times."""
    folder = f"{ckanext.merit.migration.__path__[0]}/merit"
    revisions = [item.revision for item in ScriptDirectory(folder).walk_revisions()]
    downwards = {}
    for revision in [*revisions[1:], "base"]:
        downwards[revision] = in_database()
        run("downgrade", "-v", revision)
    upwards = {}
    for revision in reversed([*revisions[1:], "base"]):
        run("upgrade", "-v", "+1")
        upwards[revision] = in_database()
    assert upwards == downwards
