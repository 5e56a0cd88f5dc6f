"""Reads the files of vocabularies: one code per line with its other spellings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple, NoReturn, TypeVar

from ckanext.merit.domain.quality_vocabularies import (
    FileType,
    Frequency,
    Licence,
    Term,
    Vocabularies,
)
from ckanext.merit.domain.text import address_key, name_key

VOCABULARIES = (
    "access-rights",
    "file-types",
    "frequencies",
    "licences",
    "media-types",
    "themes",
)

_T = TypeVar("_T")


class VocabularyError(ValueError):
    """The file of a vocabulary is broken on ``line``."""

    def __init__(self, message: str, *, vocabulary: str, line: int) -> None:
        super().__init__(message)
        self.vocabulary = vocabulary
        self.line = line


class _Entry(NamedTuple):
    """One line: ``CODE attribute ... : spelling; spelling``."""

    code: str
    iri: str
    attributes: tuple[str, ...]
    spellings: tuple[str, ...]
    vocabulary: str
    line: int

    def fail(self, message: str) -> NoReturn:
        raise VocabularyError(message, vocabulary=self.vocabulary, line=self.line)


def parse_vocabularies(texts: Mapping[str, str]) -> Vocabularies:
    """Build the vocabularies from the texts of their files.

    Args:
        texts: one text per name of ``VOCABULARIES``.

    Raises:
        VocabularyError: a broken line, or one spelling for two codes.
    """
    licences: dict[str, Licence] = {}
    prefixes: list[tuple[str, Licence]] = []
    for entry in _entries("licences", texts):
        licence = _licence(entry)
        for spelling in entry.spellings:
            if spelling.endswith("*"):
                prefixes.append((spelling[:-1], licence))
            else:
                _add(licences, spelling, licence, entry=entry)
    return Vocabularies(
        file_types=_index("file-types", texts, _file_type),
        frequencies=_index("frequencies", texts, _frequency),
        durations=_durations(texts),
        licences=licences,
        licence_prefixes=tuple(prefixes),
        themes=_index("themes", texts, _term),
        access_rights=_index("access-rights", texts, _term),
        media_types=_media_types(texts["media-types"]),
    )


def _entries(vocabulary: str, texts: Mapping[str, str]) -> Iterator[_Entry]:
    """Read the lines under an ``@base`` line, which gives the codes' addresses."""
    base = ""
    for number, line in enumerate(texts[vocabulary].splitlines(), 1):
        head, _, tail = line.partition(" : ")
        code, *attributes = head.split() or ("#",)
        if code.startswith("#"):
            continue
        if code == "@base":
            base = "".join(attributes)
            continue
        iri = base + code
        spellings = (code, iri, *(tail.split("; ") if tail else ()))
        yield _Entry(code, iri, tuple(attributes), spellings, vocabulary, number)


def _index(
    vocabulary: str, texts: Mapping[str, str], make: Callable[[_Entry], _T]
) -> dict[str, _T]:
    index: dict[str, _T] = {}
    for entry in _entries(vocabulary, texts):
        value = make(entry)
        for spelling in entry.spellings:
            _add(index, spelling, value, entry=entry)
    return index


def _add(index: dict[str, _T], spelling: str, value: _T, *, entry: _Entry) -> None:
    key = address_key(spelling) if "://" in spelling else name_key(spelling)
    if not key:
        entry.fail(f'"{spelling}" holds no letter or digit')
    if index.setdefault(key, value) != value:
        entry.fail(f'"{spelling}" stands for another code already')


def _file_type(entry: _Entry) -> FileType:
    flags = "".join(entry.attributes)
    return FileType(entry.code, entry.iri, *(flag in flags for flag in "motgsh"))


def _frequency(entry: _Entry) -> Frequency:
    if len(entry.attributes) != 2:
        entry.fail("expected a duration and days")
    days = entry.attributes[1]
    if days in ("none", "unknown"):
        return Frequency(entry.code, entry.iri, None, days == "none")
    try:
        period = Fraction(days)
    except (ValueError, ZeroDivisionError):
        period = Fraction(0)
    if period < 1:
        entry.fail(f'"{days}" is no number of days')
    return Frequency(entry.code, entry.iri, period, True)


def _durations(texts: Mapping[str, str]) -> dict[str, Frequency]:
    """Return the frequencies by their ISO 8601 duration, the first of each."""
    found: dict[str, Frequency] = {}
    for entry in _entries("frequencies", texts):
        if entry.attributes[0] != "-":
            found.setdefault(entry.attributes[0], _frequency(entry))
    return found


def _licence(entry: _Entry) -> Licence:
    status = " ".join(entry.attributes)
    if status not in ("open", "closed", "generic", "none"):
        entry.fail(f'"{status}" is none of open, closed, generic, none')
    named = status in ("open", "closed")
    return Licence(entry.code, entry.iri if named else "", status)


def _term(entry: _Entry) -> Term:
    return Term(entry.code, entry.iri)


def _media_types(text: str) -> frozenset[str]:
    """Read lines of a top-level type with its subtypes: ``text/ csv html``."""
    found: set[str] = set()
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            kind, *names = line.lower().split()
            found.update(kind + name for name in names)
    return frozenset(found)
