"""The juror's desk: evidence beside the rubric, drafts, submission, recusal."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.pages import criteria, jury_forms, jury_rescue, submitted
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
from ckanext.merit.pages.jury_forms import Typed
from ckanext.merit.pages.jury_queue import next_of, progress
from ckanext.merit.pages.jury_write import Written, may, write

__all__ = ["desk", "desk_post", "open_task", "recuse", "submit", "word_labels"]

Data = dict[str, Any]
_EDITABLE = frozenset({None, "draft", "reopened"})


def desk(programme: str, slug: str, assignment: str) -> Any:
    """Show an entry, its evidence and the own review of it."""
    frame, task = open_task(programme, slug, assignment)
    return _page(frame, task, Typed.stored(task["review"]))


def desk_post(programme: str, slug: str, assignment: str) -> Any:
    """Save the draft, and go on as the button says."""
    closed = tk._("This entry is closed to you now, so nothing was saved.")
    if not may("merit_assignment_show", id=assignment):
        return jury_rescue.rescue(closed)
    frame, task = open_task(programme, slug, assignment)
    typed = Typed.read(tk.request.form, task["criteria"])
    try:
        found = _written(task, typed)
    except tk.NotAuthorized:
        return jury_rescue.rescue(closed)
    if found.answer is None:
        return _page(frame, _now(frame, assignment), typed, found)
    return _saved(frame, task, found.answer)


def submit(programme: str, slug: str, assignment: str) -> Any:
    """Read the own draft once more, and hand it in for good."""
    frame, task = open_task(programme, slug, assignment)
    review = task["review"]
    here = frame.url("merit_jury.desk", assignment=assignment)
    if review is None or review["state"] not in _EDITABLE or not task["open"]:
        return tk.redirect_to(here)
    errors: dict[str, list[str]] = {}
    if tk.request.method == "POST":
        seen = tk.request.form.get("version", "0")
        data = {"assignment_id": assignment, "version": seen}
        outcome = attempt("merit_review_submit", data)
        if outcome.ok:
            return _onwards(frame, assignment, tk._("Your review is submitted."))
        errors = _plain(outcome)
    typed = Typed.stored(review)
    return show(
        "merit_jury/submit.html",
        frame,
        status=400 if errors else 200,
        task=task,
        fields=jury_forms.fields_of(task["criteria"], typed),
        typed=typed,
        labels=word_labels(),
        errors=errors,
    )


def recuse(programme: str, slug: str, assignment: str) -> Any:
    """Declare a conflict of interest, step aside, or decline, with a reason."""
    frame, task = open_task(programme, slug, assignment)
    form = tk.request.form
    errors: dict[str, list[str]] = {}
    if tk.request.method == "POST":
        outcome = _recused(task, form)
        if outcome.ok:
            said = tk._("You no longer review “{title}”.").format(title=task["title"])
            return done(said, frame.url("merit_jury.queue"))
        errors = outcome.errors
    return show(
        "merit_jury/recuse.html",
        frame,
        status=400 if errors else 200,
        task=task,
        form=form,
        errors=errors,
    )


def open_task(programme: str, slug: str, assignment: str) -> tuple[Frame, Data]:
    """Open an assignment of the visitor in an edition, or end the request."""
    frame = open_edition(programme, slug)
    require(frame, "see_own_scores")
    task = call("merit_assignment_show", id=assignment)
    mine = call("merit_assignment_mine", edition_id=frame.id)
    if assignment not in {row["id"] for row in mine}:
        tk.abort(404)
    return frame, task | {"queue": mine}


def _written(task: Data, typed: Typed) -> Written:
    if typed.problems:
        return Written(problems=typed.problems)
    unconfirmed = task["review"] is not None and task["review"]["typed"]
    if unconfirmed and not tk.request.form.get("confirm"):
        text = tk._("Tick the box once you have compared the typed sheet with yours.")
        return Written(errors={"confirm": [text]})
    data = {"assignment_id": task["id"], "version": typed.version, **typed.words}
    return write("merit_review_save", data | {"scores": typed.scores})


def _now(frame: Frame, assignment: str) -> Data:
    """The assignment as it is after a refusal, with the queue."""
    task = call("merit_assignment_show", id=assignment)
    return task | {"queue": call("merit_assignment_mine", edition_id=frame.id)}


def _saved(frame: Frame, task: Data, saved: Data) -> Any:
    here = frame.url("merit_jury.desk", assignment=task["id"])
    act = tk.request.form.get("act")
    if act == "next":
        return _onwards(frame, task["id"], tk._("The draft is saved."))
    if act != "submit":
        return done(tk._("The draft is saved."), here)
    missing = {
        leaf["code"]: [tk._("Give a score, or say why you abstain.")]
        for leaf in task["criteria"]
        if leaf["code"] not in saved["scores"]
    }
    if missing:
        found = Written(problems=missing, saved=True)
        return _page(frame, task | {"review": saved}, Typed.stored(saved), found)
    return tk.redirect_to(frame.url("merit_jury.submit", assignment=task["id"]))


def _page(frame: Frame, task: Data, typed: Typed, found: Written | None = None) -> Any:
    """Show the desk; after a refusal with what was typed, beside what is stored."""
    found = found or Written()
    review = task["review"]
    editable = task["open"] and (review["state"] if review else None) in _EDITABLE
    # On a stale copy the next save is made on what is stored now, knowingly.
    version = review["version"] if found.stale else typed.version
    return show(
        "merit_jury/desk.html",
        frame,
        status=_status(found),
        task=task,
        given=submitted.words(frame, task["entry"], task["entry"]["body"]),
        titles=_titles(frame),
        fields=jury_forms.fields_of(task["criteria"], typed, problems=found.problems),
        typed=typed,
        version=version,
        found=found,
        differences=_differences(task, typed, review) if found.stale else [],
        # What was refused is shown in its form even where nothing can be saved now.
        editable=editable or (found.is_refused and not found.saved),
        others=_others(task),
        labels=word_labels(),
        progress=progress(task["queue"]),
        upcoming=next_of(task["queue"], task["id"]),
    )


def _titles(frame: Frame) -> dict[str, str]:
    """Titles of all criteria by code: evidence can be for what others score, too."""
    rule_set = call("merit_rule_set_show", id=frame.edition["rule_set"]["id"])
    return criteria.titles(rule_set["body"])


def _status(found: Written) -> int:
    if found.stale:
        return 409
    return 400 if found.is_refused else 200


def _differences(task: Data, typed: Typed, stored: Data) -> list[Data]:
    """List side by side what was typed here and what was saved elsewhere."""
    other = Typed.stored(stored)
    rows = [
        {
            "title": leaf.get("title") or leaf["code"],
            "typed": typed.values.get(leaf["code"], ("", "")),
            "stored": other.values.get(leaf["code"], ("", "")),
        }
        for leaf in task["criteria"]
    ]
    labels = word_labels()
    rows += [
        {
            "title": labels[name],
            "typed": (typed.words[name], ""),
            "stored": (other.words[name], ""),
        }
        for name in jury_forms.WORDS
    ]
    return [row for row in rows if row["typed"] != row["stored"]]


def word_labels() -> dict[str, str]:
    """Name the texts of a review."""
    return {
        "comment": tk._("Comment to the jury"),
        "feedback": tk._("Feedback to those who entered"),
        "note": tk._("Private note"),
    }


def _others(task: Data) -> list[Data] | None:
    """Others' reviews as far as the rules show them; None: they don't, or not yet."""
    key = {"entry_id": task["entry"]["id"], "calibration": task["calibration"]}
    if not may("merit_review_list", **key):
        return None
    found = call("merit_review_list", **key)
    # In an order that doesn't tell who was first.
    listed = sorted(found, key=lambda review: review["id"])
    return [r for r in listed if r["assignment_id"] != task["id"]]


def _recused(task: Data, form: Any) -> Outcome:
    reason = form.get("reason", "").strip()
    errors: dict[str, list[str]] = {}
    if not reason:
        errors["reason"] = [tk._("Say why.")]
    if form.get("kind") not in {"conflict", "recuse", "decline"}:
        errors["kind"] = [tk._("Choose one.")]
    if not form.get("confirm"):
        errors["confirm"] = [tk._("Tick the box to confirm.")]
    if errors:
        return Outcome(errors=errors)
    if form["kind"] == "conflict":
        data = {"entry_id": task["entry"]["id"], "detail": reason}
        return attempt("merit_conflict_declare", data)
    data = {"id": task["id"], "reason": reason}
    return attempt(f"merit_assignment_{form['kind']}", data)


def _onwards(frame: Frame, assignment: str, said: str) -> Any:
    """Go to the next open review, or back to the queue."""
    found = next_of(call("merit_assignment_mine", edition_id=frame.id), assignment)
    if found is None:
        return done(said, frame.url("merit_jury.queue"))
    return done(said, frame.url("merit_jury.desk", assignment=found["id"]))


def _plain(outcome: Outcome) -> dict[str, list[str]]:
    return {name: text for name, text in outcome.errors.items() if name != "current"}
