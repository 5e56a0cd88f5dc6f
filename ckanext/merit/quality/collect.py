"""One dataset's record becomes the facts that indicators look at."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as Lookup
from typing import Any
from urllib.parse import urlsplit

from ckanext.merit.domain.facts import Facts, ResourceFacts, resource_kind
from ckanext.merit.domain.indicators import contact_key
from ckanext.merit.quality import values
from ckanext.merit.quality.mapping import Mapping, Places

__all__ = ["Collector"]

_TRUE = {"true", "1", "yes", "t"}
# Among many documents a few are as good as all.
_MAX_LIST = 1_000


class Collector:
    """Reads facts by a portal's field mapping; pure, and the same for every source.

    Args:
        mapping: where the portal keeps each fact.
        site_url: start of the addresses of uploaded files.
        language: preferred where a text has several languages.
        portal_contacts: addresses of the portal itself, passed over if there are
            others.
    """

    def __init__(
        self,
        mapping: Mapping,
        *,
        site_url: str,
        language: str = "en",
        portal_contacts: Collection[str] = (),
    ) -> None:
        self.mapping = mapping
        self.site_url = site_url.rstrip("/")
        self.language = language
        self.portal_contacts = {contact_key(contact) for contact in portal_contacts}

    def facts(self, record: Lookup[str, Any], *, twins: int = 0) -> Facts:
        """Read a dataset.

        Args:
            record: as `package_show` answers it, or as `model.catalogue` reads it.
            twins: number of other public datasets of the entity with the same title.
        """
        fields = _fields(record)
        at = self.mapping.dataset
        one = self._one
        licence_id = one(fields, at["licence_id"])
        licence_title = one(fields, at["licence_title"])
        licence_url = one(fields, at["licence_url"])
        known = bool(licence_url) or licence_title != licence_id
        is_open = bool(record.get("isopen"))
        temporal = one(fields, at["temporal"])
        return Facts(
            id=record["id"],
            name=record.get("name") or "",
            type=record.get("type") or "dataset",
            title=one(fields, at["title"]),
            description=one(fields, at["description"]),
            keywords=self._keywords(fields, at["keywords"]),
            themes=self._many(fields, at["themes"]),
            groups=self._many(fields, at["groups"]),
            spatial=one(fields, at["spatial"]),
            temporal_start=one(fields, at["temporal_start"]),
            temporal_end=one(fields, at["temporal_end"]),
            # Of an object, start and end have been read already.
            temporal="" if temporal.startswith("{") else temporal,
            frequency=one(fields, at["frequency"]),
            access_rights=one(fields, at["access_rights"]),
            licence_id=licence_id,
            licence_title=licence_title,
            licence_url=licence_url,
            licence_open=is_open if known or is_open else None,
            publisher=one(fields, at["publisher"]),
            organization_id=record.get("owner_org") or "",
            contact_email=self._contact(fields, at["contact_email"], mark="@"),
            contact_url=self._contact(fields, at["contact_url"], mark=":"),
            contact_name=one(fields, at["contact_name"]),
            provenance=one(fields, at["provenance"]),
            documentation=self._many(fields, at["documentation"]),
            is_register=self._is_register(fields, at["register"]),
            public=record.get("state") == "active" and not record.get("private"),
            resources=tuple(
                self._resource(resource, record["id"])
                for resource in record.get("resources") or ()
            ),
            twins=twins,
        )

    def _resource(self, fields: Lookup[str, Any], package_id: str) -> ResourceFacts:
        at = self.mapping.resource
        one = self._one
        resource_id = str(fields.get("id") or "")
        url_type = values.text(fields.get("url_type"))
        url = one(fields, at["url"])
        if url_type == "upload":
            # `package_show` has the whole address, the table only the file's name.
            name = url.rsplit("/", 1)[-1]
            path = f"dataset/{package_id}/resource/{resource_id}/download/{name}"
            url = f"{self.site_url}/{path}"
        elif url and not _has_scheme(url):
            # As `package_show` completes an address.
            url = f"http://{url.lstrip('/')}"
        return ResourceFacts(
            id=resource_id,
            name=one(fields, at["name"]),
            url=url,
            url_type=url_type,
            format=one(fields, at["format"]),
            media_type=one(fields, at["media_type"]),
            description=one(fields, at["description"]),
            kind=resource_kind(one(fields, at["kind"])),
            is_upload=url_type == "upload",
            datastore_active=_true(fields.get("datastore_active")),
            created=self._instant(fields, at["created"]),
            modified=self._instant(fields, at["modified"]),
            access_url=one(fields, at["access_url"]),
            download_url=one(fields, at["download_url"]),
            licence=one(fields, at["licence"]),
            columns=self._columns(fields, at["columns"]),
            endpoint_description=one(fields, at["endpoint_description"]),
        )

    def _one(self, fields: Lookup[str, Any], places: Places) -> str:
        for name, head, path in places:
            value = fields.get(name)
            if not value and path and head in fields:
                value = values.part(fields[head], path)
            if value:
                found = values.text(value, self.language)
                if found:
                    return found
        return ""

    def _many(self, fields: Lookup[str, Any], places: Places) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for value in _values(fields, places):
            found.update(dict.fromkeys(values.texts(value, self.language)))
        # The order in which portals list them means nothing.
        return tuple(sorted(found)[:_MAX_LIST])

    def _keywords(self, fields: Lookup[str, Any], places: Places) -> tuple[str, ...]:
        found: set[str] = set()
        for written in self._many(fields, places):
            words = written.replace(";", ",").split(",")
            found.update(word.strip() for word in words)
        return tuple(sorted(found - {""})[:_MAX_LIST])

    def _contact(self, fields: Lookup[str, Any], places: Places, *, mark: str) -> str:
        candidates = self._ordered(fields, places)
        for candidate in candidates:
            if mark in candidate and contact_key(candidate) not in self.portal_contacts:
                return candidate
        return candidates[0] if candidates else ""

    def _ordered(self, fields: Lookup[str, Any], places: Places) -> list[str]:
        return [
            found
            for value in _values(fields, places)
            for found in values.texts(value, self.language)
        ]

    def _is_register(self, fields: Lookup[str, Any], places: Places) -> bool:
        known = self.mapping.register_values
        for value in _values(fields, places):
            word = values.text(value, self.language).casefold()
            if word in known or word.rstrip("/").rsplit("/", 1)[-1] in known:
                return True
        return False

    def _columns(self, fields: Lookup[str, Any], places: Places) -> tuple[Any, ...]:
        for value in _values(fields, places):
            found = values.columns(value)
            if found:
                return found
        return ()

    def _instant(self, fields: Lookup[str, Any], places: Places) -> Any:
        for value in _values(fields, places):
            found = values.instant(value)
            if found:
                return found
        return None


def _fields(record: Lookup[str, Any]) -> dict[str, Any]:
    extras = record.get("extras") or {}
    if isinstance(extras, list):
        extras = {extra["key"]: extra["value"] for extra in extras}
    return {**extras, **{key: value for key, value in record.items() if value}}


def _values(fields: Lookup[str, Any], places: Places) -> list[Any]:
    found = []
    for name, head, path in places:
        value = fields.get(name)
        if value:
            found.append(value)
        elif path and head in fields:
            found += values.part(fields[head], path)
    return found


def _has_scheme(url: str) -> bool:
    if url.startswith(("http://", "https://")):
        return True
    try:
        return bool(urlsplit(url).scheme)
    except ValueError:
        return True


def _true(value: Any) -> bool:
    return value is True or str(value).casefold() in _TRUE
