"""What quality indicators look at: one dataset as plain text, dates and flags.

A field mapping has already picked the values; nothing here knows CKAN's dicts.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

DATA = "data"
SERVICE = "service"
DOCUMENTATION = "documentation"
VISUALISATION = "visualisation"

# Words that portals put into a resource's type, by what the resource is; anything
# else is data. CKAN's own words, DCAT's, and the usual Spanish ones.
_KIND_WORDS = {
    SERVICE: (
        "api",
        "service",
        "servicio",
        "webservice",
        "web service",
        "servicio web",
        "endpoint",
        "dataservice",
    ),
    DOCUMENTATION: (
        "documentation",
        "documentacion",
        "documentación",
        "document",
        "documento",
        "doc",
        "dictionary",
        "data dictionary",
        "data-dictionary",
        "datadictionary",
        "diccionario",
        "diccionario de datos",
        "metadata",
        "metadatos",
        "guide",
        "guia",
        "guía",
        "manual",
        "methodology",
        "metodologia",
        "metodología",
        "schema",
        "esquema",
        "codebook",
    ),
    VISUALISATION: (
        "visualization",
        "visualisation",
        "visualizacion",
        "visualización",
        "image",
        "imagen",
        "chart",
        "grafico",
        "gráfico",
        "dashboard",
        "tablero",
        "app",
    ),
}
_KINDS = {word: kind for kind, words in _KIND_WORDS.items() for word in words}
# A longer resource type is prose, never one of the words above.
_KIND_LENGTH = 60


class Column(NamedTuple):
    """One column of a data dictionary; every part may be empty."""

    name: str
    title: str = ""
    description: str = ""
    type: str = ""


class ResourceFacts(NamedTuple):
    """One resource; text that nobody gave is ``""``, a date nobody gave ``None``.

    Attributes:
        kind: ``data``, ``service``, ``documentation`` or ``visualisation``
            (see ``resource_kind``); the last two aren't data.
        url: the address as entered; ``access_url`` and ``download_url`` are the
            separate DCAT ones where the portal keeps them.
        created, modified: timezone-aware; ``modified`` is when the *data* changed.
        licence: id, title or address of the resource's own licence.
        endpoint_description: address of an API's description.
        is_served: whether an API gives access to it beside its own address.
    """

    id: str = ""
    name: str = ""
    url: str = ""
    url_type: str = ""
    format: str = ""
    media_type: str = ""
    description: str = ""
    kind: str = DATA
    is_upload: bool = False
    datastore_active: bool = False
    created: datetime | None = None
    modified: datetime | None = None
    access_url: str = ""
    download_url: str = ""
    licence: str = ""
    columns: tuple[Column, ...] = ()
    endpoint_description: str = ""
    is_served: bool = False


class Facts(NamedTuple):
    """One dataset; text that nobody gave is ``""``.

    Attributes:
        themes: codes, labels or addresses of themes, as entered.
        groups: names and titles of the dataset's groups.
        temporal: the coverage as one text, such as ``2015/2018``.
        licence_open: CKAN's own answer to "is this licence open", ``None`` if it
            doesn't know the licence.
        publisher: title of the organisation.
        documentation: addresses of documents about the dataset that aren't
            resources.
        is_register: a declared code list or register, which covers no period.
        twins: number of *other* public datasets of the entity with the same
            ``text.title_key``.
    """

    id: str = ""
    name: str = ""
    type: str = "dataset"
    title: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    spatial: str = ""
    temporal_start: str = ""
    temporal_end: str = ""
    temporal: str = ""
    frequency: str = ""
    access_rights: str = ""
    licence_id: str = ""
    licence_title: str = ""
    licence_url: str = ""
    licence_open: bool | None = None
    publisher: str = ""
    organization_id: str = ""
    contact_email: str = ""
    contact_url: str = ""
    contact_name: str = ""
    provenance: str = ""
    documentation: tuple[str, ...] = ()
    is_register: bool = False
    public: bool = True
    resources: tuple[ResourceFacts, ...] = ()
    twins: int = 0


def resource_kind(resource_type: str) -> str:
    """Say what a resource is by the type that its portal gave it.

    Args:
        resource_type: as entered, such as CKAN's ``file.upload`` or an address of
            a vocabulary whose last part is the word.

    Returns:
        ``service``, ``documentation``, ``visualisation``, or ``data`` for
        everything else, blank included.
    """
    if not resource_type:
        return DATA
    word = resource_type[-_KIND_LENGTH:].rstrip("/").rsplit("/", 1)[-1]
    return _KINDS.get(" ".join(word.casefold().replace("_", " ").split()), DATA)
