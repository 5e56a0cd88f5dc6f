"""Evidence of a simulated award: made up, labelled, decided at random."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from ckan import model

from ckanext.merit.award.logic.criteria import book_of
from ckanext.merit.award.simulated import SIMULATED, call, file, score, system
from ckanext.merit.domain.award.evidence import Criterion
from ckanext.merit.logic.contest.transaction import load
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry

__all__ = ["play"]

#: Share of the criteria for which an entity gives nothing.
NOTHING = 0.2
#: Share of the pieces that support as much as was claimed.
FULLY = 0.6
#: The simplest kind that the rules take.
_ORDER = ("text", "url", "file", "dataset", "resource")


@dataclass(frozen=True)
class _Piece:
    """A submitted piece that waits for its decision."""

    id: str
    owner: str
    criterion: Criterion
    claimed: str


def play(entries: list[str], secretary: str, *, seed: str) -> int:
    """Give evidence for entries and decide it; the number of pieces."""
    given = [piece for key in entries for piece in _give(load(Entry, key), seed)]
    for piece in given:
        _decide(piece, secretary, seed)
    return len(given)


def _give(entry: Entry, seed: str) -> Iterator[_Piece]:
    """Submit a piece for most criteria that evidence scores."""
    owner = entry.organization_id or ""
    book = book_of(load(Edition, entry.edition_id), entry)
    for criterion in book.criteria.values():
        dice = _dice(seed, owner, criterion, "give")
        if not criterion.claims or dice.random() < NOTHING:
            continue
        claimed = score(criterion.measure, dice)
        said = _said(entry, criterion)
        if said is None:
            continue
        row = system(
            "merit_award_evidence_save",
            entry_id=entry.id,
            criterion=criterion.code,
            claimed=claimed,
            note=f"{SIMULATED} (seed {seed}): it shows nothing.",
            **said,
        )
        system("merit_award_evidence_submit", id=row["id"])
        yield _Piece(row["id"], owner, criterion, claimed)


def _decide(piece: _Piece, secretary: str, seed: str) -> None:
    """Accept a piece as claimed, or with a level that is made up as well."""
    dice = _dice(seed, piece.owner, piece.criterion, "decide")
    measure = piece.criterion.measure
    level = piece.claimed if dice.random() < FULLY else score(measure, dice)
    call(
        secretary,
        "merit_award_evidence_accept",
        id=piece.id,
        level=level,
        reason=f"{SIMULATED} (seed {seed}): not a judgement.",
    )


def _dice(seed: str, owner: str, criterion: Criterion, act: str) -> random.Random:
    text = f"{seed}:{owner}:{criterion.code}:{act}"
    return random.Random(text)  # noqa: S311 - simulated evidence


def _said(entry: Entry, criterion: Criterion) -> dict[str, str] | None:
    """What a piece refers to; None where the entity has nothing of the kind."""
    kind = next(kind for kind in _ORDER if kind in criterion.kinds)
    if kind == "text":
        return {"kind": kind, "reference": SIMULATED}
    if kind == "url":
        return {"kind": kind, "reference": "https://simulation.example/"}
    if kind == "file":
        return {"kind": kind, "file_id": file(entry.id, "evidence")}
    found = _dataset(entry) if kind == "dataset" else _resource(entry)
    return {"kind": kind, "reference": found} if found else None


def _dataset(entry: Entry) -> str | None:
    return model.Session.scalars(
        sa.select(model.Package.id)
        .where(
            model.Package.owner_org == entry.organization_id,
            model.Package.state == "active",
            model.Package.private.is_(False),
        )
        .order_by(model.Package.metadata_created, model.Package.id)
        .limit(1)
    ).first()


def _resource(entry: Entry) -> str | None:
    return model.Session.scalars(
        sa.select(model.Resource.id)
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .where(
            model.Package.owner_org == entry.organization_id,
            model.Package.state == "active",
            model.Package.private.is_(False),
            model.Resource.state == "active",
        )
        .order_by(model.Resource.created, model.Resource.id)
        .limit(1)
    ).first()
