"""A `data.json` file, plain or gzipped, as its parts with the line of each dataset."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any

__all__ = ["Source", "SourceError", "read"]

# A national catalogue has tens of megabytes; more is a mistake or a bomb.
MAX_BYTES = 1_000_000_000


class SourceError(ValueError):
    """The file is no catalogue at all; the message says why, with the line."""


@dataclass(frozen=True)
class Source:
    """A catalogue as written.

    Attributes:
        members: the top-level object without its datasets.
        datasets: (line, value) of each entry of `dataset`, in file order.
    """

    members: dict[str, Any]
    datasets: tuple[tuple[int, Any], ...]


def read(data: bytes) -> Source:
    """Read a DCAT / Project Open Data catalogue.

    Args:
        data: JSON in UTF-8, or the same gzipped: an object with a list `dataset`, or
            (Project Open Data 1.0) only the list.

    Raises:
        SourceError: not UTF-8, not JSON, or without a list of datasets.
    """
    try:
        document = _unpacked(data).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(f"line {line}: the text isn't UTF-8") from error
    try:
        return _Reader(document).catalogue()
    except json.JSONDecodeError as error:
        raise SourceError(f"line {error.lineno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise SourceError("not usable JSON: nested too deeply") from error


def _unpacked(data: bytes) -> bytes:
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as stream:
            plain = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"broken gzip file: {error}") from error
    if len(plain) > MAX_BYTES:
        raise SourceError("the unpacked file is larger than 1 GB")
    return plain


def _integer(digits: str) -> int | str:
    # Python refuses to convert thousands of digits; no real number has as many.
    return int(digits) if len(digits) <= 20 else digits


class _Reader:
    """Steps through the top level so that each dataset's line is known."""

    def __init__(self, document: str) -> None:
        self.document = document
        self.decoder = json.JSONDecoder(
            parse_constant=lambda _name: None, parse_int=_integer
        )
        self.line, self.counted = 1, 0

    def catalogue(self) -> Source:
        start = self.blank(0)
        if self.document[start : start + 1] == "[":
            datasets, end = self.entries(start)
            return self.finished({}, datasets, end=end)
        if self.document[start : start + 1] != "{":
            raise SourceError("line 1: expected a JSON object or list")
        members: dict[str, Any] = {}
        datasets = None
        position = self.blank(start + 1)
        while self.document[position : position + 1] != "}":
            key, value_at = self.key(position)
            if key == "dataset" and self.document[value_at : value_at + 1] == "[":
                datasets, position = self.entries(value_at)
            else:
                members[key], position = self.decoder.raw_decode(
                    self.document, value_at
                )
            position = self.separator(position, closing="}")
        return self.finished(members, datasets, end=position + 1)

    def finished(
        self,
        members: dict[str, Any],
        datasets: tuple[tuple[int, Any], ...] | None,
        *,
        end: int,
    ) -> Source:
        rest = self.blank(end)
        if rest < len(self.document):
            raise json.JSONDecodeError("Extra data", self.document, rest)
        if datasets is None:
            raise SourceError('there is no list "dataset" at the top of the file')
        return Source(members, datasets)

    def entries(self, position: int) -> tuple[tuple[tuple[int, Any], ...], int]:
        found: list[tuple[int, Any]] = []
        position = self.blank(position + 1)
        while self.document[position : position + 1] != "]":
            line = self.line_of(position)
            value, position = self.decoder.raw_decode(self.document, position)
            found.append((line, value))
            position = self.separator(position, closing="]")
        return tuple(found), position + 1

    def key(self, position: int) -> tuple[str, int]:
        key, position = self.decoder.raw_decode(self.document, position)
        position = self.blank(position)
        if not isinstance(key, str) or self.document[position : position + 1] != ":":
            raise json.JSONDecodeError("Expecting a key", self.document, position)
        return key, self.blank(position + 1)

    def separator(self, position: int, *, closing: str) -> int:
        position = self.blank(position)
        mark = self.document[position : position + 1]
        if mark == closing:
            return position
        if mark != ",":
            raise json.JSONDecodeError("Expecting ','", self.document, position)
        position = self.blank(position + 1)
        if self.document[position : position + 1] == closing:
            raise json.JSONDecodeError("Trailing comma", self.document, position)
        return position

    def blank(self, position: int) -> int:
        while self.document[position : position + 1] in {" ", "\n", "\r", "\t"}:
            position += 1
        return position

    def line_of(self, position: int) -> int:
        self.line += self.document.count("\n", self.counted, position)
        self.counted = position
        return self.line
