"""The log of who belonged to which organisation, kept from CKAN's tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckan import model
from ckan.model.types import make_uuid

from ckanext.merit.model.contest import Membership

__all__ = ["of_user", "refresh"]


def refresh(session: Any) -> None:
    """Note memberships that began and those that ended; never commits.

    What is found at the first run began at an unknown time, for CKAN keeps no dates.
    """
    first = not session.execute(
        sa.select(sa.exists(sa.select(Membership.id)))
    ).scalar_one()
    logged = sa.exists().where(
        Membership.user_id == model.Member.table_id,
        Membership.organization_id == model.Member.group_id,
        Membership.until.is_(None),
    )
    began = session.execute(_present().where(~logged)).all()
    for user_id, organization_id in began:
        session.add(
            Membership(
                id=make_uuid(),
                user_id=user_id,
                organization_id=organization_id,
                since=None if first else sa.func.clock_timestamp(),
            )
        )
    present = (
        _present()
        .where(
            model.Member.table_id == Membership.user_id,
            model.Member.group_id == Membership.organization_id,
        )
        .correlate(Membership)
        .exists()
    )
    session.execute(
        sa.update(Membership)
        .where(Membership.until.is_(None), ~present)
        .values(until=sa.func.clock_timestamp())
        .execution_options(synchronize_session=False)
    )
    session.flush()


def of_user(session: Any, user_id: str) -> list[Membership]:
    """List the memberships of somebody, present and past."""
    found = sa.select(Membership).where(Membership.user_id == user_id)
    return list(session.scalars(found.execution_options(populate_existing=True)))


def _present() -> Any:
    return (
        sa.select(model.Member.table_id, model.Member.group_id)
        .join(model.Group, model.Group.id == model.Member.group_id)
        .where(
            model.Member.table_name == "user",
            model.Member.state == "active",
            model.Group.is_organization.is_(True),
        )
        .distinct()
    )
