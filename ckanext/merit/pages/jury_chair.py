"""The chair of the jury: reviews as they are handed in, and reopening them."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.logic.contest.criteria import rubric_of
from ckanext.merit.pages.frame import (
    Frame,
    attempt,
    call,
    done,
    listed,
    open_edition,
    require,
    show,
)
from ckanext.merit.pages.jury_write import may

__all__ = [
    "chair",
    "chair_entry",
    "chair_reopen",
    "criteria_in",
    "jurors_of",
    "name_of",
]

Data = dict[str, Any]
_WAITING = frozenset({"assigned", "in_progress"})
_GONE = frozenset({"recused", "declined", "expired", "cancelled", "reassigned"})


def chair(programme: str, slug: str) -> Any:
    """List what waits for the chair, and the entries; appoint a deputy."""
    frame = open_edition(programme, slug)
    require(frame, "reopen_review")
    errors: dict[str, list[str]] = {}
    user = tk.request.form.get("user", "").strip()
    if tk.request.method == "POST":
        data = {"edition_id": frame.id, "user": user}
        outcome = attempt("merit_deputy_appoint", data)
        if outcome.ok:
            url = frame.url("merit_jury.chair")
            return done(tk._("The deputy is appointed."), url)
        errors = outcome.errors
    entries, page = listed(
        frame, "merit_entry_screen_list", "merit_jury.chair", edition_id=frame.id
    )
    tasks = call("merit_assignment_list", edition_id=frame.id)
    conflicts = call("merit_conflict_list", edition_id=frame.id)
    return show(
        "merit_jury/chair.html",
        frame,
        status=400 if errors else 200,
        errors=errors,
        user=user,
        entries=[row | {"tasks": _counted(row["id"], tasks)} for row in entries],
        page=page,
        waiting=[row for row in conflicts if row["state"] in {"reported", "open"}],
    )


def chair_entry(programme: str, slug: str, entry: str) -> Any:
    """Show the reviews of an entry, as far as the chair may see them."""
    frame = open_edition(programme, slug)
    require(frame, "reopen_review")
    row = _entry(frame, entry)
    hidden = not may("merit_review_list", entry_id=entry)
    reviews = [
        review
        for practice in (False, True)
        if may("merit_review_list", entry_id=entry, calibration=practice)
        for review in call("merit_review_list", entry_id=entry, calibration=practice)
    ]
    tasks = [
        task
        for task in call("merit_assignment_list", edition_id=frame.id)
        if task["entry_id"] == entry
    ]
    jurors = jurors_of(frame)
    return show(
        "merit_jury/chair_entry.html",
        frame,
        row=row,
        criteria=criteria_in(frame, reviews),
        tasks=[
            task | {"person": name_of(jurors, task["juror_id"])}
            for task in sorted(tasks, key=lambda t: name_of(jurors, t["juror_id"]))
        ],
        reviews={review["assignment_id"]: review for review in reviews},
        hidden=hidden,
    )


def chair_reopen(programme: str, slug: str, entry: str, review: str) -> Any:
    """Reopen a review with a reason that its juror reads."""
    frame = open_edition(programme, slug)
    require(frame, "reopen_review")
    row = _entry(frame, entry)
    found = [
        item
        for item in call("merit_review_list", entry_id=entry)
        if item["id"] == review and item["state"] in {"submitted", "locked"}
    ]
    if not found:
        tk.abort(404)
    errors: dict[str, list[str]] = {}
    form = tk.request.form
    if tk.request.method == "POST":
        if not form.get("confirm"):
            errors["confirm"] = [tk._("Tick the box to confirm.")]
        if not form.get("reason", "").strip():
            errors["reason"] = [tk._("Say why.")]
        if not errors:
            data = {"id": review, "reason": form["reason"]}
            outcome = attempt("merit_review_reopen", data)
            errors = outcome.errors
        if not errors:
            url = frame.url("merit_jury.chair_entry", entry=entry)
            return done(tk._("The review is open again for its juror."), url)
    person = name_of(jurors_of(frame), found[0]["juror_id"])
    return show(
        "merit_jury/chair_reopen.html",
        frame,
        status=400 if errors else 200,
        row=row,
        person=person,
        form=form,
        errors=errors,
    )


def _entry(frame: Frame, entry: str) -> Data:
    found = call("merit_entry_show", id=entry)
    if found["edition_id"] != frame.id:
        tk.abort(404)
    return found


def criteria_in(frame: Frame, reviews: list[Data]) -> list[Data]:
    """The criteria that somebody scored, in the order of the rules."""
    if not reviews:
        return []
    rules = call("merit_rule_set_show", id=frame.edition["rule_set"]["id"])
    return rubric_of(rules["body"], {code for r in reviews for code in r["scores"]})


def _counted(entry_id: str, tasks: list[Data]) -> Data:
    """Count the reviews of an entry: handed in, under way, given back."""
    states = [
        task["state"]
        for task in tasks
        if task["entry_id"] == entry_id and not task["calibration"]
    ]
    return {
        "done": states.count("completed"),
        "waiting": sum(state in _WAITING for state in states),
        "gone": sum(state in _GONE for state in states),
    }


def jurors_of(frame: Frame) -> dict[str, Data]:
    """The jury by the ids of appointments."""
    return {row["id"]: row for row in call("merit_juror_list", edition_id=frame.id)}


def name_of(jurors: dict[str, Data], juror_id: str) -> str:
    """Name a juror, for those who may know."""
    person = jurors[juror_id].get("user") if juror_id in jurors else None
    return person["fullname"] if person else juror_id
