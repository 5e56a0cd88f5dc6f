"""Where this portal keeps each fact: the field mapping, read from YAML."""

from __future__ import annotations

import functools
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ckanext.merit import rulefile
from ckanext.merit.rulefile import Map, Seq, Text

__all__ = ["DEFAULT", "Mapping", "Place", "active", "load", "shipped"]

DEFAULT = Path(__file__).parent.parent / "rules" / "mapping" / "default.yaml"

DATASET_FACTS = (
    "title", "description", "keywords", "themes", "groups", "spatial", "temporal",
    "temporal_start", "temporal_end", "frequency", "access_rights", "licence_id",
    "licence_title", "licence_url", "publisher", "contact_email", "contact_url",
    "contact_name", "provenance", "documentation", "register",
)  # fmt: skip
RESOURCE_FACTS = (
    "name", "description", "url", "format", "media_type", "kind", "created", "modified",
    "access_url", "download_url", "licence", "columns", "endpoint_description",
    "services",
)  # fmt: skip
_SECTIONS = {"dataset": DATASET_FACTS, "resource": RESOURCE_FACTS}
_REGISTER_VALUES = "register_values"


class Place(NamedTuple):
    """A field by its name; or, where no field has that name, a part of one.

    ``contact.email`` has the name ``contact.email``, the head ``contact`` and the path
    ``("email",)``.
    """

    name: str
    head: str
    path: tuple[str, ...]


Places = tuple[Place, ...]


@dataclass(frozen=True)
class Mapping:
    """For every fact the places in the order in which they are tried."""

    dataset: Lookup[str, Places]
    resource: Lookup[str, Places]
    register_values: frozenset[str]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        dataset, resource = (
            {fact: [place.name for place in places] for fact, places in facts.items()}
            for facts in (self.dataset, self.resource)
        )
        values = sorted(self.register_values)
        return {"dataset": dataset, "resource": resource, _REGISTER_VALUES: values}


def shipped() -> Mapping:
    """Return the mapping that portals have without one of their own.

    Raises:
        RuleFileError, OSError: as ``active``.
    """
    return _cached(str(DEFAULT))


def active() -> Mapping:
    """Return the mapping that the portal's configuration names.

    Raises:
        RuleFileError: the file is broken.
        OSError: the file cannot be read.
    """
    from ckanext.merit import config  # noqa: PLC0415 - the rest works without CKAN

    return _cached(config.field_mapping() or str(DEFAULT))


@functools.lru_cache(maxsize=8)
def _cached(path: str) -> Mapping:
    return load(path)


def load(path: str | Path) -> Mapping:
    """Read a mapping; facts that it doesn't name keep the shipped places.

    Raises:
        RuleFileError: the file is broken; says the line and why.
        OSError: the file cannot be read.
    """
    own = _read(path)
    if Path(path) == DEFAULT:
        return own
    base = load(DEFAULT)
    return Mapping(
        {**base.dataset, **own.dataset},
        {**base.resource, **own.resource},
        own.register_values or base.register_values,
    )


def _read(path: str | Path) -> Mapping:
    filename = str(path)
    top = rulefile.read(path)
    sections = [*_SECTIONS, _REGISTER_VALUES]
    rulefile.check_keys(top, required=[], optional=sections, filename=filename)
    dataset, resource = (_section(top, name, filename) for name in _SECTIONS)
    values = _texts(top, _REGISTER_VALUES, filename) if _REGISTER_VALUES in top else []
    return Mapping(dataset, resource, frozenset(value.casefold() for value in values))


def _section(top: Map, name: str, filename: str) -> dict[str, Places]:
    section = top.get(name)
    if section is None:
        return {}
    if not isinstance(section, Map):
        rulefile.fail(
            top.lines[name], f'"{name}" must map facts to places', filename=filename
        )
    known = _SECTIONS[name]
    rulefile.check_keys(section, required=[], optional=known, filename=filename)
    return {
        fact: tuple(_place(text) for text in _texts(section, fact, filename))
        for fact in section
    }


def _texts(node: Map, key: str, filename: str) -> list[Text]:
    value = node[key]
    items = value if isinstance(value, Seq) else [value]
    for item in items:
        if not isinstance(item, Text):
            line = item.line
            rulefile.fail(line, f'"{key}" must be a list of names', filename=filename)
        if not item.strip():
            rulefile.fail(item, f'empty name under "{key}"', filename=filename)
    return items


def _place(text: str) -> Place:
    head, *path = text.split(".")
    return Place(str(text), head, tuple(path))
