"""The first page of an edition's office: what waits, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk

from ckanext.merit.interfaces import IMeritContestPages, Waiting
from ckanext.merit.logic.contest.checks import sentence
from ckanext.merit.pages.frame import Frame, call, open_edition, require, show
from ckanext.merit.pages.office_acts import offered
from ckanext.merit.pages.office_blueprint import merit_office
from ckanext.merit.pages.office_subjects import ACTS

__all__ = ["checklist"]

Data = dict[str, Any]


@merit_office.route("/<programme>/<slug>/office")
def dashboard(programme: str, slug: str) -> Any:
    """Show what waits for the secretariat, and what an edition still lacks."""
    frame = open_edition(programme, slug)
    require(frame, "read_audit")
    counted = call("merit_office_show", edition_id=frame.id)
    state = frame.edition["state"]
    checks = checklist(frame) if state == "draft" else []
    lacking = any(item["problems"] for item in checks)
    acts = offered(frame, ACTS["edition"](), state)
    return show(
        "merit_office/dashboard.html",
        frame,
        counted=counted,
        waiting=[item for item in _waiting(frame, counted) if item.count],
        checks=checks,
        acts=[item for item in acts if not (lacking and item[0] == "publish")],
    )


def checklist(frame: Frame) -> list[Data]:
    """List what publishing takes: whether it is there, and where to do it."""
    checks = frame.edition["checks"]
    rules = [item for item in checks if item["code"] in _RULES]
    categories = [item for item in checks if item["code"] == "no_category"]
    calendar = [item for item in checks if item not in [*rules, *categories]]
    return [
        _item(tk._("Calendar"), "merit_office.calendar", calendar),
        _item(tk._("Categories"), "merit_office.categories", categories),
        _item(tk._("Rules"), "merit_office.rules", rules),
    ]


_RULES = {"no_rules", "unknown_metric", "stage_without_node", "unknown_category"}


def _item(label: str, endpoint: str, checks: list[Data]) -> Data:
    problems = [sentence(item) for item in checks]
    return {"label": label, "endpoint": endpoint, "problems": problems}


def _waiting(frame: Frame, counted: Data) -> Iterator[Waiting]:
    """What somebody has to do now, with the page where it is done."""
    entries, conflicts = counted["entries"], counted["conflicts"]
    runs, appeals = counted["runs"], counted["appeals"]
    yield Waiting(
        entries.get("submitted", 0) + entries.get("locked", 0),
        tk._("Entries to screen"),
        "merit_office.entries",
    )
    for plugin in p.PluginImplementations(IMeritContestPages):
        yield from plugin.merit_contest_waiting(frame)
    yield Waiting(
        conflicts.get("reported", 0) + conflicts.get("open", 0),
        tk._("Conflicts of interest to decide"),
        "merit_office.conflicts",
    )
    yield Waiting(counted["late"], tk._("Reviews past their time"), "merit_office.jury")
    results = "merit_office.results"
    yield Waiting(runs.get("computed", 0), tk._("Runs to approve"), results)
    yield Waiting(runs.get("approved", 0), tk._("Runs to publish"), results)
    yield Waiting(
        appeals.get("filed", 0) + appeals.get("admitted", 0),
        tk._("Appeals to decide"),
        "merit_office.appeals",
    )
    messages = "merit_office.messages"
    yield Waiting(counted["questions"], tk._("Questions to answer"), messages)
