"""What the shared actions accept."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.logic.paging import page
from ckanext.merit.model.work_admin import STATES


@tk.validator_args
def work_list(ignore_missing: Any, one_of: Any, unicode_safe: Any) -> dict[str, Any]:
    """A page of background work."""
    return {
        "state": [ignore_missing, unicode_safe, one_of(list(STATES))],
        "kind": [ignore_missing, unicode_safe],
        **page(),
    }


@tk.validator_args
def work_retry(
    ignore_missing: Any, unicode_safe: Any, boolean_validator: Any
) -> dict[str, Any]:
    """Which work to try again."""
    return {
        "kind": [ignore_missing, unicode_safe],
        "key": [ignore_missing, unicode_safe],
        "all": [ignore_missing, boolean_validator],
    }


def nothing() -> dict[str, Any]:
    """No parameter."""
    return {}
