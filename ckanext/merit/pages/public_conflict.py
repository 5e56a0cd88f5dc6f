"""Reporting that a juror may not be free towards an entry."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.pages import forms
from ckanext.merit.pages.frame import (
    Frame,
    Outcome,
    attempt,
    call,
    done,
    open_edition,
    require,
    show,
)

__all__ = ["ROUTES"]

_CONFLICT = "/<programme>/<slug>/conflict"
_ENTRIES = 1000


def conflict(programme: str, slug: str) -> Any:
    """Show the form; one entry can be chosen already."""
    frame = open_edition(programme, slug)
    require(frame, "report_conflict")
    return _form(frame, tk.request.args, Outcome())


def conflict_report(programme: str, slug: str) -> Any:
    """Hand a report to the chair of the jury; the juror goes on meanwhile."""
    frame = open_edition(programme, slug)
    require(frame, "report_conflict")
    data = forms.typed("entry_id", "juror_id", "detail")
    outcome = attempt("merit_conflict_report", data)
    if not outcome.ok:
        return _form(frame, tk.request.form, outcome)
    return done(
        tk._("Your report was received. The chair of the jury decides on it."),
        frame.url("merit_contest.entries"),
    )


def _form(frame: Frame, values: Any, outcome: Outcome) -> Any:
    found = call("merit_entry_list", edition_id=frame.id, limit=_ENTRIES)
    jury = call("merit_jury_show", edition_id=frame.id)
    return show(
        "merit_contest/conflict.html",
        frame,
        status=200 if outcome.ok else 400,
        entries=[(row["id"], row["title"]) for row in found["results"]],
        jurors=[(row["id"], _named(row)) for row in jury],
        values=values,
        errors=outcome.errors,
    )


def _named(row: dict[str, Any]) -> str:
    return ", ".join(text for text in (row["name"], row["institution"]) if text)


ROUTES = ((_CONFLICT, conflict), (_CONFLICT, conflict_report))
