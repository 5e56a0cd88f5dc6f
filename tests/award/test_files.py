"""Private files: what is taken, where it lies, who reads it."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from tests.award.people import PDF, Award, give, submit, upload
from tests.contest.people import call, errors, person

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award import storage
from ckanext.merit.model.award import EntryFile


@pytest.fixture
def entry(award: Award, folder: Path) -> dict[str, Any]:
    """An admitted entry of a published award."""
    return award.enrolled(award.published()["id"])


def stored(folder: Path) -> list[Path]:
    """Files in the private folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_file_lies_under_a_name_of_the_server(entry: Any, folder: Path):
    """Whatever it was called, its path is made of its id."""
    row = give(entry["entity"], entry, name="../../../etc/cron.d/plan.pdf")
    path = folder / row["id"][:2] / row["id"]
    assert (row["name"], path.read_bytes()) == ("plan.pdf", PDF)
    assert row["sha256"] == hashlib.sha256(PDF).hexdigest()


def test_only_the_server_reads_the_folder(entry: Any, folder: Path):
    """Other users of the machine don't."""
    row = give(entry["entity"], entry)
    path = storage.path_of(row["id"])
    modes = [oct(item.stat().st_mode & 0o777) for item in (path, path.parent)]
    assert modes == ["0o600", "0o700"]


@pytest.mark.parametrize(
    "key", ["../../ckan.ini", "..%2f..", "", "x" * 36, "0" * 8 + "/" + "0" * 27]
)
def test_an_id_is_no_path(folder: Path, key: str):
    """Only ids that this package made are looked for."""
    with pytest.raises(ValueError, match="not an id"):
        storage.path_of(key)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"<html>", "plan.pdf", "The content is not what the name says."),
        (b"MZ", "plan.pdf.exe", "Files of this type are not taken"),
        (b"<svg/>", "plan.svg", "Files of this type are not taken"),
        (b"", "plan.pdf", "The file is empty."),
        (PDF, "???/", "The file needs a name."),
    ],
)
def test_what_is_refused_leaves_nothing(
    entry: Any, folder: Path, content: bytes, name: str, said: str
):
    """Neither a row nor a file."""
    before = stored(folder)
    found = errors(
        "merit_award_file_create",
        entry["entity"].admin,
        entry_id=entry["id"],
        purpose="evidence",
        upload=upload(content, name),
    )
    assert found["upload"][0].startswith(said)
    assert stored(folder) == before


@pytest.mark.parametrize(("extra", "taken"), [(0, True), (1, False)])
def test_one_byte_over_the_limit(
    entry: Any,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    extra: int,
    taken: bool,
):
    """Counted while reading, whatever the request said."""
    monkeypatch.setitem(tk.config, "ckanext.merit.award.max_file_mb", 1)
    content = PDF + b"x" * (1_000_000 - len(PDF) + extra)
    before = len(stored(folder))
    try:
        give(entry["entity"], entry, content=content)
    except tk.ValidationError as error:
        said = error.error_dict["upload"]
        assert said == ["Files can have at most 1 MB."]
    assert len(stored(folder)) - before == taken


def test_a_full_disk_leaves_nothing(
    entry: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """The refusal is in words; what was written so far is gone."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = stored(folder)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(tk.ValidationError, match="could not be stored"):
        give(entry["entity"], entry)
    assert stored(folder) == before


def test_a_portal_without_folder_says_so(entry: Any, monkeypatch: pytest.MonkeyPatch):
    """Whoever runs it is to be told."""
    monkeypatch.setitem(tk.config, "ckanext.merit.award.private_folder", "")
    monkeypatch.setitem(tk.config, "ckan.storage_path", None)
    with pytest.raises(tk.ValidationError, match="no folder for files"):
        give(entry["entity"], entry)


def test_a_row_that_is_refused_takes_its_file_along(entry: Any, folder: Path):
    """No file without a row: a withdrawn entry takes none."""
    entry["entity"].act("merit_entry_withdraw", id=entry["id"])
    before = stored(folder)
    with pytest.raises(tk.ValidationError):
        give(entry["entity"], entry)
    assert stored(folder) == before


@pytest.mark.parametrize("junk", ["plan.pdf", 7, ["x"], {"filename": "x"}, None])
def test_what_is_no_upload(entry: Any, junk: Any):
    """Text with the name of a file is no file."""
    found = errors(
        "merit_award_file_create",
        entry["entity"].admin,
        entry_id=entry["id"],
        purpose="letter",
        upload=junk,
    )
    assert list(found) == ["upload"]


def readers(award: Award, entry: Any, file_id: str, **people: Any) -> set[str]:
    """Who may see a file."""
    known = people | {
        "admin": entry["entity"].admin,
        "editor": entry["entity"].editor,
        "secretary": award.secretary,
        "chair": award.chair,
        "sysadmin": award.sysadmin,
        "stranger": person(),
        "nobody": None,
        "other": award.entity().admin,
    }
    found = set()
    for name, user in known.items():
        try:
            call("merit_award_file_show", user, id=file_id)
        except tk.ObjectNotFound:
            continue
        found.add(name)
    return found


def test_who_reads_evidence(award: Award, entry: Any):
    """Those behind the entry, its jurors, and those who run the edition."""
    edition_id = entry["edition_id"]
    award.open(edition_id, "jury")
    assigned, idle, conflicted = (award.juror(edition_id) for _ in range(3))
    for juror in (assigned, conflicted):
        award.assigned(juror, entry)
    conflicted.act("merit_conflict_declare", entry_id=entry["id"], detail="my town")
    file_id = give(entry["entity"], entry)["id"]
    jurors = {
        "assigned": assigned.user,
        "idle": idle.user,
        "conflicted": conflicted.user,
    }
    behind = {"admin", "editor", "secretary", "chair"}
    assert readers(award, entry, file_id, **jurors) == behind
    submit(entry, kind="file", reference=None, file_id=file_id)
    assert readers(award, entry, file_id, **jurors) == behind | {"assigned"}


def test_a_letter_is_not_for_jurors(award: Award, entry: Any):
    """It has names and signatures that judge nothing."""
    edition_id = entry["edition_id"]
    juror = award.juror(edition_id)
    award.assigned(juror, entry)
    letter = entry["entity"].act("merit_entry_show", id=entry["id"])["draft"]["letter"]
    found = readers(award, entry, letter, juror=juror.user)
    assert found == {"admin", "editor", "secretary", "chair"}


def test_a_file_never_changes(entry: Any):
    """The database keeps its row as it was written."""
    row = give(entry["entity"], entry)
    found: Any = model.Session.get(EntryFile, row["id"])
    found.name = "other.pdf"
    with pytest.raises(Exception, match="merit_file"):
        model.Session.flush()
    model.Session.rollback()
