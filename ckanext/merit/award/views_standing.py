"""Where an entry stands by machine criteria, and what fixing datasets would give."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.award.blueprint import merit_award, open_entry
from ckanext.merit.pages.frame import Outcome, attempt, call, show

__all__: list[str] = []

Data = dict[str, Any]
#: Datasets that can be looked at together.
MOST = 100


@merit_award.route("/<programme>/<slug>/entry/<key>/standing")
def standing(programme: str, slug: str, key: str) -> Any:
    """Show the points so far, the datasets to fix, and what if they were fixed."""
    opened = open_entry(programme, slug, key)
    opened.require("merit_award_standing_show")
    stands = call("merit_award_standing_show", entry_id=opened.id)
    chosen = list(dict.fromkeys(tk.request.args.getlist("fix")))[:MOST]
    outcome = Outcome()
    if chosen:
        fixes = [_fix(value) for value in chosen]
        outcome = attempt(
            "merit_award_whatif_show", {"entry_id": opened.id, "fixes": fixes}
        )
    whatif = outcome.answer
    return show(
        "merit_award/standing.html",
        opened.frame,
        status=200 if outcome.ok else 400,
        opened=opened,
        standing=stands,
        whatif=whatif,
        after=_by_code(whatif["after"]) if whatif else {},
        chosen=chosen,
        errors=outcome.errors,
    )


def _fix(value: str) -> Data:
    """Read a box of the form: a dataset's id and what to fix of it."""
    package_id, *indicators = value.split() or [value]
    return {"package_id": package_id, "indicators": indicators}


def _by_code(answer: Data) -> Data:
    return {line["code"]: line for line in answer["criteria"]}
