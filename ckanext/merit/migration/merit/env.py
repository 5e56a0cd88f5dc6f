"""Alembic's environment for the one migration chain of all plugins."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context

import ckantoolkit as tk

# Importing any of our models makes all our tables known to the metadata.
from ckanext.merit.model import audit

VERSIONS = "merit_alembic_version"
OPTIONS: dict[str, Any] = {
    "target_metadata": [tk.BaseModel.metadata, audit.metadata],
    "version_table": VERSIONS,
    "include_object": lambda item, name, kind, reflected, other: (
        kind != "table" or name.startswith("merit_")
    ),
}


def migrate_offline() -> None:
    """Print the SQL."""
    url = context.config.get_main_option("sqlalchemy.url")
    context.configure(url=url, literal_binds=True, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


def migrate_online() -> None:
    """Run the SQL."""
    section = context.config.get_section(context.config.config_ini_section) or {}
    engine = sa.engine_from_config(section, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()
            if not context.get_context().get_current_heads():
                # Removed: leave CKAN's database as it was.
                connection.execute(sa.text(f"DROP TABLE IF EXISTS {VERSIONS}"))


if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()
