"""The pages of awards and where they are found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint

import ckantoolkit as tk

from ckanext.merit.award import (
    views,
    views_disputes,
    views_entry,
    views_evidence,
    views_findings,
    views_office,
    views_standing,
)
from ckanext.merit.award.blueprint import merit_award
from ckanext.merit.interfaces import Link

__all__ = ["PAGES", "Pages", "blueprints"]

#: Modules whose views are on the blueprint.
PAGES = (
    *(views, views_entry, views_evidence, views_standing),
    *(views_office, views_findings, views_disputes),
)


def blueprints() -> list[Blueprint]:
    """List the blueprints."""
    return [merit_award]


class Pages:
    """What the plugin says of its pages."""

    def merit_contest_links(self, place: str, frame: Any) -> Iterable[Link]:
        """Name our pages in the navigation of an award."""
        edition = frame.edition
        if edition["kind"] != "award" or not edition["rule_set"]:
            return
        if place == "office" and frame.may("read_audit"):
            yield Link("merit_award.office_evidence", tk._("Evidence"))
            if frame.may("see_run"):
                yield Link("merit_award.office_disputes", tk._("Disputes"))
            yield Link("merit_award.office_snapshots", tk._("Snapshots"))
            yield Link("merit_award.office_findings", tk._("Findings"))
        if place == "edition" and "J" in frame.roles:
            yield Link("merit_award.disputes", tk._("Disputes"))
        running = edition["published_at"] and edition["state"] != "cancelled"
        if place == "edition" and running and frame.may("see_chances"):
            yield Link("merit_award.enrol", tk._("Take part"))
