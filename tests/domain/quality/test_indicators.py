"""Each indicator's values, reasons and states, one row of the table after another."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest
from tests.domain.quality.making import NOW, facts, resource, vocabularies

from ckanext.merit.domain.facts import Column, Facts, ResourceFacts, resource_kind
from ckanext.merit.domain.indicators import INDICATORS, Options, measure
from ckanext.merit.domain.quality import Measurement

HALF = Fraction(1, 2)
DOCUMENT = ResourceFacts(id="d", kind="documentation", url="http://example.org/a.pdf")


def _all(dataset: Facts, **parts) -> list[Measurement]:
    return list(measure(dataset, vocabularies(), now=NOW, **parts))


def _one(name: str, dataset: Facts, **parts) -> Measurement:
    found = [each for each in _all(dataset, **parts) if each.indicator == name]
    assert len(found) == 1
    return found[0]


def _value(name: str, dataset: Facts) -> tuple[object, str]:
    found = _one(name, dataset)
    return (found.value if found.state == "measured" else found.state), found.reason


def test_every_indicator_is_answered():
    """All indicators of the profile with everything, in any case."""
    for dataset in (facts(), Facts()):
        assert {each.indicator for each in _all(dataset)} == set(INDICATORS)


def test_a_perfect_dataset_loses_nothing():
    """What is measured is fully earned."""
    assert {
        (each.indicator, each.value)
        for each in _all(facts())
        if each.state == "measured" and each.value != 1
    } == set()


@pytest.mark.parametrize(
    ("title", "twins", "value", "reason"),
    [
        ("Escuelas públicas", 0, 1, "ok"),
        ("", 3, 0, "none"),
        ("   ", 0, 0, "none"),
        ("Escuelas", 0, HALF, "short"),
        ("x y" * 61, 0, HALF, "long"),
        ("Escuelas públicas", 1, HALF, "twins"),
        ("escuelas_2018_final", 0, HALF, "file_name"),
        ("escuelas-publicas-2018", 0, HALF, "file_name"),
        ("Listado de escuelas.csv", 0, HALF, "file_name"),
        ("Escuelas Ley 27.275", 0, 1, "ok"),
        ("Economía-circular y otros", 0, 1, "ok"),
        ("datos.csv", 0, 0, "several"),
        ("datos_v2", 2, 0, "several"),
        ("x" * 1_000_000, 0, HALF, "long"),
        ("1234567890", 0, 1, "ok"),
        ("x" * 180, 0, 1, "ok"),
    ],
)
def test_f1(title, twins, value, reason):
    """Length, file name, twins: one failure costs half, more cost all."""
    assert _value("F1", facts(title=title, twins=twins)) == (value, reason)


@pytest.mark.parametrize(
    ("description", "value", "reason"),
    [
        ("", 0, "none"),
        ("<p> </p>", 0, "none"),
        ("Escuelas  PÚBLICAS de Mendoza", 0, "title"),
        ("<b>Escuelas públicas</b> de Mendoza", 0, "title"),
        ("x" * 99, HALF, "short"),
        ("x" * 100, 1, "ok"),
        ("<p>" + "x" * 99 + "</p>" + "<br>" * 50, HALF, "short"),
        ("x" * 1_000_000, 1, "ok"),
    ],
)
def test_f2(description, value, reason):
    """The length of what is seen; the title again is nothing."""
    assert _value("F2", facts(description=description)) == (value, reason)


@pytest.mark.parametrize(
    ("keywords", "value", "reason"),
    [
        ((), 0, "none"),
        (("", " "), 0, "none"),
        (("a",), HALF, "one"),
        (("a", "A", " a "), HALF, "one"),
        (("a", "b"), HALF, "few"),
        (("a", "b", "c"), 1, "ok"),
        (tuple(map(str, range(5_000))), 1, "ok"),
    ],
)
def test_f3(keywords, value, reason):
    """Different keywords."""
    assert _value("F3", facts(keywords=keywords)) == (value, reason)


@pytest.mark.parametrize(
    ("themes", "groups", "value", "reason"),
    [
        ((), (), 0, "none"),
        (("", " "), (), 0, "none"),
        (("tema propio",), (), HALF, "unknown"),
        ((), ("grupo",), HALF, "unknown"),
        (("tema propio", "SOCI"), (), 1, "ok"),
        (("tema propio",), ("Salud",), 1, "ok"),
    ],
)
def test_f4(themes, groups, value, reason):
    """A theme of the list, also as a group; any other is half."""
    assert _value("F4", facts(themes=themes, groups=groups)) == (value, reason)


@pytest.mark.parametrize(
    ("spatial", "value", "reason"),
    [("", 0, "none"), ("Mendoza", HALF, "unreadable"), ("AR-M", 1, "ok")],
)
def test_f5(spatial, value, reason):
    """A place that a map can show; any other text is half."""
    assert _value("F5", facts(spatial=spatial)) == (value, reason)


@pytest.mark.parametrize(
    ("parts", "value", "reason"),
    [
        ({"temporal": ""}, 0, "none"),
        ({"temporal": "2015/2018"}, 1, "ok"),
        ({"temporal": "2015"}, 1, "ok_start"),
        ({"temporal": "siempre"}, HALF, "unreadable"),
        ({"temporal": "R/P1Y"}, HALF, "unreadable"),
        ({"temporal": "", "temporal_start": "01/01/2015"}, 1, "ok_start"),
        ({"temporal": "", "temporal_end": "20181231"}, 1, "ok_end"),
        ({"temporal": "", "temporal_end": "nunca"}, HALF, "unreadable"),
        ({"temporal_start": "2015", "temporal_end": "2018-12-31T00:00:00Z"}, 1, "ok"),
        ({"temporal": "", "temporal_start": "2015/2018"}, 1, "ok"),
        ({"is_register": True}, "na", "register"),
    ],
)
def test_f6(parts, value, reason):
    """A valid start or end; text without a date is half; registers have none."""
    assert _value("F6", facts(**parts)) == (value, reason)


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
    assert _value("A2", facts(resource(**given))) == (value, reason)


@pytest.mark.parametrize(
    ("parts", "value", "reason"),
    [
        ({"datastore_active": True}, 1, "ok"),
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
    assert _value("A3", facts(resource(**given))) == (value, reason)


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("", 0, "none"),
        ("solo los lunes", HALF, "unknown"),
        ("público", 1, "ok"),
    ],
)
def test_a4(text, value, reason):
    """Access rights of the list; any other text is half."""
    assert _value("A4", facts(access_rights=text)) == (value, reason)


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
    assert [_value(name, dataset) for name in ("I1", "I2", "I3", "I4")] == expected


def test_resources_without_an_id():
    """They are told apart by their place."""
    dataset = facts(resource("", format="PHP"), resource("", format="CSV"))
    found = [each for each in _all(dataset) if each.indicator == "I1"]
    assert [(each.subject, each.value) for each in found] == [("#1", HALF), ("#2", 1)]


def test_the_format_of_the_media_type_is_evidence():
    """Where no format is declared, the media type says which it is."""
    found = _one("I3", facts(resource(format="")))
    assert found.detail == {"format": "CSV"}


@pytest.mark.parametrize("name", ["A1", "I5"])
def test_links_and_contents_are_not_checked(name):
    """What only a look at the files can say is unmeasured."""
    assert _value(name, facts()) == ("unmeasured", "not_checked")


@pytest.mark.parametrize("name", ["C1", "C2", "C3", "C4", "C5"])
def test_content_of_tables(name):
    """Not checked where there is a table, not applicable where there is none."""
    assert _value(name, facts()) == ("unmeasured", "not_checked")
    dataset = facts(resource(format="PDF", columns=(), datastore_active=False))
    assert _value(name, dataset) == ("na", "not_tabular")


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        ({}, 1),
        ({"title": ""}, Fraction(4, 5)),
        ({"title": "", "description": " "}, Fraction(3, 5)),
        ({"frequency": "a veces", "access_rights": "lunes"}, Fraction(3, 5)),
        (
            {"title": "", "description": "", "frequency": "x", "access_rights": "y"},
            Fraction(1, 5),
        ),
        (
            {
                "title": "",
                "description": "",
                "frequency": "x",
                "access_rights": "y",
                "publisher": "",
                "themes": ("z",),
            },
            0,
        ),
    ],
)
def test_i6(parts, value):
    """Each different violation of DCAT-AP costs a fifth."""
    found = _one("I6", facts(**parts))
    assert (found.value, found.reason) == (value, "ok" if value == 1 else "invalid")


def test_i6_names_what_is_wrong():
    """The evidence is the number and the properties."""
    dataset = facts(resource(format="PHP"), title="", frequency="a veces")
    assert _one("I6", dataset).detail == {
        "count": 3,
        "paths": "dct:accrualPeriodicity, dct:format, dct:title",
    }


@pytest.mark.parametrize(
    ("parts", "r1", "r2"),
    [
        ({"licence_id": "cc-by"}, (1, "ok"), (1, "ok")),
        ({"licence_id": ""}, (0, "none"), (0, "none")),
        ({"licence_id": "notspecified"}, (0, "none"), (0, "none")),
        ({"licence_id": "cc-nc"}, (1, "ok"), (0, "closed")),
        ({"licence_id": "propia"}, (1, "ok"), (0, "unknown")),
        ({"licence_id": "propia", "licence_open": True}, (1, "ok"), (1, "ok")),
        ({"licence_id": "other-open", "licence_open": True}, (0, "generic"), (1, "ok")),
        (
            {"licence_id": "other-open", "licence_title": "Licencia de Colombia"},
            (1, "ok"),
            (0, "unknown"),
        ),
        (
            {"licence_id": "other-closed", "licence_url": "https://example.org/l"},
            (1, "ok"),
            (0, "unknown"),
        ),
        (
            {"licence_id": "", "licence_url": "https://spdx.org/licenses/MIT"},
            (1, "ok"),
            (1, "ok"),
        ),
        ({"licence_id": "x" * 1_000_000}, (1, "ok"), (0, "unknown")),
    ],
)
def test_r1_and_r2(parts, r1, r2):
    """A real licence; an open one by the portal's list or the vocabulary."""
    dataset = facts(**parts)
    assert (_value("R1", dataset), _value("R2", dataset)) == (r1, r2)


def test_licences_of_resources():
    """Without a licence of the dataset those of its data files count, in share."""
    dataset = facts(
        resource("a", licence="cc-by"),
        resource("b", licence="https://example.org/licencia"),
        resource("c", licence="other-open"),
        resource("d"),
        licence_id="notspecified",
    )
    assert _value("R1", dataset) == (HALF, "resources")
    assert _value("R2", dataset) == (Fraction(1, 4), "resources")


def test_generic_licences_of_resources_say_nothing():
    """Where no data file has a real licence, the dataset's answer stays."""
    dataset = facts(resource(licence="other-open"), licence_id="")
    assert _value("R1", dataset) == (0, "none")


@pytest.mark.parametrize(
    ("parts", "value", "reason"),
    [
        ({}, 1, "ok"),
        ({"publisher": " "}, 0, "untitled"),
        ({"publisher": "", "organization_id": ""}, 0, "none"),
    ],
)
def test_r3(parts, value, reason):
    """An organisation with a title."""
    assert _value("R3", facts(**parts)) == (value, reason)


@pytest.mark.parametrize(
    ("email", "url", "value", "reason"),
    [
        ("datos@mendoza.example", "", 1, "ok"),
        ("mailto:datos@mendoza.example", "", 1, "ok"),
        ("Juana <juana@mendoza.example>", "", 1, "ok"),
        ("", "https://mendoza.example/contacto", 1, "ok"),
        ("portal@datos.example", "", 0, "portal"),
        ("MAILTO:Portal@datos.example", "https://www.datos.example/", 0, "portal"),
        ("portal@datos.example, a@mendoza.example", "", 1, "ok"),
        ("nadie", "", 0, "invalid"),
        ("nadie", "portal@datos.example", 0, "invalid"),
        ("", "", 0, "none"),
        ("x," * 1_000_000, "", 0, "invalid"),
    ],
)
def test_r4(email, url, value, reason):
    """A valid address that isn't the portal's own."""
    options = Options(
        frozenset(("mailto:portal@datos.example", "http://datos.example"))
    )
    dataset = facts(contact_email=email, contact_url=url)
    found = _one("R4", dataset, options=options)
    assert (found.value, found.reason, found.detail) == (value, reason, {})


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
    assert _value("R5", facts(resource(columns=columns))) == (value, reason)


def test_r5_of_a_table_with_a_document():
    """Without columns a document earns half."""
    dataset = facts(resource(columns=()), DOCUMENT)
    assert _value("R5", dataset) == (HALF, "documented")


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
    assert _value("R5", facts(file, *more, **parts)) == (value, reason)


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("", 0, "none"),
        ("Censo 2010", 0, "short"),
        ("x" * 40, 1, "ok"),
        ("<p>" + "x" * 38 + "</p>", 0, "short"),
        ("ver https://example.org/m", 1, "link"),
    ],
)
def test_r6(text, value, reason):
    """A sentence or a link."""
    assert _value("R6", facts(provenance=text)) == (value, reason)


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("", 0, "none"),
        ("a veces", 0, "unrecognised"),
        ("desconocida", 0, "unknown"),
        ("irregular", 1, "ok"),
        ("not planned", 1, "ok"),
        ("R/P1M", 1, "ok"),
    ],
)
def test_t1(text, value, reason):
    """A declared frequency, also that there is none planned."""
    assert _value("T1", facts(frequency=text)) == (value, reason)


def _aged(days: int, frequency: str = "R/P1M") -> Facts:
    return facts(resource(modified=NOW - timedelta(days=days)), frequency=frequency)


@pytest.mark.parametrize(
    ("frequency", "days", "value", "reason"),
    [
        ("R/P1M", 0, 1, "ok"),
        ("R/P1M", 38, 1, "ok"),
        ("R/P1M", 39, Fraction(51, 52), "late"),
        ("R/P1M", 64, HALF, "late"),
        ("R/P1M", 89, Fraction(1, 52), "late"),
        ("R/P1M", 90, 0, "stale"),
        ("R/P1M", 9_999, 0, "stale"),
        ("R/P1D", 2, 1, "ok"),
        ("R/P1D", 3, Fraction(5, 6), "late"),
        ("R/P1D", 8, 0, "stale"),
        ("R/PT1H", 2, 1, "ok"),
        ("R/P1Y", 457, 1, "ok"),
        ("R/P1Y", 458, Fraction(637, 638), "late"),
        ("R/P1Y", 1_095, 0, "stale"),
        ("R/P0.33W", 3, 1, "ok"),
        ("R/P0.33W", 4, Fraction(8, 9), "late"),
        ("irregular", 9_999, "na", "no_schedule"),
        ("nunca", 9_999, "na", "no_schedule"),
        ("", 0, 0, "no_frequency"),
        ("desconocida", 0, 0, "no_frequency"),
    ],
)
def test_t2(frequency, days, value, reason):
    """Age against period and grace: full, in proportion, nothing."""
    assert _value("T2", _aged(days, frequency)) == (value, reason)


def test_t2_evidence():
    """The dates that don't change while nothing is edited."""
    assert _one("T2", _aged(64)).detail == {
        "date": "2018-05-12",
        "due_date": "2018-06-11",
        "frequency": "MONTHLY",
    }


@pytest.mark.parametrize(
    ("parts", "value", "reason"),
    [
        ({"modified": None, "created": NOW}, 1, "ok"),
        ({"modified": None}, "unmeasured", "no_date"),
        ({"modified": NOW + timedelta(days=1)}, 1, "ok"),
        ({"modified": NOW + timedelta(days=2)}, 0, "future_date"),
        (
            {"modified": NOW + timedelta(days=2), "created": NOW - timedelta(days=64)},
            HALF,
            "late",
        ),
        ({"modified": datetime(2018, 7, 15)}, 1, "ok"),  # noqa: DTZ001
        (
            {"modified": datetime.max.replace(tzinfo=timezone(-timedelta(hours=9)))},
            0,
            "future_date",
        ),
        (
            {"modified": datetime.min.replace(tzinfo=timezone(timedelta(hours=9)))},
            0,
            "stale",
        ),
    ],
)
def test_t2_dates(parts, value, reason):
    """Last change, else creation; a slip into the future says nothing."""
    assert _value("T2", facts(resource(**parts))) == (value, reason)


def test_t2_takes_the_latest_data():
    """Of several data files the newest counts; documents don't."""
    old = resource("a", modified=NOW - timedelta(days=64))
    document = ResourceFacts(id="d", kind="documentation", modified=NOW)
    assert _value("T2", facts(old, document)) == (HALF, "late")
    assert _value("T2", facts(old, resource("b"), old)) == (1, "ok")


def test_whole_utc_days():
    """A day begins at midnight UTC, wherever the clock stood."""
    zone = timezone(timedelta(hours=-5))
    late = datetime(2018, 5, 11, 22, tzinfo=zone)
    assert _one("T2", facts(resource(modified=late))).detail["date"] == "2018-05-12"


@pytest.mark.parametrize("name", ["A1", "A2", "I1", "I2", "I3", "I4", "I5", "R5", "T2"])
@pytest.mark.parametrize("resources", [(), (DOCUMENT,)])
def test_a_dataset_without_data(name, resources):
    """No data, no points wherever data is asked for."""
    dataset = Facts(resources=resources, frequency="irregular")
    assert _value(name, dataset) == (0, "no_data")


@pytest.mark.parametrize("name", ["A3", "C1"])
def test_what_does_not_apply_without_data(name):
    """A service and sound contents are not asked of no data."""
    assert _value(name, Facts()) == ("na", "not_tabular")


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
