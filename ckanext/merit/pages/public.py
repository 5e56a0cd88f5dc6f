"""The pages of contests for everybody."""

from __future__ import annotations

from flask import Blueprint

from ckanext.merit import guard
from ckanext.merit.pages.frame import listed, open_edition, show

__all__ = ["merit_contest"]

merit_contest = guard.protect(
    Blueprint("merit_contest", __name__, url_prefix="/contests")
)


@merit_contest.route("")
def index() -> str:
    """List the published editions, latest first."""
    editions, page = listed(None, "merit_edition_list", "merit_contest.index")
    return show("merit_contest/index.html", editions=editions, page=page)


@merit_contest.route("/<programme>/<slug>")
def overview(programme: str, slug: str) -> str:
    """Show an edition: what it is, and what happens now."""
    return show("merit_contest/overview.html", open_edition(programme, slug))
