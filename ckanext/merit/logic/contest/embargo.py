"""The state of editions as everybody may know it: results wait for their instant."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.permissions import decide
from ckanext.merit.logic.contest.actors import actor_in
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_result import Publication

__all__ = [
    "is_out",
    "is_over",
    "known_states",
    "require_running",
    "state_for",
    "visible",
]

#: States that tell that results exist, and the kind of results that bears them out.
_TELLING = {"provisional": "provisional", "final": "final", "closed": "final"}


def visible() -> Any:
    """The condition under which a publication exists for everybody."""
    return Publication.visible_from <= sa.func.clock_timestamp()


def is_out(edition_id: str, *, run_id: str | None = None, kind: str = "") -> bool:
    """Say whether everybody knows results of a whole edition.

    Args:
        edition_id: Of what.
        run_id: Only those of this run.
        kind: Only of this kind.
    """
    found = sa.exists().where(
        Publication.edition_id == edition_id,
        Publication.stage_id.is_(None),
        visible(),
    )
    if run_id is not None:
        found = found.where(Publication.run_id == run_id)
    if kind:
        found = found.where(Publication.kind == kind)
    return model.Session.execute(sa.select(found)).scalar_one()


def is_over() -> Any:
    """The condition under which everybody knows that an edition is over."""
    results = sa.exists().where(
        Publication.edition_id == Edition.id,
        Publication.stage_id.is_(None),
        Publication.kind == "final",
        visible(),
    )
    return sa.or_(Edition.state == "cancelled", results.correlate(Edition))


def known_states(editions: Collection[Edition]) -> dict[str, str]:
    """Give the state of each edition that its visible results bear out, by id.

    An edition is provisional or final from the transaction that publishes on; until
    the instant of that publication it stays for others what it was.
    """
    known = {edition.id: edition.state for edition in editions}
    telling = [key for key, state in known.items() if state in _TELLING]
    if not telling:
        return known
    found = model.Session.execute(
        sa.select(Publication.edition_id, Publication.kind)
        .where(
            Publication.edition_id.in_(telling),
            Publication.stage_id.is_(None),
            visible(),
        )
        .distinct()
    )
    seen = {(edition_id, kind) for edition_id, kind in found}
    for key in telling:
        if (key, _TELLING[known[key]]) not in seen:
            before = (key, "provisional") in seen
            known[key] = "provisional" if before else "published"
    return known


def require_running(edition: Edition, *, by_entrant: bool = False) -> None:
    """Refuse what ends with the results; the words don't tell that there are any.

    Args:
        edition: Of what would change.
        by_entrant: Those behind an entry ask: they are told who can help.

    Raises:
        ContestError: ``over``.
    """
    if edition.state == "published":
        return
    if by_entrant:
        text = tk._(
            "This can no longer be changed. If it is wrong, tell the secretariat."
        )
    else:
        text = tk._("This can no longer be changed.")
    raise ContestError("over", text)


def state_for(context: Any, edition: Edition) -> str:
    """Give the state of an edition as the caller may know it."""
    roles = actor_in(context, edition).roles
    if edition.state not in _TELLING or decide("see_draft", roles=roles).allowed:
        return edition.state
    return known_states([edition])[edition.id]
