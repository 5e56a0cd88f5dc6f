"""From `package_show` to facts: values that nobody would expect."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.domain.collect.test_collect import EXPECTED, facts, recorded, utc

from ckanext.merit.quality import values


@pytest.mark.parametrize(
    ("maintainer", "author", "expected"),
    [
        ("soporte@intranet", "datos@min.gob.ar", "datos@min.gob.ar"),
        ("soporte@intranet", "otra@red", "soporte@intranet"),
        ("a@min.gob.ar; b@red", "datos@min.gob.ar", "a@min.gob.ar; b@red"),
    ],
)
def test_the_first_valid_contact(maintainer: str, author: str, expected: str):
    """An address that nobody can write to does not hide one that works."""
    record = {"id": "x", "maintainer_email": maintainer, "author_email": author}
    assert facts(record).contact_email == expected


def test_only_portal_contact():
    """The portal's own address is a fact too when it is the only one."""
    record = {**recorded("core"), "maintainer_email": None}
    found = facts(record, portal_contacts=["espaciosverdes@altovalle.example"])
    assert found.contact_email == "espaciosverdes@altovalle.example"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([{"title": "API", "endpoint_description": "https://e.test/openapi"}], True),
        ('[{"endpoint_url": ["https://e.test/api"]}]', True),
        ([], False),
        ("[]", False),
        ([{"title": ""}], False),
        (None, False),
    ],
)
def test_access_services(value: Any, expected: bool):
    """A file to which an API gives access too is told from others."""
    record = {"id": "x", "resources": [{"id": "y", "access_services": value}]}
    assert facts(record).resources[0].is_served is expected


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("private", True, False),
        ("state", "draft", False),
        ("state", "deleted", False),
        ("state", "active", True),
    ],
)
def test_public(field: str, value: Any, expected: bool):
    """Only an active dataset that isn't private is public."""
    assert facts({**recorded("core"), field: value}).public is expected


@pytest.mark.parametrize(
    "value",
    [
        "http://publications.europa.eu/resource/authority/dataset-type/CODE_LIST",
        "Registro",
        "true",
        True,
    ],
)
def test_register(value: Any):
    """A declared code list or register is one, by word, address or flag."""
    assert facts({**recorded("core"), "dcat_type": value}).is_register is True


def test_address_without_scheme():
    """An address without a scheme is completed as CKAN does."""
    record = recorded("dcat")
    record["resources"][0]["url"] = "costa.example/aire.csv"
    assert facts(record).resources[0].url == "http://costa.example/aire.csv"


def test_upload_is_the_same_by_name():
    """The name of an uploaded file stands for its address."""
    record = recorded("core")
    record["resources"][0]["url"] = "censo-2023.csv"
    assert facts(record) == EXPECTED["core"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        ("  a ", "a"),
        (7, "7"),
        (["", "b", "c"], "b"),
        ('["b", "c"]', "b"),
        ('[" not json', '[" not json'),
        ({"en": "Trees", "es": "Árboles"}, "Árboles"),
        ('{"en": "Trees", "es": "Árboles"}', "Árboles"),
        ({"en": "Trees"}, "Trees"),
        ({"en": ""}, ""),
        ({"@id": "http://x.example/1 "}, "http://x.example/1"),
        ({"b": 1, "a": [2]}, '{"a": [2], "b": 1}'),
        ('{ "b":1,"a":[2] }', '{"a": [2], "b": 1}'),
        ({"text": "", "uri": None}, ""),
        ([-70.5, -34], "[-70.5, -34]"),
        ([["deep"]], ""),
        pytest.param("[" * 100_000, "[" * 65_536, id="deep"),
        pytest.param("x" * 2_000_000, "x" * 65_536, id="long"),
        pytest.param('{"a": 1' + " " * 2_000_000, '{"a": 1', id="long JSON"),
        pytest.param("[" + "9" * 5000 + "]", "[" + "9" * 5000 + "]", id="number"),
    ],
)
def test_text(value: Any, expected: str):
    """Whatever a portal stores reads as one plain text."""
    assert values.text(value, "es") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, []),
        ("a, b", ["a, b"]),
        ('["a", "", 3, null, {"es": "c"}]', ["a", "3", "c"]),
        (["a", ["b"]], ["a", "b"]),
    ],
)
def test_texts(value: Any, expected: list[str]):
    """A list reads as its non-empty texts, a text as a list of one."""
    assert values.texts(value, "es") == expected


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "prose",
        "{",
        {"fields": "x"},
        [None, 3, "a", []],
        [{"description": "no name"}],
        [{"id": "_id"}],
    ],
)
def test_no_columns(value: Any):
    """What isn't a data dictionary holds no column."""
    assert values.columns(value) == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("soon", None),
        ("2024-01-15T10:00:00", utc(2024, 1, 15, 10)),
        ("2024-01-15T10:00:00-03:00", utc(2024, 1, 15, 13)),
        ("2024-01-15T10:00:00Z", utc(2024, 1, 15, 10)),
        ("15/01/2024", utc(2024, 1, 15)),
        (datetime(2024, 1, 15), utc(2024, 1, 15)),  # noqa: DTZ001 - CKAN's are naive
    ],
)
def test_instant(value: Any, expected: datetime | None):
    """A date without a zone is UTC; what isn't a date is none."""
    assert values.instant(value) == expected
