"""The public pages of the rules: criteria in plain words, versions, changes."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response

import ckantoolkit as tk

from ckanext.merit import headers
from ckanext.merit.pages import changes, criteria
from ckanext.merit.pages.frame import Frame, call, open_edition, show

__all__ = ["ROUTES", "book_of"]

Data = dict[str, Any]
_RULES = "/<programme>/<slug>/rules"
_MAX_AGE = 300


def rules(programme: str, slug: str) -> str:
    """Show the rules in force."""
    return _rules(open_edition(programme, slug), None)


def rules_version(programme: str, slug: str, version: int) -> str:
    """Show a version of the rules, and what it changed."""
    return _rules(open_edition(programme, slug), version)


def rules_yaml(programme: str, slug: str, version: int) -> Response:
    """The rule file of a version, as it was put in force."""
    frame = open_edition(programme, slug)
    shown = call("merit_rule_set_show", id=_found(_versions(frame), version)["id"])
    if headers.public(max_age=_MAX_AGE, etag=shown["sha256"][:32]):
        return Response(status=304)
    answer = Response(shown["source"], mimetype="application/yaml")
    name = f"{frame.edition['slug']}-rules-{version}.yaml"
    answer.headers["Content-Disposition"] = headers.attachment(name)
    return answer


def edition_yaml(programme: str, slug: str) -> Response:
    """The whole edition as a file, to hold it again here or elsewhere."""
    frame = open_edition(programme, slug)
    source = call("merit_edition_export", id=frame.id)["source"]
    etag = hashlib.sha256(source.encode()).hexdigest()[:32]
    if headers.public(max_age=_MAX_AGE, etag=etag):
        return Response(status=304)
    answer = Response(source, mimetype="application/yaml")
    name = f"{programme}-{slug}.yaml"
    answer.headers["Content-Disposition"] = headers.attachment(name)
    return answer


def book_of(frame: Frame, version: int) -> criteria.Book:
    """Read the version of the rules that results name."""
    row = _found(_versions(frame), version)
    return criteria.read(call("merit_rule_set_show", id=row["id"]), frame.edition)


def _rules(frame: Frame, version: int | None) -> str:
    versions = _versions(frame)
    row = _chosen(versions, version)
    if row is None:
        return show("merit_contest/rules.html", frame, versions=[], book=None)
    shown = call("merit_rule_set_show", id=row["id"])
    book = criteria.read(shown, frame.edition)
    return show(
        "merit_contest/rules.html",
        frame,
        rule_set=row,
        versions=versions,
        book=book,
        changes=_changes(versions, row, book),
        addendum=_addendum(frame, row),
    )


def _versions(frame: Frame) -> list[Data]:
    rows = call("merit_rule_set_list", edition_id=frame.id)
    return [row for row in rows if row["state"] != "draft"]


def _chosen(versions: list[Data], version: int | None) -> Data | None:
    if version is not None:
        return _found(versions, version)
    return next((row for row in versions if row["state"] == "in_force"), None)


def _found(versions: list[Data], version: int) -> Data:
    found = next((row for row in versions if row["version"] == version), None)
    if found is None:
        tk.abort(404)
    return found


def _changes(versions: list[Data], row: Data, book: criteria.Book) -> list[Data]:
    earlier = [one for one in versions if one["version"] < row["version"]]
    if not earlier:
        return []
    old = max(earlier, key=lambda one: one["version"])
    found = call("merit_rule_set_diff", id=row["id"], other_id=old["id"])
    before = call("merit_rule_set_show", id=old["id"])["body"]
    return changes.of_rules(found, {**criteria.titles(before), **book.titles})


def _addendum(frame: Frame, row: Data) -> Data | None:
    found = (a for a in frame.edition["addenda"] if a["rule_set_id"] == row["id"])
    return next(found, None)


ROUTES = (
    ("/<programme>/<slug>/edition.yaml", edition_yaml),
    (_RULES, rules),
    (f"{_RULES}/<int:version>", rules_version),
    (f"{_RULES}/<int:version>/rules.yaml", rules_yaml),
)
