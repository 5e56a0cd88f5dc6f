"""After the results: appeals and distinctions."""

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
    part_of,
    require,
    show,
)
from ckanext.merit.pages.office_acts import offered
from ckanext.merit.pages.office_blueprint import POSTING, merit_office
from ckanext.merit.pages.office_subjects import ACTS
from ckanext.merit.pages.words import word

__all__: list[str] = []

Data = dict[str, Any]
#: Distinctions that no rank decides.
_TYPES = ("mention", "special", "regional", "public", "participation")
_OPEN = ("filed", "admitted")


@merit_office.route("/<programme>/<slug>/office/appeals")
def appeals(programme: str, slug: str) -> Any:
    """List the appeals, undecided ones first."""
    frame = open_edition(programme, slug)
    require(frame, "read_audit")
    rows = call("merit_appeal_list", edition_id=frame.id)
    ordered = sorted(rows, key=lambda row: row["state"] not in _OPEN)
    shown, page = part_of(frame, "merit_office.appeals", ordered)
    return show("merit_office/appeals.html", frame, appeals=shown, page=page)


@merit_office.route("/<programme>/<slug>/office/appeals/<key>")
def appeal(programme: str, slug: str, key: str) -> Any:
    """Show an appeal with its signatures, and what can be done to it."""
    frame = open_edition(programme, slug)
    require(frame, "read_audit")
    rows = call("merit_appeal_list", edition_id=frame.id)
    row = next((item for item in rows if item["id"] == key), None)
    if row is None:
        return tk.abort(404)
    acts = ACTS["appeals"]()
    return show(
        "merit_office/appeal.html",
        frame,
        appeal=row,
        acts=offered(frame, acts, row["state"]),
    )


@merit_office.route("/<programme>/<slug>/office/distinctions", methods=POSTING)
def distinctions(programme: str, slug: str) -> Any:
    """List the distinctions; propose those that the rules give."""
    frame = open_edition(programme, slug)
    require(frame, "see_run")
    outcome = Outcome()
    if tk.request.method == "POST":
        outcome = attempt("merit_distinction_propose", forms.typed("id"))
        if outcome.ok:
            text = tk._("Distinctions proposed: {count}")
            text = text.format(count=len(outcome.answer))
            return done(text, frame.url("merit_office.distinctions"))
    rows = call("merit_distinction_draft_list", edition_id=frame.id)
    shown, page = part_of(frame, "merit_office.distinctions", rows)
    acts = ACTS["distinctions"]()
    return show(
        "merit_office/distinctions.html",
        frame,
        status=200 if outcome.ok else 400,
        distinctions=[
            row | {"acts": offered(frame, acts, row["state"])} for row in shown
        ],
        page=page,
        run=_published(frame),
        categories={
            item["id"]: tk.h.merit_text(item["title"])
            for item in frame.edition["categories"]
        },
        errors=outcome.errors,
    )


def _published(frame: Frame) -> Data | None:
    """The run of the whole whose results are published."""
    runs = call("merit_run_list", edition_id=frame.id)
    found = (
        row for row in runs if row["state"] == "published" and row["stage_id"] is None
    )
    return next(found, None)


@merit_office.route("/<programme>/<slug>/office/distinctions/new", methods=POSTING)
def distinction_new(programme: str, slug: str) -> Any:
    """Propose a mention or another distinction that no rank decides."""
    frame = open_edition(programme, slug)
    require(frame, "confirm_distinction")
    outcome = Outcome()
    if tk.request.method == "POST":
        data: Data = forms.typed("entry_id", "type")
        data["citation"] = forms.texts("citation")
        outcome = attempt("merit_distinction_create", data)
        if outcome.ok:
            text = tk._("The distinction is proposed.")
            return done(text, frame.url("merit_office.distinctions"))
    entries = call("merit_entry_list", edition_id=frame.id, limit=1000)["results"]
    return show(
        "merit_office/distinction_new.html",
        frame,
        status=200 if outcome.ok else 400,
        entries=[(row["id"], row["title"]) for row in entries],
        types=[(code, word("distinction_type", code)) for code in _TYPES],
        languages=forms.languages(),
        values=tk.request.form,
        errors=outcome.errors,
    )


@merit_office.route("/<programme>/<slug>/office/distinctions/void", methods=POSTING)
def distinction_void(programme: str, slug: str) -> Any:
    """Declare a place of a category void."""
    frame = open_edition(programme, slug)
    require(frame, "confirm_distinction")
    outcome = Outcome()
    if tk.request.method == "POST":
        outcome = Outcome(errors={"confirm": [tk._("Tick the box to go on.")]})
        if tk.request.form.get("confirm"):
            data = forms.typed("id", "place", "reason")
            outcome = attempt("merit_distinction_void", data)
        if outcome.ok:
            text = tk._("The place is proposed to be void.")
            return done(text, frame.url("merit_office.distinctions"))
    return show(
        "merit_office/distinction_void.html",
        frame,
        status=200 if outcome.ok else 400,
        categories=[
            (item["id"], tk.h.merit_text(item["title"]))
            for item in frame.edition["categories"]
        ],
        values=tk.request.form,
        errors=outcome.errors,
    )
