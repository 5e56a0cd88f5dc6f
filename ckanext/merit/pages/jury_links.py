"""Jurors' pages in the navigation of an edition."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.interfaces import Link

__all__ = ["edition_links", "office_links"]


def edition_links(frame: Any) -> list[Link]:
    """List the pages for jurors and for the chair of the jury."""
    found = []
    if "J" in frame.roles:
        found.append(Link("merit_jury.queue", tk._("My reviews")))
    if "H" in frame.roles:
        found.append(Link("merit_jury.chair", tk._("Jury chair")))
    return found


def office_links(frame: Any) -> list[Link]:
    """List the pages for staff of the jury."""
    if frame.may("type_sheet"):
        return [Link("merit_jury.typed_list", tk._("Paper sheets"))]
    return []
