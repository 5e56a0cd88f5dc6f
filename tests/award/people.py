"""Awards whose rules ask for evidence, with entities that give it."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from tests.contest.people import Contest, Entity
from werkzeug.datastructures import FileStorage

from ckan import model

from ckanext.merit.model.contest import Phase
from ckanext.merit.model.contest_entry import Observation

RULES = """
merit: 1
id: award
title: {es: Bases, en: Rules}
enrolment:
  letter: true
  roles: [head, data_officer]
  declarations:
  - {code: terms, title: {es: Aceptamos las bases., en: We accept the rules.}}
root:
  of:
  - code: plan
    weight: 2
    source: evidence
    missing: zero
    title: {es: Plan de datos abiertos, en: Open data plan}
    help: {es: "¿Hay un plan aprobado?", en: "Is there an approved plan?"}
    levels: {none: 0, partial: 0.5, full: 1}
  - code: people
    source: evidence
    missing: zero
    evidence: [url, text]
    title: {es: Personas a cargo, en: People in charge}
    scale: [0, 4]
    step: 1
  - code: impact
    source: jury
    evidence: [text, url, file, dataset]
    title: {es: Impacto, en: Impact}
    scale: [0, 10]
    panel: {quorum: 1}
"""
PDF = b"%PDF-1.7\nan approved plan"
TEAM = [
    {"name": "Ana Quispe", "role": "head", "email": "ana@muni.gob.pe"},
    {"name": "Luz Rojas", "role": "data_officer", "email": "luz@muni.gob.pe"},
]


def upload(content: bytes = PDF, name: str = "plan.pdf") -> FileStorage:
    """Make an uploaded file."""
    return FileStorage(io.BytesIO(content), filename=name)


class Award(Contest):
    """A contest whose rules ask for enrolments and evidence."""

    def published(self, **values: Any) -> dict[str, Any]:
        """Make a published award whose evidence phase is open."""
        edition = self.ready(**values)
        self.open(edition["id"], "evidence")
        return self.act("merit_edition_publish", id=edition["id"])

    def rules(self, edition_id: str, source: str = RULES) -> dict[str, Any]:
        """Put our rules in force."""
        return super().rules(edition_id, source)

    def open(self, edition_id: str, kind: str, days: float = 9) -> None:
        """Add a phase that is open, below the actions."""
        now = datetime.now(timezone.utc)
        model.Session.add(
            Phase(
                edition_id=edition_id,
                kind=kind,
                opens_at=now - timedelta(hours=1),
                closes_at=now + timedelta(days=days),
            )
        )
        model.Session.commit()

    def enrolled(self, edition_id: str, state: str = "admitted") -> dict[str, Any]:
        """Make an entry of a new entity, up to a state."""
        entity = self.entity()
        entry = entity.prepare(edition_id, draft={}, head=entity.admin["name"])
        if state != "draft":
            letter = give(entity, entry, "letter")
            draft = {
                "letter": letter["id"],
                "team": TEAM,
                "declarations": {"terms": True},
            }
            entity.act("merit_entry_update", id=entry["id"], version=1, draft=draft)
            entity.act("merit_entry_submit", id=entry["id"])
        if state == "admitted":
            self.act("merit_entry_admit", id=entry["id"])
        return entry | {"entity": entity}


def give(
    entity: Entity, entry: dict[str, Any], purpose: str = "evidence", **file: Any
) -> dict[str, Any]:
    """Give a file."""
    return entity.act(
        "merit_award_file_create",
        entry_id=entry["id"],
        purpose=purpose,
        upload=upload(**file),
    )


def save(entry: dict[str, Any], **data: Any) -> dict[str, Any]:
    """Write a piece of evidence: by default a text that claims the full plan."""
    data = {"criterion": "plan", "kind": "text", "reference": "Nº 5", **data}
    if data["criterion"] != "impact":
        data.setdefault("claimed", "full" if data["criterion"] == "plan" else "3")
    return entry["entity"].act(
        "merit_award_evidence_save", entry_id=entry["id"], **data
    )


def submit(entry: dict[str, Any], **data: Any) -> dict[str, Any]:
    """Write and submit a piece of evidence."""
    row = save(entry, **data)
    return entry["entity"].act("merit_award_evidence_submit", id=row["id"])


def value(entry: dict[str, Any], criterion: str = "plan") -> str | None:
    """The value that counts for a criterion; None where there is none."""
    return model.Session.scalar(
        sa.select(Observation.value).where(
            Observation.entry_id == entry["id"], Observation.criterion == criterion
        )
    )


def disputed(award: Award, entry: dict[str, Any], level: str = "none") -> Any:
    """Dispute the level that was accepted for a piece of evidence."""
    row = submit(entry)
    award.act("merit_award_evidence_accept", id=row["id"], level=level, reason="r")
    return entry["entity"].act("merit_award_dispute_open", id=row["id"], reason="d")
