"""What the actions of quality accept."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.logic.contest import values
from ckanext.merit.logic.fixes import fixes
from ckanext.merit.logic.paging import page
from ckanext.merit.model.quality_read import SORTS
from ckanext.merit.model.quality_report import SIZE_CLASSES

__all__ = [
    "assess",
    "badge",
    "history",
    "league",
    "listing",
    "nothing",
    "profile",
    "reinstate",
    "show",
    "summaries",
    "suspend",
    "suspensions",
    "targets",
    "whatif",
]

Schema = dict[str, Any]

BANDS = ["gold", "silver", "bronze", "none"]
STATUSES = ["rated", "provisional", "not_rated"]
LEAGUE_SORTS = ["mean", "change"]
MOST_FIXES = 1_000
#: As many datasets as CKAN lists on one page.
MOST_IDS = 1_000
LONGEST_NOTE = 2_000


@tk.validator_args
def show(
    not_empty: Any,
    unicode_safe: Any,
    ignore_missing: Any,
    boolean_validator: Any,
    default: Any,
) -> Schema:
    """merit_quality_show"""
    return {
        "id": [not_empty, unicode_safe],
        "profile": [ignore_missing, unicode_safe],
        "path": [default(False), boolean_validator],
    }


@tk.validator_args
def listing(
    ignore_missing: Any,
    unicode_safe: Any,
    default: Any,
    one_of: Any,
    boolean_validator: Any,
) -> Schema:
    """merit_quality_list"""
    return {
        "organization": [ignore_missing, unicode_safe],
        "band": [ignore_missing, one_of(BANDS)],
        "status": [ignore_missing, one_of(STATUSES)],
        "q": [ignore_missing, unicode_safe],
        "sort": [default("score desc"), one_of(list(SORTS))],
        "include_private": [default(False), boolean_validator],
        **page(),
    }


def summaries(data_dict: dict[str, Any]) -> tuple[list[str], bool]:
    """Read the parameters of merit_quality_summary_list.

    Not by a schema: every list of datasets asks this, and CKAN's validation would take
    as long as the answer.
    """
    truth: Any = tk.get_validator("boolean_validator")
    try:
        ids = _list_of_ids(data_dict.get("ids"))
    except tk.Invalid as error:
        raise tk.ValidationError({"ids": [error.error]}) from error
    if len(ids) > MOST_IDS:
        text = tk._("Must be at most {number} ids: ask for them in parts")
        raise tk.ValidationError({"ids": [text.format(number=MOST_IDS)]})
    return ids, truth(data_dict.get("sentence", True), {})


@tk.validator_args
def history(not_empty: Any, unicode_safe: Any) -> Schema:
    """merit_quality_history"""
    return {"id": [not_empty, unicode_safe], **page()}


@tk.validator_args
def profile(ignore_missing: Any, unicode_safe: Any) -> Schema:
    """merit_quality_profile_show"""
    return {"id": [ignore_missing, unicode_safe]}


@tk.validator_args
def assess(
    ignore_missing: Any, unicode_safe: Any, default: Any, boolean_validator: Any
) -> Schema:
    """merit_quality_assess"""
    return {
        "id": [ignore_missing, unicode_safe],
        "ids": [ignore_missing, _list_of_ids],
        "all": [default(False), boolean_validator],
    }


@tk.validator_args
def targets(
    ignore_missing: Any, unicode_safe: Any, default: Any, boolean_validator: Any
) -> Schema:
    """merit_quality_target_list"""
    return {
        "after": [ignore_missing, unicode_safe],
        "stale": [default(False), boolean_validator],
        "limit": page(500, most=10_000)["limit"],
    }


@tk.validator_args
def league(ignore_missing: Any, one_of: Any, default: Any) -> Schema:
    """merit_quality_league_list"""
    return {
        "size_class": [ignore_missing, one_of(list(SIZE_CLASSES))],
        "sort": [default(LEAGUE_SORTS[0]), one_of(LEAGUE_SORTS)],
        **page(),
    }


@tk.validator_args
def reinstate(not_empty: Any, unicode_safe: Any) -> Schema:
    """merit_quality_reinstate"""
    return {"id": [not_empty, unicode_safe]}


def badge(data_dict: dict[str, Any]) -> str:
    """Read the parameter of merit_quality_badge_show.

    Not by a schema, as that of lists.
    """
    if not data_dict.get("id"):
        raise tk.ValidationError({"id": [tk._("Missing value")]})
    safe: Any = tk.get_validator("unicode_safe")
    return safe(data_dict["id"])


@tk.validator_args
def suspend(not_empty: Any, unicode_safe: Any) -> Schema:
    """merit_quality_suspend"""
    return {
        "id": [not_empty, unicode_safe],
        "note": [not_empty, values.text(LONGEST_NOTE), not_empty],
    }


def suspensions() -> Schema:
    """merit_quality_suspension_list"""
    return page()


@tk.validator_args
def whatif(not_empty: Any) -> Schema:
    """merit_quality_whatif_list"""
    return {"fixes": [not_empty, fixes(MOST_FIXES)]}


def nothing() -> Schema:
    """Actions without parameters."""
    return {}


def _list_of_ids(value: Any) -> list[str]:
    if not isinstance(value, (list, tuple, set)):
        raise tk.Invalid(tk._("Must be a list of ids"))
    if not all(isinstance(item, str) and item for item in value):
        raise tk.Invalid(tk._("Must be a list of ids"))
    return list(dict.fromkeys(value))
