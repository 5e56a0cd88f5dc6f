"""Points as published: every line can be checked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.scoring import kit

from ckanext.merit.domain.scoring.publish import allotted


def equal_lines(count: int, top: str = "") -> str:
    nodes = "".join(f"  - {{code: c{n}, scale: [0, 1]}}\n" for n in range(count))
    return f"merit: 1\nid: x\n{top}root:\n  of:\n{nodes}"


@given(
    st.lists(st.integers(1, 1000), min_size=1, max_size=30),
    st.integers(0, 6),
    st.integers(1, 500),
)
def test_allotted_points_add_up(weights: list[int], decimals: int, points: int):
    """Largest remainders share out everything, each off by less than a unit."""
    exact = [Fraction(points * weight, sum(weights)) for weight in weights]
    shares = allotted(exact, decimals=decimals)
    unit = Fraction(1, 10**decimals)
    assert sum(shares) == points
    assert all(abs(a - b) < unit for a, b in zip(shares, exact, strict=True))


@pytest.mark.parametrize("count", [1, 3, 6, 7, 30])
def test_a_perfect_entry_has_all_points(count: int):
    """Maxima add up to exactly 100."""
    perfect = kit.single("A", **{f"c{n}": "1" for n in range(count)})
    assert kit.totals(kit.rank(equal_lines(count), perfect)) == {"A": "100.00"}


@pytest.mark.parametrize(
    ("decimals", "total"), [("0", "17"), ("1", "16.7"), ("4", "16.6667")]
)
def test_any_number_of_decimals(decimals: str, total: str):
    """Lines and totals have as many places as the rules say."""
    given = kit.single("A", c0="1", **{f"c{n}": "0" for n in range(1, 6)})
    found = kit.totals(kit.rank(equal_lines(6, f"decimals: {decimals}\n"), given))
    assert found == {"A": total}


def test_other_points_than_a_hundred():
    """The points are shared out, whatever they are."""
    text = equal_lines(3, "points: 20\n")
    given = kit.single("A", c0="1", c1="0", c2="0")
    assert kit.totals(kit.rank(text, given)) == {"A": "6.67"}


NESTED = """
merit: 1
id: x
root:
  of:
  - code: d1
    weight: 60
    of: [{code: a, scale: [0, 1]}, {code: b, scale: [0, 1]}, {code: c, scale: [0, 1]}]
  - code: d2
    weight: 40
    of: [{code: d, weight: 3, scale: [0, 1]}, {code: e, scale: [0, 1]}]
"""


def test_dimensions_are_the_sum_of_their_lines():
    """Published points of a dimension are its published lines added."""
    given = kit.single("A", a="0.123", b="0.456", c="0.789", d="0.5", e="1")
    nodes = kit.row_of(kit.rank(NESTED, given), "A").nodes
    assert nodes["d1"].points == sum(nodes[code].points for code in "abc")
    assert nodes[""].points == nodes["d1"].points + nodes["d2"].points


def test_maxima_follow_the_weights_down_the_tree():
    """60 and 40, then thirds and quarters."""
    given = kit.single("A", a="0", b="0", c="0", d="0", e="0")
    nodes = kit.row_of(kit.rank(NESTED, given), "A").nodes
    assert [nodes[code].maximum for code in "abcde"] == [20, 20, 20, 30, 10]


def test_lines_of_a_sum_have_their_own_places():
    """A line is rounded as its node says; the total needs no fewer places."""
    text = """
merit: 1
id: x
decimals: 1
root:
  compose: sum
  of:
  - {code: a, raw: [0, 1], round: 3}
  - {code: b, raw: [0, 1]}
  - {code: m, weight: 50, of: [{code: c, scale: [0, 3]}]}
"""
    result = kit.rank(text, kit.single("A", a="0.1235", b="0.25", c="1"))
    assert kit.lines(result, "A") == {"a": "0.124", "b": "0.3", "m": "16.7"}
    assert kit.totals(result) == {"A": "17.124"}


def test_exact_sum_rounds_only_the_total():
    """Two halves of a unit make one."""
    text = """
merit: 1
id: x
rounding: exact
decimals: 0
root: {compose: sum, of: [{code: a, raw: [0, 1]}, {code: b, raw: [0, 1]}]}
"""
    result = kit.rank(text, kit.single("A", a="0.5", b="0.4"))
    assert kit.lines(result, "A") == {"a": "1", "b": "0"}
    assert kit.totals(result) == {"A": "1"}


def test_stepwise_sum_adds_rounded_lines():
    """The total is what the reader gets by adding."""
    text = """
merit: 1
id: x
decimals: 0
root: {compose: sum, of: [{code: a, raw: [0, 1]}, {code: b, raw: [0, 1]}]}
"""
    result = kit.rank(text, kit.single("A", a="0.5", b="0.5"))
    assert kit.totals(result) == {"A": "2"}


def test_exact_root_may_be_multiplied_and_rounded():
    """Under the exact policy the root's factor and rounding come before points."""
    text = """
merit: 1
id: x
rounding: exact
root: {code: r, times: [0.5], round: 1, of: [{code: a, scale: [0, 4]}]}
"""
    assert kit.totals(kit.rank(text, kit.single("A", a="3"))) == {"A": "40.00"}


def test_a_root_of_one_criterion_has_all_points():
    """The only line is the total."""
    text = "merit: 1\nid: x\nroot: {code: a, scale: [0, 4]}\n"
    result = kit.rank(text, kit.single("A", a="3"))
    assert kit.lines(result, "A") == {"a": "75.00"}
    assert kit.totals(result) == {"A": "75.00"}


def test_what_stands_apart_is_shown_on_its_own_scale():
    """Raw values as they are, shares out of the points."""
    text = """
merit: 1
id: x
root:
  of:
  - {code: a, scale: [0, 1]}
  - {code: r, raw: [0, 9], independent: true}
  - {code: g, independent: true, of: [{code: s, scale: [0, 4]}]}
"""
    nodes = kit.row_of(kit.rank(text, kit.single("A", a="1", r="7", s="1")), "A").nodes
    assert [nodes[code].points for code in ("r", "g", "s")] == [7, 25, 25]


def test_objects_without_total_keep_their_lines():
    """Listed with their points, and with the maxima of their category."""
    result = kit.rank(equal_lines(2), kit.single("A", c0="0.5"))
    assert kit.lines(result, "A") == {"c0": "25.00", "c1": None}
