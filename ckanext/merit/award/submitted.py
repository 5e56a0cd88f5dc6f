"""A submitted enrolment in words, for those who screen and judge it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckantoolkit as tk

from ckanext.merit.award import words
from ckanext.merit.award.blueprint import rules_of
from ckanext.merit.interfaces import Linked
from ckanext.merit.pages.frame import Frame, call

__all__ = ["Submitted"]

Data = dict[str, Any]
_ASKED = frozenset({"team", "declarations", "letter"})


class Submitted:
    """What the plugin says of enrolments."""

    def merit_entry_words(
        self, frame: Frame, entry: Data, body: Data
    ) -> dict[str, Any] | None:
        """Name officials with their roles, declarations by their text, the letter."""
        if frame.edition["kind"] != "award" or not frame.edition["rule_set"]:
            return None
        return dict(_parts(frame, entry, body))


def _parts(frame: Frame, entry: Data, body: Data) -> Iterator[tuple[str, Any]]:
    if body.get("team"):
        yield tk._("Officials"), [_official(row) for row in body["team"]]
    made = body.get("declarations") or {}
    asked = rules_of(frame, entry["category_id"]).requirements.declarations
    if made:
        yield (
            tk._("Declarations"),
            [tk.h.merit_text(item.title) for item in asked if made.get(item.code)],
        )
    letter = {"id": body.get("letter")}
    if letter["id"] and tk.h.check_access("merit_award_file_show", letter):
        file = call("merit_award_file_show", **letter)
        address = {"key": entry["id"], "file_id": file["id"]}
        yield (
            tk._("Letter"),
            Linked(file["name"], frame.url("merit_award.file", **address)),
        )
    yield from ((key, value) for key, value in body.items() if key not in _ASKED)


def _official(row: Data) -> str:
    role = words.roles().get(row.get("role", ""), row.get("role"))
    return ", ".join(
        str(part) for part in (row.get("name"), role, row.get("email")) if part
    )
