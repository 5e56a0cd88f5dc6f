"""The base plugin's pages in the navigation of an edition."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.interfaces import Link

__all__ = ["links"]


def links(place: str, frame: Any) -> list[Link]:
    """List the links for a place: ``edition`` or ``office``."""
    if place == "edition":
        return [Link("merit_contest.overview", tk._("Overview"))]
    return []
