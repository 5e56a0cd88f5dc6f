"""Every kind of rule in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.contest.people import Contest
from tests.pages_contest.public_kit import address, opened, words

import ckanext.merit
from ckanext.merit.award.metrics import PARAMETER_TITLES
from ckanext.merit.logic.contest import metrics

SUM = """
merit: 1
id: sum
tie_break: [execution]
root:
  compose: sum
  of:
  - {code: difficulty, raw: [1, 5], independent: true}
  - {code: execution, raw: [0, 10], panel: {drop: 2}, times: [3, difficulty], round: 2}
  - {code: penalty, raw: [0, 5], missing: zero, times: [-1]}
"""
INDEX = """
merit: 1
id: index
points: 1
decimals: 3
rounding: exact
root:
  compose: geometric
  of:
  - {code: life, goalposts: [20, 85], title: {es: Vida, en: Life}}
  - {code: gni, goalposts: [100, 75000], transform: log, missing: skip}
"""
POOL = """
merit: 1
id: pool
root:
  of:
  - code: jury
    weight: 2
    pool: {calibrate: additive, quorum: 2}
    of:
    - {code: idea, scale: [0, 5], direction: down}
    - {code: impact, weight: 3, scale: [0, 5], missing: skip}
  - {code: votes, scale: [0, 100], source: public, categories: [all], knockout: "0.05"}
  - {code: median, levels: {no: 0, yes: 1}, panel: {aggregate: median}}
"""

MEASURED = """
merit: 1
id: measured
root:
  of:
  - code: new
    source: auto
    metric: new_datasets
    parameters: {quality: 60}
    goalposts: [0, 20]
  - code: plan
    source: evidence
    evidence: [file, url]
    levels: {high: "0.9", low: "0.1"}
    missing: zero
"""


def rules_page(app: Any, contest: Contest, source: str) -> str:
    """Show rules in force."""
    edition = contest.ready()
    contest.rules(edition["id"], source)
    contest.act("merit_edition_publish", id=edition["id"])
    return words(opened(app, address(contest, edition, "/rules")))


def test_points_that_are_added(app: Any, contest: Contest):
    """Factors, a bonus apart, penalties; nothing is out of 100."""
    text = rules_page(app, contest, SUM)
    for sentence in (
        "Counted as it is, from 1 to 5.",
        "It is shown but is not part of the total.",
        "Multiplied by: 3, difficulty.",
        "from 7 scores on, without the 2 lowest and the 2 highest.",
        "Nothing given counts as zero.",
        "Its parts are added.",
    ):
        assert sentence in text
    assert "up to" not in text


def test_an_index(app: Any, contest: Contest):
    """Goalposts in their own units; parts of a product have no points of their own."""
    text = rules_page(app, contest, INDEX)
    for sentence in (
        "20 or worse gives nothing and 85 or better gives all; in between, in",
        "100 or worse gives nothing and 75,000 or better gives all; in between each",
        "Only the total is rounded, to 3 decimals.",
        "a weak one cannot be made up for by a strong one.",
        "Where there is no value the other criteria count instead.",
    ):
        assert sentence in text
    assert "up to" not in text


def test_a_pool_of_reviews(app: Any, contest: Contest):
    """Calibration, least number of reviews, and what stands beside it."""
    text = rules_page(app, contest, POOL)
    for sentence in (
        "Each juror's severity, estimated from all reviews, is taken off first;",
        "With fewer than 2 reviews there is no total.",
        "Less is better.",
        "By public vote",
        "Only for: Todas",
        "Whoever gets less than 5 % of it is out of the ranking.",
        "The middle one of the jurors' scores counts.",
        "up to 50.00 points",
    ):
        assert sentence in text


def test_levels_of_distinction_begin_with_the_highest(app: Any, contest: Contest):
    """Whatever their order in the rule file."""
    prizes = "prizes: {levels: {bronze: 55, gold: 85, silver: 70}, places: 3}\n"
    text = rules_page(app, contest, INDEX + prizes)
    assert "Gold: from 85 points Silver: from 70 points Bronze: from 55" in text


@pytest.mark.parametrize(
    "file",
    sorted((Path(ckanext.merit.__path__[0]) / "rules" / "award").glob("*.yaml")),
    ids=lambda file: file.stem,
)
def test_examples_can_be_read(app: Any, contest: Contest, file: Path):
    """The rule files that come with the package have a page that says it all."""
    text = rules_page(app, contest, file.read_text("utf-8"))
    assert "From points to a result" in text


def test_parameters_of_metrics_have_translations(non_clean_db: None):
    """Each title is marked for the catalogue, and none that isn't used."""
    titles = {one.title for item in metrics.known().values() for one in item.parameters}
    assert titles == PARAMETER_TITLES


def test_what_is_counted_and_how(app: Any, contest: Contest):
    """The metric's own words, with the values in force; kinds of evidence in words."""
    text = rules_page(app, contest, MEASURED)
    for sentence in (
        "Measured by the portal",
        "What is counted: New datasets.",
        "Least quality score of a dataset: 60",
        "Whether the licence must be open: yes",
        "Evidence may be: a file, an address on the web.",
    ):
        assert sentence in text
    assert text.index("low 10 %") < text.index("high 90 %")
