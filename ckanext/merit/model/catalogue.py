"""Reads from CKAN's own tables: many datasets in a constant number of statements.

The records have the shape of `package_show`, without what no rule looks at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from sqlalchemy.dialects import postgresql

from ckan import model

__all__ = ["Record", "counted", "load", "public", "titles"]

Record = dict[str, Any]

#: Longer texts are cut in the database: a megabyte says nothing more about quality.
TEXT_LIMIT = 65_536

_PACKAGE_COLUMNS = (
    "id", "name", "title", "notes", "url", "version", "author", "author_email",
    "maintainer", "maintainer_email", "license_id", "type", "owner_org", "private",
    "state", "metadata_created",
)  # fmt: skip
_LONG = {"title", "notes", "description"}
_RESOURCE_COLUMNS = (
    "id", "name", "description", "url", "url_type", "format", "mimetype",
    "mimetype_inner", "resource_type", "created", "last_modified", "size", "hash",
)  # fmt: skip

_package = model.package_table
_resource = model.resource_table
_group = model.group_table
_member = model.member_table
_tag = model.tag_table
_package_tag = model.package_tag_table
# CKAN 2.11 keeps extras in a table; CKAN 2.12 in a column of the dataset.
_extra: Any = getattr(model, "package_extra_table", None)


def public() -> Any:
    """Return the condition that everybody may see the dataset."""
    return sa.and_(
        _package.c.state == "active",
        sa.not_(sa.func.coalesce(_package.c.private, False)),
    )


def counted(types: Sequence[str]) -> Any:
    """Return the condition that the dataset is of a type that gets a score."""
    return sa.func.coalesce(_package.c.type, "dataset").in_(list(types))


def load(session: Any, ids: Sequence[str]) -> dict[str, Record]:
    """Read datasets of any state.

    Args:
        session: read only.
        ids: of datasets; unknown ones are left out.

    Returns:
        Records by id. Compared with `package_show`: dates are datetimes, extras are
        one dict, and addresses of uploads are the file's name alone.
    """
    records = _packages(session, ids)
    if not records:
        return records
    chosen = _chosen(records)
    if _extra is not None:
        _add_extras(session, records, chosen)
    _add_tags(session, records, chosen)
    _add_groups(session, records, chosen)
    _add_resources(session, records, chosen)
    return records


def titles(session: Any, *, after: str, limit: int, where: Any = None) -> list[Record]:
    """Read a page of all datasets, in the order of their ids: only what makes twins.

    Args:
        session: read only.
        after: the last id of the page before, or empty text.
        limit: datasets per page.
        where: condition on the datasets, if any.
    """
    names = ("id", "title", "owner_org", "type", "private", "state")
    statement = (
        sa.select(*_columns(_package, names))
        .where(_package.c.id > after, sa.true() if where is None else where)
        .order_by(_package.c.id)
        .limit(limit)
    )
    rows = _rows(session, statement)
    return [_tidied(dict(zip(names, row, strict=True))) for row in rows]


def _tidied(record: Record) -> Record:
    record["type"] = record["type"] or "dataset"
    record["private"] = bool(record["private"])
    record["title"] = (record["title"] or "").strip()
    return record


def _chosen(ids: Iterable[str]) -> Any:
    return sa.any_(sa.cast(list(ids), postgresql.ARRAY(sa.Text)))


def _columns(table: Any, names: Iterable[str]) -> list[Any]:
    return [
        sa.func.left(table.c[name], TEXT_LIMIT) if name in _LONG else table.c[name]
        for name in names
    ]


def _packages(session: Any, ids: Sequence[str]) -> dict[str, Record]:
    columns = _columns(_package, _PACKAGE_COLUMNS)
    keys = [*_PACKAGE_COLUMNS, "extras"]
    columns.append(_package.c.extras if _extra is None else sa.null())
    organization = sa.and_(
        _group.c.id == _package.c.owner_org, _group.c.state == "active"
    )
    columns += [_group.c.id, _group.c.name, _group.c.title]
    statement = (
        sa.select(*columns)
        .select_from(_package.outerjoin(_group, organization))
        .where(_package.c.id == _chosen(ids))
    )
    records = {}
    licences = _Licences()
    for row in _rows(session, statement):
        record = dict(zip(keys, row, strict=False))
        org_id, org_name, org_title = row[-3:]
        _tidied(record)
        record["extras"] = record["extras"] or {}
        record["organization"] = (
            {"id": org_id, "name": org_name, "title": org_title} if org_id else None
        )
        record["tags"] = []
        record["groups"] = []
        record["resources"] = []
        record.update(licences[record["license_id"]])
        records[record["id"]] = record
    return records


class _Licences(dict[str | None, Record]):
    """What `package_show` says of a licence, by id; CKAN's own objects are slow.

    CKAN translates their titles; a result must not depend on who asks for it.
    """

    def __missing__(self, licence_id: str | None) -> Record:
        with force_locale("en"):
            self[licence_id] = self._said(licence_id)
        return self[licence_id]

    def _said(self, licence_id: str | None) -> Record:
        said: Record = {"isopen": False, "license_title": licence_id}
        licence = model.Package.get_license_register().get(licence_id or "")
        if licence is not None:
            said = {"isopen": bool(licence.isopen()), "license_title": licence.title}
            if licence.url:
                said["license_url"] = licence.url
                said["license_title"] = licence.title.split("::")[-1]
        return said


def _rows(session: Any, statement: Any) -> list[tuple[Any, ...]]:
    """Return plain tuples: at this volume SQLAlchemy's rows cost more than the read.

    Only for columns whose values the driver already gives in their final form.
    """
    result = session.execute(statement)
    rows: list[tuple[Any, ...]] = result.cursor.fetchall()
    result.close()
    return rows


def _add_extras(session: Any, records: dict[str, Record], chosen: Any) -> None:
    statement = sa.select(_extra.c.package_id, _extra.c.key, _extra.c.value).where(
        _extra.c.package_id == chosen, _extra.c.state == "active"
    )
    for package_id, key, value in _rows(session, statement):
        records[package_id]["extras"][key] = value


def _add_tags(session: Any, records: dict[str, Record], chosen: Any) -> None:
    statement = (
        sa.select(_package_tag.c.package_id, _tag.c.name)
        .select_from(_package_tag.join(_tag, _tag.c.id == _package_tag.c.tag_id))
        .where(_package_tag.c.package_id == chosen, _package_tag.c.state == "active")
    )
    for package_id, name in _rows(session, statement):
        records[package_id]["tags"].append({"name": name})


def _add_groups(session: Any, records: dict[str, Record], chosen: Any) -> None:
    statement = (
        sa.select(_member.c.table_id, _group.c.id, _group.c.name, _group.c.title)
        .select_from(_member.join(_group, _group.c.id == _member.c.group_id))
        .where(
            _member.c.table_id == chosen,
            _member.c.state == "active",
            sa.not_(_group.c.is_organization),
        )
    )
    for package_id, group_id, name, title in _rows(session, statement):
        group = {"id": group_id, "name": name, "title": title}
        records[package_id]["groups"].append(group)


def _add_resources(session: Any, records: dict[str, Record], chosen: Any) -> None:
    # The raw text of the extras: CKAN's column type would parse it twice.
    extras = sa.type_coerce(_resource.c.extras, sa.Text)
    statement = (
        sa.select(
            _resource.c.package_id, extras, *_columns(_resource, _RESOURCE_COLUMNS)
        )
        .where(_resource.c.package_id == chosen, _resource.c.state == "active")
        .order_by(_resource.c.package_id, _resource.c.position, _resource.c.id)
    )
    for package_id, more, *values in _rows(session, statement):
        resource = dict(zip(_RESOURCE_COLUMNS, values, strict=True))
        records[package_id]["resources"].append(resource | _object(more))


def _object(written: str | None) -> Record:
    """Read extras; what CKAN itself could not read has none."""
    try:
        found = json.loads(written) if written else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
