"""Each indicator of the dataset's own fields: values, reasons and states."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.domain.quality.asking import HALF, one, value_of
from tests.domain.quality.making import facts, resource

from ckanext.merit.domain.indicators import Options


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
    assert value_of("F1", facts(title=title, twins=twins)) == (value, reason)


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
    assert value_of("F2", facts(description=description)) == (value, reason)


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
    assert value_of("F3", facts(keywords=keywords)) == (value, reason)


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
    assert value_of("F4", facts(themes=themes, groups=groups)) == (value, reason)


@pytest.mark.parametrize(
    ("spatial", "value", "reason"),
    [("", 0, "none"), ("Mendoza", HALF, "unreadable"), ("AR-M", 1, "ok")],
)
def test_f5(spatial, value, reason):
    """A place that a map can show; any other text is half."""
    assert value_of("F5", facts(spatial=spatial)) == (value, reason)


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
    assert value_of("F6", facts(**parts)) == (value, reason)


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
    assert value_of("A4", facts(access_rights=text)) == (value, reason)


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
    assert (value_of("R1", dataset), value_of("R2", dataset)) == (r1, r2)


def test_licences_of_resources():
    """Without a licence of the dataset those of its data files count, in share."""
    dataset = facts(
        resource("a", licence="cc-by"),
        resource("b", licence="https://example.org/licencia"),
        resource("c", licence="other-open"),
        resource("d"),
        licence_id="notspecified",
    )
    assert value_of("R1", dataset) == (HALF, "resources")
    assert value_of("R2", dataset) == (Fraction(1, 4), "resources")


def test_generic_licences_of_resources_say_nothing():
    """Where no data file has a real licence, the dataset's answer stays."""
    dataset = facts(resource(licence="other-open"), licence_id="")
    assert value_of("R1", dataset) == (0, "none")


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
    assert value_of("R3", facts(**parts)) == (value, reason)


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
    found = one("R4", dataset, options=options)
    assert (found.value, found.reason, found.detail) == (value, reason, {})


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
    assert value_of("R6", facts(provenance=text)) == (value, reason)
