"""One dataset's record becomes the facts that indicators look at."""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Mapping as Lookup
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from ckanext.merit.domain.facts import Facts, ResourceFacts, resource_kind
from ckanext.merit.domain.indicators import contact_key, contact_parts
from ckanext.merit.domain.text import is_email, is_web_address
from ckanext.merit.quality import values
from ckanext.merit.quality.mapping import Mapping, Place, Places

__all__ = ["Collector"]

_TRUE = {"true", "1", "yes", "t"}
# Among many documents a few are as good as all.
_MAX_LIST = 1_000
# Facts that are more than one text.
_NO_TEXT = {
    *("keywords", "themes", "groups", "contact_email", "contact_url"),
    *("documentation", "register", "created", "modified", "columns", "services"),
}
# Fields are tried in the same order wherever the same ones are there; portals have few
# sets of fields, and a memory without bounds is none.
_MOST_PLANS = 2_000

# What makes an address of each kind, by the mark that tells the kinds apart.
_CONTACTS = {"@": is_email, ":": is_web_address}

_T = TypeVar("_T")
Fields = Lookup[str, Any]
# Names of fields that are there, each with the path to the part that counts.
_Tried = tuple[tuple[str, tuple[str, ...]], ...]


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
        self._dataset = _Plans(mapping.dataset)
        self._of_resource = _Plans(mapping.resource)

    def facts(self, record: Fields, *, twins: int = 0) -> Facts:
        """Read a dataset.

        Args:
            record: as `package_show` answers it, or as `model.catalogue` reads it.
            twins: number of other public datasets of the entity with the same title.
        """
        fields = _fields(record)
        plan = self._dataset.plan(fields)
        many = plan.others.get
        text = self._texts(fields, plan).get
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
            keywords=self._keywords(fields, many("keywords", ())),
            themes=self._many(fields, many("themes", ())),
            groups=self._many(fields, many("groups", ())),
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
            contact_email=self._contact(fields, many("contact_email", ()), mark="@"),
            contact_url=self._contact(fields, many("contact_url", ()), mark=":"),
            contact_name=text("contact_name", ""),
            provenance=text("provenance", ""),
            documentation=self._many(fields, many("documentation", ())),
            is_register=self._is_register(fields, many("register", ())),
            public=record.get("state") == "active" and not record.get("private"),
            resources=tuple(
                [
                    self._resource(resource, package_id)
                    for resource in record.get("resources") or ()
                ]
            ),
            twins=twins,
        )

    def _resource(self, fields: Fields, package_id: str) -> ResourceFacts:
        plan = self._of_resource.plan(fields)
        many = plan.others.get
        text = self._texts(fields, plan).get
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
            created=_first(values.instant, fields, many("created", ())),
            modified=_first(values.instant, fields, many("modified", ())),
            access_url=text("access_url", ""),
            download_url=text("download_url", ""),
            licence=text("licence", ""),
            columns=_first(values.columns, fields, many("columns", ())) or (),
            endpoint_description=text("endpoint_description", ""),
            is_served=bool(_first(values.texts, fields, many("services", ()))),
        )

    def _texts(self, fields: Fields, plan: _Plan) -> dict[str, str]:
        """Return the first text of each fact that is one text."""
        read, language = values.text, self.language
        texts = {}
        for fact, tried in plan.texts:
            for name, path in tried:
                value = fields[name]
                if not value:
                    continue
                if not path:
                    text = read(value, language)
                else:
                    parts = [read(each, language) for each in values.part(value, path)]
                    text = next(filter(None, parts), "")
                if text:
                    texts[fact] = text
                    break
        return texts

    def _many(self, fields: Fields, tried: _Tried) -> tuple[str, ...]:
        if not tried:
            return ()
        found: set[str] = set()
        for value in _candidates(fields, tried):
            if type(value) is str and value[0] not in values.JSON_MARKS:
                found.add(value.strip())
            else:
                found.update(values.texts(value, self.language))
        found.discard("")
        # The order in which portals list them means nothing.
        return tuple(sorted(found)[:_MAX_LIST])

    def _keywords(self, fields: Fields, tried: _Tried) -> tuple[str, ...]:
        written = self._many(fields, tried)
        if not any("," in text or ";" in text for text in written):
            return written
        words = ",".join(written).replace(";", ",").split(",")
        return tuple(sorted({word.strip() for word in words} - {""})[:_MAX_LIST])

    def _contact(self, fields: Fields, tried: _Tried, *, mark: str) -> str:
        if not tried:
            return ""
        found = [
            text
            for value in _candidates(fields, tried)
            for text in values.texts(value, self.language)
        ]
        usable = [
            contact
            for contact in found
            if mark in contact and contact_key(contact) not in self.portal_contacts
        ]
        if len(usable) > 1:
            usable.sort(key=lambda contact: not _is_valid(contact, _CONTACTS[mark]))
        return next(iter(usable or found), "")

    def _is_register(self, fields: Fields, tried: _Tried) -> bool:
        for value in _candidates(fields, tried):
            word = values.text(value, self.language).casefold()
            last = word.rstrip("/").rsplit("/", 1)[-1]
            if word in self._register_values or last in self._register_values:
                return True
        return False


class _Plan(NamedTuple):
    """Which of the fields that are there are tried for each fact, in order."""

    texts: tuple[tuple[str, _Tried], ...]
    others: Lookup[str, _Tried]


class _Plans:
    """The plans of a mapping, worked out once for each set of fields."""

    def __init__(self, places: Lookup[str, Places]) -> None:
        self._tried = {
            fact: tuple([use for place in tried for use in _uses(place)])
            for fact, tried in places.items()
        }
        self._names = {name for tried in self._tried.values() for name, _ in tried}
        self._known: dict[frozenset[str], _Plan] = {}

    def plan(self, fields: Fields) -> _Plan:
        """Return the plan for these fields."""
        there = frozenset(self._names.intersection(fields))
        known = self._known.get(there)
        if known is None:
            if len(self._known) >= _MOST_PLANS:
                self._known.clear()
            known = self._known[there] = self._make(there)
        return known

    def _make(self, there: Collection[str]) -> _Plan:
        left = {
            fact: tuple([use for use in tried if use[0] in there])
            for fact, tried in self._tried.items()
        }
        used = {fact: tried for fact, tried in left.items() if tried}
        return _Plan(
            tuple((fact, used[fact]) for fact in used if fact not in _NO_TEXT),
            {fact: used[fact] for fact in used if fact in _NO_TEXT},
        )


def _uses(place: Place) -> _Tried:
    whole = (place.name, ())
    return (whole, (place.head, place.path)) if place.path else (whole,)


def _candidates(fields: Fields, tried: _Tried) -> list[Any]:
    """Return the values that are there."""
    found: list[Any] = []
    for name, path in tried:
        value = fields[name]
        if value and path:
            found += values.part(value, path)
        elif value:
            found.append(value)
    return found


def _first(read: Callable[[Any], _T], fields: Fields, tried: _Tried) -> _T | None:
    for value in _candidates(fields, tried):
        found = read(value)
        if found:
            return found
    return None


def _fields(record: Fields) -> dict[str, Any]:
    extras = record.get("extras") or {}
    if isinstance(extras, list):
        extras = {extra["key"]: extra["value"] for extra in extras}
    return {**extras, **{key: value for key, value in record.items() if value}}


def _is_valid(contact: str, is_address: Callable[[str], bool]) -> bool:
    return any(map(is_address, contact_parts(contact)))


def _has_scheme(url: str) -> bool:
    if url.startswith(("http://", "https://")):
        return True
    try:
        return bool(urlsplit(url).scheme)
    except ValueError:
        return True


def _true(value: Any) -> bool:
    return value is True or (bool(value) and str(value).casefold() in _TRUE)
