"""A whole `data.json` as organisations, groups and datasets for CKAN's actions.

Pure: no CKAN, no files, no clock. The same file always gives the same ids.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ckanext.merit.demo import fields, values
from ckanext.merit.demo.source import Source

__all__ = ["REASONS", "Catalogue", "Dataset", "Notice", "parse"]

MAX_NAME = 1_000

# reason: (the dataset is left out, sentence)
REASONS = {
    "not_an_object": (True, "the entry isn't a JSON object"),
    "no_title": (True, "it has no title"),
    "duplicate_identifier": (True, "its identifier was used before in this file"),
    "deleted_here": (True, "it was deleted on this portal and stays deleted"),
    "refused": (True, "CKAN refused it"),
    "not_stored": (True, "the database or the search index refused it"),
    "no_identifier": (False, "it has no identifier; one was made from its title"),
    "no_publisher": (False, "it has no publisher; the catalogue's own stands in"),
    "not_an_email": (False, "a contact isn't an e-mail address; kept as text only"),
    "keyword_changed": (False, "a keyword had characters that CKAN refuses"),
    "not_a_date": (False, "a date cannot be read; kept as text only"),
    "title_cut": (False, "the title was cut, the database refuses longer ones"),
    "too_long": (False, "a value was left out, the search index refuses longer ones"),
    "distribution_skipped": (False, "a distribution isn't a JSON object"),
    "no_url": (False, "a distribution has no address"),
    "file_missing": (False, "a file of the catalogue isn't there"),
}


@dataclass(frozen=True)
class Notice:
    """Something about one dataset that the person who loads should know."""

    line: int
    identifier: str
    reason: str
    detail: str = ""

    @property
    def skipped(self) -> bool:
        """The dataset was left out (otherwise it was loaded with a change)."""
        return REASONS[self.reason][0]

    def to_dict(self) -> dict[str, Any]:
        """The notice as the report writes it."""
        return {
            "line": self.line,
            "identifier": self.identifier,
            "reason": self.reason,
            "message": REASONS[self.reason][1],
            "detail": self.detail,
            "skipped": self.skipped,
        }


@dataclass(frozen=True)
class Dataset:
    """One dataset ready for CKAN.

    Attributes:
        package: what package_create takes; `owner_org` is an organisation's id.
        files: resource id -> path of its file, relative to the catalogue.
    """

    line: int
    identifier: str
    package: dict[str, Any]
    files: dict[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 of what the file says; equal means nothing to save."""
        body = json.dumps([self.package, self.files], sort_keys=True)
        return hashlib.sha256(body.encode()).hexdigest()


@dataclass
class Catalogue:
    """Everything to load, in file order."""

    title: str
    modified: datetime | None
    organizations: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    datasets: list[Dataset] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def parse(source: Source, *, merge_publishers: bool = False) -> Catalogue:
    """Map a catalogue; never fails, what cannot be used is in `notices`.

    Args:
        source: the file as read.
        merge_publishers: publishers whose names differ only in case, spaces or a
            final full stop are one organisation. Otherwise they differ as they are
            written: that "X" and "X." answer for the same data is a guess.
    """
    return _Parser(source, merge_publishers=merge_publishers).catalogue()


class _Parser:
    def __init__(self, source: Source, *, merge_publishers: bool) -> None:
        self.source, self.merge_publishers = source, merge_publishers
        members = source.members
        self.title = values.text(members.get("title"))
        # Two catalogues may number their datasets alike: ids are per catalogue.
        self.scope = values.text(members.get("identifier")) or self.title
        self.result = Catalogue(self.title, values.instant(members.get("modified")))
        self.seen: set[str] = set()
        self.names: dict[str, set[str]] = {"organization": set(), "group": set()}
        self.names["dataset"] = set()

    def catalogue(self) -> Catalogue:
        self.groups()
        for line, entry in self.source.datasets:
            self.dataset(line, entry)
        return self.result

    def groups(self) -> None:
        """The catalogue's own themes become CKAN's groups."""
        taxonomy = self.source.members.get("themeTaxonomy")
        for theme in taxonomy if isinstance(taxonomy, list) else ():
            if not isinstance(theme, Mapping):
                continue
            label, key = values.text(theme.get("label")), values.text(theme.get("id"))
            if not label or not key or key in self.result.groups:
                continue
            group_id = values.identity(self.scope, "theme", key)
            self.result.groups[key] = {
                "id": group_id,
                "name": self.name("group", label, group_id),
                "title": label,
                "description": values.text(theme.get("description")),
            }

    def name(self, kind: str, title: str, identity: str) -> str:
        """A readable name; a second one of the same gets a piece of its id."""
        name = values.slug(title, fallback=identity[:8])
        if name in self.names[kind]:
            name = f"{name}-{identity[:8]}"
        self.names[kind].add(name)
        return name

    def dataset(self, line: int, entry: Any) -> None:
        if not isinstance(entry, Mapping):
            self.notice(line, "", "not_an_object", str(entry)[:60])
            return
        title = values.text(entry.get("title"))
        identifier = values.text(entry.get("identifier"))
        if not title:
            self.notice(line, identifier, "no_title")
            return
        if not identifier:
            identifier = values.text(entry.get("landingPage")) or title
            self.notice(line, identifier[:100], "no_identifier")
        if identifier in self.seen:
            self.notice(line, identifier[:100], "duplicate_identifier", title[:100])
            return
        self.seen.add(identifier)
        _Mapper(self, line=line, identifier=identifier, entry=entry).add(title)

    def notice(self, line: int, identifier: str, reason: str, detail: str = "") -> None:
        self.result.notices.append(Notice(line, identifier, reason, detail))

    def organization(self, publisher: Any) -> tuple[str, str]:
        """(id, title) of a publisher; the first mention gives the title."""
        written = _publisher_name(publisher)
        title = values.cut(" ".join(values.text(written).split()), size=MAX_NAME)
        key = title.casefold().rstrip(".") if self.merge_publishers else written
        known = self.result.organizations
        if key not in known:
            organization_id = values.identity(self.scope, "publisher", key)
            name = self.name("organization", title, organization_id)
            known[key] = {"id": organization_id, "name": name, "title": title}
            if isinstance(publisher, Mapping) and publisher.get("description"):
                known[key]["description"] = values.text(publisher["description"])
        return known[key]["id"], title


class _Mapper:
    """One dataset; collects its notices on the way."""

    def __init__(
        self, parser: _Parser, *, line: int, identifier: str, entry: Mapping[str, Any]
    ) -> None:
        self.parser, self.line, self.entry = parser, line, entry
        self.identifier = identifier
        self.id = values.identity(parser.scope, "dataset", identifier)
        self.files: dict[str, str] = {}

    def warn(self, reason: str, detail: str = "") -> None:
        self.parser.notice(self.line, self.identifier[:100], reason, detail)

    def add(self, title: str) -> None:
        short = values.cut(title, size=fields.MAX_TITLE)
        if short != title:
            self.warn("title_cut", f"{short[:60]}…")
        package: dict[str, Any] = {
            "id": self.id,
            "name": self.parser.name("dataset", short, self.id),
            "title": short,
            "notes": values.text(self.entry.get("description")),
            "url": self.landing_page(),
            "license_id": values.licence(self.licence()),
            "type": "dataset",
            **self.people(),
            **_visibility(self.entry),
            "tags": fields.tags(self.entry, warn=self.warn),
            "groups": self.groups(),
            "resources": self.resources(),
        }
        package["extras"] = self.extras
        self.parser.result.datasets.append(
            Dataset(self.line, self.identifier, package, self.files)
        )

    def landing_page(self) -> str:
        address = values.text(self.entry.get("landingPage"))
        if len(address.encode()) <= fields.MAX_TERM:
            return address
        self.warn("too_long", "landingPage")
        return ""

    def licence(self) -> Any:
        """The dataset's licence, or the one that all its distributions share."""
        own = self.entry.get("license")
        if values.text(own):
            return own
        shared = {values.text(d.get("license")) for d in self.distributions()}
        return shared.pop() if len(shared) == 1 else ""

    def people(self) -> dict[str, str]:
        """Publisher and contact, in CKAN's fields; what is no address in extras."""
        self.extras = fields.extras(self.entry, warn=self.warn)
        publisher = self.entry.get("publisher")
        if not _publisher_name(publisher):
            self.warn("no_publisher")
            publisher = self.parser.source.members.get("publisher")
            if not _publisher_name(publisher):
                publisher = self.parser.title or "Catalogue"
        owner, author = self.parser.organization(publisher)
        contact = self.entry.get("contactPoint")
        contact = contact if isinstance(contact, Mapping) else {"fn": contact}
        found = {"owner_org": owner, "author": author}
        found["maintainer"] = values.text(contact.get("fn"))
        mailbox = publisher.get("mbox") if isinstance(publisher, Mapping) else None
        found["author_email"] = self.address("publisher_mbox", mailbox)
        written = contact.get("hasEmail")
        found["maintainer_email"] = self.address("contact_email", written)
        page = values.text(contact.get("hasURL"))
        if page:
            self.extras.append({"key": "contact_uri", "value": page[:2000]})
        return found

    def address(self, extra: str, written: Any) -> str:
        found, raw = values.email(written), values.text(written)
        if raw and not found:
            self.warn("not_an_email", raw[:100])
            self.extras.append({"key": extra, "value": raw[:2000]})
        return found

    def groups(self) -> list[dict[str, str]]:
        known = self.parser.result.groups
        themes = values.texts(self.entry.get("theme"))
        return [{"id": known[theme]["id"]} for theme in themes if theme in known]

    def distributions(self) -> list[Mapping[str, Any]]:
        found = self.entry.get("distribution")
        found = [found] if isinstance(found, Mapping) else found
        items = found if isinstance(found, list) else []
        return [item for item in items if isinstance(item, Mapping)]

    def resources(self) -> list[dict[str, Any]]:
        written = self.entry.get("distribution")
        usable = self.distributions()
        if isinstance(written, list) and len(written) > len(usable):
            self.warn("distribution_skipped", str(len(written) - len(usable)))
        used: set[str] = set()
        found = []
        for position, entry in enumerate(usable):
            key = values.text(entry.get("identifier")) or f"#{position}"
            key = key if key not in used else f"{key}#{position}"
            used.add(key)
            mapped = fields.resource(entry, owner=self.entry, warn=self.warn)
            mapped["id"] = values.identity(self.id, "distribution", key)
            path = fields.local_file(entry)
            if path:
                self.files[mapped["id"]] = path
            found.append(mapped)
        return found


def _publisher_name(publisher: Any) -> str:
    """A publisher's name exactly as written; `""` for none."""
    if isinstance(publisher, list):
        publisher = publisher[0] if publisher else None
    if isinstance(publisher, Mapping):
        publisher = publisher.get("name")
    return publisher if values.text(publisher) and isinstance(publisher, str) else ""


def _visibility(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Our own key `visibility`, for sample catalogues: `private` or `draft`."""
    if entry.get("visibility") == "private":
        return {"private": True}
    return {"state": "draft"} if entry.get("visibility") == "draft" else {}
