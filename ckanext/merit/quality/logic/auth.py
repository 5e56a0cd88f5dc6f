"""Who may do what with quality: small named predicates."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import authz, model

__all__ = [
    "merit_quality_assess",
    "merit_quality_badge_show",
    "merit_quality_draft_list",
    "merit_quality_history",
    "merit_quality_league_list",
    "merit_quality_list",
    "merit_quality_overview_show",
    "merit_quality_private_list",
    "merit_quality_profile_list",
    "merit_quality_profile_show",
    "merit_quality_reinstate",
    "merit_quality_show",
    "merit_quality_summary_list",
    "merit_quality_suspend",
    "merit_quality_suspension_list",
    "merit_quality_target_list",
    "merit_quality_title_update",
    "merit_quality_whatif_list",
]

Answer = Any
Context = Any
Data = dict[str, Any] | None


@tk.auth_allow_anonymous_access
def merit_quality_show(context: Context, data_dict: Data) -> Answer:
    """Whoever may see a dataset may see its quality."""
    return authz.is_authorized("package_show", context, data_dict)


@tk.auth_allow_anonymous_access
def merit_quality_history(context: Context, data_dict: Data) -> Answer:
    """Whoever may see a dataset may see how its quality developed."""
    return authz.is_authorized("package_show", context, data_dict)


@tk.auth_allow_anonymous_access
def merit_quality_list(context: Context, data_dict: Data) -> Answer:
    """Everybody: only public datasets are listed."""
    return {"success": True}


def merit_quality_private_list(context: Context, data_dict: Data) -> Answer:
    """Members of the organisation see its private datasets listed too."""
    return _has_permission(context, data_dict, "read")


def merit_quality_draft_list(context: Context, data_dict: Data) -> Answer:
    """Those who may edit the organisation's datasets see its drafts listed too."""
    return _has_permission(context, data_dict, "update_dataset")


@tk.auth_allow_anonymous_access
def merit_quality_summary_list(context: Context, data_dict: Data) -> Answer:
    """Everybody: only public datasets are answered."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def merit_quality_profile_show(context: Context, data_dict: Data) -> Answer:
    """Everybody: the rules are public."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def merit_quality_profile_list(context: Context, data_dict: Data) -> Answer:
    """Everybody: the rules are public."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def merit_quality_overview_show(context: Context, data_dict: Data) -> Answer:
    """Everybody: only public datasets are counted."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def merit_quality_league_list(context: Context, data_dict: Data) -> Answer:
    """Everybody: only public datasets are counted."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def merit_quality_badge_show(context: Context, data_dict: Data) -> Answer:
    """Everybody: whatever isn't public gets the neutral answer."""
    return {"success": True}


def merit_quality_assess(context: Context, data_dict: Data) -> Answer:
    """Those who may edit a dataset may have it checked; many at once, sysadmins."""
    asked = data_dict or {}
    if asked.get("id") and "ids" not in asked and not asked.get("all"):
        return authz.is_authorized("package_update", context, data_dict)
    return {"success": False, "msg": tk._("Only sysadmins may assess many datasets")}


def merit_quality_whatif_list(context: Context, data_dict: Data) -> Answer:
    """Registered users: only public datasets are answered, but it costs time."""
    return {"success": True}


def merit_quality_suspend(context: Context, data_dict: Data) -> Answer:
    """Sysadmins."""
    return {"success": False, "msg": tk._("Only sysadmins may suspend badges")}


def merit_quality_reinstate(context: Context, data_dict: Data) -> Answer:
    """Sysadmins."""
    return {"success": False, "msg": tk._("Only sysadmins may suspend badges")}


def merit_quality_suspension_list(context: Context, data_dict: Data) -> Answer:
    """Sysadmins: a public list would lead to what must not be found."""
    return {"success": False, "msg": tk._("Only sysadmins may suspend badges")}


def merit_quality_target_list(context: Context, data_dict: Data) -> Answer:
    """Sysadmins."""
    return {"success": False, "msg": tk._("Only sysadmins may list all datasets")}


def merit_quality_title_update(context: Context, data_dict: Data) -> Answer:
    """Sysadmins."""
    return {"success": False, "msg": tk._("Only sysadmins may update all titles")}


def _has_permission(context: Context, data_dict: Data, permission: str) -> Answer:
    name = (data_dict or {}).get("organization")
    organization = model.Group.get(name) if name else None
    if organization is not None and authz.has_user_permission_for_group_or_org(
        organization.id, context["user"], permission
    ):
        return {"success": True}
    return {"success": False, "msg": tk._("Only members of the organization may")}
