"""The pinned vocabularies: which code a spelling, label or address stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple, TypeVar

from ckanext.merit.domain.dates import duration_days
from ckanext.merit.domain.text import LONGEST_NAME, address_key, evidence, name_key

_T = TypeVar("_T")

_SPDX = "spdx.org/licenses/"
IANA = "https://www.iana.org/assignments/media-types/"


class FileType(NamedTuple):
    """A file type and what the rules need to know about it."""

    code: str
    iri: str
    machine_readable: bool
    non_proprietary: bool
    tabular: bool
    geographic: bool
    service: bool
    web_page: bool


class Frequency(NamedTuple):
    """How often data should change.

    Attributes:
        days: the period; ``None`` without a schedule.
        declared: false for the code that says that nobody knows.
    """

    code: str
    iri: str
    days: Fraction | None
    declared: bool


class Licence(NamedTuple):
    """A licence; ``status`` is ``open``, ``closed``, ``generic`` or ``none``.

    A generic one names a kind (``other-open``) and ``none`` says that there is no
    declaration; both have no address.
    """

    code: str
    iri: str
    status: str


class Term(NamedTuple):
    """A code of a plain list, with its address."""

    code: str
    iri: str


@dataclass(frozen=True, slots=True, eq=False)
class Vocabularies:
    """All vocabularies of a profile, by ``name_key`` and by ``address_key``."""

    file_types: Mapping[str, FileType]
    frequencies: Mapping[str, Frequency]
    durations: Mapping[str, Frequency]
    licences: Mapping[str, Licence]
    licence_prefixes: tuple[tuple[str, Licence], ...]
    themes: Mapping[str, Term]
    access_rights: Mapping[str, Term]
    media_types: frozenset[str]

    def file_type(self, text: str) -> FileType | None:
        """Return the file type that a format or media type names."""
        return _look_up(self.file_types, text)

    def theme(self, text: str) -> Term | None:
        """Return the theme that a code, label or address names."""
        return _look_up(self.themes, text)

    def access_right(self, text: str) -> Term | None:
        """Return the access right that a code, word or address names."""
        return _look_up(self.access_rights, text)

    def frequency(self, text: str) -> Frequency | None:
        """Return the frequency that a code, word or duration names."""
        return _frequency(self, text)

    def licence(self, text: str) -> Licence | None:
        """Return the licence that an id, title or address names."""
        return _licence(self, text)

    def media_type(self, text: str) -> str | None:
        """Return the registered media type, parameters dropped, in lower case."""
        return _media_type(self, text)


def _look_up(index: Mapping[str, _T], text: str) -> _T | None:
    return index.get(address_key(text) if "://" in text else name_key(text))


def _frequency(vocabularies: Vocabularies, text: str) -> Frequency | None:
    if len(text) > LONGEST_NAME:
        return None
    return _known_frequency(vocabularies, text)


@lru_cache(maxsize=4096)
def _known_frequency(vocabularies: Vocabularies, text: str) -> Frequency | None:
    """Look a word up; any other ISO 8601 duration is a frequency of its own."""
    found = _look_up(vocabularies.frequencies, text)
    if found is not None:
        return found
    duration = text.strip().upper().replace(",", ".")
    head, separator, tail = duration.partition("/")
    if separator and head.strip("0123456789") == "R":
        duration = tail
    if duration in vocabularies.durations:
        return vocabularies.durations[duration]
    days = duration_days(text)
    if days is None:
        return None
    other = vocabularies.frequencies.get("other")
    return Frequency(evidence(duration), other.iri if other else "", days, True)


def _licence(vocabularies: Vocabularies, text: str) -> Licence | None:
    if len(text) > LONGEST_NAME:
        return None
    return _known_licence(vocabularies, text)


@lru_cache(maxsize=4096)
def _known_licence(vocabularies: Vocabularies, text: str) -> Licence | None:
    found = _look_up(vocabularies.licences, text)
    address = address_key(text)
    if found is not None or not address:
        return found
    if address.startswith(_SPDX):
        return vocabularies.licences.get(name_key(address.removeprefix(_SPDX)))
    for prefix, licence in vocabularies.licence_prefixes:
        if address.startswith(prefix):
            return licence
    return None


def _media_type(vocabularies: Vocabularies, text: str) -> str | None:
    if len(text) > LONGEST_NAME:
        return None
    return _known_media_type(vocabularies, text)


@lru_cache(maxsize=4096)
def _known_media_type(vocabularies: Vocabularies, text: str) -> str | None:
    name = text.partition(";")[0].strip().lower()
    if "://" in name:
        name = address_key(name).removeprefix(address_key(IANA) + "/")
    return name if name in vocabularies.media_types else None
