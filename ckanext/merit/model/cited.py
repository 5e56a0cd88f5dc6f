"""What a dataset or a resource that somebody refers to is called."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from ckan import model

__all__ = ["Cited", "find"]


@dataclass(frozen=True)
class Cited:
    """A dataset, or one of its resources.

    Attributes:
        title: Of the dataset.
        resource: The name of the resource; None for the dataset.
        package_id: The dataset.
        live: Whether it has a page.
    """

    title: str
    resource: str | None
    package_id: str
    live: bool


def find(kind: str, key: str) -> Cited | None:
    """Find what an id refers to; what has become private tells nothing more.

    Args:
        kind: ``dataset`` or ``resource``.
        key: The id.
    """
    package, resource = model.Package, model.Resource
    public = sa.not_(sa.func.coalesce(package.private, False))
    columns = (package.id, sa.func.coalesce(package.title, package.name), package.state)
    if kind == "dataset":
        row = model.Session.execute(
            sa.select(*columns, sa.null(), sa.literal("active")).where(
                package.id == key, public
            )
        ).first()
    else:
        row = model.Session.execute(
            sa.select(
                *columns, sa.func.coalesce(resource.name, resource.id), resource.state
            )
            .join(resource, resource.package_id == package.id)
            .where(resource.id == key, public)
        ).first()
    if row is None:
        return None
    package_id, title, state, name, resource_state = row
    live = state == resource_state == "active"
    return Cited(title, name, package_id, live)
