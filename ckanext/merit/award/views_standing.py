"""Where an entry stands by machine criteria, and what fixing datasets would give."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

import ckantoolkit as tk

from ckanext.merit.award.blueprint import merit_award, open_entry
from ckanext.merit.pages import measures
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
        measured={line["code"]: _measured(line) for line in stands["criteria"]},
        to_fix=_to_fix(stands["criteria"]),
        chosen={value.partition(" ")[0] for value in chosen},
        errors=outcome.errors,
    )


def _measured(line: Data) -> str:
    """Write what was measured: percentages and points with one decimal at most."""
    value = line["value"]
    if value is None:
        return tk._("not measured")
    # Cut, so that no goal seems to be reached before it is.
    if line["unit"] == "share":
        cut = Decimal(value).quantize(Decimal("0.001"), ROUND_DOWN)
        return measures.percent(Fraction(cut))
    places = "0.1" if line["unit"] == "points" else "1"
    cut = Decimal(value).quantize(Decimal(places), ROUND_DOWN)
    return tk.h.merit_points(str(cut))


def _to_fix(criteria: list[Data]) -> list[Data]:
    """List each dataset once, what gains most first, with what it gains where.

    ``value`` is that of its box: the dataset's id and all that is to be fixed.
    """
    found: dict[str, Data] = {}
    for line in criteria:
        for dataset in line["datasets"]:
            row = found.setdefault(
                dataset["id"],
                {**dataset, "gain": Decimal(0), "indicators": [], "parts": []},
            )
            row["gain"] += Decimal(dataset["gain"])
            row["indicators"] += dataset["indicators"]
            row["parts"].append((line["title"] or line["code"], dataset["gain"]))
    for row in found.values():
        row["value"] = " ".join([row["id"], *dict.fromkeys(row["indicators"])])
    return sorted(found.values(), key=lambda row: (-row["gain"], row["title"]))


def _fix(value: str) -> Data:
    """Read a box of the form: a dataset's id and what to fix of it."""
    package_id, *indicators = value.split() or [value]
    return {"package_id": package_id, "indicators": indicators}


def _by_code(answer: Data) -> Data:
    return {line["code"]: line for line in answer["criteria"]}
