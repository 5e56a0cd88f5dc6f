"""Who made the datasets of an entry, and whether they want to be named for it."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.award.blueprint import POSTING, merit_award, open_entry
from ckanext.merit.pages.frame import attempt, call, done, show

__all__ = ["published_people"]


@merit_award.route("/<programme>/<slug>/entry/<key>/credits", methods=POSTING)
def credits(programme: str, slug: str, key: str) -> Any:
    """Show who made the datasets; each decides for oneself."""
    opened = open_entry(programme, slug, key)
    opened.require("merit_award_creator_list")
    errors = {}
    if tk.request.method == "POST":
        gives = tk.request.form.get("act") == "give"
        act = "merit_award_credit_give" if gives else "merit_award_credit_withdraw"
        outcome = attempt(act, {"entry_id": opened.id})
        if outcome.ok:
            return done(_said(gives=gives), opened.url("merit_award.credits"))
        errors = outcome.errors
    creators = call("merit_award_creator_list", entry_id=opened.id)
    mine = [row for row in creators if row["user_id"] == tk.current_user.id]
    return show(
        "merit_award/credits.html",
        opened.frame,
        status=400 if errors else 200,
        opened=opened,
        creators=creators,
        mine=mine[0] if mine else None,
        errors=errors,
    )


def published_people(frame: Any, entry_id: str) -> list[str]:
    """Name those who made datasets of an entry and agreed; nobody before results."""
    found = call("merit_award_credit_list", edition_id=frame.id)
    return [
        person["name"]
        for row in found
        if row["entry_id"] == entry_id
        for person in row["people"]
    ]


def _said(*, gives: bool) -> str:
    if gives:
        return tk._("Your name is shown with these datasets once results are out.")
    return tk._("Your name is no longer shown.")
