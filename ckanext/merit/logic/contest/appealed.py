"""Which entries an upheld appeal puts before the jury again, once results are out."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.logic.contest.embargo import require_running
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_result import Appeal, Publication, Signature

__all__ = ["ATTACKED", "appealed", "appealed_in", "require_judged"]

#: State of the entry that an appeal attacks, where it attacks one.
ATTACKED = {
    "admission": "not_admitted",
    "eligibility": "not_admitted",
    "disqualification": "disqualified",
}
#: Targets that the jury scored; upheld, it scores again.
_SCORED = ("score", "rank")


def appealed(entry_id: str) -> bool:
    """Say whether an upheld appeal lets an entry be judged, whatever the phase.

    Either its scores were attacked, or it was reinstated after results were published:
    the jury hasn't seen it.
    """
    found = _found().where(Appeal.entry_id == entry_id)
    return model.Session.execute(sa.select(found.exists())).scalar_one()


def appealed_in(edition_id: str) -> set[str]:
    """Give the ids of such entries of an edition."""
    found = _found().where(Entry.edition_id == edition_id)
    return set(model.Session.scalars(found))


def require_judged(edition: Edition, entry: Entry, *, by_entrant: bool = False) -> None:
    """Refuse what ends with the results, except for such an entry until they are final.

    Raises:
        ContestError: ``over``.
    """
    if edition.state == "provisional" and appealed(entry.id):
        return
    require_running(edition, by_entrant=by_entrant)


def _found() -> Any:
    scored = sa.and_(
        Appeal.target.in_(_SCORED), Appeal.state.in_(["upheld", "partly_upheld"])
    )
    # Closed or not: nothing else brings such an entry back.
    reinstated = sa.and_(
        Appeal.target.in_(list(ATTACKED)),
        Appeal.state.in_(["upheld", "closed"]),
        Entry.state == "admitted",
        _upheld_after_results(),
    )
    return (
        sa.select(Appeal.entry_id)
        .join(Entry, Entry.id == Appeal.entry_id)
        .where(sa.or_(scored, reinstated))
    )


def _upheld_after_results() -> Any:
    found = sa.exists().where(
        Signature.subject == "appeal",
        Signature.subject_id == Appeal.id,
        Signature.act == "uphold",
        Publication.edition_id == Entry.edition_id,
        Publication.created_at < Signature.created_at,
    )
    return found.correlate(Appeal, Entry)
