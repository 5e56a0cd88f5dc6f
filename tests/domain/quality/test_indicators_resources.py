"""Each indicator of the resources: values, reasons and states."""

from __future__ import annotations

import pytest
from tests.domain.quality.asking import DOCUMENT, HALF, everything, one, value_of
from tests.domain.quality.making import facts, resource

from ckanext.merit.domain.facts import Column, ResourceFacts, resource_kind


@pytest.mark.parametrize(
    ("parts", "value", "reason"),
    [
        ({}, 1, "ok"),
        ({"download_url": "https://example.org/x"}, 1, "ok"),
        ({"datastore_active": True}, 1, "ok"),
        ({"is_upload": True}, 1, "ok"),
        ({"url": "https://example.org/a.csv?x=1#y"}, 1, "ok"),
        ({"url": "https://example.org/a.dta", "format": "DTA"}, 1, "ok"),
        ({"url": "https://example.org/a.html"}, 0, "web_page"),
        ({"url": "https://example.org/a", "format": "HTML"}, 0, "web_page"),
        ({"url": "https://example.org/a"}, "unmeasured", "unclear"),
        ({"url": "https://example.org/a.zip"}, "unmeasured", "unclear"),
        ({"url": "https://example.org/.csv"}, "unmeasured", "unclear"),
        ({"url": "", "access_url": "https://example.org/a.csv"}, 1, "ok"),
        ({"url": " "}, 0, "no_address"),
        ({"url": "https://example.org/wms", "format": "WMS"}, 0, "undescribed"),
        ({"kind": "service"}, 0, "undescribed"),
        (
            {"kind": "service", "endpoint_description": "https://example.org/d"},
            1,
            "described",
        ),
        (
            {"format": "WMS", "url": "https://example.org/?REQUEST=GetCapabilities"},
            1,
            "described",
        ),
        (
            {"kind": "service", "url": "https://example.org/openapi.json"},
            1,
            "described",
        ),
        ({"kind": "service", "url": "https://example.org/x?wsdl"}, 1, "described"),
    ],
)
def test_a2(parts, value, reason):
    """What leads to the data itself, by what the metadata says."""
    given = {"is_upload": False, "datastore_active": False, **parts}
    assert value_of("A2", facts(resource(**given))) == (value, reason)


@pytest.mark.parametrize(
    ("parts", "value", "reason"),
    [
        ({"datastore_active": True}, 1, "ok"),
        ({"is_served": True}, 1, "ok"),
        ({"kind": "service"}, 1, "ok"),
        ({"format": "WFS"}, 1, "ok"),
        ({}, 0, "none"),
        ({"format": "KML", "columns": ()}, 0, "none"),
        ({"format": "PDF", "columns": ()}, "na", "not_tabular"),
        ({"format": "PDF"}, 0, "none"),
    ],
)
def test_a3(parts, value, reason):
    """A service or the portal's own; nothing to offer where nothing is a table."""
    given = {"datastore_active": False, **parts}
    assert value_of("A3", facts(resource(**given))) == (value, reason)


@pytest.mark.parametrize(
    ("format_", "media_type", "expected"),
    [
        ("CSV", "text/csv", [(1, "ok"), (1, "ok"), (1, "ok"), (1, "ok")]),
        ("", "", [(0, "none"), (0, "none"), (0, "none"), (0, "none")]),
        ("PHP", "php", [(HALF, "unknown"), *[(0, "unknown")] * 3]),
        ("XLSX", "", [(1, "ok"), (0, "none"), (1, "ok"), (0, "not_listed")]),
        ("PDF", "", [(1, "ok"), (0, "none"), (0, "not_listed"), (0, "not_listed")]),
        ("TXT", "", [(1, "ok"), (0, "none"), (0, "not_listed"), (1, "ok")]),
        ("", "text/csv", [(0, "none"), (1, "ok"), (1, "ok"), (1, "ok")]),
        ("x" * 10**6, "y" * 10**6, [(HALF, "unknown"), *[(0, "unknown")] * 3]),
    ],
)
def test_i1_to_i4(format_, media_type, expected):
    """Format, media type, machine-readable, open: by the lists."""
    dataset = facts(resource(format=format_, media_type=media_type))
    assert [value_of(name, dataset) for name in ("I1", "I2", "I3", "I4")] == expected


def test_resources_without_an_id():
    """They are told apart by their place."""
    dataset = facts(resource("", format="PHP"), resource("", format="CSV"))
    found = [each for each in everything(dataset) if each.indicator == "I1"]
    assert [(each.subject, each.value) for each in found] == [("#1", HALF), ("#2", 1)]


def test_the_format_of_the_media_type_is_evidence():
    """Where no format is declared, the media type says which it is."""
    found = one("I3", facts(resource(format="")))
    assert found.detail == {"format": "CSV"}


@pytest.mark.parametrize("name", ["C1", "C2", "C3", "C4", "C5"])
def test_content_of_tables(name):
    """Not checked where there is a table, not applicable where there is none."""
    assert value_of(name, facts()) == ("unmeasured", "not_checked")
    dataset = facts(resource(format="PDF", columns=(), datastore_active=False))
    assert value_of(name, dataset) == ("na", "not_tabular")


@pytest.mark.parametrize(
    ("columns", "value", "reason"),
    [
        ((Column("id", "", "Número de la escuela"),), 1, "ok"),
        ((Column("id", "Número de escuela"),), 1, "ok"),
        ((Column("cod_postal", "", "Cod postal"), Column("id", "", "Id")), 0, "some"),
        ((Column("a", "", "xy"), Column("b", "", "xyz")), HALF, "some"),
        ((Column("a", "", "   "), Column("", "", "xyz")), HALF, "some"),
        ((), 0, "none"),
    ],
)
def test_r5_of_tables(columns, value, reason):
    """The share of columns whose description says more than the name."""
    assert value_of("R5", facts(resource(columns=columns))) == (value, reason)


def test_r5_of_a_table_with_a_document():
    """Without columns a document earns half."""
    dataset = facts(resource(columns=()), DOCUMENT)
    assert value_of("R5", dataset) == (HALF, "documented")


@pytest.mark.parametrize(
    ("more", "parts", "value", "reason"),
    [
        ((), {}, 0, "no_document"),
        ((DOCUMENT,), {}, 1, "document"),
        ((), {"documentation": ("https://example.org/guia",)}, 1, "document"),
        ((ResourceFacts(id="v", kind="visualisation"),), {}, 0, "no_document"),
    ],
)
def test_r5_without_tables(more, parts, value, reason):
    """Where nothing is a table a document earns all."""
    file = resource(format="PDF", columns=(), datastore_active=False)
    assert value_of("R5", facts(file, *more, **parts)) == (value, reason)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "data"),
        ("file.upload", "data"),
        ("API", "service"),
        ("documentation", "documentation"),
        ("Diccionario_de_datos", "documentation"),
        ("http://example.org/types/visualization/", "visualisation"),
        ("x" * 1_000_000, "data"),
    ],
)
def test_kinds_of_resources(text, kind):
    """CKAN's, DCAT's and Spanish words, also as address; anything else is data."""
    assert resource_kind(text) == kind
