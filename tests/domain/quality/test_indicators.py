"""The answers of all indicators together, and whether the record is valid."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.domain.quality.asking import DOCUMENT, everything, one, value_of
from tests.domain.quality.making import facts, resource

from ckanext.merit.domain.facts import Facts
from ckanext.merit.domain.indicators import INDICATORS


def test_every_indicator_is_answered():
    """All indicators of the profile with everything, in any case."""
    for dataset in (facts(), Facts()):
        assert {each.indicator for each in everything(dataset)} == set(INDICATORS)


def test_a_perfect_dataset_loses_nothing():
    """What is measured is fully earned."""
    assert {
        (each.indicator, each.value)
        for each in everything(facts())
        if each.state == "measured" and each.value != 1
    } == set()


@pytest.mark.parametrize("name", ["A1", "I5"])
def test_links_and_contents_are_not_checked(name):
    """What only a look at the files can say is unmeasured."""
    assert value_of(name, facts()) == ("unmeasured", "not_checked")


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
    found = one("I6", facts(**parts))
    assert (found.value, found.reason) == (value, "ok" if value == 1 else "invalid")


def test_i6_names_what_is_wrong():
    """The evidence is the number and the properties."""
    dataset = facts(resource(format="PHP"), title="", frequency="a veces")
    assert one("I6", dataset).detail == {
        "count": 3,
        "paths": "dct:accrualPeriodicity, dct:format, dct:title",
    }


@pytest.mark.parametrize("name", ["A1", "A2", "I1", "I2", "I3", "I4", "I5", "R5", "T2"])
@pytest.mark.parametrize("resources", [(), (DOCUMENT,)])
def test_a_dataset_without_data(name, resources):
    """No data, no points wherever data is asked for."""
    dataset = Facts(resources=resources, frequency="irregular")
    assert value_of(name, dataset) == (0, "no_data")


@pytest.mark.parametrize("name", ["A3", "C1"])
def test_what_does_not_apply_without_data(name):
    """A service and sound contents are not asked of no data."""
    assert value_of(name, Facts()) == ("na", "not_tabular")
