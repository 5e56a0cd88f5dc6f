"""Actions about the portal itself: background work and its health."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timezone
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.merit import bell
from ckanext.merit.guard import guarded
from ckanext.merit.interfaces import overlooked
from ckanext.merit.logic import doctor, schema
from ckanext.merit.model import work_admin

__all__ = [
    "merit_doctor_show",
    "merit_work_list",
    "merit_work_pause",
    "merit_work_resume",
    "merit_work_retry",
]


@tk.side_effect_free
@tk.validate_action_data(schema.work_list)
def merit_work_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """List background work, what failed first. Only for sysadmins.

    :param state: only rows in this state: ``parked`` (failed five times), ``failing``
        (waits for another try), ``leased`` (being worked on), ``due`` or ``waiting``
        (due later)
    :type state: string
    :param kind: only this kind of work
    :type kind: string
    :param limit: number of rows to return (default: 20)
    :type limit: int
    :param offset: number of rows to pass over (default: 0)
    :type offset: int

    :returns: ``count``, ``results``, ``totals`` by state, ``overlooked`` (how much is
        due that no worker has looked for), and ``paused`` (``by`` and ``at``, or null)
    :rtype: dictionary
    """
    tk.check_access("merit_work_list", context, data_dict)
    count, rows = work_admin.rows(
        model.Session,
        state=data_dict.get("state"),
        kind=data_dict.get("kind"),
        limit=data_dict["limit"],
        offset=data_dict["offset"],
    )
    return {
        "count": count,
        "results": [_dictize(row) for row in rows],
        "totals": dict(work_admin.totals(model.Session).by_state),
        "overlooked": overlooked(),
        "paused": _paused(),
    }


@tk.validate_action_data(schema.work_retry)
@guarded
def merit_work_retry(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Try work again that failed. Only for sysadmins.

    :param kind: the kind of work; needed with ``key``
    :type kind: string
    :param key: one key of that kind
    :type key: string
    :param all: try everything again that failed (of ``kind``, when given)
    :type all: bool

    :returns: ``retried``, the number of rows that are due again
    :rtype: dictionary
    """
    tk.check_access("merit_work_retry", context, data_dict)
    kind, key = data_dict.get("kind"), data_dict.get("key")
    if key is not None and kind is None:
        raise tk.ValidationError({"kind": [tk._("Missing value")]})
    if key is None and not data_dict.get("all"):
        raise tk.ValidationError({"key": [tk._("Name a key, or say all.")]})
    retried = work_admin.retry(model.Session, kind=kind, key=key)
    if key is not None and not retried:
        raise tk.ObjectNotFound(tk._("No failed work has this key."))
    model.Session.commit()
    bell.ring()
    return {"retried": retried}


@tk.validate_action_data(schema.nothing)
@guarded
def merit_work_pause(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Pause background work; what becomes due meanwhile waits. Only for sysadmins.

    :returns: ``paused``: ``by`` and ``at``
    :rtype: dictionary
    """
    tk.check_access("merit_work_pause", context, data_dict)
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    note = json.dumps({"by": context.get("user") or None, "at": now})
    work_admin.set_pause(model.Session, note)
    model.Session.commit()
    return {"paused": _paused()}


@tk.validate_action_data(schema.nothing)
@guarded
def merit_work_resume(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Let background work go on. Only for sysadmins.

    :returns: ``paused``: null
    :rtype: dictionary
    """
    tk.check_access("merit_work_resume", context, data_dict)
    work_admin.resume(model.Session)
    model.Session.commit()
    bell.ring()
    return {"paused": _paused()}


@tk.side_effect_free
@tk.validate_action_data(schema.nothing)
def merit_doctor_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say what is unsafe or broken in this portal. Only for sysadmins.

    :returns: the numbers of ``errors`` and ``warnings``, and ``findings``: a list of
        ``id``, ``level`` (``error`` or ``warning``), ``what`` and ``fix``
    :rtype: dictionary
    """
    tk.check_access("merit_doctor_show", context, data_dict)
    findings = doctor.examine()
    errors = sum(finding.level == "error" for finding in findings)
    return {
        "errors": errors,
        "warnings": len(findings) - errors,
        "findings": [dataclasses.asdict(finding) for finding in findings],
    }


def _paused() -> dict[str, Any] | None:
    note = work_admin.pause(model.Session)
    return None if note is None else dict(json.loads(note))


def _dictize(row: Any) -> dict[str, Any]:
    instants = ("due_at", "marked_at", "lease_until", "parked_at")
    plain = ("kind", "key", "state", "attempts", "last_error")
    return {name: getattr(row, name) for name in plain} | {
        name: getattr(row, name) and getattr(row, name).isoformat() for name in instants
    }
