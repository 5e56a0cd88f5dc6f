"""Files of an entry: given by those behind it, read by those who may."""

from __future__ import annotations

import logging
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model
from ckan.model.types import make_uuid

from ckanext.merit import config
from ckanext.merit.award import storage
from ckanext.merit.award.logic import answers, schema
from ckanext.merit.award.logic.enrolment import is_representable
from ckanext.merit.domain.award.files import ENDINGS, FileError, shown_name
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.schema import identified
from ckanext.merit.logic.contest.trail import SYSTEM, Change, note
from ckanext.merit.logic.contest.transaction import load, lock, transactional
from ckanext.merit.logic.contest.windows import require_any_window
from ckanext.merit.model.award import EntryFile
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import PAST, Entry

__all__ = ["merit_award_file_create", "merit_award_file_show"]

log = logging.getLogger(__name__)

Context = Any
Data = dict[str, Any]
#: Files of one entry.
MOST = 200


@tk.validate_action_data(schema.file_create)
@guarded
def merit_award_file_create(context: Context, data_dict: Data) -> Data:
    """Give a file of an entry: letter, evidence, or for an appeal. Stored privately.

    For those behind the entry; files of an appeal are for who can file it. What its
    content is decides, not its name.

    :param entry_id: id of the entry
    :type entry_id: string
    :param purpose: ``letter`` (while the representative can be changed),
        ``evidence``, or ``appeal`` (while a window for appeals is open)
    :type purpose: string
    :param upload: the file, in a multipart request
    :type upload: file

    :returns: the file's ``id``, ``name``, ``type``, ``size`` and ``sha256``
    :rtype: dictionary
    """
    tk.check_access("merit_award_file_create", context, data_dict)
    if data_dict["purpose"] == "appeal":
        tk.check_access("merit_appeal_file", context, data_dict)
    stored, name = _received(data_dict["upload"])
    try:
        return _recorded(context, {**data_dict, "stored": stored, "name": name})
    except Exception:
        storage.remove(stored.id)
        raise


@tk.side_effect_free
@tk.validate_action_data(identified)
def merit_award_file_show(context: Context, data_dict: Data) -> Data:
    """Describe a file of an entry to those who may read it.

    :param id: id of the file
    :type id: string

    :returns: ``name``, ``type``, ``size`` and ``sha256``
    :rtype: dictionary
    """
    try:
        tk.check_access("merit_award_file_show", context, data_dict)
    except tk.NotAuthorized:
        raise tk.ObjectNotFound(tk._("Not found")) from None
    return answers.file(load(EntryFile, data_dict["id"]))


def _received(upload: Any) -> tuple[storage.Stored, str]:
    limit = config.file_limit()
    try:
        name = shown_name(upload.filename)
        stored = storage.receive(
            upload.stream, file_id=make_uuid(), name=name, limit=limit
        )
    except (FileError, storage.TooLargeError, storage.NoFolderError, OSError) as error:
        raise tk.ValidationError({"upload": [_refusal(error, limit)]}) from error
    return stored, name


def _refusal(error: Exception, limit: int) -> str:
    if isinstance(error, storage.TooLargeError):
        return tk._("Files can have at most {0} MB.").format(limit // 1_000_000)
    if isinstance(error, storage.NoFolderError):
        return tk._("This portal has no folder for files. Tell its administrator.")
    if not isinstance(error, FileError):
        log.error("A file could not be stored: %s", error)
        return tk._("The file could not be stored. Try again later.")
    return {
        "name": tk._("The file needs a name."),
        "type": tk._("Files of this type are not taken, only: {0}.").format(
            ", ".join(ENDINGS)
        ),
        "content": tk._("The content is not what the name says."),
        "macros": tk._("Documents with macros are not taken."),
        "empty": tk._("The file is empty."),
    }[error.code]


@transactional
def _recorded(context: Context, data: Data) -> Data:
    edition = lock(Edition, load(Entry, data["entry_id"]).edition_id, share=True)
    entry = lock(Entry, data["entry_id"])
    _require_open(edition, entry, data["purpose"])
    held = sa.select(sa.func.count()).where(EntryFile.entry_id == entry.id)
    if model.Session.execute(held).scalar_one() >= MOST:
        raise ContestError("files", tk._("An entry can have 200 files."))
    user = user_of(context)
    stored = data["stored"]
    row = EntryFile(
        id=stored.id,
        entry_id=entry.id,
        purpose=data["purpose"],
        name=data["name"],
        type=stored.type,
        size=stored.size,
        sha256=stored.sha256,
        created_by=user.id if user else SYSTEM,
    )
    model.Session.add(row)
    note(
        context, "give", row, edition_id=edition.id, change=Change(after=stored.sha256)
    )
    return answers.file(row)


def _require_open(edition: Edition, entry: Entry, purpose: str) -> None:
    if purpose == "appeal":
        require_any_window(edition)
        return
    taken = edition.state == "published" and entry.state not in PAST
    if purpose == "letter":
        taken = is_representable(edition, entry)
    if not taken:
        raise ContestError("over", tk._("This entry takes no files any more."))
