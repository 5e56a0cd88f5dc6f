"""Alembic's environment for the one migration chain of all plugins."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context

from ckan.model.meta import metadata

import ckanext.merit.model  # noqa: F401 - makes our tables known to the metadata

OPTIONS: dict[str, Any] = {
    "target_metadata": metadata,
    "version_table": "merit_alembic_version",
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


if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()
