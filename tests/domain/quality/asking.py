"""Asks the indicators one by one."""

from __future__ import annotations

from fractions import Fraction

from tests.domain.quality.making import NOW, vocabularies

from ckanext.merit.domain.facts import Facts, ResourceFacts
from ckanext.merit.domain.indicators import measure
from ckanext.merit.domain.quality import Measured, Measurement

HALF = Fraction(1, 2)
PARTS = ("state", "value", "reason", "detail")
DOCUMENT = ResourceFacts(id="d", kind="documentation", url="http://example.org/a.pdf")


def everything(dataset: Facts, **parts) -> list[Measurement]:
    """Return all measurements of a dataset, those of resources one by one."""
    found = measure(dataset, vocabularies(), now=NOW, **parts)
    return [one for each in found for one in _each(each)]


def _each(found: Measured) -> list[Measurement]:
    if isinstance(found, Measurement):
        return [found]
    return [
        Measurement(found.indicator, *map(one.__getattribute__, PARTS), subject)
        for subject, one in zip(found.subjects, found.outcomes, strict=True)
    ]


def one(name: str, dataset: Facts, **parts) -> Measurement:
    """Return the only measurement of an indicator."""
    found = [each for each in everything(dataset, **parts) if each.indicator == name]
    assert len(found) == 1
    return found[0]


def value_of(name: str, dataset: Facts) -> tuple[object, str]:
    """Return an indicator's value, or its state where it has none, and the reason."""
    found = one(name, dataset)
    return (found.value if found.state == "measured" else found.state), found.reason
