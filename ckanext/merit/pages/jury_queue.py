"""My juries: invitations, and in each jury the queue of reviews."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

import ckantoolkit as tk

from ckanext.merit.pages.frame import (
    attempt,
    call,
    done,
    open_edition,
    paged,
    require,
    show,
)

__all__ = ["invitation", "mine", "next_of", "progress", "queue"]

Data = dict[str, Any]
#: Reviews that are handed in.
_ROWS = 50
_DONE = frozenset({"submitted", "locked"})


def mine() -> Any:
    """List one's invitations and juries."""
    if not tk.current_user.is_authenticated:
        return tk.redirect_to("user.login", next=tk.request.path)
    rows = call("merit_juror_mine")
    return show(
        "merit_jury/mine.html",
        invitations=[r for r in rows if r["state"] == "invited"],
        juries=[r for r in rows if r["state"] in {"accepted", "active"}],
        past=[r for r in rows if r["state"] in {"ended", "declined", "expired"}],
    )


def invitation(juror: str) -> Any:
    """Accept an invitation with both declarations, or decline it."""
    if not tk.current_user.is_authenticated:
        return tk.redirect_to("user.login", next=tk.request.path)
    found = [row for row in call("merit_juror_mine") if row["id"] == juror]
    if not found:
        return tk.abort(404)
    row = found[0]
    errors: dict[str, list[str]] = {}
    form = tk.request.form
    if tk.request.method == "POST":
        errors, answer = _answered(row, form)
        if not errors:
            return answer
    return show(
        "merit_jury/invitation.html",
        status=400 if errors else 200,
        row=row,
        errors=errors,
        form=form,
    )


def _answered(row: Data, form: Any) -> tuple[dict[str, list[str]], Response | None]:
    if form.get("act") == "decline":
        if not form.get("confirm"):
            return {"confirm": [tk._("Tick the box if you want to decline.")]}, None
        outcome = attempt("merit_juror_decline", {"id": row["id"]})
        said = tk._("You declined the invitation.")
        url = tk.url_for("merit_jury.mine")
    else:
        boxes = ("confidentiality", "no_conflict")
        missing = [name for name in boxes if not form.get(name)]
        if missing:
            text = tk._("Jurors make both declarations.")
            return {name: [text] for name in missing}, None
        data = {"id": row["id"], **dict.fromkeys(boxes, True)}
        outcome = attempt("merit_juror_accept", data)
        said = tk._("You are on the jury. Thank you.")
        url = tk.url_for("merit_jury.mine")
        if row["edition"]["state"] != "draft":
            address = row["edition"]["programme"]["name"], row["edition"]["slug"]
            url = tk.url_for("merit_jury.queue", programme=address[0], slug=address[1])
    if not outcome.ok:
        return outcome.errors, None
    return {}, done(said, url)


def queue(programme: str, slug: str) -> Any:
    """Show what one has to review, how far it is, and until when."""
    frame = open_edition(programme, slug)
    require(frame, "see_own_scores")
    found = call("merit_assignment_mine", edition_id=frame.id, everything=True)
    tasks = [task for task in found if not task["ended"]]
    start = (tk.h.get_page_number(tk.request.args) - 1) * _ROWS
    part = tasks[start : start + _ROWS]
    return show(
        "merit_jury/queue.html",
        frame,
        tasks=part,
        page=paged(frame, "merit_jury.queue", part, count=len(tasks), per_page=_ROWS),
        progress=progress(tasks),
        upcoming=next_of(tasks),
        ended=[task for task in found if task["ended"]],
    )


def progress(tasks: list[Data]) -> Data:
    """Count the own reviews that are handed in; practice is left out."""
    counted = [task for task in tasks if not task["calibration"]]
    ready = sum(task["review_state"] in _DONE for task in counted)
    return {"done": ready, "all": len(counted)}


def next_of(tasks: list[Data], after: str | None = None) -> Data | None:
    """Find the next review to write: after one in the queue, then from its start."""
    keys = [task["id"] for task in tasks]
    start = keys.index(after) + 1 if after in keys else 0
    for task in tasks[start:] + tasks[:start]:
        waits = task["open"] and task["review_state"] not in _DONE
        if waits and task["id"] != after:
            return task
    return None
