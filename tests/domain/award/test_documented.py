"""The documentation of machine criteria says what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.domain.award.strategies import dataset, entity

from ckanext.merit.domain.award.gaming import DETECTORS
from ckanext.merit.domain.award.metrics import PARAMETERS

GUIDE = Path(__file__).parents[3] / "docs" / "machine-criteria.md"
TEXT = GUIDE.read_text("utf-8")


def rows(header: str) -> dict[str, str]:
    """Last cells of a table by the name in their first one."""
    table = TEXT.partition(f"| {header} |")[2].partition("\n\n")[0]
    found = re.findall(r"^\| `(\w+)` \|.*\| ([^|]*) \|$", table, re.M)
    return dict(found)


@pytest.mark.parametrize("metric", PARAMETERS)
def test_the_parameters_of_a_metric_are_documented(metric: str):
    """All of them, with their defaults."""
    said = re.findall(r"`(\w+)`[^(]*\(([^)]*)\)", rows("Metric")[metric])
    declared = [(one.name, one.default) for one in PARAMETERS[metric]]
    assert sorted(said) == sorted(declared)


def test_the_detectors_are_documented():
    """All of them, in their order; the example gives their defaults."""
    assert list(rows("Detector")) == list(DETECTORS)
    for name, parameters in DETECTORS.items():
        given = ", ".join(f"{one.name}: {one.default}" for one in parameters)
        assert f"  {name}: {{{given}}}\n" in TEXT


def test_the_metric_of_ones_own_works():
    """The code of the guide runs as it stands, without its plugin class."""
    code = TEXT.partition("```python\n")[2].partition("```")[0]
    scope: dict[str, Any] = {}
    pure = code.partition("class RichPlugin")[0].replace(
        "from ckanext.merit.interfaces import IMeritMetrics, Metric", ""
    )
    exec(pure.replace("import ckan.plugins as p", ""), scope)  # noqa: S102
    facts = entity(dataset("a", usable=1), dataset("b", usable=2))
    assert scope["rich_datasets"](facts, {}) == "1"
    assert scope["rich_datasets"](facts, {"files": "1"}) == "2"
