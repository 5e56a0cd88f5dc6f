"""Who may call the shared actions; sysadmins may call all of these."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

__all__ = [
    "merit_doctor_show",
    "merit_work_list",
    "merit_work_pause",
    "merit_work_resume",
    "merit_work_retry",
]


def _sysadmins_only(context: Any, data_dict: Any) -> dict[str, Any]:
    return {"success": False, "msg": tk._("Only sysadmins may do this.")}


def merit_work_list(context: Any, data_dict: Any) -> dict[str, Any]:
    """Keys of private datasets and error messages are nobody else's business."""
    return _sysadmins_only(context, data_dict)


def merit_work_retry(context: Any, data_dict: Any) -> dict[str, Any]:
    """Background work is the portal's."""
    return _sysadmins_only(context, data_dict)


def merit_work_pause(context: Any, data_dict: Any) -> dict[str, Any]:
    """Background work is the portal's."""
    return _sysadmins_only(context, data_dict)


def merit_work_resume(context: Any, data_dict: Any) -> dict[str, Any]:
    """Background work is the portal's."""
    return _sysadmins_only(context, data_dict)


def merit_doctor_show(context: Any, data_dict: Any) -> dict[str, Any]:
    """A list of weak spots."""
    return _sysadmins_only(context, data_dict)
