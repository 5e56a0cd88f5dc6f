"""The pages of contests for everybody: which address shows what."""

from __future__ import annotations

from flask import Blueprint

from ckanext.merit import guard
from ckanext.merit.pages import (
    public_conflict,
    public_edition,
    public_results,
    public_rules,
)

__all__ = ["merit_contest"]

merit_contest = guard.protect(
    Blueprint("merit_contest", __name__, url_prefix="/contests")
)
#: Views that take a form; all others show a page.
_POSTED = {"ask", "conflict_report"}
for _rule, _view in (
    *public_edition.ROUTES,
    *public_rules.ROUTES,
    *public_results.ROUTES,
    *public_conflict.ROUTES,
):
    _methods = ["POST"] if _view.__name__ in _POSTED else ["GET"]
    merit_contest.add_url_rule(_rule, _view.__name__, _view, methods=_methods)
