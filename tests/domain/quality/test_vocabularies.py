"""The pinned vocabularies know the spellings that portals use."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.quality.making import vocabularies

from ckanext.merit.domain.quality_vocabulary_files import (
    VocabularyError,
    parse_vocabularies,
)

EU = "http://publications.europa.eu/resource/authority/"
TEXTS = {
    "access-rights": "@base http://x/\nPUBLIC : open\n",
    "file-types": "CSV mot : text/csv\n",
    "frequencies": "DAILY P1D 1\n",
    "licences": "CC0 open\n",
    "media-types": "# types\n\ntext/ csv\n",
    "themes": "ECON : Economy\n",
}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("csv", "CSV"),
        (".CSV", "CSV"),
        ("xlsx", "XLSX"),
        (" .xls ", "XLS"),
        ("GeoJSON", "GEOJSON"),
        ("SHP", "SHP"),
        ("ESRI Shapefile", "SHP"),
        ("WMS", "WMS_SRVC"),
        ("JSON-LD", "JSON_LD"),
        ("text/csv", "CSV"),
        (f"{EU}file-type/KML", "KML"),
        ("PHP", None),
        ("", None),
    ],
)
def test_file_types(text, code):
    """Codes, CKAN's usual spellings, media types and addresses."""
    found = vocabularies().file_type(text)
    assert (found and found.code) == code


@pytest.mark.parametrize(
    ("flag", "codes"),
    [
        (
            "machine_readable",
            "CSV GEOJSON ICS JSON JSON_LD KML KMZ NETCDF ODS RDFA RDF_N_QUADS "
            "RDF_N_TRIPLES RDF_TRIG RDF_TURTLE RDF_XML RSS SHP XLS XLSX XML",
        ),
        (
            "non_proprietary",
            "BMP CSV DBF GEOJSON GZIP HTML ICS JPEG2000 JSON JSON_LD KML KMZ NETCDF "
            "ODS PNG RDF_N_QUADS RDF_N_TRIPLES RDF_TRIG RDF_TURTLE RDF_XML RSS RTF TAR "
            "TIFF TSV TXT WMS_SRVC XML ZIP",
        ),
    ],
)
def test_the_lists_of_the_mqa(flag, codes):
    """Machine-readable and non-proprietary are the lists of data.europa.eu's MQA."""
    found = {
        each.code for each in vocabularies().file_types.values() if getattr(each, flag)
    }
    assert found == set(codes.split())


@pytest.mark.parametrize(
    ("text", "code", "days"),
    [
        ("R/P1M", "MONTHLY", 30),
        ("P1M", "MONTHLY", 30),
        ("r/p3m", "QUARTERLY", 91),
        ("R/P0.5M", "MONTHLY_2", 15),
        ("R/P0,33W", "WEEKLY_3", Fraction(7, 3)),
        ("R5/P1Y", "ANNUAL", 365),
        ("R/PT1S", "CONT", 1),
        ("Mensual", "MONTHLY", 30),
        ("anual", "ANNUAL", 365),
        ("weekly", "WEEKLY", 7),
        ("eventual", "IRREG", None),
        (f"{EU}frequency/NOT_PLANNED", "NOT_PLANNED", None),
        ("P5M", "P5M", 150),
    ],
)
def test_frequencies(text, code, days):
    """Codes, words in two languages, Andino's, ISO 8601 intervals, any duration."""
    found = vocabularies().frequency(text)
    assert found is not None
    assert (found.code, found.days, found.declared) == (code, days, True)


def test_an_unknown_frequency_is_no_declaration():
    """The code for "unknown" says that nobody knows."""
    found = vocabularies().frequency("desconocida")
    assert found is not None
    assert (found.code, found.declared) == ("UNKNOWN", False)


@pytest.mark.parametrize(
    "text", ["", "a veces", "x" * 999, "http://example.org/MONTHLY"]
)
def test_no_frequencies(text):
    """Other words are none."""
    assert vocabularies().frequency(text) is None


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("cc-by", "CC_BY", "open"),
        ("CC-BY-4.0", "CC_BY_4_0", "open"),
        ("Creative Commons Attribution", "CC_BY", "open"),
        ("odc-odbl", "ODC_BL", "open"),
        ("https://creativecommons.org/licenses/by/4.0/", "CC_BY_4_0", "open"),
        ("http://creativecommons.org/licenses/by/2.5/ar/", "CC_BY", "open"),
        ("https://creativecommons.org/licenses/by-nc/2.5/ar/", "CC_BYNC", "closed"),
        ("https://spdx.org/licenses/ODbL-1.0.html", "ODC_BL", "open"),
        (f"{EU}licence/CC0", "CC0", "open"),
        ("cc-nc", "CC_BYNC", "closed"),
        ("other-open", "other-open", "generic"),
        ("Other (Open)", "other-open", "generic"),
        ("notspecified", "notspecified", "none"),
        ("No se especificó la licencia", "notspecified", "none"),
    ],
)
def test_licences(text, code, status):
    """CKAN's and SPDX's ids, titles, addresses of any version or country."""
    found = vocabularies().licence(text)
    assert found is not None
    assert (found.code, found.status) == (code, status)


@pytest.mark.parametrize(
    "text",
    ["", "propia", "http://example.org", "https://spdx.org/licenses/X", "x" * 999],
)
def test_no_licences(text):
    """Others are not known."""
    assert vocabularies().licence(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("text/csv", "text/csv"),
        ("TEXT/CSV; charset=utf-8", "text/csv"),
        (
            "http://www.iana.org/assignments/media-types/application/geo+json",
            "application/geo+json",
        ),
        ("CSV", None),
        ("foo/bar", None),
        ("", None),
        ("x" * 999, None),
    ],
)
def test_media_types(text, name):
    """Those registered with IANA, with parameters and as address."""
    assert vocabularies().media_type(text) == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("econ", "ECON"),
        ("Economía y finanzas", "ECON"),
        ("Salud", "HEAL"),
        ("Population and society", "SOCI"),
        (f"{EU}data-theme/TRAN", "TRAN"),
        ("tema propio", None),
    ],
)
def test_themes(text, code):
    """Codes, labels in two languages, addresses."""
    found = vocabularies().theme(text)
    assert (found and found.code) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("PUBLIC", "PUBLIC"),
        ("público", "PUBLIC"),
        ("non-public", "NON_PUBLIC"),
        ("x", None),
    ],
)
def test_access_rights(text, code):
    """Codes and words in two languages."""
    found = vocabularies().access_right(text)
    assert (found and found.code) == code


@given(st.text())
def test_anything_can_be_looked_up(text):
    """No text makes a lookup fail."""
    words = vocabularies()
    for look_up in (
        *(words.file_type, words.theme, words.access_right, words.frequency),
        *(words.licence, words.media_type),
    ):
        look_up(text)


def test_a_small_set_of_files():
    """Base addresses, comments, blank lines and types without other spellings."""
    found = parse_vocabularies({**TEXTS, "file-types": "# x\n\nCSV mot\nXYZ\n"})
    assert found.file_types["csv"].machine_readable
    assert not found.file_types["xyz"].machine_readable
    assert found.access_rights["open"].iri == "http://x/PUBLIC"
    assert found.media_types == {"text/csv"}
    # Without a code for "other", a duration of its own has no address.
    assert found.frequency("P5M") == ("P5M", "", 150, True)


@pytest.mark.parametrize(
    ("name", "text", "line", "message"),
    [
        ("themes", "A : x\nB : X\n", 2, '"X" stands for another code already'),
        ("themes", "A : --\n", 1, '"--" holds no letter or digit'),
        ("frequencies", "\nDAILY 1\n", 2, "expected a duration and days"),
        ("frequencies", "DAILY P1D x\n", 1, '"x" is no number of days'),
        ("frequencies", "DAILY P1D 1/0\n", 1, '"1/0" is no number of days'),
        ("licences", "CC0 free\n", 1, '"free" is none of open, closed, generic, none'),
    ],
)
def test_broken_files(name, text, line, message):
    """A defect is named with the vocabulary and the line."""
    with pytest.raises(VocabularyError) as caught:
        parse_vocabularies({**TEXTS, name: text})
    assert (caught.value.vocabulary, caught.value.line) == (name, line)
    assert str(caught.value) == message
