"""Single values of a catalogue made safe for CKAN."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.demo import values


@pytest.fixture(autouse=True)
def load_plugins():
    """Nothing of CKAN is needed here."""


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("  Agua\r\npotable ", "Agua\npotable"),
        ("a\x00b\ud800c", "abc"),
        ("n\u0303", "ñ"),
        (12, "12"),
        (1.5, "1.5"),
        (True, "true"),
        (None, ""),
        ([], ""),
        (["", None, "uno", "dos"], "uno"),
        ({"@value": "uno"}, "uno"),
        ({"@id": "http://a.example"}, "http://a.example"),
        ({"en": "one", "es": "uno"}, "uno"),
        ({"fr": "un"}, ""),
    ],
)
def test_text_reads_what_dcat_writes(given_value, expected):
    """A scalar, a language map or a list gives one clean text."""
    assert values.text(given_value) == expected


@given(json_values)
def test_text_can_always_be_stored(value):
    """No JSON value gives a text that PostgreSQL or Solr's XML would refuse."""
    found = values.text(value)
    assert found == found.encode().decode().strip()
    assert not set(found) & {*map(chr, range(32))} - {"\t", "\n"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("datos@salud.andara.example", "datos@salud.andara.example"),
        ("MAILTO: datos@salud.example ", "datos@salud.example"),
        ("a@b.example; c@d.example", ""),
        ("sin correo", ""),
        ("..a@b.example", ""),
        ("a" * 65 + "@b.example", ""),
        (None, ""),
    ],
)
def test_email_is_what_ckan_accepts(written, expected):
    """A mailto: is taken off; what CKAN would refuse is no address."""
    assert values.email(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2018-07-06", datetime(2018, 7, 6, tzinfo=timezone.utc)),
        (
            "2018-07-06T12:26:18.129602",
            datetime(2018, 7, 6, 12, 26, 18, 129602, tzinfo=timezone.utc),
        ),
        ("2018-07-06T12:26:18Z", datetime(2018, 7, 6, 12, 26, 18, tzinfo=timezone.utc)),
        (
            "2018-07-06T23:30:00.5-0300",
            datetime(2018, 7, 7, 2, 30, 0, 500000, tzinfo=timezone.utc),
        ),
        ("2018-07-06 12:26+02:00", datetime(2018, 7, 6, 10, 26, tzinfo=timezone.utc)),
        ("2018-02-30", None),
        ("0001-01-01T00:00:00+05:00", None),
        ("R/P1D", None),
        ("julio de 2018", None),
        (None, None),
    ],
)
def test_instant_is_aware_utc_or_nothing(written, expected):
    """ISO dates become UTC instants; other texts are no dates."""
    assert values.instant(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("No se especificó la licencia", "notspecified"),
        ("License not specified", "notspecified"),
        ("Creative Commons Attribution 4.0", "cc-by"),
        ("https://creativecommons.org/licenses/by/4.0/", "cc-by"),
        ("http://creativecommons.org/licenses/by-sa/4.0/deed.es", "cc-by-sa"),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0/", "cc-nc"),
        ("https://creativecommons.org/publicdomain/zero/1.0", "cc-zero"),
        ("Open Data Commons Open Database License (ODbL)", "odc-odbl"),
        ("https://opendatacommons.org/licenses/odbl", "odc-odbl"),
        ("ODC-BY", "odc-by"),
        ("Términos propios de la entidad", "Términos propios de la entidad"),
        ("https://creativecommons.org/licenses/by-nd/4.0/",) * 2,
        (None, ""),
    ],
)
def test_licence_finds_ckans_id(written, expected):
    """Names, codes and addresses give CKAN's id; an unknown licence stays as it is."""
    assert values.licence(written) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Índice de precios: año 2018", "indice-de-precios-ano-2018"),
        ("¿?", "abc"),
        ("new", "new-abc"),
        ("a", "a-abc"),
        ("palabra " * 20, "palabra-" * 9 + "palabra"),
        ("x" * 200, "x" * 80),
    ],
)
def test_slug_is_a_ckan_name(title, expected):
    """Names are readable, ASCII, 2-80 long, never a reserved word."""
    assert values.slug(title, fallback="abc") == expected


@given(st.text())
def test_slug_is_always_valid(title):
    """Whatever the title, CKAN takes the name."""
    name = values.slug(title, fallback="abc12345")
    assert 2 <= len(name) <= 80
    assert name == name.strip("-").lower()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("gasto público", "gasto público"),
        ("salud (nacional)", "salud nacional"),
        ("a/b", "a b"),
        ("x", ""),
        ("#", ""),
        ("y" * 150, "y" * 100),
    ],
)
def test_keyword_has_only_permitted_characters(word, expected):
    """Characters that CKAN refuses in tags become spaces."""
    assert values.keyword(word) == expected


def test_cut_never_splits_a_character():
    """A text is cut at a whole character."""
    assert values.cut("ñandú", size=6) == "ñand"


def test_identity_is_stable_and_version_4():
    """The same parts give the same id, in the one form that CKAN accepts."""
    first = values.identity("datosgobar", "dataset", "sspm_38")
    assert first == values.identity("datosgobar", "dataset", "sspm_38")
    assert first != values.identity("datosgobar", "dataset", "sspm_39")
    assert first[14] == "4"
