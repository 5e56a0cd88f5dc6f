"""Public pages of what machines measured: the standing, and the indicators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

import ckantoolkit as tk

from ckanext.merit import guard
from ckanext.merit.award import words
from ckanext.merit.pages.frame import call, open_edition, paged, show

__all__ = ["merit_award_board"]

merit_award_board = guard.protect(
    Blueprint("merit_award_board", __name__, url_prefix="/contests")
)
_ROWS = 50


@merit_award_board.route("/<programme>/<slug>/board")
def board(programme: str, slug: str) -> Any:
    """Show where entries stand; no such page where the rules don't allow it."""
    frame = open_edition(programme, slug)
    categories = {
        row["code"]: tk.h.merit_text(row["title"])
        for row in frame.edition["categories"]
    }
    category = tk.request.args.get("category", "")
    if category and category not in categories:
        tk.abort(404)
    found = call(
        "merit_award_board_show",
        edition_id=frame.id,
        limit=_ROWS,
        offset=(tk.h.get_page_number(tk.request.args) - 1) * _ROWS,
        **({"category": category} if category else {}),
    )
    if not found["open"]:
        tk.abort(404)
    stages = {row["id"]: row["title"] for row in frame.edition["stages"]}
    rows, count = found["results"], found["count"]
    return show(
        "merit_award/board.html",
        frame,
        found=found,
        rows=rows,
        count=count,
        categories=categories,
        chosen=category,
        stage=stages.get(found["stage_id"]),
        titles={
            one["code"]: tk.h.merit_text(one["title"]) for one in found["criteria"]
        },
        page=paged(frame, "merit_award_board.board", rows, count=count, per_page=_ROWS),
    )


@merit_award_board.route("/<programme>/<slug>/indicators")
def indicators(programme: str, slug: str) -> Any:
    """Show the indicators of an edition beside those of the editions before."""
    frame = open_edition(programme, slug)
    if frame.edition["kind"] != "award":
        tk.abort(404)
    return show(
        "merit_award/indicators.html",
        frame,
        rows=call("merit_award_kpi_list", edition_id=frame.id),
        units=words.units(),
    )
