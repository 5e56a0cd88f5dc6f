"""What was submitted with an entry, in the words of the feature that asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins as p

from ckanext.merit.interfaces import IMeritContestPages
from ckanext.merit.pages.frame import Frame

__all__ = ["words"]


def words(
    frame: Frame, entry: dict[str, Any], body: dict[str, Any]
) -> Mapping[str, Any]:
    """Labels with what was given; as it is stored where no feature knows better."""
    for plugin in p.PluginImplementations(IMeritContestPages):
        found = plugin.merit_entry_words(frame, entry, body)
        if found is not None:
            return found
    return body
