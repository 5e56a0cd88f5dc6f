"""Which constraints of DCAT-AP a mapped record breaks: an independent table."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.quality.asking import everything
from tests.domain.quality.making import facts, resource, vocabularies

from ckanext.merit.domain.dcat import Iri, PeriodOfTime, to_record, violations
from ckanext.merit.domain.facts import ResourceFacts

EU = "http://publications.europa.eu/resource/authority/"


def _record(*resources, **parts):
    return to_record(facts(*resources, **parts), vocabularies())


@pytest.mark.parametrize(
    ("parts", "broken"),
    [
        ({}, set()),
        ({"title": " "}, {("Dataset_Shape", "dct:title")}),
        ({"description": ""}, {("Dataset_Shape", "dct:description")}),
        ({"themes": ("propio",)}, {("Dataset_Shape", "dcat:theme")}),
        ({"themes": ("propio", "SOCI")}, set()),
        ({"themes": ("propio",), "groups": ("Salud",)}, set()),
        ({"themes": ("http://example.org/tema",)}, set()),
        ({"themes": (), "groups": ("grupo",)}, set()),
        ({"frequency": "a veces"}, {("Dataset_Shape", "dct:accrualPeriodicity")}),
        ({"frequency": "P5M"}, set()),
        ({"frequency": ""}, set()),
        ({"access_rights": "lunes"}, {("Dataset_Shape", "dct:accessRights")}),
        ({"access_rights": "http://example.org/a"}, set()),
        ({"publisher": ""}, {("Agent_Shape", "foaf:name")}),
        ({"publisher": "", "organization_id": ""}, set()),
        ({"temporal": "siempre"}, {("Dataset_Shape", "dct:temporal")}),
        ({"temporal": ""}, set()),
        ({"temporal_start": "ayer"}, set()),
        ({"spatial": "Mendoza"}, set()),
        ({"documentation": ("guía",)}, {("Dataset_Shape", "foaf:page")}),
        ({"documentation": ("", "http://example.org/a")}, set()),
        ({"licence_id": "propia"}, {("Distribution_Shape", "dct:license")}),
        ({"licence_id": "other-open"}, {("Distribution_Shape", "dct:license")}),
        ({"licence_id": "notspecified"}, set()),
        ({"licence_id": "x", "licence_url": "http://example.org/l"}, set()),
    ],
)
def test_datasets(parts, broken):
    """Fields of the dataset and what they break."""
    assert violations(_record(**parts)) == broken


@pytest.mark.parametrize(
    ("parts", "broken"),
    [
        ({"url": "", "is_upload": False}, {("Distribution_Shape", "dcat:accessURL")}),
        (
            {"url": "a.csv", "is_upload": False},
            {("Distribution_Shape", "dcat:accessURL")},
        ),
        ({"url": "a.csv", "is_upload": True}, set()),
        ({"url": "", "is_upload": False, "access_url": "http://example.org"}, set()),
        ({"url": "", "is_upload": False, "download_url": "http://example.org"}, set()),
        ({"download_url": "a b"}, {("Distribution_Shape", "dcat:downloadURL")}),
        ({"format": "PHP"}, {("Distribution_Shape", "dct:format")}),
        ({"format": ""}, set()),
        ({"media_type": "csv"}, {("Distribution_Shape", "dcat:mediaType")}),
        ({"licence": "propia"}, {("Distribution_Shape", "dct:license")}),
        ({"licence": "mit"}, set()),
        ({"kind": "service"}, set()),
        ({"format": "WMS", "name": " "}, {("DataService_Shape", "dct:title")}),
        (
            {"kind": "service", "endpoint_description": "ver manual"},
            {("DataService_Shape", "dcat:endpointDescription")},
        ),
        (
            {"kind": "service", "url": "", "is_upload": False},
            {
                ("DataService_Shape", "dcat:endpointURL"),
                ("Distribution_Shape", "dcat:accessURL"),
            },
        ),
        ({"kind": "documentation", "url": "a.pdf"}, {("Dataset_Shape", "foaf:page")}),
        ({"kind": "visualisation", "url": ""}, set()),
    ],
)
def test_distributions(parts, broken):
    """Fields of a resource and what they break."""
    assert violations(_record(resource(**parts))) == broken


def test_each_pair_counts_once():
    """Two files with the same defect break one constraint."""
    record = _record(resource("a", format="PHP"), resource("b", format="JSP"))
    assert violations(record) == {("Distribution_Shape", "dct:format")}


def test_known_values_become_addresses_of_the_vocabularies():
    """Format, media type, frequency, theme, licence and access rights."""
    record = _record()
    file = record.distributions[0]
    assert (
        *(record.themes, record.frequency, record.access_rights),
        *(file.format, file.media_type, file.licence),
    ) == (
        (Iri(f"{EU}data-theme/EDUC"),),
        Iri(f"{EU}frequency/MONTHLY"),
        Iri(f"{EU}access-right/PUBLIC"),
        Iri(f"{EU}file-type/CSV"),
        Iri("https://www.iana.org/assignments/media-types/text/csv"),
        Iri(f"{EU}licence/CC_BY"),
    )


def test_periods():
    """Ends that can be read are dates; those that can't stay text."""
    assert _record().temporal == PeriodOfTime(date(2015, 1, 1), date(2018, 1, 1))
    record = _record(temporal_start="01/02/2015", temporal_end="hoy")
    assert record.temporal == PeriodOfTime(date(2015, 2, 1), "hoy")


@given(
    themes=st.lists(st.sampled_from(["SOCI", "Salud", "propio", "", "x y"])),
    groups=st.lists(st.sampled_from(["ECON", "grupo"])),
    frequency=st.sampled_from(["", "R/P1M", "P5M", "anual", "UNKNOWN", "a veces"]),
    format_=st.sampled_from(["", "CSV", ".xls", "text/csv", "PHP", "WMS"]),
    media_type=st.sampled_from(["", "text/csv", "TEXT/CSV; x=y", "csv", "a/b"]),
)
def test_a_value_that_earns_everything_never_costs(
    themes, groups, frequency, format_, media_type
):
    """Full F4, I1, I2 or T1 and their property breaks nothing."""
    dataset = facts(
        resource(format=format_, media_type=media_type),
        themes=tuple(themes),
        groups=tuple(groups),
        frequency=frequency,
    )
    values = {each.indicator: each.value for each in everything(dataset)}
    broken = {path for _, path in violations(to_record(dataset, vocabularies()))}
    for indicator, path in (
        ("F4", "dcat:theme"),
        ("I1", "dct:format"),
        ("I2", "dcat:mediaType"),
        ("T1", "dct:accrualPeriodicity"),
    ):
        assert values[indicator] < 1 or path not in broken


def test_an_upload_without_address_has_one_on_the_portal():
    """Whatever its id holds, the address is a valid one."""
    record = _record(ResourceFacts(id="a b/ñ", is_upload=True, url="a.csv"))
    assert record.distributions[0].access_url == Iri("urn:resource:a%20b%2F%C3%B1")
