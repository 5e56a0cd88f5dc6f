"""Short ways to write rules and score sheets in tests."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ckanext.merit import rulefile
from ckanext.merit.domain.scoring import (
    Mark,
    Result,
    Rules,
    Scores,
    check_marks,
    read_marks,
    read_rules,
    score,
)
from ckanext.merit.domain.scoring.report import decimal_text

PANEL_EXAMPLE = """
merit: 1
id: panel-example
tie_break: [execution]
root:
  compose: sum
  of:
  - {code: difficulty, raw: [1, 5], independent: true}
  - {code: execution, raw: [0, 10], panel: {drop: 2}, times: [3, difficulty], round: 2}
  - {code: style, raw: [0, 10], panel: {drop: 1, round: 2}, times: [1.25], round: 2}
  - {code: bonus, raw: [0, 5], missing: zero}
  - {code: penalty, raw: [0, 5], missing: zero, times: [-1]}
"""
INDEX_EXAMPLE = """
merit: 1
id: index-example
points: 1
decimals: 3
rounding: exact
root:
  compose: geometric
  floor: 0
  of:
  - {code: health, of: [{code: life, goalposts: [20, 85]}]}
  - code: education
    of: [{code: expected, goalposts: [0, 18]}, {code: mean_years, goalposts: [0, 15]}]
  - {code: income, of: [{code: gni, goalposts: [100, 75000], transform: log}]}
"""
RUBRIC = """
merit: 1
id: rubric
root:
  of:
  - {code: c1, weight: 50, scale: [0, 5], panel: {aggregate: mean}}
  - {code: c2, weight: 30, scale: [0, 5], panel: {aggregate: mean}}
  - {code: c3, weight: 20, scale: [0, 5], panel: {aggregate: mean}}
"""
POOL = """
merit: 1
id: pool
root:
  of:
  - code: jury
    pool: {calibrate: none, quorum: 2, min_reviews: 3}
    of: [{code: quality, scale: [0, 1]}]
"""
POOL_REVIEWS = {
    "j1": {"A": ".80", "B": ".70", "C": ".60"},
    "j2": {"B": ".50", "C": ".40", "D": ".55"},
    "j3": {"D": ".90", "E": ".80", "F": ".85"},
    "j4": {"E": ".60", "F": ".65", "A": ".70"},
}


def tree(text: str) -> rulefile.Map:
    return rulefile.parse(text, filename="rules.yaml")


def rules(text: str) -> Rules:
    return read_rules(tree(text))


def marks(text: str) -> list[Mark]:
    """Rows "object juror criterion value [category]", "-" for an empty cell."""
    rows = [line.split() for line in text.strip().splitlines()]
    return [Mark(*("" if cell == "-" else cell for cell in row)) for row in rows]


def panel(name: str, criterion: str, *values: str, category: str = "") -> list[Mark]:
    """One row per juror j1, j2 ...; "-" is left out."""
    return [
        Mark(name, f"j{number}", criterion, value, category)
        for number, value in enumerate(values, start=1)
        if value != "-"
    ]


def single(name: str, category: str = "", **values: str) -> list[Mark]:
    """One row per criterion, without a juror."""
    return [Mark(name, "", code, value, category) for code, value in values.items()]


def pool_marks(
    reviews: Mapping[str, Mapping[str, str]] = POOL_REVIEWS, code: str = "quality"
) -> list[Mark]:
    """The rows of reviews given by juror and object."""
    return [
        Mark(name, juror, code, f"0{value}" if value.startswith(".") else value)
        for juror, given in reviews.items()
        for name, value in given.items()
    ]


def panel_example_marks() -> list[Mark]:
    a = single("A", difficulty="2.8", penalty="1")
    a += panel("A", "execution", *["7", "7.5", "8", "7.5", "7", "6.5", "8"])
    a += panel("A", "style", *["7.25", "7.50", "8.00", "6.75", "7.75"])
    b = single("B", difficulty="3.1", bonus="0.70")
    b += panel("B", "execution", *["6.5", "6", "7", "6.5", "7", "6.5"])
    b += panel("B", "style", *["6", "6.5", "6.25", "7"])
    return a + b


def rubric_marks() -> list[Mark]:
    return [
        *panel("X", "c1", "4", "5", "4", "0", "-"),
        *panel("X", "c2", "3", "4", "4", "3", "-"),
        *panel("X", "c3", "5", "-", "4", "5", "-"),
    ]


def scores(text: str, given: list[Mark]) -> Scores:
    return check_marks(rules(text), given)


def rank(text: str, given: list[Mark]) -> Result:
    read = rules(text)
    return score(read, check_marks(read, given))


def sheet(text: str) -> list[Mark]:
    """Rows of a CSV text."""
    return read_marks(text)


def totals(result: Result) -> dict[str, str | None]:
    return {row.object: decimal_text(row.total, row.places) for row in result.rows}


def ranks(result: Result) -> dict[str, int | None]:
    return {row.object: row.rank for row in result.rows}


def lines(result: Result, name: str) -> dict[str, str | None]:
    row = row_of(result, name)
    return {
        code: decimal_text(row.nodes[code].points, row.nodes[code].places)
        for code in result.lines
    }


def row_of(result: Result, name: str) -> Any:
    return next(row for row in result.rows if row.object == name)


def flags(result: Result, name: str) -> tuple[str, ...]:
    return row_of(result, name).flags


def fractions(*values: str) -> list[Fraction]:
    return [Fraction(value) for value in values]
