"""Single values of a catalogue made safe for CKAN: texts, dates, names, licences."""

from __future__ import annotations

import json
import re
import unicodedata
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

__all__ = [
    "cut",
    "email",
    "identity",
    "instant",
    "keyword",
    "licence",
    "slug",
    "text",
    "texts",
]

NAMESPACE = uuid.UUID("5f3c1f3e-8a52-5d0b-9a3f-6d6572697400")

# What PostgreSQL or the XML sent to Solr cannot hold: C0 controls but tab, line feed
# and carriage return, surrogates, and the two non-characters of the BMP.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# CKAN's own rule for e-mail addresses (the HTML standard's, without stray dots).
_EMAIL = re.compile(
    r"(?!\.)(?!.*\.\.)[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"
)
_EMAIL_LENGTH = 254

_INSTANT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s*(Z|z|[+-]\d{2}:?\d{2})?)?"
)

_LICENCE_URLS = (
    ("creativecommons.org/publicdomain/zero", "cc-zero"),
    ("creativecommons.org/publicdomain/mark", "other-pd"),
    ("creativecommons.org/licenses/by-sa/", "cc-by-sa"),
    ("creativecommons.org/licenses/by/", "cc-by"),
    ("creativecommons.org/licenses/by-nc", "cc-nc"),
    ("opendatacommons.org/licenses/odbl", "odc-odbl"),
    ("opendatacommons.org/licenses/by", "odc-by"),
    ("opendatacommons.org/licenses/pddl", "odc-pddl"),
    ("usa.gov/publicdomain", "other-pd"),
    ("usa.gov/government-works", "other-pd"),
    ("nationalarchives.gov.uk/doc/open-government-licence", "uk-ogl"),
)
_LICENCE_NAMES = {
    "notspecified": "notspecified",
    "license not specified": "notspecified",
    "licence not specified": "notspecified",
    "licencia no especificada": "notspecified",
    "no se especifico la licencia": "notspecified",
    "creative commons attribution": "cc-by",
    "creative commons attribution 4.0": "cc-by",
    "creative commons atribucion": "cc-by",
    "creative commons atribucion 4.0": "cc-by",
    "cc by": "cc-by",
    "cc by 4.0": "cc-by",
    "cc-by-4.0": "cc-by",
    "creative commons attribution share-alike": "cc-by-sa",
    "cc by-sa": "cc-by-sa",
    "cc by-sa 4.0": "cc-by-sa",
    "cc-by-sa-4.0": "cc-by-sa",
    "creative commons cczero": "cc-zero",
    "creative commons zero": "cc-zero",
    "cc0": "cc-zero",
    "cc0 1.0": "cc-zero",
    "cc0-1.0": "cc-zero",
    "open data commons open database license (odbl)": "odc-odbl",
    "open data commons open database license": "odc-odbl",
    "odbl": "odc-odbl",
    "odbl-1.0": "odc-odbl",
    "open data commons attribution license": "odc-by",
    "odc-by-1.0": "odc-by",
    "open data commons public domain dedication and license (pddl)": "odc-pddl",
    "pddl-1.0": "odc-pddl",
    "public domain": "other-pd",
    "dominio publico": "other-pd",
}


def text(value: Any) -> str:
    """One text from a scalar, a language map or the first usable item of a list.

    Args:
        value: anything JSON can hold; ``{"@value": "x"}``, ``{"@id": "x"}`` and
            ``{"es": "x"}`` are read as DCAT in JSON-LD writes them.

    Returns:
        NFC text, trimmed, without characters that cannot be stored; ``""`` for none.
    """
    if isinstance(value, str):
        clean = _UNSTORABLE.sub("", value).replace("\r\n", "\n").replace("\r", "\n")
        return unicodedata.normalize("NFC", clean).strip()
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, Mapping):
        keys = ("@value", "@id", "es", "en")
        return next((text(value[k]) for k in keys if k in value), "")
    return next((item for item in map(text, value) if item), "")


def texts(value: Any) -> list[str]:
    """Distinct non-empty texts of a list, in order; a single value is a list of one."""
    items = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(item for item in map(text, items) if item))


def stored(value: Any) -> str:
    """Any JSON value as the text of an extra: scalars as they are, others as JSON."""
    if isinstance(value, (list, dict)):
        if not value:
            return ""
        return text(json.dumps(value, ensure_ascii=False, sort_keys=True))
    return text(value)


def cut(value: str, *, size: int) -> str:
    """The longest beginning of a text that fits in ``size`` bytes of UTF-8."""
    data = value.encode()
    if len(data) <= size:
        return value
    return data[:size].decode(errors="ignore").rstrip()


def email(value: Any) -> str:
    """An address that CKAN accepts, without ``mailto:``, or ``""``."""
    address = text(value)
    if address[:7].lower() == "mailto:":
        address = address[7:].strip()
    if len(address) > _EMAIL_LENGTH or not _EMAIL.fullmatch(address):
        return ""
    return address


def keyword(value: str) -> str:
    """A keyword with CKAN's permitted characters only, 2-100 long, or ``""``."""
    words = re.sub(r"[^\w \-.]+", " ", value).split()
    tag = " ".join(words)[:100].strip()
    return tag if len(tag) >= 2 else ""


def slug(value: str, *, fallback: str) -> str:
    """A CKAN name: lower-case ASCII words joined by hyphens, 2-80 characters."""
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if len(name) > 80:
        name = name[:81].rpartition("-")[0] or name[:80]
    if len(name) < 2 or name in {"new", "edit", "search"}:
        return f"{name}-{fallback}".strip("-")
    return name


def identity(*parts: str) -> str:
    """A stable UUID for what a source names; the same parts give the same id.

    The version digit says 4 because CKAN accepts no other.
    """
    derived = uuid.uuid5(NAMESPACE, "\x1f".join(parts))
    return str(uuid.UUID(bytes=derived.bytes, version=4))


def instant(value: Any) -> datetime | None:
    """An ISO 8601 date or time as aware UTC; without a zone it is taken as UTC.

    Returns:
        ``None`` for anything else: an interval, a day that doesn't exist, prose.
    """
    match = _INSTANT.fullmatch(text(value))
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    micro = int((fraction or "0").ljust(6, "0")[:6])
    try:
        moment = datetime(
            *(int(year), int(month), int(day)),
            *(int(hour or 0), int(minute or 0), int(second or 0), micro),
            tzinfo=timezone.utc,
        )
        return moment - _offset(zone)
    except (ValueError, OverflowError):
        return None


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone in "Zz":
        return timedelta()
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return timedelta(minutes=-minutes if zone[0] == "-" else minutes)


def licence(value: Any) -> str:
    """CKAN's id of a licence given by name, code or address.

    Returns:
        ``notspecified`` for the usual ways to say so, the text as written for a
        licence that CKAN doesn't know, ``""`` for none.
    """
    written = cut(text(value), size=1000)
    plain = unicodedata.normalize("NFKD", written).encode("ascii", "ignore").decode()
    name = " ".join(plain.lower().split()).rstrip(".")
    if name in _LICENCE_NAMES:
        return _LICENCE_NAMES[name]
    for address, code in _LICENCE_URLS:
        if address in f"{name}/":
            return code
    known = name in {*_LICENCE_NAMES.values(), "gfdl", "other-open", "other-at"}
    return name if known or name in {"other-closed", "other-nc"} else written
