"""Pages of long answers: the same two parameters everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckantoolkit as tk

__all__ = ["MOST", "page", "whole_number"]

#: Most rows of one answer, and the end of what PostgreSQL passes over.
MOST = 1000
_FAR = 10**9


def page(limit: int = 20, *, most: int = MOST) -> dict[str, list[Any]]:
    """Return the schema of ``limit`` and ``offset``."""
    default: Any = tk.get_validator("default")
    return {
        "limit": [default(limit), whole_number(most)],
        "offset": [default(0), whole_number(_FAR)],
    }


def whole_number(most: int) -> Callable[[Any], int]:
    """Return a validator: 0, 1, 2, …; what is above ``most`` becomes ``most``.

    One validator for all of it, for CKAN calls the next one also after a failure.
    """

    def validate(value: Any) -> int:
        text = str(value).strip()
        if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
            raise tk.Invalid(tk._("Must be a whole number"))
        digits = text.lstrip("0") or "0"
        # Very long ones would take Python a while to read.
        return min(int(digits), most) if len(digits) <= len(str(most)) else most

    return validate
