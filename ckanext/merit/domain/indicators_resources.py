"""Indicators of a dataset's data resources, as far as their metadata says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

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
    Measurement,
    Scalar,
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


class _Found(NamedTuple):
    """Value, reason and evidence of a measured indicator."""

    value: Fraction
    reason: str
    detail: Mapping[str, Scalar]


class _Declared(NamedTuple):
    """What format and media type alone say."""

    file_type: FileType | None
    format: _Found
    media_type: _Found
    machine_readable: _Found
    non_proprietary: _Found


def measure_resources(
    data: Sequence[ResourceFacts],
    vocabularies: Vocabularies,
    *,
    documented: bool,
) -> list[Measurement]:
    """Measure A1 to A3, I1 to I5, R5 and C1 to C5.

    Args:
        data: the data resources; none means that no data is published.
        vocabularies: the profile's.
        documented: documentation accompanies the data.
    """
    if not data:
        return [*_NO_DATA, _API_NA, *_CONTENT_NA]
    found: list[Measurement] = [*_UNCHECKED]
    tabular = False
    for number, each in enumerate(data, 1):
        # Without an id a resource is told apart by its place.
        resource = each if each.id else replace(each, id=f"#{number}")
        declared = declare(resource.format, resource.media_type, vocabularies)
        file_type, name = declared.file_type, resource.id
        for indicator, said in zip(("I1", "I2", "I3", "I4"), declared[1:], strict=True):
            found.append(Measurement(indicator, MEASURED, *said, name))
        found.append(_direct_download(resource, file_type, vocabularies))
        is_tabular = bool(
            resource.datastore_active
            or resource.columns
            or (file_type is not None and file_type.tabular)
        )
        found.append(_api(resource, file_type, tabular=is_tabular))
        if is_tabular:
            tabular = True
            found.append(_dictionary(resource, documented=documented))
    if tabular:
        found += _CONTENT_UNCHECKED
    else:
        found += _CONTENT_NA
        found.append(_DOCUMENT if documented else _NO_DOCUMENT)
    return found


def declare(format_: str, media_type: str, vocabularies: Vocabularies) -> _Declared:
    """Judge a declared format and media type; the file type is that of either."""
    return _declare(
        vocabularies, format_[: LONGEST_NAME + 1], media_type[: LONGEST_NAME + 1]
    )


@lru_cache(maxsize=8192)
def _declare(vocabularies: Vocabularies, format_: str, media_type: str) -> _Declared:
    format_, media_type = format_.strip(), media_type.strip()
    by_format = vocabularies.file_type(format_) if format_ else None
    file_type = by_format or (
        vocabularies.file_type(media_type) if media_type else None
    )
    return _Declared(
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


def _judge(text: str, known: bool, *, key: str, otherwise: Fraction) -> _Found:
    if not text:
        return _Found(ZERO, "none", NO_DETAIL)
    detail = {key: evidence(text)}
    return _Found(ONE, "ok", detail) if known else _Found(otherwise, "unknown", detail)


def _listed(file_type: FileType | None, format_: str, flag: str) -> _Found:
    if file_type is None:
        if not format_:
            return _Found(ZERO, "none", NO_DETAIL)
        return _Found(ZERO, "unknown", {"format": evidence(format_)})
    detail = {"format": evidence(format_) or file_type.code}
    if getattr(file_type, flag):
        return _Found(ONE, "ok", detail)
    return _Found(ZERO, "not_listed", detail)


def _direct_download(
    resource: ResourceFacts, file_type: FileType | None, vocabularies: Vocabularies
) -> Measurement:
    """Measure A2; of a service, whether its description is given."""
    name = resource.id
    if is_service(resource, file_type):
        if resource.endpoint_description.strip() or describes_itself(resource.url):
            return Measurement("A2", MEASURED, ONE, "described", NO_DETAIL, name)
        return Measurement("A2", MEASURED, ZERO, "undescribed", NO_DETAIL, name)
    if (
        resource.is_upload
        or resource.datastore_active
        or resource.download_url.lstrip()[:8].lower().startswith(_SCHEMES)
    ):
        return Measurement("A2", MEASURED, ONE, "ok", NO_DETAIL, name)
    address = resource.url.strip() or resource.access_url.strip()
    if not address:
        return Measurement("A2", MEASURED, ZERO, "no_address", NO_DETAIL, name)
    return _by_extension(resource, address, file_type, vocabularies)


def _by_extension(
    resource: ResourceFacts,
    address: str,
    file_type: FileType | None,
    vocabularies: Vocabularies,
) -> Measurement:
    name, ending = resource.id, extension(address)
    pointed_at = vocabularies.file_type(ending) if ending else None
    if any(each is not None and each.web_page for each in (pointed_at, file_type)):
        return Measurement("A2", MEASURED, ZERO, "web_page", NO_DETAIL, name)
    same = pointed_at is not None and pointed_at is file_type
    if same or (ending and name_key(ending) == name_key(resource.format)):
        return Measurement("A2", MEASURED, ONE, "ok", NO_DETAIL, name)
    return Measurement("A2", UNMEASURED, ZERO, "unclear", NO_DETAIL, name)


def is_service(resource: ResourceFacts, file_type: FileType | None) -> bool:
    """Say whether the resource is an API rather than a file."""
    return resource.kind == SERVICE or (file_type is not None and file_type.service)


def describes_itself(address: str) -> bool:
    """Say whether the address of a service is the one of its description."""
    end = address[-_ADDRESS_END:].casefold()
    return (
        "getcapabilities" in end
        or "wsdl" in end
        or end.rstrip("/").endswith(
            (
                "openapi.json",
                "openapi.yaml",
                "swagger.json",
                "swagger.yaml",
                "$metadata",
            )
        )
    )


def extension(address: str) -> str:
    """Return the ending of the file name in an address's path, without the dot."""
    path = address.partition("#")[0].partition("?")[0]
    file_name = path[-_ADDRESS_END:].rpartition("/")[2]
    stem, dot, ending = file_name.rpartition(".")
    return ending if dot and stem and len(ending) <= 12 else ""


def _api(
    resource: ResourceFacts, file_type: FileType | None, *, tabular: bool
) -> Measurement:
    """Measure A3."""
    name = resource.id
    if resource.datastore_active or is_service(resource, file_type):
        return Measurement("A3", MEASURED, ONE, "ok", NO_DETAIL, name)
    if tabular or (file_type is not None and file_type.geographic):
        return Measurement("A3", MEASURED, ZERO, "none", NO_DETAIL, name)
    return Measurement("A3", NOT_APPLICABLE, ZERO, "not_tabular", NO_DETAIL, name)


def _dictionary(resource: ResourceFacts, *, documented: bool) -> Measurement:
    """Measure R5 of a tabular resource."""
    name, columns = resource.id, resource.columns[:MOST_COLUMNS]
    if not columns:
        if documented:
            return Measurement("R5", MEASURED, HALF, "documented", NO_DETAIL, name)
        return Measurement("R5", MEASURED, ZERO, "none", NO_DETAIL, name)
    described = count_described(columns)
    detail = {"described": described, "columns": len(columns)}
    value = fraction(described, len(columns))
    reason = "ok" if value is ONE else "some"
    return Measurement("R5", MEASURED, value, reason, detail, name)


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
