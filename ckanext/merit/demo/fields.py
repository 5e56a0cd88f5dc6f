"""One dataset of a `data.json` as the dict that CKAN's package_create takes.

DCAT, Project Open Data 1.1 and the Argentine profile share most names; what CKAN has no
field for keeps its own name, as Andino stores it: extras of the dataset, further fields
of the resource.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from ckanext.merit.demo import values

__all__ = ["columns", "extras", "resource", "tags"]

Warn = Callable[[str, str], None]

# Solr refuses a text field of more bytes than this.
MAX_TERM = 32_766
# PostgreSQL's index on titles refuses about 2.7 kB.
MAX_TITLE = 2_000
MAX_FORMAT = 100

EXTRAS = (
    *("accessLevel", "accessRights", "accrualPeriodicity", "bureauCode", "conformsTo"),
    *("dataQuality", "describedBy", "identifier", "isPartOf", "issued", "language"),
    *("modified", "primaryITInvestmentUII", "programCode", "provenance", "references"),
    *(
        "rights",
        "source",
        "spatial",
        "spatialResolution",
        "superTheme",
        "systemOfRecords",
    ),
    *("temporal", "theme", "type", "version"),
)
RESOURCE_FIELDS = (
    *("accessURL", "availability", "conformsTo", "describedBy", "describedByType"),
    *("downloadURL", "endpointDescription", "fileName", "issued", "language"),
    *("license", "modified", "rights"),
)
COLUMN_FIELDS = (
    *(
        "title",
        "type",
        "description",
        "units",
        "id",
        "specialType",
        "specialTypeDetail",
    ),
)
# Names that CKAN or its search index keep for themselves.
EXTRA_NAMES = {"type": "dcat_type", "version": "dataVersion"}


def extras(entry: Mapping[str, Any], *, warn: Warn) -> list[dict[str, str]]:
    """What the file says and CKAN has no field for, under the file's own names."""
    found: list[dict[str, str]] = []
    for name in EXTRAS:
        value = _period(entry.get(name)) if name == "temporal" else entry.get(name)
        written = values.stored(value)
        if not written:
            continue
        if len(written.encode()) > MAX_TERM:
            warn("too_long", name)
            continue
        found.append({"key": EXTRA_NAMES.get(name, name), "value": written})
    return found


def tags(entry: Mapping[str, Any], *, warn: Warn) -> list[dict[str, str]]:
    """Keywords as CKAN permits them; a text is split at commas and semicolons."""
    written = entry.get("keyword")
    if written is None:
        written = entry.get("keywords")
    if isinstance(written, str):
        written = written.replace(";", ",").split(",")
    found: dict[str, None] = {}
    for word in values.texts(written):
        tag = values.keyword(word)
        if tag != word:
            warn("keyword_changed", word[:100])
        if tag:
            found[tag] = None
    return [{"name": tag} for tag in found]


def resource(
    entry: Mapping[str, Any], *, owner: Mapping[str, Any], warn: Warn
) -> dict[str, Any]:
    """One distribution as a resource, without its id.

    Args:
        entry: the distribution.
        owner: its dataset, whose dates stand in when the distribution has none.
        warn: called with (reason, detail) for whatever is dropped or changed.
    """
    download, access = (_url(entry, key, warn) for key in ("downloadURL", "accessURL"))
    mapped: dict[str, Any] = {
        "name": values.text(entry.get("title")),
        "description": values.text(entry.get("description")),
        "url": download or access,
        "format": _format(entry, warn),
        "mimetype": values.cut(values.text(entry.get("mediaType")), size=200),
        "resource_type": values.cut(values.text(entry.get("type")), size=100),
    }
    if not mapped["url"]:
        warn("no_url", mapped["name"] or "distribution")
    mapped |= _dates(entry, owner, warn)
    size = entry.get("byteSize")
    if isinstance(size, int) and 0 <= size < 2**63:
        mapped["size"] = size
    for name in RESOURCE_FIELDS:
        mapped[name] = values.stored(entry.get(name))
    mapped |= {"downloadURL": download, "accessURL": access}
    mapped["attributesDescription"] = columns(entry.get("field"))
    return {key: value for key, value in mapped.items() if value or key == "url"}


def columns(value: Any) -> str:
    """A distribution's list `field` as the JSON that Andino keeps on its resources."""
    if not isinstance(value, list):
        return ""
    found = []
    for field in value:
        if not isinstance(field, Mapping):
            continue
        column = {name: values.text(field.get(name)) for name in COLUMN_FIELDS}
        found.append({name: said for name, said in column.items() if said})
    return json.dumps(found, ensure_ascii=False) if any(found) else ""


def _url(entry: Mapping[str, Any], key: str, warn: Warn) -> str:
    address = values.text(entry.get(key))
    if len(address.encode()) > MAX_TERM:
        warn("too_long", key)
        return ""
    return address


def _format(entry: Mapping[str, Any], warn: Warn) -> str:
    """The declared format; CKAN would guess one from the address if it got nothing."""
    written = values.text(entry.get("format"))
    if len(written) > MAX_FORMAT:
        warn("too_long", "format")
        return ""
    return written


def _dates(
    entry: Mapping[str, Any], owner: Mapping[str, Any], warn: Warn
) -> dict[str, str]:
    moments = {
        "created": values.instant(entry.get("issued")),
        "last_modified": values.instant(entry.get("modified")),
    }
    for name in ("issued", "modified"):
        if values.text(entry.get(name)) and not values.instant(entry[name]):
            warn("not_a_date", f"{name}: {values.text(entry[name])[:60]}")
    if not any(moments.values()):
        moments = {
            "created": values.instant(owner.get("issued")),
            "last_modified": values.instant(owner.get("modified")),
        }
    return {
        name: moment.replace(tzinfo=None).isoformat()
        for name, moment in moments.items()
        if moment
    }


def _period(value: Any) -> Any:
    """DCAT's period object and two-item lists as the interval `start/end`."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, list) and len(value) == 2:
        return "/".join(map(values.text, value))
    if not isinstance(value, Mapping):
        return value
    ends = [values.text(value.get(key)) for key in ("startDate", "endDate")]
    return "/".join(ends) if any(ends) else value


def local_file(entry: Mapping[str, Any]) -> str:
    """The relative path of a distribution's file beside the catalogue, or `""`."""
    address = values.text(entry.get("downloadURL"))
    if not address or urlsplit(address).scheme or address.startswith("/"):
        return ""
    path = PurePosixPath(address)
    return "" if ".." in path.parts else str(path)
