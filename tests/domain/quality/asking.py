"""Asks the indicators one by one."""

from __future__ import annotations

from fractions import Fraction

from tests.domain.quality.making import NOW, vocabularies

from ckanext.merit.domain.facts import Facts, ResourceFacts
from ckanext.merit.domain.indicators import measure
from ckanext.merit.domain.quality import Measurement

HALF = Fraction(1, 2)
DOCUMENT = ResourceFacts(id="d", kind="documentation", url="http://example.org/a.pdf")


def everything(dataset: Facts, **parts) -> list[Measurement]:
    """Return all measurements of a dataset."""
    return list(measure(dataset, vocabularies(), now=NOW, **parts))


def one(name: str, dataset: Facts, **parts) -> Measurement:
    """Return the only measurement of an indicator."""
    found = [each for each in everything(dataset, **parts) if each.indicator == name]
    assert len(found) == 1
    return found[0]


def value_of(name: str, dataset: Facts) -> tuple[object, str]:
    """Return an indicator's value, or its state where it has none, and the reason."""
    found = one(name, dataset)
    return (found.value if found.state == "measured" else found.state), found.reason
