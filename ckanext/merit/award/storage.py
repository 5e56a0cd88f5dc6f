"""The private folder: bytes of files that no web server gives away by itself."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ckanext.merit import config
from ckanext.merit.domain.award import files

__all__ = ["NoFolderError", "Stored", "TooLargeError", "path_of", "receive", "remove"]

log = logging.getLogger(__name__)

BLOCK = 1 << 16
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class NoFolderError(Exception):
    """The portal has no folder for files."""


class TooLargeError(Exception):
    """A file has more bytes than are allowed."""


@dataclass(frozen=True)
class Stored:
    """What is known of a file once it is stored."""

    id: str
    type: str
    size: int
    sha256: str


def path_of(file_id: str) -> Path:
    """Where the bytes of a file lie; only ids that this package made are known.

    Raises:
        NoFolderError: if the portal has no folder.
        ValueError: for anything but an id.
    """
    if not _ID.fullmatch(file_id):
        raise ValueError(f"not an id: {file_id!r}")
    folder = config.private_folder()
    if folder is None:
        raise NoFolderError
    return folder / file_id[:2] / file_id


def receive(source: BinaryIO, *, file_id: str, name: str, limit: int) -> Stored:
    """Store what is sent, if it is what its name says.

    Args:
        source: The bytes; read once.
        file_id: A new id.
        name: As given; decides which content is expected.
        limit: Bytes allowed.

    Raises:
        FileError: for a wrong type.
        TooLargeError: beyond the limit.
        NoFolderError: if the portal has no folder.
        OSError: if the disk refuses; nothing is left of the file.
    """
    media_type = files.type_of(name)
    target = path_of(file_id)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _temporary(target.parent) as (draft, name_of_draft):
        size, digest = _copy(source, draft, limit)
        files.check_content(draft, media_type)
        draft.flush()
        os.fsync(draft.fileno())
        os.replace(name_of_draft, target)
    return Stored(file_id, media_type, size, digest)


def remove(file_id: str) -> None:
    """Take back a file whose row was not written."""
    path_of(file_id).unlink(missing_ok=True)


@contextmanager
def _temporary(folder: Path) -> Iterator[tuple[BinaryIO, str]]:
    """A file that is gone afterwards unless it was given another name."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=".")
    try:
        with os.fdopen(handle, "w+b") as draft:
            yield draft, name
    finally:
        Path(name).unlink(missing_ok=True)


def _copy(source: BinaryIO, target: BinaryIO, limit: int) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while block := source.read(BLOCK):
        size += len(block)
        if size > limit:
            raise TooLargeError
        digest.update(block)
        target.write(block)
    return size, digest.hexdigest()
