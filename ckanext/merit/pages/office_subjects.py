"""The objects of acts: how they are found and named, and what can be done to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckantoolkit as tk

from ckanext.merit.pages import (
    office_acts_jury,
    office_acts_results,
    office_acts_setup,
)
from ckanext.merit.pages.frame import Frame, call, open_edition
from ckanext.merit.pages.office_acts import Acts, perform
from ckanext.merit.pages.office_blueprint import POSTING, merit_office
from ckanext.merit.pages.words import word

__all__ = ["ACTS"]

Data = dict[str, Any]

#: Acts by kind of object; made per request, for their texts are translated.
ACTS: dict[str, Callable[[], Acts]] = {
    **office_acts_setup.ACTS,
    **office_acts_jury.ACTS,
    **office_acts_results.ACTS,
}


@merit_office.route("/<programme>/<slug>/office/<group>/<key>/<name>", methods=POSTING)
def act(programme: str, slug: str, group: str, key: str, name: str) -> Any:
    """Do one act on one object, from a page that says what it means."""
    frame = open_edition(programme, slug)
    found = ACTS[group]().get(name) if group in ACTS else None
    if found is None or group not in _NAMED:
        return tk.abort(404)
    about = _NAMED[group](frame, key)
    if about is None:
        return tk.abort(404)
    return perform(frame, found, key=key, about=about)


def _edition(frame: Frame, key: str) -> str | None:
    return tk.h.merit_text(frame.edition["title"]) if key == frame.id else None


def _part(kind: str) -> Callable[[Frame, str], str | None]:
    def named(frame: Frame, key: str) -> str | None:
        rows = (row for row in frame.edition[kind] if row["id"] == key)
        return next((tk.h.merit_text(row["title"]) for row in rows), None)

    return named


def _phase(frame: Frame, key: str) -> str | None:
    rows = (row for row in frame.edition["phases"] if row["id"] == key)
    return next((word("phase", row["kind"]) for row in rows), None)


def _listed(
    action: str, label: Callable[[Data], str]
) -> Callable[[Frame, str], str | None]:
    """Find an object in a list of the edition, so that it is one of the edition's."""

    def named(frame: Frame, key: str) -> str | None:
        rows = (row for row in call(action, edition_id=frame.id) if row["id"] == key)
        return next((label(row) for row in rows), None)

    return named


def _entry(frame: Frame, key: str) -> str | None:
    row = call("merit_entry_show", id=key)
    return row["title"] if row["edition_id"] == frame.id else None


def _run(row: Data) -> str:
    return tk._("Run {number}").format(number=row["number"])


def _juror(row: Data) -> str:
    return row["user"]["fullname"] if row["user"] else row["id"]


def _pair(row: Data) -> str:
    return f"{_juror(row)}: {row['title']}"


def _appeal(row: Data) -> str:
    return f"{row['title']}: {row['ground']}"


def _distinction(row: Data) -> str:
    entry = row["title"] or tk._("void")
    parts = [word("distinction_type", row["type"]), str(row["place"] or "")]
    if row["type"] == "level":
        parts.append(word("level", row["citation"]["level"]))
    return f"{entry}: {' '.join(part for part in parts if part)}"


_NAMED: dict[str, Callable[[Frame, str], str | None]] = {
    "edition": _edition,
    "stages": _part("stages"),
    "categories": _part("categories"),
    "phases": _phase,
    "entries": _entry,
    "jurors": _listed("merit_juror_list", _juror),
    "assignments": _listed("merit_assignment_list", _pair),
    "conflicts": _listed("merit_conflict_list", _pair),
    "runs": _listed("merit_run_list", _run),
    "appeals": _listed("merit_appeal_list", _appeal),
    "distinctions": _listed("merit_distinction_draft_list", _distinction),
}
