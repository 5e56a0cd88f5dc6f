"""Files that entities give: what they may be, whatever their names say."""

from __future__ import annotations

import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

__all__ = ["ENDINGS", "FileError", "check_content", "shown_name", "type_of"]

NAME_LENGTH = 120
#: Members of an archive; documents have some dozens.
MEMBERS = 1000
HEAD = 512

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
#: Media type by the ending of a name.
ENDINGS = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "odt": f"{_OPEN}text",
    "ods": f"{_OPEN}spreadsheet",
    "csv": "text/csv",
    "txt": "text/plain",
}
_MAGIC = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
_ARCHIVES = {
    ENDINGS["docx"]: "word/document.xml",
    ENDINGS["xlsx"]: "xl/workbook.xml",
    ENDINGS["odt"]: "content.xml",
    ENDINGS["ods"]: "content.xml",
}
#: Programs inside documents.
_MACROS = re.compile(r"(^|/)(vbaProject\.bin|Basic/|Scripts/)", re.IGNORECASE)
#: What reading a broken or encrypted archive raises.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError, ValueError)
_UNPRINTABLE = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


@dataclass
class FileError(Exception):
    """A file is refused.

    Attributes:
        code: ``name``, ``type`` (not a type that is taken), ``content`` (not what
            the name says), ``macros`` or ``empty``.
    """

    code: str


def shown_name(name: str) -> str:
    """Clean a file's name for showing: its last part, printable, not too long.

    Raises:
        FileError: ``name``, when nothing is left.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    clean = "".join(sign for sign in last if sign.isprintable()).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if not stem:
        raise FileError("name")
    return stem[: NAME_LENGTH - len(ending) - 1] + dot + ending


def type_of(name: str) -> str:
    """Give the media type that a name promises.

    Raises:
        FileError: ``type``.
    """
    ending = name.rpartition(".")[2].lower()
    if ending not in ENDINGS:
        raise FileError("type")
    return ENDINGS[ending]


def check_content(file: BinaryIO, media_type: str) -> None:
    """Refuse content that isn't what the name promises.

    Args:
        file: At any position; left at its start.
        media_type: As ``type_of`` gave it.

    Raises:
        FileError: ``content``, ``macros`` or ``empty``.
    """
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise FileError("empty")
    if media_type in _MAGIC:
        _require(head.startswith(_MAGIC[media_type]))
    elif media_type in _ARCHIVES:
        _check_archive(file, head, media_type)
    else:
        _check_text(file, head)
    file.seek(0)


def _require(holds: bool) -> None:
    if not holds:
        raise FileError("content")


def _check_text(file: BinaryIO, head: bytes) -> None:
    """Text has no control characters, and is no page that a browser would run."""
    _require(not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"))
    file.seek(0)
    for block in iter(partial(file.read, 1 << 16), b""):
        _require(_UNPRINTABLE.search(block) is None)


def _check_archive(file: BinaryIO, head: bytes, media_type: str) -> None:
    _require(head.startswith(b"PK\x03\x04"))
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            _require(len(set(names)) == len(names) <= MEMBERS)
            _require(_ARCHIVES[media_type] in names)
            if media_type.startswith(_OPEN):
                _require(archive.open("mimetype").read(100) == media_type.encode())
            else:
                _require("[Content_Types].xml" in names)
    except _BROKEN as error:
        raise FileError("content") from error
    if any(_MACROS.search(name) for name in names):
        raise FileError("macros")
