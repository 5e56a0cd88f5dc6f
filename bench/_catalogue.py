"""Synthetic datasets by the thousand, inserted by SQL as no portal's action could.

`package_show` answers about 6 kB for one: three resources, two data dictionaries.
"""

from __future__ import annotations

import sqlalchemy as sa

from ckan import model

__all__ = ["ORGANIZATIONS", "insert"]

ORGANIZATIONS = 50
_BATCH = 10_000
_IS_211 = hasattr(model, "package_extra_table")

_EXTRAS = """
    ('frequency', (ARRAY['monthly', 'annual', 'irregular', 'R/P1M', ''])[1 + n % 5]),
    ('theme', (ARRAY['["ENVI"]', 'ECON', 'Salud'])[1 + n % 3]),
    ('spatial', CASE n % 2 WHEN 0 THEN 'Altovalle' ELSE '' END),
    ('temporal', (ARRAY['2019/2023', '2020-01-01/2020-12-31', 'siempre'])[1 + n % 3]),
    ('access_rights', CASE n % 4 WHEN 0 THEN 'PUBLIC' ELSE '' END),
    ('provenance', repeat('Relevamiento propio. ', (4 * (n % 3 / 2))::int))
"""
_COLUMNS = """
    SELECT json_agg(json_build_object('title', 'columna_' || c, 'type', 'string',
        'description',
        CASE WHEN c % 3 > 0 THEN 'Descripción de la columna ' || c || ' de ' || n END))
    FROM generate_series(1, 12) c
"""
_STATEMENTS = [
    """
    INSERT INTO package (id, name, title, notes, license_id, maintainer,
        maintainer_email, type, owner_org, state, private, metadata_created,
        metadata_modified {extras_name})
    SELECT md5('package' || n)::uuid::text, 'synthetic-' || n,
        'Registro de actividades número ' || n,
        repeat('Texto de la descripción del conjunto de datos. ', (n % 20)::int),
        (ARRAY['cc-by', 'notspecified', 'odc-odbl', 'other-closed'])[1 + n % 4],
        'Mesa de ayuda',
        CASE n % 3 WHEN 0 THEN '' ELSE 'datos' || n || '@e.example' END,
        'dataset', md5('organization' || n % :organizations)::uuid::text,
        'active', false, '2024-01-01', '2024-01-01 10:20:30.123456' {extras_value}
    FROM generate_series(CAST(:first AS bigint), :last) n
    """,
    """
    INSERT INTO resource (id, package_id, name, description, url, format, mimetype,
        state, position, created, last_modified, metadata_modified, extras)
    SELECT md5('resource' || n || '-' || r)::uuid::text,
        md5('package' || n)::uuid::text,
        'Archivo ' || r, repeat('Un archivo con datos. ', r),
        'http://datos.example/' || n || '/' || r || '.csv',
        (ARRAY['CSV', 'XLSX', 'PDF'])[1 + (n + r) % 3],
        CASE n % 2 WHEN 0 THEN 'text/csv' END, 'active', r, '2024-01-01',
        timestamp '2026-06-01' - interval '1 day' * (n % 400), '2024-01-01',
        CASE WHEN r < 2 THEN
            json_build_object('attributesDescription', ({columns})::text)::text END
    FROM generate_series(CAST(:first AS bigint), :last) n, generate_series(0, 2) r
    """,
    """
    INSERT INTO package_tag (id, package_id, tag_id, state)
    SELECT md5('pt' || n || '-' || t)::uuid::text, md5('package' || n)::uuid::text,
        md5('tag' || (n + t) % 100)::uuid::text, 'active'
    FROM generate_series(CAST(:first AS bigint), :last) n, generate_series(0, 2) t
    WHERE t <= n % 4
    """,
]
_EXTRA_ROWS = """
    INSERT INTO package_extra (id, package_id, key, value, state)
    SELECT md5('extra' || n || key)::uuid::text, md5('package' || n)::uuid::text,
        key, value, 'active'
    FROM generate_series(CAST(:first AS bigint), :last) n,
        LATERAL (VALUES {extras}) AS extra (key, value)
"""
_ONCE = [
    """
    INSERT INTO "group" (id, name, title, type, is_organization, state,
        approval_status, created)
    SELECT md5('organization' || n)::uuid::text, 'entity-' || n, 'Entidad ' || n,
        'organization', true, 'active', 'approved', '2024-01-01'
    FROM generate_series(0, :organizations - 1) n ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO tag (id, name)
    SELECT md5('tag' || n)::uuid::text, 'palabra ' || n FROM generate_series(0, 99) n
    ON CONFLICT DO NOTHING
    """,
]


def insert(first: int, last: int) -> None:
    """Insert the datasets of these numbers, with three resources each."""
    inline = f", (SELECT json_object_agg(key, value)::jsonb FROM (VALUES {_EXTRAS}) e (key, value))"  # noqa: E501, S608
    parts = {
        "extras_name": "" if _IS_211 else ", extras",
        "extras_value": "" if _IS_211 else inline,
        "columns": _COLUMNS,
        "extras": _EXTRAS,
    }
    statements = [*_STATEMENTS, *([_EXTRA_ROWS] if _IS_211 else [])]
    with model.meta.engine.begin() as connection:
        for statement in _ONCE:
            connection.execute(sa.text(statement), {"organizations": ORGANIZATIONS})
    for start in range(first, last + 1, _BATCH):
        numbers = {"first": start, "last": min(start + _BATCH - 1, last)}
        with model.meta.engine.begin() as connection:
            for statement in statements:
                text = sa.text(statement.format(**parts))
                extra = {"organizations": ORGANIZATIONS}
                wanted = {**numbers, **(extra if ":organizations" in statement else {})}
                connection.execute(text, wanted)
    with model.meta.engine.connect() as connection:
        raw = connection.execution_options(isolation_level="AUTOCOMMIT")
        raw.execute(sa.text("ANALYZE"))
