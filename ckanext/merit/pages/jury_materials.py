"""What comes with an entry: single files, and everything as one download."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flask import Response, send_file, stream_with_context

import ckantoolkit as tk

from ckanext.merit import headers
from ckanext.merit.interfaces import Material
from ckanext.merit.logic.contest.materials import materials_of
from ckanext.merit.logic.contest.transaction import load
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.pages import submitted
from ckanext.merit.pages.jury_desk import open_task

__all__ = ["material", "materials_zip"]

Data = dict[str, Any]
_CHUNK = 64 * 1024
_UNSAFE = re.compile(r"[^\w.-]+")
_NAME_LENGTH = 80


def material(programme: str, slug: str, assignment: str, number: int) -> Any:
    """Give one file; the browser never shows it as a page of this portal."""
    _, task = open_task(programme, slug, assignment)
    found = dict(enumerate(_materials(task), 1)).get(number)
    if found is None or found.path is None or not found.path.is_file():
        return tk.abort(404)
    headers.untrusted()
    return send_file(
        found.path,
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=_safe(found.filename or found.path.name),
        conditional=False,
        etag=False,
    )


def materials_zip(programme: str, slug: str, assignment: str) -> Response:
    """Stream everything that comes with an entry, however large, as one archive."""
    frame, task = open_task(programme, slug, assignment)
    given = submitted.words(frame, task["entry"], task["entry"]["body"])
    parts = list(_parts(task, given))
    answer = Response(stream_with_context(_zipped(parts)), mimetype="application/zip")
    name = f"{_safe(task['title']) or 'entry'}.zip"
    answer.headers["Content-Disposition"] = headers.attachment(name)
    return answer


class _Sink(io.RawIOBase):
    """A file that cannot go back, and forgets what was taken from it."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def write(self, data: Any) -> int:
        """Keep some bytes until they are taken."""
        self._kept += data
        return len(data)

    def take(self) -> bytes:
        """Give what was written since the last time."""
        taken = bytes(self._kept)
        self._kept.clear()
        return taken


def _zipped(parts: list[tuple[str, bytes | Path]]) -> Iterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            with archive.open(name, "w", force_zip64=True) as target:
                for chunk in _chunks(content):
                    target.write(chunk)
                    yield sink.take()
    yield sink.take()


def _chunks(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as source:
        while chunk := source.read(_CHUNK):
            yield chunk


def _parts(task: Data, given: Mapping[str, Any]) -> Iterator[tuple[str, bytes | Path]]:
    """Name the files of the archive: what was submitted, then each material."""
    lines = [task["title"], "", *_lines(given)]
    yield "00-entry.txt", "\n".join(lines).encode()
    for number, item in enumerate(_materials(task), 1):
        name = f"{number:02}-{_safe(item.title)}"
        words = [item.title, *(f"{label}: {value}" for label, value in item.detail)]
        words += [text for text in (item.criterion, item.url, item.text) if text]
        yield f"{name}.txt", "\n".join(words).encode()
        if item.path is not None and item.path.is_file():
            yield f"{name}/{_safe(item.filename or item.path.name)}", item.path


def _lines(value: Any, depth: int = 0) -> Iterator[str]:
    """Write what was submitted as indented lines."""
    space = "  " * depth
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, (dict, list)):
                yield f"{space}{key}:"
                yield from _lines(item, depth + 1)
            else:
                yield f"{space}{key}: {item}"
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, (dict, list)):
                yield f"{space}-"
                yield from _lines(item, depth + 1)
            else:
                yield f"{space}- {item}"


def _materials(task: Data) -> list[Material]:
    entry = load(Entry, task["entry"]["id"])
    return materials_of(load(Edition, entry.edition_id), entry)


def _safe(name: str) -> str:
    """A file name that means nothing to any system: no folders, no leading dots."""
    plain = _UNSAFE.sub("-", name).strip("-.")
    if len(plain) <= _NAME_LENGTH:
        return plain
    end = Path(plain).suffix[:10]
    return plain[: _NAME_LENGTH - len(end)] + end
