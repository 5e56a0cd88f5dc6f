"""The base plugin's pages in the navigation of an edition."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.interfaces import Link
from ckanext.merit.pages import invitations, jury_links, messages
from ckanext.merit.pages.office_links import edition_links, office_links

__all__ = ["links"]


def links(place: str, frame: Any) -> list[Link]:
    """List the links for a place: ``edition`` or ``office``."""
    if place == "edition":
        return [*_public(), *edition_links(frame), *jury_links.edition_links(frame)]
    if place == "office":
        return [
            *office_links(frame),
            *jury_links.office_links(frame),
            *invitations.links(frame),
            *messages.links(frame),
        ]
    return []


def _public() -> list[Link]:
    return [
        Link("merit_contest.overview", tk._("Overview")),
        Link("merit_contest.calendar", tk._("Calendar")),
        Link("merit_contest.rules", tk._("Rules")),
        Link("merit_contest.entries", tk._("Entries")),
        Link("merit_contest.results", tk._("Results")),
        Link("merit_contest.news", tk._("News")),
        Link("merit_contest.questions", tk._("Questions")),
    ]
