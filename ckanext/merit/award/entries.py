"""What an award adds to its entries: what they lack, what jurors read, appeals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award import storage
from ckanext.merit.award.logic import disputed, enrolment, screening
from ckanext.merit.award.logic.subjects import JUDGED
from ckanext.merit.interfaces import Material
from ckanext.merit.model.award import EntryFile, Evidence

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

    def merit_appeal_upheld(self, context: Any, appeal: dict[str, Any]) -> None:
        """Correct the evidence that an upheld appeal attacked."""
        if appeal["target"] == "evidence":
            screening.uphold(context, appeal)


def _materials(entry_id: str) -> Iterator[Material]:
    rows = model.Session.execute(
        sa.select(Evidence, EntryFile)
        .outerjoin(EntryFile, EntryFile.id == Evidence.file_id)
        .where(Evidence.entry_id == entry_id, Evidence.state.in_(JUDGED))
        .order_by(Evidence.criterion, Evidence.n)
    )
    for row, attached in rows:
        yield _material(row, attached)


def _material(row: Evidence, attached: EntryFile | None) -> Material:
    claimed = ((tk._("Claimed level"), row.claimed),) if row.claimed else ()
    accepted = ((tk._("Accepted level"), row.accepted),) if row.accepted else ()
    return Material(
        title=tk._("Evidence {0}").format(row.n),
        criterion=row.criterion,
        text="\n\n".join(text for text in (row.note, _text(row)) if text) or None,
        url=_url(row),
        path=_path(attached),
        filename=attached.name if attached else None,
        detail=(*claimed, *accepted),
    )


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
