"""Suspends the badge of a dataset with a confirmed incident, and reinstates it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.merit import bell, guard
from ckanext.merit.model import quality_suspensions, work
from ckanext.merit.quality import profiles
from ckanext.merit.quality.logic import answers, schema, store
from ckanext.merit.quality.logic.evaluate import Evaluator

__all__ = [
    "merit_quality_reinstate",
    "merit_quality_suspend",
    "merit_quality_suspension_list",
]

Context = Any
Data = dict[str, Any]
Answer = dict[str, Any]


@guard.guarded
@tk.validate_action_data(schema.suspend)
def merit_quality_suspend(context: Context, data_dict: Data) -> Answer:
    """Suspend the badge of a dataset after an incident with personal data.

    The dataset loses score and badge at once, everywhere, until it is reinstated. The
    public text is neutral, lest it show where the data are. For sysadmins.

    :param id: id or name of the dataset
    :type id: string
    :param note: what is wrong and what must be done, for those who may edit the
        dataset; without the personal data themselves
    :type note: string

    :returns: `package_id`, `note`, `started_at`
    :rtype: dictionary
    """
    tk.check_access("merit_quality_suspend", context, data_dict)
    package, now = _package(data_dict["id"]), _now()
    started = quality_suspensions.start(
        model.Session,
        package.id,
        note=data_dict["note"],
        user_id=_user_id(context),
        now=now,
    )
    if not started:
        raise tk.ValidationError({"id": [tk._("The badge is suspended already.")]})
    _assess(package.id, now)
    return {
        "package_id": package.id,
        "note": data_dict["note"],
        "started_at": answers.iso(now),
    }


@guard.guarded
@tk.validate_action_data(schema.reinstate)
def merit_quality_reinstate(context: Context, data_dict: Data) -> Answer:
    """Give a dataset back the badge that its quality earns. For sysadmins.

    :param id: id or name of the dataset
    :type id: string

    :returns: `package_id`
    :rtype: dictionary
    """
    tk.check_access("merit_quality_reinstate", context, data_dict)
    package, now = _package(data_dict["id"]), _now()
    ended = quality_suspensions.end(
        model.Session, package.id, user_id=_user_id(context), now=now
    )
    if not ended:
        raise tk.ValidationError({"id": [tk._("The badge is not suspended.")]})
    _assess(package.id, now)
    return {"package_id": package.id}


@tk.side_effect_free
@tk.validate_action_data(schema.suspensions)
def merit_quality_suspension_list(context: Context, data_dict: Data) -> Answer:
    """Return the datasets whose badge is suspended, newest first. For sysadmins.

    :param limit: rows per page (optional, default: 20, at most 1000)
    :type limit: int
    :param offset: rows to leave out (optional, default: 0)
    :type offset: int

    :returns: `count` and `results`: `package_id`, `name`, `title`, `note`,
        `started_at`, `started_by`
    :rtype: dictionary
    """
    tk.check_access("merit_quality_suspension_list", context, data_dict)
    count, rows = quality_suspensions.listing(
        model.Session, limit=data_dict["limit"], offset=data_dict["offset"]
    )
    return {"count": count, "results": [answers.suspended(row) for row in rows]}


def _assess(package_id: str, now: datetime) -> None:
    """Assess at once, and again later: a worker may be at it with what was before."""
    store.assess(Evaluator(profiles.active(), now=now), [package_id])
    work.mark(model.Session, store.ASSESS, [package_id])
    model.Session.commit()
    bell.ring()


def _package(id_or_name: str) -> Any:
    package = model.Package.get(id_or_name)
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return package


def _user_id(context: Context) -> str:
    user = model.User.get(context["user"]) if context.get("user") else None
    return user.id if user else ""


def _now() -> datetime:
    return datetime.now(timezone.utc)
