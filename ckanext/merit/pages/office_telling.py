"""What the office tells, and what is on record: messages and the audit trail."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.pages import acts, forms
from ckanext.merit.pages.frame import (
    Outcome,
    attempt,
    call,
    done,
    listed,
    open_edition,
    require,
    show,
)
from ckanext.merit.pages.office_blueprint import POSTING, merit_office
from ckanext.merit.pages.words import word

__all__: list[str] = []


@merit_office.route("/<programme>/<slug>/office/messages", methods=POSTING)
def messages(programme: str, slug: str) -> Any:
    """Announce something, and list the questions that wait for an answer."""
    frame = open_edition(programme, slug)
    require(frame, "edit_edition")
    outcome = Outcome()
    if tk.request.method == "POST":
        data = forms.typed("kind", "title", "text")
        outcome = attempt("merit_announcement_create", data | {"edition_id": frame.id})
        if outcome.ok:
            text = tk._("It is published.")
            return done(text, frame.url("merit_office.messages"))
    questions, page = listed(
        frame, "merit_question_list", "merit_office.messages", edition_id=frame.id
    )
    told = call("merit_announcement_list", edition_id=frame.id, limit=10)
    return show(
        "merit_office/messages.html",
        frame,
        status=200 if outcome.ok else 400,
        questions=questions,
        page=page,
        told=told["results"],
        kinds=[(code, word("announcement", code)) for code in ("news", "faq")],
        values=tk.request.form,
        errors=outcome.errors,
    )


@merit_office.route("/<programme>/<slug>/office/messages/<key>/answer", methods=POSTING)
def answer(programme: str, slug: str, key: str) -> Any:
    """Answer a question, for everybody to read."""
    frame = open_edition(programme, slug)
    require(frame, "edit_edition")
    found = call("merit_question_list", edition_id=frame.id, limit=1000)["results"]
    question = next((row for row in found if row["id"] == key), None)
    if question is None:
        return tk.abort(404)
    outcome, values = Outcome(), {"title": question["title"], "text": ""}
    if tk.request.method == "POST":
        values = dict(tk.request.form)
        data = forms.typed("title", "text")
        outcome = attempt("merit_question_answer", data | {"id": key})
        if outcome.ok:
            text = tk._("Question and answer are published.")
            return done(text, frame.url("merit_office.messages"))
    return show(
        "merit_office/answer.html",
        frame,
        status=200 if outcome.ok else 400,
        question=question,
        values=values,
        errors=outcome.errors,
    )


@merit_office.route("/<programme>/<slug>/office/audit")
def audit(programme: str, slug: str) -> Any:
    """Show the audit trail, and whether its chain holds."""
    frame = open_edition(programme, slug)
    require(frame, "read_audit")
    records, page = listed(
        frame, "merit_audit_list", "merit_office.audit", edition_id=frame.id
    )
    return show(
        "merit_office/audit.html",
        frame,
        sentence=acts.sentence,
        reason=acts.reason,
        defect=acts.defect,
        records=records,
        page=page,
        check=call("merit_audit_check", edition_id=frame.id),
    )
