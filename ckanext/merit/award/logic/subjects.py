"""What an action of awards is about, beyond what the kernel knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.logic.contest import subjects
from ckanext.merit.logic.contest.actors import actor_of
from ckanext.merit.logic.contest.inference import is_blocked
from ckanext.merit.logic.contest.subject import Subject
from ckanext.merit.logic.contest.subjects import LIVE, impartial, own_juror
from ckanext.merit.logic.contest.wall import BEHIND
from ckanext.merit.model.award import Dispute, EntryFile, Evidence
from ckanext.merit.model.award_machine import Finding, Taking
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Assignment
from ckanext.merit.model.contest_result import Appeal

__all__ = ["JUDGED", "SUBJECTS", "find"]

#: States of evidence that jurors see.
JUDGED = ("submitted", "accepted")
Data = dict[str, Any]


def find(kind: str, user: Any, data: Data) -> Subject | None:
    """Find the subject that the parameters of an action name; None: there is none."""
    own = SUBJECTS.get(kind)
    return own(user, data) if own else subjects.find(kind, user, data)


def _evidence(user: Any, data: Data) -> Subject | None:
    """A piece of evidence by its id, or the entry that gets a new one."""
    row = _get(Evidence, data.get("id"))
    if data.get("id"):
        return None if row is None else _seen(user, row.entry_id, row)
    return _materials(user, data)


def _materials(user: Any, data: Data) -> Subject | None:
    """An entry as seen by those who read what it gave."""
    entry = _get(Entry, data.get("entry_id"))
    return None if entry is None else _seen(user, entry.id, entry)


def _file(user: Any, data: Data) -> Subject | None:
    """A file; a juror reads only files of evidence that is before the jury.

    Files of an appeal are only for those behind the entry until it is filed.
    """
    row = _get(EntryFile, data.get("id"))
    if row is None:
        return None
    subject = _seen(user, row.entry_id, row)
    if subject is None or _is_before_jury(row.id):
        return subject
    actor = replace(subject.actor, own=subject.actor.own - {"J"})
    if row.purpose == "appeal" and not _is_filed(row):
        actor = replace(actor, roles=actor.roles & BEHIND)
    return replace(subject, actor=actor)


def _seen(user: Any, entry_id: str, row: Any) -> Subject | None:
    """Somebody with a conflict finds nothing, whatever the role."""
    entry = _get(Entry, entry_id)
    edition = _get(Edition, entry.edition_id)
    juror = own_juror(user, edition.id)
    if juror is not None and is_blocked(juror.id, entry.id):
        return None
    assigned = juror is not None and (
        _is_assigned(juror.id, entry.id) or _is_arbiter(juror.id, entry.id)
    )
    actor = actor_of(
        user, edition=edition, entry=entry, juror=juror if assigned else None
    )
    return Subject(actor, edition, row, impartial(user, entry))


def _snapshot(user: Any, data: Data) -> Subject | None:
    """A snapshot, perhaps still in the making."""
    row = _get(Taking, data.get("id"))
    if row is None:
        return None
    edition = _get(Edition, row.edition_id)
    return Subject(actor_of(user, edition=edition), edition, row)


def _finding(user: Any, data: Data) -> Subject | None:
    """A finding about an entry."""
    row = _get(Finding, data.get("id"))
    return None if row is None else _seen(user, row.entry_id, row)


def _dispute(user: Any, data: Data) -> Subject | None:
    """A dispute: of those behind the entry, and of the juror who decides it."""
    row = _get(Dispute, data.get("id"))
    if row is None:
        return None
    entry = _get(Entry, _get(Evidence, row.evidence_id).entry_id)
    edition = _get(Edition, entry.edition_id)
    juror = own_juror(user, edition.id)
    if juror is not None and is_blocked(juror.id, entry.id):
        return None
    theirs = juror if juror is not None and juror.id == row.juror_id else None
    actor = actor_of(user, edition=edition, entry=entry, juror=theirs)
    return Subject(actor, edition, row)


def _is_arbiter(juror_id: str, entry_id: str) -> bool:
    found = sa.exists().where(
        Dispute.juror_id == juror_id,
        Dispute.evidence_id == Evidence.id,
        Dispute.state.in_(["handed", "decided"]),
        Evidence.entry_id == entry_id,
    )
    return model.Session.execute(sa.select(found)).scalar_one()


def _is_assigned(juror_id: str, entry_id: str) -> bool:
    found = sa.exists().where(
        Assignment.juror_id == juror_id,
        Assignment.entry_id == entry_id,
        Assignment.state.in_(LIVE),
    )
    return model.Session.execute(sa.select(found)).scalar_one()


def _is_before_jury(file_id: str) -> bool:
    found = sa.exists().where(Evidence.file_id == file_id, Evidence.state.in_(JUDGED))
    return model.Session.execute(sa.select(found)).scalar_one()


def _is_filed(row: EntryFile) -> bool:
    found = sa.exists().where(
        Appeal.entry_id == row.entry_id, Appeal.files.contains([row.id])
    )
    return model.Session.execute(sa.select(found)).scalar_one()


def _get(table: Any, key: Any) -> Any:
    return model.Session.get(table, key) if isinstance(key, str) and key else None


SUBJECTS: dict[str, Callable[[Any, Data], Subject | None]] = {
    "evidence": _evidence,
    "materials": _materials,
    "file": _file,
    "snapshot": _snapshot,
    "finding": _finding,
    "dispute": _dispute,
}
