"""CKAN's actions that change what quality is judged by: they make datasets due.

Which actions these are, and what each of them fails to announce, was established on
both supported versions of CKAN. Nothing here may fail or delay a user's save.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

import ckantoolkit as tk
from ckan import model

from ckanext.merit import bell, config
from ckanext.merit.model import quality_due, work
from ckanext.merit.model.quality import DatasetTitle
from ckanext.merit.model.savepoint import savepoint
from ckanext.merit.quality.logic.evaluate import counted_types
from ckanext.merit.quality.logic.store import ASSESS

__all__ = ["subscriptions"]

log = logging.getLogger(__name__)

_package = model.package_table.c
_member = model.member_table.c
_resource = model.resource_table.c
_title = DatasetTitle.__table__.c

#: Selects the ids of the datasets that an action concerns; None if it concerns none.
Concerned = Callable[[Any, dict[str, Any], Any], Any]


def subscriptions() -> dict[Any, list[dict[str, Any]]]:
    """Return what `ISignal` asks for."""
    return {
        tk.signals.action_succeeded: [
            {"sender": action, "receiver": receiver}
            for action, receiver in _RECEIVERS.items()
        ]
    }


def _receiver(concerned: Concerned) -> Callable[..., None]:
    def receive(sender: str, **message: Any) -> None:
        context, data_dict = message["context"], message["data_dict"]
        try:
            _mark(context, concerned(context, data_dict, message.get("result")))
        except Exception:
            log.exception("Could not mark datasets as due after %s", sender)

    return receive


def _mark(context: Any, select: Any) -> None:
    if select is None:
        return
    session = model.Session
    # The caller may still be in the middle of its own transaction.
    deferred = context.get("defer_commit")
    settle = config.settle_time()
    try:
        with savepoint(session) as connection:
            marked = work.mark_select(connection, ASSESS, select, due_in=settle)
        if not deferred:
            session.commit()
    except SQLAlchemyError:
        if not deferred:
            session.rollback()
        raise
    if marked:
        bell.ring()


def _answered(context: Any, data_dict: dict[str, Any], result: Any) -> Any:
    """The dataset that a package_create or package_update answers, or its id."""
    return _ids(result["id"] if isinstance(result, dict) else result)


def _named(context: Any, data_dict: dict[str, Any], result: Any) -> Any:
    """The dataset that the parameter `id` names."""
    named = data_dict["id"]
    by_name = sa.or_(_package.id == named, _package.name == named)
    return sa.select(_package.id).where(by_name)


def _purged(context: Any, data_dict: dict[str, Any], result: Any) -> Any:
    """The dataset that was; the parameter may have been its name."""
    return _ids(context["package"].id)


def _of_bulk_action(context: Any, data_dict: dict[str, Any], result: Any) -> Any:
    return sa.select(_package.id).where(_package.id.in_(data_dict.get("datasets", [])))


def _of_membership(context: Any, data_dict: dict[str, Any], result: Any) -> Any:
    if data_dict.get("object_type") != "package":
        return None
    return _named(context, {"id": data_dict["object"]}, result)


def _of_group(context: Any, data_dict: dict[str, Any], result: Any) -> Any:
    """All datasets that are or were members, and those of an organisation."""
    group = result.get("id") if isinstance(result, dict) else None
    group = group or (context["group"].id if "group" in context else None)
    if group is None:
        return None
    members = sa.select(_member.table_id).where(
        _member.group_id == group, _member.table_name == "package"
    )
    owned = sa.select(_package.id).where(_package.owner_org == group)
    # Deleting and purging an organisation has already emptied `owner_org`.
    once_owned = sa.select(_title.package_id).where(_title.organization_id == group)
    return members.union(owned, once_owned)


def _all(context: Any, data_dict: dict[str, Any], result: Any) -> Any:
    """Every dataset: nobody can tell any more which were in a purged group."""
    return quality_due.counted(counted_types())


def _of_resource(context: Any, data_dict: dict[str, Any], result: Any) -> Any:
    resource = data_dict.get("resource_id")
    if not resource and isinstance(result, dict):
        resource = result.get("resource_id")
    return sa.select(_resource.package_id).where(_resource.id == resource)


def _of_new_resource(context: Any, data_dict: dict[str, Any], result: Any) -> Any:
    return _named(context, {"id": data_dict["package_id"]}, result)


def _ids(package_id: str) -> Any:
    return sa.select(sa.literal(package_id))


_CONCERNED: dict[str, Concerned] = {
    "package_create": _answered,
    "package_update": _answered,
    "package_delete": _named,
    "dataset_purge": _purged,
    "package_owner_org_update": _named,
    # Its package_update comes before the commit and rings too early.
    "resource_create": _of_new_resource,
    "bulk_update_private": _of_bulk_action,
    "bulk_update_public": _of_bulk_action,
    "bulk_update_delete": _of_bulk_action,
    "member_create": _of_membership,
    "member_delete": _of_membership,
    "group_create": _of_group,
    "group_update": _of_group,
    "group_delete": _of_group,
    "group_purge": _all,
    "organization_update": _of_group,
    "organization_delete": _of_group,
    "organization_purge": _of_group,
    "datastore_create": _of_resource,
    "datastore_delete": _of_resource,
}

# Signals hold their receivers weakly.
_RECEIVERS = {action: _receiver(concerned) for action, concerned in _CONCERNED.items()}
