"""The parameter `fixes`: datasets, each with the quality indicators to fix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckantoolkit as tk

from ckanext.merit.logic.contest import values

__all__ = ["fixes"]


def fixes(most: int) -> Callable[[Any], list[dict[str, Any]]]:
    """Make a validator of at most so many fixes; indicators may be left out."""

    def validator(value: Any) -> list[dict[str, Any]]:
        read = values.json_value(value)
        if not isinstance(read, list) or len(read) > most:
            raise tk.Invalid(tk._("Must be a list of dictionaries"))
        return [_fix(item) for item in read]

    return validator


def _fix(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict) or not isinstance(item.get("package_id"), str):
        raise tk.Invalid(tk._("Must be a list of dictionaries"))
    indicators = item.get("indicators") or []
    if not isinstance(indicators, list):
        raise tk.Invalid(tk._("Must be a list of texts"))
    return {
        "package_id": values.key(item["package_id"]),
        "indicators": [values.key(one) for one in indicators],
    }
