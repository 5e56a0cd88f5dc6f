"""What the shared actions accept."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.model.work_admin import STATES


@tk.validator_args
def work_list(
    ignore_missing: Any,
    default: Any,
    one_of: Any,
    unicode_safe: Any,
    natural_number_validator: Any,
    limit_to_configured_maximum: Any,
) -> dict[str, Any]:
    """A page of background work."""
    maximum = limit_to_configured_maximum("ckan.search.rows_max", 1000)
    return {
        "state": [ignore_missing, unicode_safe, one_of(list(STATES))],
        "kind": [ignore_missing, unicode_safe],
        "limit": [default(20), natural_number_validator, maximum],
        "offset": [default(0), natural_number_validator],
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
