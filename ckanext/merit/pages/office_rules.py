"""The rules of an edition: write, compare, put in force."""

from __future__ import annotations

import re
from typing import Any

import ckantoolkit as tk

from ckanext.merit.pages import changes, criteria, forms
from ckanext.merit.pages.frame import (
    Frame,
    Outcome,
    attempt,
    call,
    done,
    open_edition,
    part_of,
    require,
    show,
)
from ckanext.merit.pages.office_blueprint import POSTING, merit_office

__all__ = ["problems_of"]

Data = dict[str, Any]
_AT = re.compile(r"^[^:]+:(\d+): (.*)$", re.DOTALL)
#: Lines shown around one that is wrong.
_AROUND = 2


@merit_office.route("/<programme>/<slug>/office/rules")
def rules(programme: str, slug: str) -> Any:
    """List the versions of the rules."""
    frame = open_edition(programme, slug)
    require(frame, "see_draft")
    versions = call("merit_rule_set_list", edition_id=frame.id)
    shown, page = part_of(frame, "merit_office.rules", versions[::-1])
    return show("merit_office/rules.html", frame, versions=shown, page=page)


@merit_office.route("/<programme>/<slug>/office/rules/new", methods=POSTING)
@merit_office.route("/<programme>/<slug>/office/rules/<key>/edit", methods=POSTING)
def rules_edit(programme: str, slug: str, key: str = "") -> Any:
    """Write a version of the rules; what is wrong is shown by line."""
    frame = open_edition(programme, slug)
    require(frame, "edit_edition")
    row = _version(frame, key) if key else None
    start = row or _latest(frame)
    source, outcome = (start or {}).get("source", ""), Outcome()
    if tk.request.method == "POST":
        source = forms.uploaded("source")
        outcome = _saved(frame, key, source)
        if outcome.ok:
            where = frame.url("merit_office.rules_show", key=outcome.answer["id"])
            return done(tk._("The draft is saved. It has no effect yet."), where)
    return show(
        "merit_office/rules_edit.html",
        frame,
        status=200 if outcome.ok else 400,
        row=row,
        source=source,
        problems=problems_of(outcome.errors.get("source", []), source),
        errors={k: v for k, v in outcome.errors.items() if k != "source"},
    )


@merit_office.route("/<programme>/<slug>/office/rules/<key>")
def rules_show(programme: str, slug: str, key: str) -> Any:
    """Show a version: its text, and what it changes."""
    frame = open_edition(programme, slug)
    require(frame, "see_draft")
    row = _version(frame, key)
    return show(
        "merit_office/rules_show.html",
        frame,
        row=row,
        changes=_changes(frame, row),
        lines=row["source"].splitlines(),
    )


@merit_office.route("/<programme>/<slug>/office/rules/<key>/force", methods=POSTING)
def rules_force(programme: str, slug: str, key: str) -> Any:
    """Put a draft in force, seeing what changes and what it means."""
    frame = open_edition(programme, slug)
    require(frame, "publish_edition")
    row, outcome = _version(frame, key), Outcome()
    if tk.request.method == "POST":
        outcome = Outcome(errors={"confirm": [tk._("Tick the box to go on.")]})
        if tk.request.form.get("confirm"):
            data = {"id": key, **forms.typed("reason")}
            outcome = attempt("merit_rule_set_put_in_force", data)
        if outcome.ok:
            text = tk._("The rules are in force.")
            return done(text, frame.url("merit_office.rules"))
    return show(
        "merit_office/rules_force.html",
        frame,
        status=200 if outcome.ok else 400,
        row=row,
        changes=_changes(frame, row),
        errors=outcome.errors,
        values=tk.request.form,
    )


def problems_of(texts: list[str], source: str) -> list[Data]:
    """What is wrong in the text of rules, each with the lines around it.

    Returns:
        ``line`` (None where no line is to blame), ``message``, and ``around``: pairs
        of a line's number and text.
    """
    lines = source.splitlines()
    found = []
    for text in texts:
        read = _AT.match(text)
        line = int(read.group(1)) if read else None
        first = max(0, (line or 0) - 1 - _AROUND)
        shown = lines[first : (line or 0) + _AROUND] if line else []
        found.append(
            {
                "line": line,
                "message": read.group(2) if read else text,
                "around": list(enumerate(shown, start=first + 1)),
            }
        )
    return found


def _saved(frame: Frame, key: str, source: str) -> Outcome:
    if key:
        return attempt("merit_rule_set_update", {"id": key, "source": source})
    data = {"edition_id": frame.id, "source": source}
    return attempt("merit_rule_set_create", data)


def _version(frame: Frame, key: str) -> Data:
    row = call("merit_rule_set_show", id=key)
    return row if row["edition_id"] == frame.id else tk.abort(404)


def _latest(frame: Frame) -> Data | None:
    """The version from which a new one starts: the latest."""
    versions = call("merit_rule_set_list", edition_id=frame.id)
    return call("merit_rule_set_show", id=versions[-1]["id"]) if versions else None


def _changes(frame: Frame, row: Data) -> list[Data]:
    """What a draft changes, in words; a copied edition's first rules: its original."""
    older = _older(frame) if row["state"] == "draft" else None
    if older is None:
        return []
    found = call("merit_rule_set_diff", id=row["id"], other_id=older)
    before = call("merit_rule_set_show", id=older)["body"]
    titles = criteria.titles(before) | criteria.titles(row["body"])
    return changes.of_rules(found, titles)


def _older(frame: Frame) -> str | None:
    """The id of the rules that a draft is compared with."""
    if frame.edition["rule_set"]:
        return frame.edition["rule_set"]["id"]
    if not frame.edition["cloned_from"]:
        return None
    versions = call("merit_rule_set_list", edition_id=frame.edition["cloned_from"])
    return next((item["id"] for item in versions if item["state"] == "in_force"), None)
