"""Evidence by those behind an entry: write, submit, withdraw."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award.logic import answers, disputed, schema
from ckanext.merit.award.logic.criteria import (
    book_of,
    require_criterion,
    require_time,
    settle,
)
from ckanext.merit.domain.award.evidence import Criterion
from ckanext.merit.domain.canonical import digest
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.scoring.normalise import written_value
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.editions import require_version
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.schema import identified
from ckanext.merit.logic.contest.trail import SYSTEM, Change, note
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.model.award import EntryFile, Evidence
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry

__all__ = [
    "locked",
    "merit_award_evidence_save",
    "merit_award_evidence_submit",
    "merit_award_evidence_withdraw",
]

Context = Any
Data = dict[str, Any]
#: States of an entry in which evidence is submitted, and in which it is prepared.
_GIVING = ("submitted", "returned", "admitted")
_PREPARING = ("draft", *_GIVING)
#: Pieces of one entry for one criterion.
MOST = 30
ADDRESS = 2000
_FIELDS = ("kind", "reference", "file_id", "note", "claimed")
_REPLACEABLE = ("submitted", "returned", "accepted", "rejected")


@tk.validate_action_data(schema.evidence_save)
@guarded
@transactional
def merit_award_evidence_save(context: Context, data_dict: Data) -> Data:
    """Write a piece of evidence as a draft, or change one that isn't submitted.

    :param id: id of the piece to change; without it a new one is written
    :type id: string
    :param version: the version that you saw (with ``id``)
    :type version: int
    :param entry_id: id of the entry (without ``id``)
    :type entry_id: string
    :param criterion: code of the criterion (without ``id``)
    :type criterion: string
    :param kind: ``dataset``, ``resource``, ``url``, ``file`` or ``text``, as far as the
        rules allow it for the criterion
    :type kind: string
    :param reference: id of the dataset or resource, address, or text
    :type reference: string
    :param file_id: id of the file, for the kind ``file``
    :type file_id: string
    :param note: what it shows (optional)
    :type note: string
    :param claimed: the level that you claim by it, where evidence is scored
    :type claimed: string
    :param replaces: id of the piece whose place it takes once submitted (optional)
    :type replaces: string

    :returns: the piece
    :rtype: dictionary
    """
    tk.check_access("merit_award_evidence_save", context, data_dict)
    if data_dict.get("id"):
        edition, entry, row = locked(data_dict["id"])
        require_version(row, data_dict.get("version") or 0, answers.evidence(row))
        if row.state not in {"draft", "returned"}:
            raise ContestError("locked", tk._("What is submitted stays as it is."))
    else:
        entry = load(Entry, data_dict.get("entry_id"))
        edition = lock(Edition, entry.edition_id, share=True)
        entry = lock(Entry, entry.id)
        row = _new(entry, data_dict)
    if entry.state not in _PREPARING:
        raise ContestError("entry", tk._("This entry takes no evidence."))
    book = book_of(edition, entry)
    criterion = require_criterion(book, row.criterion)
    require_time(edition, book, row)
    before = answers.evidence(row) if row.id else None
    for name, value in _checked(entry, criterion, data_dict).items():
        setattr(row, name, value)
    if before is None:
        model.Session.add(row)
    else:
        row.version += 1
    model.Session.flush()
    after = answers.evidence(row)
    change = Change(before=before, after=after)
    note(context, "save", row, edition_id=edition.id, change=change)
    return after


@tk.validate_action_data(identified)
@guarded
@transactional
def merit_award_evidence_submit(context: Context, data_dict: Data) -> Data:
    """Submit a piece of evidence; what it replaces no longer counts.

    Submitting it again changes nothing.

    :param id: id of the piece
    :type id: string

    :returns: the piece with its digest and the server's time
    :rtype: dictionary
    """
    tk.check_access("merit_award_evidence_submit", context, data_dict)
    edition, entry, row = locked(data_dict["id"])
    if row.state == "submitted":
        return answers.evidence(row)
    if entry.state not in _GIVING:
        text = tk._("Submit the enrolment first.")
        raise ContestError("entry", text)
    book = book_of(edition, entry)
    criterion = require_criterion(book, row.criterion)
    guard = require_time(edition, book, row)
    _checked(entry, criterion, {name: getattr(row, name) for name in _FIELDS})
    if row.replaces and row.state == "draft":
        _supersede(context, edition, row)
        settle(edition, entry, criterion)
    user = user_of(context)
    row.sha256 = _sealed(row)
    row.submitted_by, row.submitted_at = user.id if user else SYSTEM, clock()
    row.reason = row.due_at = None
    transit(context, row, "submit", edition_id=edition.id, checked=(guard,))
    return answers.evidence(row)


@tk.validate_action_data(identified)
@guarded
@transactional
def merit_award_evidence_withdraw(context: Context, data_dict: Data) -> Data:
    """Withdraw a piece of evidence that isn't decided, while it can be given.

    :param id: id of the piece
    :type id: string

    :returns: the piece
    :rtype: dictionary
    """
    tk.check_access("merit_award_evidence_withdraw", context, data_dict)
    edition, entry, row = locked(data_dict["id"])
    require_time(edition, book_of(edition, entry), row)
    transit(
        context,
        row,
        "withdraw",
        edition_id=edition.id,
        checked=("before_provisional",),
    )
    return answers.evidence(row)


def locked(key: str) -> tuple[Edition, Entry, Evidence]:
    """Lock a piece of evidence, after its edition and entry."""
    entry = load(Entry, load(Evidence, key).entry_id)
    edition = lock(Edition, entry.edition_id, share=True)
    return edition, lock(Entry, entry.id), lock(Evidence, key)


def _new(entry: Entry, data: Data) -> Evidence:
    code = data.get("criterion")
    last = model.Session.execute(
        sa.select(sa.func.coalesce(sa.func.max(Evidence.n), 0)).where(
            Evidence.entry_id == entry.id, Evidence.criterion == code
        )
    ).scalar_one()
    if last >= MOST:
        raise ContestError("most", tk._("There is enough evidence for this criterion."))
    replaces = data.get("replaces")
    if replaces:
        old = load(Evidence, replaces)
        if (old.entry_id, old.criterion) != (entry.id, code):
            raise tk.ObjectNotFound(tk._("Not found"))
    return Evidence(
        entry_id=entry.id,
        criterion=code,
        n=last + 1,
        replaces=replaces or None,
        state="draft",
    )


def _checked(entry: Entry, criterion: Criterion, data: Data) -> Data:
    """Give the fields of a piece as they are stored.

    Raises:
        ValidationError: by field.
    """
    kind, reference = data["kind"], data.get("reference")
    if kind not in criterion.kinds:
        text = tk._("The rules do not take this for the criterion")
        raise tk.ValidationError({"kind": [text]})
    claimed = data.get("claimed") if criterion.claims else None
    problems = {}
    if criterion.claims and not _is_level(criterion, claimed):
        problems["claimed"] = [tk._("Choose the level that you claim")]
    try:
        reference = _READERS[kind](entry, reference)
    except tk.Invalid as error:
        problems["file_id" if kind == "file" else "reference"] = [error.error]
    file_id = data.get("file_id") if kind == "file" else None
    if kind == "file" and not _is_own_file(entry, file_id):
        problems["file_id"] = [tk._("Choose a file")]
    if problems:
        raise tk.ValidationError(problems)
    return {
        "kind": kind,
        "reference": reference,
        "file_id": file_id,
        "note": data.get("note") or None,
        "claimed": claimed,
    }


def _is_level(criterion: Criterion, value: str | None) -> bool:
    try:
        written_value(criterion.measure, value or "")
    except ValueError:
        return False
    return True


def _is_own_file(entry: Entry, file_id: Any) -> bool:
    row = model.Session.get(EntryFile, file_id) if file_id else None
    if row is None:
        return False
    return (row.entry_id, row.purpose) == (entry.id, "evidence")


def _no_reference(entry: Entry, reference: Any) -> None:
    return None


def _text(entry: Entry, reference: Any) -> str:
    if not reference:
        raise tk.Invalid(tk._("Missing value"))
    return str(reference)


def _address(entry: Entry, reference: Any) -> str:
    text = _text(entry, reference)
    if not _is_address(text):
        raise tk.Invalid(tk._("Must be an address that begins with https://"))
    return text


def _is_address(text: str) -> bool:
    """Say whether people can follow it: no login in it, nothing hidden."""
    if len(text) > ADDRESS or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        known = parts.scheme in {"http", "https"} and parts.hostname
    except ValueError:
        return False
    return bool(known) and "@" not in parts.netloc


def _dataset(entry: Entry, reference: Any) -> str:
    """A public dataset of the organisation: jurors and citizens can open it."""
    row = model.Package.get(_text(entry, reference))
    public = row is not None and row.state == "active" and not row.private
    if row is None or not public or row.owner_org != entry.organization_id:
        raise tk.Invalid(tk._("Choose a public dataset of the organization"))
    return str(row.id)


def _resource(entry: Entry, reference: Any) -> str:
    row = model.Resource.get(_text(entry, reference))
    if row is None or row.state != "active":
        raise tk.Invalid(tk._("Choose a resource of a public dataset"))
    _dataset(entry, row.package_id)
    return str(row.id)


_READERS = {
    "file": _no_reference,
    "text": _text,
    "url": _address,
    "dataset": _dataset,
    "resource": _resource,
}


def _sealed(row: Evidence) -> str:
    """Digest of what was submitted, its file's content included."""
    body = {name: getattr(row, name) for name in (*_FIELDS, "entry_id", "criterion")}
    attached = load(EntryFile, row.file_id).sha256 if row.file_id else None
    return digest(body | {"file_sha256": attached})


def _supersede(context: Context, edition: Edition, row: Evidence) -> None:
    """End what a new piece takes the place of; the phase was checked for both.

    Raises:
        ContestError: ``replaces``.
    """
    old = lock(Evidence, row.replaces)
    if old.state not in _REPLACEABLE:
        raise ContestError("replaces", tk._("What it replaces cannot be replaced."))
    disputed.drop(context, edition, old.id)
    transit(context, old, "supersede", edition_id=edition.id, checked=("phase_open",))
