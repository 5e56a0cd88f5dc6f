"""Facts to check records with: real ones of a data.json, and generated ones."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

from ckanext.merit.domain.facts import Column, Facts, ResourceFacts

# Values that portals really hold, good and bad, for each field.
_TEXTS = ("", " ", "Escuelas públicas", "<b>x</b>", "\u202e rtl", "x" * 500, "a\nb")
_URLS = (
    "",
    "http://datos.example.org/a.csv",
    "https://datos.example.org/a b.csv",
    "datos.csv",
    "ftp://datos.example.org/a.zip",
    "javascript:alert(1)",
    "http://datos.example.org/ñandú?q={x}",
    "urn:isbn:123",
    " http://datos.example.org/ ",
    "http://[bad",
)
_FORMATS = ("", "CSV", ".xlsx", "application/json", "PHP", "WMS", "Formato raro")
_MEDIA_TYPES = ("", "text/csv", "TEXT/CSV; charset=utf-8", "csv", "foo/bar")
_FREQUENCIES = ("", "R/P1M", "anual", "P5M", "a veces", "UNKNOWN", "eventual")
_DATES = ("", "2018", "2018-04-23", "23/04/2018", "20180423", "ayer", "2018-99-99")
_PERIODS = ("", "2015/2018", "2015-01-01/..", "R/P1Y", "siempre", "2015 - 2018")
_THEMES = ("", "Salud", "ECON", "tema propio", "http://example.org/tema/1", "  ")
_LICENCES = ("", "cc-by", "notspecified", "other-open", "Licencia propia", "mit")
_ACCESS = ("", "PUBLIC", "público", "solo los lunes", "http://example.org/acceso")
_SPATIAL = ("", "AR", "Mendoza", "http://sws.geonames.org/3844421/", '{"type":"Point"}')
_KINDS = ("data", "data", "data", "service", "documentation", "visualisation")


def generated(count: int, seed: int) -> list[Facts]:
    """Return facts with every kind of value in every field."""
    random = Random(seed)  # noqa: S311 (test data)
    return [_facts(random, number) for number in range(count)]


def _facts(random: Random, number: int) -> Facts:
    pick = random.choice
    return Facts(
        id=f"d{number}",
        title=pick(_TEXTS),
        description=pick(_TEXTS),
        keywords=tuple(random.sample(_TEXTS, random.randrange(4))),
        themes=tuple(random.sample(_THEMES, random.randrange(3))),
        groups=tuple(random.sample(_THEMES, random.randrange(2))),
        spatial=pick(_SPATIAL),
        temporal_start=pick(_DATES),
        temporal_end=pick(_DATES),
        temporal=pick(_PERIODS),
        frequency=pick(_FREQUENCIES),
        access_rights=pick(_ACCESS),
        licence_id=pick(_LICENCES),
        licence_title=pick(_LICENCES),
        licence_url=pick(_URLS),
        licence_open=pick((None, True, False)),
        publisher=pick(_TEXTS),
        organization_id=pick(("", "o1")),
        contact_name=pick(_TEXTS),
        contact_email=pick(("", "a@b.example", "mailto:a@b.example", "nadie")),
        provenance=pick(_TEXTS),
        documentation=tuple(random.sample(_URLS, random.randrange(3))),
        resources=tuple(
            _resource(random, f"r{place}") for place in range(random.randrange(4))
        ),
    )


def _resource(random: Random, name: str) -> ResourceFacts:
    pick = random.choice
    start = datetime(2018, 1, 1, tzinfo=timezone.utc)
    return ResourceFacts(
        id=name,
        name=pick(_TEXTS),
        url=pick(_URLS),
        format=pick(_FORMATS),
        media_type=pick(_MEDIA_TYPES),
        description=pick(_TEXTS),
        kind=pick(_KINDS),
        is_upload=random.random() < 0.2,
        created=start if random.random() < 0.8 else None,
        modified=start + timedelta(hours=random.randrange(9999)),
        access_url=pick(_URLS),
        download_url=pick(_URLS),
        licence=pick(_LICENCES),
        endpoint_description=pick(_URLS),
    )


def from_catalogue(path: Path) -> list[Facts]:
    """Return the facts of a data.json of Argentina's profile, gzipped."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        catalogue = json.load(file)
    return [_of_dataset(each) for each in catalogue["dataset"]]


def _of_dataset(entry: dict[str, Any]) -> Facts:
    contact, publisher = entry.get("contactPoint") or {}, entry.get("publisher") or {}
    temporal = entry.get("temporal") or ""
    return Facts(
        id=entry["identifier"],
        title=entry["title"] or "",
        description=entry["description"] or "",
        keywords=tuple(entry.get("keyword") or ()),
        themes=(*(entry.get("superTheme") or ()), *(entry.get("theme") or ())),
        temporal=temporal if isinstance(temporal, str) else "/".join(temporal),
        frequency=entry.get("accrualPeriodicity") or "",
        licence_title=entry.get("license") or "",
        publisher=publisher.get("name") or "",
        organization_id=publisher.get("name") or "",
        contact_email=contact.get("hasEmail") or "",
        contact_name=contact.get("fn") or "",
        provenance=entry.get("source") or "",
        resources=tuple(_of_distribution(each) for each in entry["distribution"]),
    )


def _of_distribution(entry: dict[str, Any]) -> ResourceFacts:
    return ResourceFacts(
        id=entry["identifier"],
        name=entry["title"] or "",
        description=entry["description"] or "",
        url=entry["downloadURL"] or "",
        download_url=entry["downloadURL"] or "",
        access_url=entry["accessURL"] or "",
        format=entry.get("format") or "",
        created=_instant(entry["issued"]),
        modified=_instant(entry["modified"]),
        columns=tuple(
            Column(each.get("title") or "", "", each.get("description") or "")
            for each in entry.get("field") or ()
        ),
    )


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    return datetime.fromisoformat(text.replace("Z", "+00:00")).replace(
        tzinfo=timezone.utc
    )
