"""Nothing that a juror typed is lost when the session ended while writing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckantoolkit as tk

from ckanext.merit import guard, headers

__all__ = ["keep_typed", "rescue"]

#: Where people type for long.
_ENDPOINTS = frozenset({"merit_jury.desk_post", "merit_jury.typed_post"})


def keep_typed() -> Any:
    """Answer a form that comes too late with what was typed in it.

    Before the guard, which would refuse it without a word of that.
    """
    if tk.request.endpoint not in _ENDPOINTS or _has_token():
        return None
    if tk.current_user.is_authenticated and not guard.check():
        return None
    headers.private()
    return rescue(
        tk._("Your session has ended, so nothing was saved. What you typed is below."),
        again=True,
    )


def rescue(reason: str, *, again: bool = False) -> Any:
    """Show what was typed, and let it be sent again where that may help.

    Args:
        reason: Why it wasn't saved.
        again: Whether to offer the same form again.
    """
    page = tk.render(
        "merit_jury/rescue.html",
        {"reason": reason, "again": again, "typed": list(_typed())},
    )
    return page, 403


def _typed() -> Iterable[tuple[str, str]]:
    token = tk.config["WTF_CSRF_FIELD_NAME"]
    for name, text in tk.request.form.items():
        if name != token:
            yield name, text


def _has_token() -> bool:
    return bool(tk.request.headers.get(tk.config["apitoken_header_name"]))
