"""Screening: the queue of entries, and one entry with what was submitted."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.domain.contest.machines import ENTRY
from ckanext.merit.pages.frame import call, listed, open_edition, require, show
from ckanext.merit.pages.jury_chair import criteria_in, jurors_of, name_of
from ckanext.merit.pages.jury_write import may
from ckanext.merit.pages.office_acts import offered
from ckanext.merit.pages.office_blueprint import merit_office
from ckanext.merit.pages.office_subjects import ACTS
from ckanext.merit.pages.submitted import words
from ckanext.merit.pages.words import word

__all__: list[str] = []


@merit_office.route("/<programme>/<slug>/office/entries")
def entries(programme: str, slug: str) -> Any:
    """List the entries in a state: at first those to screen, if there are any."""
    frame = open_edition(programme, slug)
    require(frame, "read_audit")
    args = tk.request.args
    counted = call("merit_office_show", edition_id=frame.id)["entries"]
    asked = {
        "state": args.get("state", "submitted" if counted.get("submitted") else ""),
        "category_id": args.get("category_id", ""),
        "q": args.get("q", ""),
    }
    rows, page = listed(
        frame,
        "merit_entry_screen_list",
        "merit_office.entries",
        edition_id=frame.id,
        **asked,
    )
    return show(
        "merit_office/entries.html",
        frame,
        entries=rows,
        page=page,
        asked=asked,
        states=[
            (state, f"{word('entry', state)} ({counted.get(state, 0)})")
            for state in ENTRY.states
        ],
        categories={
            item["id"]: tk.h.merit_text(item["title"])
            for item in frame.edition["categories"]
        },
    )


@merit_office.route("/<programme>/<slug>/office/entries/<key>")
def entry(programme: str, slug: str, key: str) -> Any:
    """Show an entry with all that was submitted, and what can be done to it."""
    frame = open_edition(programme, slug)
    require(frame, "read_audit")
    row = call("merit_entry_show", id=key)
    if row["edition_id"] != frame.id:
        return tk.abort(404)
    acts = ACTS["entries"]()
    category = next(
        (c for c in frame.edition["categories"] if c["id"] == row["category_id"]), None
    )
    return show(
        "merit_office/entry.html",
        frame,
        entry=row,
        versions=[
            version | {"said": words(frame, row, version["body"])}
            for version in row["versions"]
        ],
        category=category,
        acts=offered(frame, acts, row["state"]),
        reviewed=may("merit_review_list", entry_id=key),
    )


@merit_office.route("/<programme>/<slug>/office/entries/<key>/reviews")
def entry_reviews(programme: str, slug: str, key: str) -> Any:
    """Show the reviews of an entry to those who may see them, once they may."""
    frame = open_edition(programme, slug)
    require(frame, "read_audit")
    row = call("merit_entry_show", id=key)
    if row["edition_id"] != frame.id:
        return tk.abort(404)
    hidden = not may("merit_review_list", entry_id=key)
    found = [] if hidden else call("merit_review_list", entry_id=key)
    jurors = jurors_of(frame)
    reviews = [item | {"person": name_of(jurors, item["juror_id"])} for item in found]
    return show(
        "merit_office/entry_reviews.html",
        frame,
        entry=row,
        hidden=hidden,
        criteria=criteria_in(frame, found),
        reviews=sorted(reviews, key=lambda review: review["person"]),
    )
