"""Datasets as a snapshot keeps them: plain rows that anyone can read and hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from ckanext.merit import config
from ckanext.merit.domain.award.facts import DatasetFacts, in_order, read_row
from ckanext.merit.domain.facts import DATA, SERVICE, resource_kind
from ckanext.merit.model import award_read, catalogue

__all__ = ["PAGE", "collect", "live"]

Row = dict[str, Any]

#: Datasets read at once.
PAGE = 1_000
_SCHEMES = {"http", "https", "ftp", "ftps", "sftp"}
#: Licence that R2 found open.
_OPEN = "1"


def collect(session: Any, ids: Sequence[str]) -> tuple[list[Row], dict[str, str]]:
    """Read datasets in a constant number of statements.

    Args:
        session: read only.
        ids: of datasets; those that are gone are left out.

    Returns:
        Rows in the order of ids, and the creator of each dataset by id.
    """
    records = catalogue.load(session, ids)
    known = award_read.assessments(session, ids)
    dates = award_read.dates(session, ids)
    rows = [
        _row(records[key], known.get(key), dates[key])
        for key in sorted(records)
        if key in dates
    ]
    return rows, {key: dates[key].creator for key in dates if dates[key].creator}


def live(session: Any, organization_id: str) -> tuple[DatasetFacts, ...]:
    """Read an organisation's public datasets as they are now."""
    found: list[DatasetFacts] = []
    after = ""
    types = config.dataset_types()
    while True:
        ids = award_read.ids_of(
            session, organization_id, types=types, after=after, limit=PAGE
        )
        if not ids:
            return in_order(found)
        rows, _ = collect(session, ids)
        found.extend(map(read_row, rows))
        after = ids[-1]


def _row(record: catalogue.Record, assessed: Any, dates: award_read.Dates) -> Row:
    quality = None if assessed is None else _quality(assessed)
    broken = frozenset() if assessed is None else _broken(assessed.result)
    data = [one for one in record["resources"] if _has_data(one)]
    return {
        "id": record["id"],
        "name": record["name"],
        "title": record["title"] or record["name"],
        "created": _instant(dates.created),
        "modified": _instant(dates.modified),
        "licence": record["license_id"] or "",
        "open": _is_open(record, quality),
        "quality": quality,
        "checks": "" if assessed is None else _checks(assessed),
        "resources": len(record["resources"]),
        "usable": sum(_is_usable(one, broken) for one in data),
        "files": sorted({mark for one in data for mark in _fingerprint(one)}),
    }


def _quality(assessed: Any) -> Row:
    return {
        "status": assessed.status,
        "score": assessed.result["score"],
        "band": assessed.band or "",
        "values": {
            line["id"]: line["value"] if line["state"] == "measured" else line["state"]
            for line in assessed.result["indicators"]
        },
    }


def _checks(assessed: Any) -> str:
    profile = f"{assessed.profile_id} {assessed.profile_version}"
    return f"{profile} {assessed.profile_sha256[:12]} engine {assessed.engine_version}"


def _broken(result: Row) -> frozenset[str]:
    """Ids of the resources that are known to lead nowhere."""
    return frozenset(
        part["id"]
        for line in result["indicators"]
        if line["id"] == "A1"
        for part in line["resources"]
        if part["state"] == "measured" and part["value"] == "0"
    )


def _is_open(record: catalogue.Record, quality: Row | None) -> bool:
    measured = (quality or {}).get("values", {}).get("R2", "")
    return measured == _OPEN if measured[:1].isdigit() else bool(record["isopen"])


def _has_data(resource: Row) -> bool:
    kind = resource_kind(str(resource.get("resource_type") or ""))
    return kind in {DATA, SERVICE}


def _is_usable(resource: Row, broken: frozenset[str]) -> bool:
    """Whether somebody could get data from it: it leads somewhere and isn't empty."""
    if resource["id"] in broken or resource.get("size") == 0:
        return False
    url = str(resource.get("url") or "").strip()
    if resource.get("url_type") == "upload":
        return bool(url)
    if resource.get("url_type") == "datastore" or resource.get("datastore_active"):
        return True
    parts = _split(url)
    return parts is not None and parts.scheme in _SCHEMES


def _fingerprint(resource: Row) -> Iterator[str]:
    """What tells that two resources are the same: content, else address."""
    content = str(resource.get("hash") or "").strip().casefold()
    url = str(resource.get("url") or "").strip()
    if content:
        yield _digest("hash", content)
    elif resource.get("url_type") == "upload":
        if resource.get("size"):
            yield _digest("file", f"{resource['size']} {url.rsplit('/', 1)[-1]}")
    elif (parts := _split(url)) is not None:
        path = parts.path.rstrip("/")
        yield _digest("url", f"{parts.hostname.casefold()}{path}?{parts.query}")


def _split(url: str) -> Any:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.hostname else None


def _digest(kind: str, text: str) -> str:
    marked = f"{kind} {text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(marked, digest_size=16).hexdigest()


def _instant(naive: datetime) -> str:
    # CKAN keeps UTC without saying so.
    return naive.replace(tzinfo=timezone.utc).isoformat()
