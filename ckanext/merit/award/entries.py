"""What an award adds to its entries: what they lack, what jurors read, appeals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import has_request_context

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award import storage
from ckanext.merit.award.logic import disputed, enrolment, screening
from ckanext.merit.award.logic.subjects import JUDGED
from ckanext.merit.interfaces import Enclosure, Material
from ckanext.merit.logic.contest import rule_sets
from ckanext.merit.logic.contest.transaction import load
from ckanext.merit.model.award import EntryFile, Evidence
from ckanext.merit.model.contest import Edition, Programme
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.pages import criteria as rule_texts
from ckanext.merit.pages import measures

__all__ = ["Entries"]


class Entries:
    """What the plugin says of the entries of awards."""

    def merit_entry_problems(
        self, kind: str, draft: dict[str, Any], entry_id: str
    ) -> Iterable[str]:
        """Say what an enrolment lacks."""
        return enrolment.problems(draft, entry_id) if kind == "award" else ()

    def merit_entry_materials(self, kind: str, entry_id: str) -> Iterable[Material]:
        """Give jurors the evidence that counts, by criterion."""
        return _materials(entry_id) if kind == "award" else ()

    def merit_run_problems(self, edition_id: str) -> Iterable[str]:
        """Keep runs from approval while evidence waits, or a juror's word on it."""
        number = screening.undecided(edition_id)
        if number:
            text = tk.ungettext(
                "{n} piece of evidence is undecided.",
                "{n} pieces of evidence are undecided.",
                number,
            )
            yield text.format(n=number)
        number = disputed.undecided(edition_id)
        if number:
            text = tk.ungettext(
                "{n} dispute over evidence is undecided.",
                "{n} disputes over evidence are undecided.",
                number,
            )
            yield text.format(n=number)

    def merit_appeal_evidence(self, entry_id: str) -> Iterable[str]:
        """Let the pieces be appealed on which the secretariat has decided."""
        found = sa.select(Evidence.id).where(
            Evidence.entry_id == entry_id, Evidence.state.in_(["accepted", "rejected"])
        )
        return model.Session.scalars(found)

    def merit_appeal_files(self, entry_id: str) -> Iterable[Enclosure]:
        """Let appeals name what was given for them."""
        found = sa.select(EntryFile).where(
            EntryFile.entry_id == entry_id, EntryFile.purpose == "appeal"
        )
        address = _address(entry_id)
        for row in model.Session.scalars(found):
            url = tk.url_for("merit_award.file", **address, file_id=row.id)
            yield Enclosure(row.id, row.name, row.size, url)

    def merit_appeal_upheld(self, context: Any, appeal: dict[str, Any]) -> None:
        """Correct the evidence that an upheld appeal attacked."""
        if appeal["target"] == "evidence":
            screening.uphold(context, appeal)


def _address(entry_id: str) -> dict[str, str]:
    edition = load(Edition, load(Entry, entry_id).edition_id)
    programme = load(Programme, edition.programme_id)
    return {"programme": programme.name, "slug": edition.slug, "key": entry_id}


def _materials(entry_id: str) -> Iterator[Material]:
    rows = model.Session.execute(
        sa.select(Evidence, EntryFile)
        .outerjoin(EntryFile, EntryFile.id == Evidence.file_id)
        .where(Evidence.entry_id == entry_id, Evidence.state.in_(JUDGED))
        .order_by(Evidence.criterion, Evidence.n)
    )
    nodes = _nodes(entry_id)
    for row, attached in rows:
        yield _material(row, attached, nodes.get(row.criterion, {}))


def _nodes(entry_id: str) -> dict[str, Any]:
    """The criteria in force, by code, as the rules say them."""
    found = rule_sets.in_force(load(Entry, entry_id).edition_id)
    return rule_texts.nodes(found.body) if found else {}


def _material(
    row: Evidence, attached: EntryFile | None, criterion: dict[str, Any]
) -> Material:
    levels = {
        tk._("Claimed level"): row.claimed,
        tk._("Accepted level"): row.accepted,
    }
    return Material(
        title=tk._("Evidence {0}").format(row.n),
        criterion=row.criterion,
        text="\n\n".join(text for text in (row.note, _text(row)) if text) or None,
        url=_url(row),
        path=_path(attached),
        filename=attached.name if attached else None,
        detail=tuple(
            (label, _level(criterion, code)) for label, code in levels.items() if code
        ),
    )


def _level(criterion: dict[str, Any], code: str) -> str:
    """In words where there is somebody to read them, else the code."""
    return measures.level(criterion, code) if has_request_context() else code


def _text(row: Evidence) -> str | None:
    return row.reference if row.kind == "text" else None


def _url(row: Evidence) -> str | None:
    if row.kind == "dataset":
        return tk.url_for("dataset.read", id=row.reference, qualified=True)
    if row.kind == "resource":
        return tk.url_for("resource.read", **_resource(row.reference), qualified=True)
    return row.reference if row.kind == "url" else None


def _resource(key: Any) -> dict[str, Any]:
    resource = model.Resource.get(key)
    package = resource.package_id if resource else key
    return {"id": package, "resource_id": key}


def _path(attached: EntryFile | None) -> Path | None:
    if attached is None:
        return None
    try:
        return storage.path_of(attached.id)
    except storage.NoFolderError:
        return None
