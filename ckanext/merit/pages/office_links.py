"""The office's pages in the navigation of an edition."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.interfaces import Link

__all__ = ["edition_links", "office_links"]


def edition_links(frame: Any) -> list[Link]:
    """The way to the office, for those who have something to do or to read there."""
    if not frame.may("read_audit"):
        return []
    return [Link("merit_office.dashboard", tk._("Desk"))]


def office_links(frame: Any) -> list[Link]:
    """The pages of the office that the visitor may open."""
    if not frame.may("read_audit"):
        return []
    found = [
        Link("merit_office.dashboard", tk._("What waits")),
        Link("merit_office.calendar", tk._("Set-up")),
        Link("merit_office.entries", tk._("Entries")),
        Link("merit_office.jury", tk._("Jury")),
    ]
    results = [
        Link("merit_office.results", tk._("Results")),
        Link("merit_office.distinctions", tk._("Distinctions")),
    ]
    told = [Link("merit_office.messages", tk._("Messages"))]
    return [
        *found,
        *(results if frame.may("see_run") else ()),
        Link("merit_office.appeals", tk._("Appeals")),
        *(told if frame.may("edit_edition") else ()),
        Link("merit_office.audit", tk._("Audit trail")),
    ]
