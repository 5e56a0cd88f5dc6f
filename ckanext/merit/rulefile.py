"""YAML files of rules, read as text with line numbers and without surprises.

Every scalar stays the text that was written: a weight of ``0.1`` never becomes a
float, a label of ``no`` never becomes a boolean.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NoReturn

import yaml

__all__ = [
    "Map",
    "RuleFileError",
    "Seq",
    "Text",
    "check_keys",
    "fail",
    "parse",
    "read",
    "read_text",
]

# Deeper than any rule tree that a person could read; keeps the reader off the
# interpreter's recursion limit.
MAX_DEPTH = 64


class RuleFileError(ValueError):
    """A rule file is broken; ``str()`` is ``FILE:line: message``."""

    def __init__(self, message: str, *, filename: str, line: int) -> None:
        super().__init__(f"{filename}:{line}: {message}")
        self.message = message
        self.filename = filename
        self.line = line


class Text(str):
    """A scalar exactly as written, with the line it starts on (from 1)."""

    line: int

    def __new__(cls, value: str = "", line: int = 0) -> Text:
        text = super().__new__(cls, value)
        text.line = line
        return text


class Map(dict[str, Any]):
    """A mapping in file order; ``lines`` holds the line of each key."""

    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Seq(list[Any]):
    """A sequence; ``lines`` holds the line of each item."""

    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def parse(text: str, *, filename: str) -> Map:
    """Read one YAML document whose top is a mapping.

    Args:
        text: the document.
        filename: the name that error messages carry.

    Returns:
        Nested ``Map``, ``Seq`` and ``Text``; an empty value is ``Text("")``.

    Raises:
        RuleFileError: broken YAML, a tab, a tag, an anchor or alias, a duplicate
            key, a second document, or a top that isn't a mapping.
    """
    tab = text.find("\t")
    if tab >= 0:
        line = text.count("\n", 0, tab) + 1
        fail(line, "tab character, use spaces", filename=filename)
    try:
        return _document(text, filename)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        fail(line, "character that YAML does not allow", filename=filename)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        fail(line, error.problem or "broken YAML", filename=filename)


def read(path: str | os.PathLike[str]) -> Map:
    """Read a UTF-8 file with ``parse``; messages carry the path as given.

    Raises:
        RuleFileError: as ``parse``, and for bytes that aren't UTF-8.
        OSError: the file cannot be read.
    """
    return parse(read_text(path), filename=os.fspath(path))


def read_text(path: str | os.PathLike[str]) -> str:
    """The text of a UTF-8 file, without a byte order mark.

    Raises:
        RuleFileError: for bytes that aren't UTF-8.
        OSError: the file cannot be read.
    """
    data = Path(path).read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fail(line, "not UTF-8 text", filename=os.fspath(path))


def check_keys(
    node: Map,
    *,
    required: Collection[str],
    optional: Collection[str],
    filename: str,
) -> None:
    """Refuse unknown and missing keys of a mapping.

    Raises:
        RuleFileError: on the line of the first unknown key, or of the mapping when
            a required key is missing.
    """
    for key in node:
        if key not in required and key not in optional:
            fail(node.lines[key], f'unknown key "{key}"', filename=filename)
    for key in required:
        if key not in node:
            fail(node, f'missing key "{key}"', filename=filename)


def fail(where: Map | Seq | Text | int, message: str, *, filename: str) -> NoReturn:
    """Raise ``RuleFileError`` for a node or a line number."""
    line = where if isinstance(where, int) else where.line
    raise RuleFileError(message, filename=filename, line=line)


def _document(text: str, filename: str) -> Map:
    events = yaml.parse(text, Loader=yaml.BaseLoader)
    next(events)
    event = next(events)
    if isinstance(event, yaml.StreamEndEvent):
        fail(1, "the file is empty", filename=filename)
    top = _node(next(events), events, filename=filename, depth=0)
    if not isinstance(top, Map):
        fail(top.line, "expected a mapping at the top", filename=filename)
    next(events)
    event = next(events)
    if not isinstance(event, yaml.StreamEndEvent):
        line = event.start_mark.line + 1
        fail(line, "only one document per file", filename=filename)
    return top


def _node(
    event: Any, events: Iterator[Any], *, filename: str, depth: int
) -> Map | Seq | Text:
    line: int = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        fail(line, "anchors and aliases are not allowed", filename=filename)
    if event.tag is not None:
        fail(line, "tags are not allowed", filename=filename)
    if depth > MAX_DEPTH:
        fail(line, "nested too deeply", filename=filename)
    if isinstance(event, yaml.ScalarEvent):
        return Text(event.value, line)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(line, events, filename=filename, depth=depth)
    return _mapping(line, events, filename=filename, depth=depth)


def _sequence(line: int, events: Iterator[Any], *, filename: str, depth: int) -> Seq:
    seq = Seq(line)
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        seq.append(_node(event, events, filename=filename, depth=depth + 1))
        seq.lines.append(event.start_mark.line + 1)
    return seq


def _mapping(line: int, events: Iterator[Any], *, filename: str, depth: int) -> Map:
    mapping = Map(line)
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _node(event, events, filename=filename, depth=depth + 1)
        if not isinstance(key, Text):
            fail(key, "a key must be plain text", filename=filename)
        if key in mapping:
            fail(key, f'duplicate key "{key}"', filename=filename)
        value = next(events)
        mapping[str(key)] = _node(value, events, filename=filename, depth=depth + 1)
        mapping.lines[str(key)] = key.line
    return mapping
