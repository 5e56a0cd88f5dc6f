"""One dataset's record becomes the facts that indicators look at."""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Mapping as Lookup
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ckanext.merit.domain.facts import Facts, ResourceFacts, resource_kind
from ckanext.merit.domain.indicators import contact_key
from ckanext.merit.quality import values
from ckanext.merit.quality.mapping import Mapping, Places

__all__ = ["Collector"]

_TRUE = {"true", "1", "yes", "t"}
# Among many documents a few are as good as all.
_MAX_LIST = 1_000
# Facts that are more than one text.
_NO_TEXT = {
    *("keywords", "themes", "groups", "contact_email", "contact_url"),
    *("documentation", "register", "created", "modified", "columns"),
}

_T = TypeVar("_T")
_Candidates = list[tuple[int, Any]] | None
_Found = dict[str, list[tuple[int, Any]]]


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
        self.site_url = site_url.rstrip("/")
        self.language = language
        self.portal_contacts = {contact_key(contact) for contact in portal_contacts}
        self._register_values = mapping.register_values
        self._dataset = _Plan(mapping.dataset)
        self._of_resource = _Plan(mapping.resource)

    def facts(self, record: Lookup[str, Any], *, twins: int = 0) -> Facts:
        """Read a dataset.

        Args:
            record: as `package_show` answers it, or as `model.catalogue` reads it.
            twins: number of other public datasets of the entity with the same title.
        """
        found = self._dataset.find(_fields(record))
        text = self._texts(found).get
        licence_id, licence_title = text("licence_id", ""), text("licence_title", "")
        licence_url = text("licence_url", "")
        known = bool(licence_url) or licence_title != licence_id
        is_open = bool(record.get("isopen"))
        temporal = text("temporal", "")
        package_id = record["id"]
        return Facts(
            id=package_id,
            name=record.get("name") or "",
            type=record.get("type") or "dataset",
            title=text("title", ""),
            description=text("description", ""),
            keywords=self._keywords(found.get("keywords")),
            themes=self._many(found.get("themes")),
            groups=self._many(found.get("groups")),
            spatial=text("spatial", ""),
            temporal_start=text("temporal_start", ""),
            temporal_end=text("temporal_end", ""),
            # Of an object, start and end have been read already.
            temporal="" if temporal[:1] == "{" else temporal,
            frequency=text("frequency", ""),
            access_rights=text("access_rights", ""),
            licence_id=licence_id,
            licence_title=licence_title,
            licence_url=licence_url,
            licence_open=is_open if known or is_open else None,
            publisher=text("publisher", ""),
            organization_id=record.get("owner_org") or "",
            contact_email=self._contact(found.get("contact_email"), mark="@"),
            contact_url=self._contact(found.get("contact_url"), mark=":"),
            contact_name=text("contact_name", ""),
            provenance=text("provenance", ""),
            documentation=self._many(found.get("documentation")),
            is_register=self._is_register(found.get("register")),
            public=record.get("state") == "active" and not record.get("private"),
            resources=tuple(
                [
                    self._resource(resource, package_id)
                    for resource in record.get("resources") or ()
                ]
            ),
            twins=twins,
        )

    def _resource(self, fields: Lookup[str, Any], package_id: str) -> ResourceFacts:
        found = self._of_resource.find(fields)
        text = self._texts(found).get
        resource_id = str(fields.get("id") or "")
        url_type = values.text(fields.get("url_type"))
        url = text("url", "")
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
            name=text("name", ""),
            url=url,
            url_type=url_type,
            format=text("format", ""),
            media_type=text("media_type", ""),
            description=text("description", ""),
            kind=resource_kind(text("kind", "")),
            is_upload=url_type == "upload",
            datastore_active=_true(fields.get("datastore_active")),
            created=_first(values.instant, found.get("created")),
            modified=_first(values.instant, found.get("modified")),
            access_url=text("access_url", ""),
            download_url=text("download_url", ""),
            licence=text("licence", ""),
            columns=_first(values.columns, found.get("columns")) or (),
            endpoint_description=text("endpoint_description", ""),
        )

    def _texts(self, found: _Found) -> dict[str, str]:
        """Return the first text of each fact that is one text."""
        texts = {}
        for fact, candidates in found.items():
            if fact in _NO_TEXT:
                continue
            for _, value in candidates:
                text = values.text(value, self.language)
                if text:
                    texts[fact] = text
                    break
        return texts

    def _many(self, candidates: _Candidates) -> tuple[str, ...]:
        if not candidates:
            return ()
        found: set[str] = set()
        for _, value in candidates:
            if type(value) is str and value[0] not in values.JSON_MARKS:
                found.add(value.strip())
            else:
                found.update(values.texts(value, self.language))
        found.discard("")
        # The order in which portals list them means nothing.
        return tuple(sorted(found)[:_MAX_LIST])

    def _keywords(self, candidates: _Candidates) -> tuple[str, ...]:
        written = self._many(candidates)
        if not any("," in text or ";" in text for text in written):
            return written
        words = ",".join(written).replace(";", ",").split(",")
        return tuple(sorted({word.strip() for word in words} - {""})[:_MAX_LIST])

    def _contact(self, candidates: _Candidates, *, mark: str) -> str:
        if not candidates:
            return ""
        found = [
            text
            for _, value in candidates
            for text in values.texts(value, self.language)
        ]
        for contact in found:
            if mark in contact and contact_key(contact) not in self.portal_contacts:
                return contact
        return found[0] if found else ""

    def _is_register(self, candidates: _Candidates) -> bool:
        for _, value in candidates or ():
            word = values.text(value, self.language).casefold()
            last = word.rstrip("/").rsplit("/", 1)[-1]
            if word in self._register_values or last in self._register_values:
                return True
        return False


class _Plan:
    """Which facts each field may hold, so that only fields that are there cost time."""

    def __init__(self, places: Lookup[str, Places]) -> None:
        self._uses: dict[str, list[tuple[str, int, tuple[str, ...]]]] = {}
        for fact, tried in places.items():
            for rank, (name, head, path) in enumerate(tried):
                self._uses.setdefault(name, []).append((fact, rank, ()))
                if path:
                    self._uses.setdefault(head, []).append((fact, rank, path))

    def find(self, fields: Lookup[str, Any]) -> _Found:
        """Return for each fact its candidates, in the order of the mapping."""
        found: _Found = {}
        for name in self._uses.keys() & fields.keys():
            value = fields[name]
            if not value:
                continue
            for fact, rank, path in self._uses[name]:
                if path:
                    more = [(rank, each) for each in values.part(value, path)]
                else:
                    more = [(rank, value)]
                if fact in found:
                    found[fact] = sorted(found[fact] + more, key=_rank)
                elif more:
                    found[fact] = more
        return found


def _rank(candidate: tuple[int, Any]) -> int:
    return candidate[0]


def _first(read: Callable[[Any], _T], candidates: _Candidates) -> _T | None:
    for _, value in candidates or ():
        found = read(value)
        if found:
            return found
    return None


def _fields(record: Lookup[str, Any]) -> dict[str, Any]:
    extras = record.get("extras") or {}
    if isinstance(extras, list):
        extras = {extra["key"]: extra["value"] for extra in extras}
    return {**extras, **{key: value for key, value in record.items() if value}}


def _has_scheme(url: str) -> bool:
    if url.startswith(("http://", "https://")):
        return True
    try:
        return bool(urlsplit(url).scheme)
    except ValueError:
        return True


def _true(value: Any) -> bool:
    return value is True or (bool(value) and str(value).casefold() in _TRUE)
