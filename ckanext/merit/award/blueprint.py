"""The blueprint of the pages of awards, and what each page of an entry begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect

import ckantoolkit as tk

from ckanext.merit import guard
from ckanext.merit.domain.award.enrolment import Requirements, read_enrolment
from ckanext.merit.domain.award.evidence import Criterion, criteria
from ckanext.merit.logic.contest import rulebook
from ckanext.merit.pages.frame import Frame, Outcome, attempt, call, open_edition

__all__ = [
    "POSTING",
    "Opened",
    "Rules",
    "given_file",
    "merit_award",
    "open_entry",
    "rules_of",
]

POSTING = ["GET", "POST"]
Data = dict[str, Any]

merit_award = guard.protect(Blueprint("merit_award", __name__, url_prefix="/contests"))


@merit_award.before_request
def people_only() -> None:
    """Send those who aren't signed in to the login: nothing here is public."""
    if tk.current_user.is_anonymous:
        back = tk.request.full_path if tk.request.method == "GET" else "/contests"
        abort(redirect(tk.url_for("user.login", next=back)))


@dataclass(frozen=True)
class Rules:
    """What the rules in force ask of an entry.

    Attributes:
        requirements: Of its enrolment.
        criteria: Those that take evidence, by code.
        body: The rule file as a JSON value.
    """

    requirements: Requirements
    criteria: dict[str, Criterion]
    body: Data


@dataclass(frozen=True)
class Opened:
    """An entry as the visitor sees it.

    Attributes:
        frame: Its edition.
        entry: What ``merit_entry_show`` answers.
    """

    frame: Frame
    entry: Data

    @property
    def id(self) -> str:
        """The entry's id."""
        return self.entry["id"]

    def may(self, action: str) -> bool:
        """Say whether the visitor may do something with the entry."""
        return tk.h.check_access(action, {"id": self.id, "entry_id": self.id})

    @property
    def gives(self) -> bool:
        """Whether the visitor may give evidence for the entry."""
        give = "merit_award_evidence_save"
        return tk.h.check_access(give, {"entry_id": self.id})

    def require(self, action: str) -> None:
        """End the request unless the visitor may do it."""
        if not self.may(action):
            tk.abort(403, tk._("This page is for others in this contest."))

    def url(self, endpoint: str = "merit_award.entry", **others: Any) -> str:
        """Give the address of a page of the entry."""
        return self.frame.url(endpoint, key=self.id, **others)


def open_entry(programme: str, slug: str, key: str) -> Opened:
    """Open an entry of an edition, or end the request as if there were none."""
    frame = open_edition(programme, slug)
    entry = call("merit_entry_show", id=key)
    if entry["edition_id"] != frame.id or frame.edition["kind"] != "award":
        tk.abort(404)
    return Opened(frame, entry)


def given_file(opened: Opened, purpose: str, field: str) -> Outcome:
    """Store the file of a form's field; without one the answer is None.

    What is wrong with it is said at the field.
    """
    upload = tk.request.files.get(field)
    if upload is None or not upload.filename:
        return Outcome()
    data = {"entry_id": opened.id, "purpose": purpose, "upload": upload}
    outcome = attempt("merit_award_file_create", data)
    said = [text for texts in outcome.errors.values() for text in texts]
    return Outcome(outcome.answer, {field: said} if said else {})


def rules_of(frame: Frame, category_id: str) -> Rules:
    """Read the rules in force for a category."""
    rule_set = call("merit_rule_set_show", id=frame.edition["rule_set"]["id"])
    body = rule_set["body"]
    code = next(
        item["code"]
        for item in frame.edition["categories"]
        if item["id"] == category_id
    )
    found = criteria(body, rulebook.rules_of(body), category=code)
    return Rules(read_enrolment(body), {item.code: item for item in found}, body)
