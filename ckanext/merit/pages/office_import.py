"""Making an edition from a file that was exported, here or in another portal."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.pages import forms
from ckanext.merit.pages.frame import Outcome, attempt, done, show
from ckanext.merit.pages.office_blueprint import (
    POSTING,
    merit_office,
    programme_named,
)

__all__: list[str] = []


@merit_office.route("/office/<programme>/import", methods=POSTING)
def edition_import(programme: str) -> Any:
    """Make a draft from a file; what is wrong is named by line, nothing is lost."""
    found = programme_named(programme)
    outcome, text = Outcome(), ""
    if tk.request.method == "POST":
        text = forms.uploaded("source")
        data = forms.typed("slug", "starts_on")
        data |= {"programme_id": found["id"], "source": text}
        outcome = attempt("merit_edition_import", data)
        if outcome.ok:
            address = {"programme": programme, "slug": outcome.answer["slug"]}
            url = tk.url_for("merit_office.dashboard", **address)
            return done(tk._("The edition is there, as a draft."), url)
    return show(
        "merit_office/edition_import.html",
        status=200 if outcome.ok else 400,
        programme=found,
        errors=outcome.errors,
        values=tk.request.form,
        text=text,
    )
