"""Indicators of a dataset's data resources, as far as their metadata says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import compress

from ckanext.merit.domain.facts import SERVICE, Column, ResourceFacts
from ckanext.merit.domain.quality_combine import fraction
from ckanext.merit.domain.quality_profile import (
    HALF,
    MEASURED,
    NO_DETAIL,
    NOT_APPLICABLE,
    NOT_CHECKED,
    ONE,
    UNMEASURED,
    ZERO,
    Measured,
    Measurement,
    Outcome,
    Scalar,
    Series,
)
from ckanext.merit.domain.quality_vocabularies import FileType, Vocabularies
from ckanext.merit.domain.text import LONGEST_NAME, evidence, name_key

# More columns than this aren't looked at one by one.
MOST_COLUMNS = 5_000
# A shorter description of a column says nothing.
SHORTEST_DESCRIPTION = 3
# The end of an address that is looked at for a file name.
_ADDRESS_END = 200

_SCHEMES = ("http://", "https://", "ftp://", "ftps://")
_DESCRIPTIONS = (
    "openapi.json",
    "openapi.yaml",
    "swagger.json",
    "swagger.yaml",
    "$metadata",
)

_NO_DATA = tuple(
    Measurement(name, MEASURED, ZERO, "no_data")
    for name in ("A1", "A2", "I1", "I2", "I3", "I4", "I5", "R5")
)
_UNCHECKED = tuple(
    Measurement(name, UNMEASURED, ZERO, NOT_CHECKED) for name in ("A1", "I5")
)
_CONTENT = ("C1", "C2", "C3", "C4", "C5")
_CONTENT_UNCHECKED = tuple(
    Measurement(name, UNMEASURED, ZERO, NOT_CHECKED) for name in _CONTENT
)
_CONTENT_NA = tuple(
    Measurement(name, NOT_APPLICABLE, ZERO, "not_tabular") for name in _CONTENT
)
_API_NA = Measurement("A3", NOT_APPLICABLE, ZERO, "not_tabular")
_DOCUMENT = Measurement("R5", MEASURED, ONE, "document")
_NO_DOCUMENT = Measurement("R5", MEASURED, ZERO, "no_document")


def _worth(
    value: Fraction, reason: str, detail: Mapping[str, Scalar] = NO_DETAIL
) -> Outcome:
    return Outcome(MEASURED, value, reason, detail)


_DIRECT = _worth(ONE, "ok")
_DESCRIBED = _worth(ONE, "described")
_UNDESCRIBED = _worth(ZERO, "undescribed")
_NO_ADDRESS = _worth(ZERO, "no_address")
_WEB_PAGE = _worth(ZERO, "web_page")
_UNCLEAR = Outcome(UNMEASURED, ZERO, "unclear", NO_DETAIL)
_API = _worth(ONE, "ok")
_NO_API = _worth(ZERO, "none")
_NEEDS_NO_API = Outcome(NOT_APPLICABLE, ZERO, "not_tabular", NO_DETAIL)
_DOCUMENTED = _worth(HALF, "documented")
_NO_DICTIONARY = _worth(ZERO, "none")


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """What format and media type alone say; one object for all with the same."""

    name: str
    file_type: FileType | None
    format: Outcome
    media_type: Outcome
    machine_readable: Outcome
    non_proprietary: Outcome


def measure_resources(
    data: Sequence[ResourceFacts],
    vocabularies: Vocabularies,
    *,
    documented: bool,
) -> list[Measured]:
    """Measure A1 to A3, I1 to I5, R5 and C1 to C5.

    Args:
        data: the data resources; none means that no data is published.
        vocabularies: the profile's.
        documented: documentation accompanies the data.
    """
    if not data:
        return [*_NO_DATA, _API_NA, *_CONTENT_NA]
    # Without an id a resource is told apart by its place.
    names = tuple([each.id or f"#{place}" for place, each in enumerate(data, 1)])
    declared = [declare(each.format, each.media_type, vocabularies) for each in data]
    pairs = list(zip(data, declared, strict=True))
    tables = [is_tabular(*each) for each in pairs]
    found: list[Measured] = [
        *_UNCHECKED,
        Series("I1", names, tuple([each.format for each in declared])),
        Series("I2", names, tuple([each.media_type for each in declared])),
        Series("I3", names, tuple([each.machine_readable for each in declared])),
        Series("I4", names, tuple([each.non_proprietary for each in declared])),
        Series("A2", names, tuple([_direct(*each, vocabularies) for each in pairs])),
        Series(
            "A3",
            names,
            tuple(
                [
                    _api(*each, tabular=tabular)
                    for each, tabular in zip(pairs, tables, strict=True)
                ]
            ),
        ),
    ]
    if not any(tables):
        return [*found, *_CONTENT_NA, _DOCUMENT if documented else _NO_DOCUMENT]
    kept = list(compress(data, tables))
    dictionaries = [_dictionary(each.columns, documented=documented) for each in kept]
    named = tuple(compress(names, tables))
    return [*found, Series("R5", named, tuple(dictionaries)), *_CONTENT_UNCHECKED]


def declare(format_: str, media_type: str, vocabularies: Vocabularies) -> Declared:
    """Judge a declared format and media type; the file type is that of either."""
    return _declare(
        vocabularies, format_[: LONGEST_NAME + 1], media_type[: LONGEST_NAME + 1]
    )


@lru_cache(maxsize=8192)
def _declare(vocabularies: Vocabularies, format_: str, media_type: str) -> Declared:
    format_, media_type = format_.strip(), media_type.strip()
    by_format = vocabularies.file_type(format_) if format_ else None
    file_type = by_format or (
        vocabularies.file_type(media_type) if media_type else None
    )
    return Declared(
        name_key(format_),
        file_type,
        _judge(format_, by_format is not None, key="format", otherwise=HALF),
        _judge(
            media_type,
            vocabularies.media_type(media_type) is not None,
            key="media_type",
            otherwise=ZERO,
        ),
        _listed(file_type, format_, "machine_readable"),
        _listed(file_type, format_, "non_proprietary"),
    )


def _judge(text: str, known: bool, *, key: str, otherwise: Fraction) -> Outcome:
    if not text:
        return _worth(ZERO, "none")
    detail = {key: evidence(text)}
    return _worth(ONE, "ok", detail) if known else _worth(otherwise, "unknown", detail)


def _listed(file_type: FileType | None, format_: str, flag: str) -> Outcome:
    if file_type is None:
        if not format_:
            return _worth(ZERO, "none")
        return _worth(ZERO, "unknown", {"format": evidence(format_)})
    detail = {"format": evidence(format_) or file_type.code}
    if getattr(file_type, flag):
        return _worth(ONE, "ok", detail)
    return _worth(ZERO, "not_listed", detail)


def is_tabular(resource: ResourceFacts, declared: Declared) -> bool:
    """Say whether the resource holds a table."""
    file_type = declared.file_type
    return bool(
        resource.datastore_active
        or resource.columns
        or (file_type is not None and file_type.tabular)
    )


def _direct(
    resource: ResourceFacts, declared: Declared, vocabularies: Vocabularies
) -> Outcome:
    """Measure A2; of a service, whether its description is given."""
    if is_service(resource, declared.file_type):
        if resource.endpoint_description.strip() or describes_itself(resource.url):
            return _DESCRIBED
        return _UNDESCRIBED
    if (
        resource.is_upload
        or resource.datastore_active
        or resource.download_url.lstrip()[:8].lower().startswith(_SCHEMES)
    ):
        return _DIRECT
    address = resource.url.strip() or resource.access_url.strip()
    if not address:
        return _NO_ADDRESS
    return _by_extension(declared, extension(address), vocabularies)


@lru_cache(maxsize=8192)
def _by_extension(
    declared: Declared, ending: str, vocabularies: Vocabularies
) -> Outcome:
    pointed_at = vocabularies.file_type(ending) if ending else None
    file_type = declared.file_type
    if any(each is not None and each.web_page for each in (pointed_at, file_type)):
        return _WEB_PAGE
    same = pointed_at is not None and pointed_at is file_type
    if same or (ending and name_key(ending) == declared.name):
        return _DIRECT
    return _UNCLEAR


def is_service(resource: ResourceFacts, file_type: FileType | None) -> bool:
    """Say whether the resource is an API rather than a file."""
    return resource.kind == SERVICE or (file_type is not None and file_type.service)


def describes_itself(address: str) -> bool:
    """Say whether the address of a service is the one of its description."""
    end = address[-_ADDRESS_END:].casefold()
    return (
        "getcapabilities" in end
        or "wsdl" in end
        or end.rstrip("/").endswith(_DESCRIPTIONS)
    )


def extension(address: str) -> str:
    """Return the ending of the file name in an address's path, without the dot."""
    path = address.partition("#")[0].partition("?")[0]
    file_name = path[-_ADDRESS_END:].rpartition("/")[2]
    stem, dot, ending = file_name.rpartition(".")
    return ending if dot and stem and len(ending) <= 12 else ""


def _api(resource: ResourceFacts, declared: Declared, *, tabular: bool) -> Outcome:
    """Measure A3."""
    file_type = declared.file_type
    served = resource.datastore_active or resource.is_served
    if served or is_service(resource, file_type):
        return _API
    if tabular or (file_type is not None and file_type.geographic):
        return _NO_API
    return _NEEDS_NO_API


def _dictionary(columns: Sequence[Column], *, documented: bool) -> Outcome:
    """Measure R5 of a tabular resource."""
    columns = columns[:MOST_COLUMNS]
    if not columns:
        return _DOCUMENTED if documented else _NO_DICTIONARY
    return _described(count_described(columns), len(columns))


@lru_cache(maxsize=8192)
def _described(described: int, columns: int) -> Outcome:
    value = fraction(described, columns)
    detail = {"described": described, "columns": columns}
    return _worth(value, "ok" if value is ONE else "some", detail)


def count_described(columns: Sequence[Column]) -> int:
    """Count the columns whose description, or else title, says more than the name."""
    count = 0
    for name, title, description, _ in columns:
        text = (description or title).strip()
        length = len(text)
        # Lower case never triples a text, so much longer texts cannot be equal.
        if length >= SHORTEST_DESCRIPTION and (
            length > 3 * len(name) or _words(text) != _words(name.strip())
        ):
            count += 1
    return count


def _words(text: str) -> str:
    return text.lower().replace("_", " ")
