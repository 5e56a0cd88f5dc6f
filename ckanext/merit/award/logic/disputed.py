"""Which disputes over evidence stand, and how they end with what they are about."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.transaction import lock
from ckanext.merit.model.award import Dispute, Evidence
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Juror

__all__ = ["STANDS", "drop", "of_edition", "standing", "undecided"]

STANDS = Dispute.state != "withdrawn"
_WAITING = ("open", "handed")


def standing(evidence_id: str) -> Dispute | None:
    """Find the dispute over a piece of evidence that wasn't taken back."""
    found = sa.select(Dispute).where(Dispute.evidence_id == evidence_id, STANDS)
    return model.Session.scalars(found).first()


def of_edition(edition_id: str) -> Any:
    """Select the disputes of an edition: dispute, evidence, title of entry, juror."""
    return (
        sa.select(Dispute, Evidence, Entry.title, Juror)
        .join(Evidence, Evidence.id == Dispute.evidence_id)
        .join(Entry, Entry.id == Evidence.entry_id)
        .outerjoin(Juror, Juror.id == Dispute.juror_id)
        .where(Entry.edition_id == edition_id)
    )


def undecided(edition_id: str) -> int:
    """Count the disputes of admitted entries that wait."""
    found = of_edition(edition_id).where(
        Entry.state == "admitted", Dispute.state.in_(_WAITING)
    )
    counted = found.with_only_columns(sa.func.count())
    return model.Session.execute(counted).scalar_one()


def drop(context: Any, edition: Edition, evidence_id: str) -> None:
    """End the dispute over a piece of evidence that no longer counts as it did."""
    row = standing(evidence_id)
    if row is not None and row.state in _WAITING:
        transit(context, lock(Dispute, row.id), "withdraw", edition_id=edition.id)
