"""Messages of the office to groups of people: written, looked at, then sent."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

import ckantoolkit as tk

from ckanext.merit import guard
from ckanext.merit.interfaces import Link
from ckanext.merit.logic.contest.mail_people import SEGMENTS
from ckanext.merit.pages.frame import Frame, attempt, done, open_edition, require, show

__all__ = ["links", "merit_message"]

merit_message = guard.protect(Blueprint("merit_message", __name__))

_PAGE = "/contests/<programme>/<slug>/office/mail"
_FIELDS = ("segment", "subject", "text")


def links(frame: Frame) -> list[Link]:
    """List our pages at the office's desk."""
    if frame.may("edit_edition"):
        return [Link("merit_message.office", tk._("Mail to groups"))]
    return []


@merit_message.route(_PAGE)
def office(programme: str, slug: str) -> Any:
    """Show an empty message."""
    return _page(open_edition(programme, slug))


@merit_message.route(_PAGE, methods=["POST"])
def write(programme: str, slug: str) -> Any:
    """Look at a message, or send the one that was looked at."""
    frame = open_edition(programme, slug)
    typed = {name: tk.request.form.get(name, "") for name in _FIELDS}
    data = {"edition_id": frame.id, **typed}
    if "send" not in tk.request.form:
        outcome = attempt("merit_mail_preview", data)
        return _page(frame, typed, preview=outcome.answer, errors=outcome.errors)
    outcome = attempt("merit_mail_send", data)
    if not outcome.ok:
        return _page(frame, typed, errors=outcome.errors)
    text = tk.ungettext(
        "The message was written to {n} person; it leaves with the next mail.",
        "The message was written to {n} people; it leaves with the next mail.",
        outcome.answer["count"],
    )
    message = text.format(n=outcome.answer["count"])
    return done(message, frame.url("merit_message.office"))


def _page(
    frame: Frame,
    typed: dict[str, str] | None = None,
    *,
    preview: dict[str, Any] | None = None,
    errors: dict[str, list[str]] | None = None,
) -> Any:
    require(frame, "edit_edition")
    return show(
        "merit_message/office.html",
        frame,
        status=400 if errors else 200,
        segments=[(name, tk.h.merit_word("segment", name)) for name in SEGMENTS],
        typed=typed or {},
        preview=preview,
        errors=errors or {},
    )
