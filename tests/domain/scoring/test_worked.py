"""The worked values and examples that define the rules."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.domain.scoring import kit

from ckanext.merit.domain.scoring import additive
from ckanext.merit.domain.scoring.panel import aggregated
from ckanext.merit.domain.scoring.publish import allotted
from ckanext.merit.domain.scoring.report import decimal_text
from ckanext.merit.domain.scoring.rules import Panel


def test_panel_lines_are_rounded_and_added():
    """Stepwise, the total is the sum of the published lines."""
    result = kit.rank(kit.RUBRIC, kit.rubric_marks())
    assert kit.lines(result, "X") == {"c1": "32.50", "c2": "21.00", "c3": "18.67"}
    assert kit.totals(result) == {"X": "72.17"}


def test_panel_means_are_exact():
    """Criteria are exact fractions until they are published."""
    row = kit.row_of(kit.rank(kit.RUBRIC, kit.rubric_marks()), "X")
    values = [row.nodes[code].value for code in ("c1", "c2", "c3")]
    assert values == kit.fractions("13/20", "7/10", "14/15")
    assert row.exact == Fraction(433, 6)


def test_panel_rounded_only_at_the_end():
    """The exact policy rounds nothing but the total."""
    text = kit.RUBRIC.replace("id: rubric", "id: r\nrounding: exact\ndecimals: 4")
    assert kit.totals(kit.rank(text, kit.rubric_marks())) == {"X": "72.1667"}


def test_a_real_zero_counts():
    """Leaving a juror's 0 out would give another result."""
    without_zero = [mark for mark in kit.rubric_marks() if mark.value != "0"]
    result = kit.rank(kit.RUBRIC, without_zero)
    assert kit.row_of(result, "X").nodes["c1"].value == Fraction(13, 15)
    assert kit.totals(result) == {"X": "83.00"}


@pytest.mark.parametrize(
    ("aggregate", "value"), [("mean", "17/25"), ("trimmed", "11/15"), ("median", "4/5")]
)
def test_aggregates(aggregate: str, value: str):
    """Mean, mean without the extremes, and median of the same five scores."""
    scores = [2, 6, 8, 8, 10]
    assert aggregated(Panel(aggregate), scores, unit=10) == Fraction(value)


def test_maxima_of_six_lines():
    """What can't be shared out evenly goes to the first lines."""
    shares = allotted([Fraction(100, 6)] * 6, decimals=2)
    assert shares == [Fraction("16.67")] * 4 + [Fraction("16.66")] * 2


def test_maxima_of_three_lines():
    """The maxima of the lines add up to the points."""
    shares = allotted([Fraction(100, 3)] * 3, decimals=2)
    assert shares == kit.fractions("33.34", "33.33", "33.33")


POOL_TOTALS = {
    "none": "A 75.00 B 60.00 C 50.00 D 72.50 E 70.00 F 75.00",
    "additive": "A 75.00 B 66.25 C 56.25 D 72.50 E 63.75 F 68.75",
    "zscore": "A 82.08 B 68.72 C 51.41 D 81.12 E 52.09 F 67.08",
    "pairwise": "A 85.58 B 50.00 C 14.42 D 85.58 E 14.42 F 50.00",
}


@pytest.mark.parametrize("method", POOL_TOTALS)
def test_pool_methods_give_different_orders(method: str):
    """Four calibrations of the same reviews, four results."""
    text = kit.POOL.replace("calibrate: none", f"calibrate: {method}")
    words = POOL_TOTALS[method].split()
    expected = dict(zip(words[::2], words[1::2], strict=True))
    assert kit.totals(kit.rank(text, kit.pool_marks())) == expected


def test_additive_severities():
    """Who is strict and who is lenient in the same reviews."""
    result = kit.rank(kit.POOL, kit.pool_marks())
    severity = additive.fit(result.inputs.reviews["jury"]).severity
    assert {juror: decimal_text(b, 4) for juror, b in severity.items()} == {
        "j1": "0.0417",
        "j2": "-0.1667",
        "j3": "0.1667",
        "j4": "-0.0417",
    }


def test_means_and_products_order_differently():
    """A weak dimension can't be bought off under a geometric mean."""
    text = """
merit: 1
id: index
rounding: exact
root:
  compose: {compose}
  of:
  - {{code: a, weight: 40, scale: [0, 1]}}
  - {{code: b, weight: 40, scale: [0, 1]}}
  - {{code: c, weight: 20, scale: [0, 1]}}
"""
    given = kit.single("spiky", a="0.9", b="0.9", c="0.1")
    given += kit.single("even", a="0.65", b="0.65", c="0.65")
    mean = kit.rank(text.format(compose="mean"), given)
    product = kit.rank(text.format(compose="geometric"), given)
    assert kit.totals(mean) == {"spiky": "74.00", "even": "65.00"}
    assert kit.totals(product) == {"even": "65.00", "spiky": "58.00"}


def test_panel_example_lines():
    """Factors, bonus and penalty: each line rounded as its rule says."""
    result = kit.rank(kit.PANEL_EXAMPLE, kit.panel_example_marks())
    assert kit.lines(result, "A") == {
        "execution": "61.60",
        "style": "9.38",
        "bonus": "0.00",
        "penalty": "-1.00",
    }
    assert kit.lines(result, "B") == {
        "execution": "61.23",
        "style": "8.05",
        "bonus": "0.70",
        "penalty": "0.00",
    }


def test_panel_example_tie():
    """Equal totals are parted by execution as published."""
    result = kit.rank(kit.PANEL_EXAMPLE, kit.panel_example_marks())
    assert kit.totals(result) == {"A": "69.98", "B": "69.98"}
    assert kit.ranks(result) == {"A": 1, "B": 2}
    assert [row.tie_break for row in result.rows] == ["execution", "execution"]


def test_index_example():
    """A composite index with logarithm and geometric mean."""
    given = kit.single(
        "X", life="83.2", expected="18.2", mean_years="13.0", gni="64660"
    )
    result = kit.rank(kit.INDEX_EXAMPLE, given)
    row = kit.row_of(result, "X")
    groups = [row.nodes[code].value for code in ("health", "education", "income")]
    assert [decimal_text(value, 4) for value in groups] == [
        "0.9723",
        "0.9333",
        "0.9776",
    ]
    assert kit.totals(result) == {"X": "0.961"}
