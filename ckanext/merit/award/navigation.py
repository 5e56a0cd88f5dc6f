"""The pages of awards and where they are found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint

import ckantoolkit as tk

from ckanext.merit.award import (
    views,
    views_board,
    views_credits,
    views_disputes,
    views_entry,
    views_evidence,
    views_findings,
    views_office,
    views_standing,
)
from ckanext.merit.award.blueprint import merit_award
from ckanext.merit.interfaces import Link, Waiting
from ckanext.merit.pages.frame import call

__all__ = ["PAGES", "Pages", "blueprints"]

#: Modules whose views are on the blueprint.
PAGES = (
    *(views, views_entry, views_evidence, views_standing),
    *(views_office, views_findings, views_disputes, views_credits),
)


def blueprints() -> list[Blueprint]:
    """List the blueprints."""
    return [merit_award, views_board.merit_award_board]


class Pages:
    """What the plugin says of its pages."""

    def merit_contest_links(self, place: str, frame: Any) -> Iterable[Link]:
        """Name our pages in the navigation of an award."""
        edition = frame.edition
        if edition["kind"] != "award" or not edition["rule_set"]:
            return
        if place == "office" and frame.may("read_audit"):
            if frame.may("see_assigned"):
                yield Link("merit_award.office_evidence", tk._("Evidence"))
            if frame.may("see_run"):
                yield Link("merit_award.office_disputes", tk._("Disputes"))
            yield Link("merit_award.office_snapshots", tk._("Snapshots"))
            yield Link("merit_award.office_findings", tk._("Findings"))
        if place == "edition" and "J" in frame.roles:
            yield Link("merit_award.disputes", tk._("Disputes"))
        if place == "published":
            yield Link("merit_award_board.indicators", tk._("Indicators"))
        if place == "results" and _has_board(frame):
            label = tk._("Standing by machine criteria")
            yield Link("merit_award_board.board", label)
        running = edition["published_at"] and edition["state"] != "cancelled"
        if place == "edition" and running and frame.may("see_chances"):
            yield Link("merit_award.enrol", tk._("Take part"))

    def merit_contest_waiting(self, frame: Any) -> Iterable[Waiting]:
        """Count evidence, disputes and signs of gaming that somebody must decide."""
        if frame.edition["kind"] != "award":
            return
        if frame.may("see_assigned"):
            count = _count(frame, "merit_award_evidence_screen_list", "submitted")
            label = tk._("Pieces of evidence to decide")
            yield Waiting(count, label, "merit_award.office_evidence")
        if frame.may("see_run"):
            count = _count(frame, "merit_award_dispute_list", "open")
            label = tk._("Disputes to hand to a juror")
            yield Waiting(count, label, "merit_award.office_disputes")
        count = _count(frame, "merit_award_finding_list", "heard")
        yield Waiting(count, tk._("Findings to decide"), "merit_award.office_findings")

    def merit_snapshot_address(
        self, snapshot_id: str, organization_id: str | None = None
    ) -> str | None:
        """Point to the action that gives it to everybody as data."""
        asked = {"organization_id": organization_id} if organization_id else {}
        action = "merit_award_snapshot_show"
        return tk.url_for(
            "api.action", ver=3, logic_function=action, id=snapshot_id, **asked
        )

    def merit_entry_people(self, frame: Any, entry_id: str) -> Iterable[str]:
        """Name officials who made datasets of an entry and agreed to be named."""
        if frame.edition["kind"] != "award":
            return []
        return views_credits.published_people(frame, entry_id)


def _count(frame: Any, action: str, state: str) -> int:
    return call(action, edition_id=frame.id, state=state, limit=0)["count"]


def _has_board(frame: Any) -> bool:
    return call("merit_award_board_show", edition_id=frame.id, limit=1)["open"]
