"""The blueprint of the pages of those who run contests."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect

import ckantoolkit as tk

from ckanext.merit import guard
from ckanext.merit.pages.frame import call, is_sysadmin

__all__ = ["POSTING", "merit_office", "programme_named"]

POSTING = ["GET", "POST"]

merit_office = guard.protect(
    Blueprint("merit_office", __name__, url_prefix="/contests")
)


@merit_office.before_request
def people_only() -> None:
    """Send those who aren't signed in to the login: nothing here is public."""
    if tk.current_user.is_anonymous:
        back = tk.request.full_path if tk.request.method == "GET" else "/contests"
        abort(redirect(tk.url_for("user.login", next=back)))


def programme_named(name: str) -> dict[str, Any]:
    """Find a programme in which the visitor holds a role, or end the request.

    Its ``edits`` says whether the visitor may be offered changes in all of it.
    """
    found = call("merit_office_list", name=name)["results"]
    if not found:
        tk.abort(404)
    programme = found[0]
    edits = "secretariat" in programme["roles"] or is_sysadmin()
    return programme | {"edits": edits}
