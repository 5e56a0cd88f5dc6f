"""Whom a message concerns: from one row of the outbox to one for each person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.model import contest_mail
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Assignment, Juror
from ckanext.merit.model.contest_result import Publication

__all__ = ["SEGMENTS", "of", "segment"]

Data = dict[str, Any]
#: Groups of people to whom the secretariat can write.
SEGMENTS = (
    *("entries", "entries_draft", "entries_returned", "entries_admitted"),
    *("jurors", "late_jurors", "everybody"),
)


def of(kind: str, payload: Data) -> Iterator[Data] | None:
    """Give one payload for each person; None for a message to one person."""
    find = _MANY.get(kind)
    return _real(find(payload)) if find else None


def _real(payloads: Iterator[Data]) -> Iterator[Data]:
    """Leave out simulations: nobody is written to about what isn't real."""
    for payload in payloads:
        edition = model.Session.get(Edition, payload["edition_id"])
        if edition is not None and not edition.simulation:
            yield payload


def segment(edition_id: str, name: str) -> list[str]:
    """List the ids of the active users in a group of people, in a steady order."""
    entries, jurors = contest_mail.behind_entries, contest_mail.jurors
    if name == "jurors":
        found = jurors(edition_id)
    elif name == "late_jurors":
        found = contest_mail.late_jurors(edition_id)
    elif name == "everybody":
        found = sa.union(entries(edition_id), jurors(edition_id))
    else:
        state = name.partition("_")[2]
        found = entries(edition_id, states=(state,) if state else ())
    return _active(found)


def _active(found: Any) -> list[str]:
    people = found.subquery()
    return list(
        model.Session.scalars(
            sa.select(model.User.id)
            .where(model.User.id.in_(sa.select(people.c.id)))
            .where(model.User.state == "active")
            .order_by(model.User.id)
        )
    )


def _publication(payload: Data) -> Iterator[Data]:
    row: Any = model.Session.get(Publication, payload["publication_id"])
    known = {"edition_id": row.edition_id, "number": row.number, "result": row.kind}
    people = {
        *segment(row.edition_id, "everybody"),
        *_active(contest_mail.secretariat(row.edition_id)),
    }
    yield from ({**known, "user_id": user_id} for user_id in sorted(people))


def _addendum(payload: Data) -> Iterator[Data]:
    for user_id in segment(payload["edition_id"], "everybody"):
        yield {**payload, "user_id": user_id}


def _mailing(payload: Data) -> Iterator[Data]:
    known = {name: payload[name] for name in ("edition_id", "subject", "text")}
    for user_id in payload["people"]:
        yield {**known, "user_id": user_id}


def _entry(payload: Data) -> Iterator[Data]:
    entry: Any = model.Session.get(Entry, payload["id"])
    known = {
        "edition_id": entry.edition_id,
        "entry": entry.title,
        "due_at": payload.get("due_at"),
    }
    found = contest_mail.behind_entries(
        entry.edition_id, states=(entry.state,), entry_id=entry.id
    )
    for user_id in _active(found):
        yield {**known, "user_id": user_id}


def _task(payload: Data) -> Iterator[Data]:
    task: Any = model.Session.get(Assignment, payload["id"])
    juror: Any = model.Session.get(Juror, task.juror_id)
    yield {
        "edition_id": juror.edition_id,
        "due_at": payload["due_at"],
        "user_id": juror.user_id,
    }


def _juror(payload: Data) -> Iterator[Data]:
    juror: Any = model.Session.get(Juror, payload["id"])
    if juror.state == "invited":
        yield {
            "edition_id": juror.edition_id,
            "due_at": juror.expires_at.isoformat(),
            "user_id": juror.user_id,
        }


def _person(payload: Data) -> Iterator[Data]:
    yield payload


_MANY: dict[str, Callable[[Data], Iterator[Data]]] = {
    "publication": _publication,
    "addendum": _addendum,
    "mailing": _mailing,
    "entry_admitted": _entry,
    "entry_returned": _entry,
    "entry_decided": _entry,
    "evidence_returned": _entry,
    "evidence_decided": _entry,
    "reminder_entry": _entry,
    "reminder_jury": _task,
    "juror_invited": _juror,
    "dispute_handed": _person,
}
