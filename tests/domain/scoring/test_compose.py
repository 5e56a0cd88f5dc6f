"""Missing, abstained, not applicable, knocked out: what each means for the total."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.domain.scoring import kit

from ckanext.merit.domain.scoring.compose import State

TWO = """
merit: 1
id: x
root:
  of:
  - {{code: a, weight: 3, scale: [0, 4]}}
  - {{code: b, weight: 1, scale: [0, 4], missing: {missing}}}
"""
PANEL = "merit: 1\nid: x\nroot: {{code: a, scale: [0, 4], panel: {{{panel}}}}}\n"


def state(result, name: str, code: str) -> State:
    return kit.row_of(result, name).nodes[code].state


@pytest.mark.parametrize(
    ("missing", "total"), [("fail", None), ("zero", "75.00"), ("skip", "100.00")]
)
def test_missing_value(missing: str, total: str | None):
    """No total, a zero, or out of the denominator."""
    result = kit.rank(TWO.format(missing=missing), kit.single("A", a="4"))
    assert kit.totals(result) == {"A": total}


def test_missing_value_is_flagged():
    """An object without total has no rank and says why."""
    result = kit.rank(TWO.format(missing="fail"), kit.single("A", a="4"))
    assert kit.ranks(result) == {"A": None}
    assert kit.flags(result, "A") == ("missing",)


def test_skipped_value_lowers_coverage():
    """How much of the weight was covered is shown."""
    result = kit.rank(TWO.format(missing="skip"), kit.single("A", a="4"))
    assert kit.row_of(result, "A").coverage == Fraction(3, 4)


def test_skipped_value_gives_its_points_to_the_rest():
    """The maxima are allotted over what is left, for that object."""
    given = kit.single("A", a="4") + kit.single("B", a="4", b="4")
    result = kit.rank(TWO.format(missing="skip"), given)
    maxima = [kit.row_of(result, name).nodes["a"].maximum for name in "AB"]
    assert maxima == [100, 75]


def test_nothing_left_is_missing():
    """A group whose children are all skipped has no value, and no total."""
    text = TWO.format(missing="skip").replace("[0, 4]}", "[0, 4], missing: skip}")
    result = kit.rank(text, kit.marks("A - a -"))
    assert kit.totals(result) == {"A": None}
    assert kit.flags(result, "A") == ("missing",)


def test_a_value_of_zero_is_a_value():
    """0 is a score."""
    result = kit.rank(TWO.format(missing="skip"), kit.single("A", a="4", b="0"))
    assert kit.totals(result) == {"A": "75.00"}


def test_below_quorum_is_no_total():
    """Some scores but too few: not ranked, and flagged."""
    result = kit.rank(PANEL.format(panel=""), kit.panel("A", "a", "4", "4"))
    assert kit.totals(result) == {"A": None}
    assert kit.flags(result, "A") == ("below_quorum",)


def test_below_quorum_is_no_zero():
    """The rule for missing values is for none at all, not for too few."""
    text = PANEL.format(panel="").replace("panel:", "missing: zero, panel:")
    result = kit.rank(text, kit.panel("A", "a", "4", "4"))
    assert state(result, "A", "a") is State.INSUFFICIENT


def test_no_score_at_all_is_missing():
    """A panel that gave nothing follows the rule for missing values."""
    text = PANEL.format(panel="").replace("panel:", "missing: zero, panel:")
    result = kit.rank(text, kit.marks("A j a -"))
    assert kit.totals(result) == {"A": "0.00"}


def test_an_abstention_is_no_score():
    """A blank row is the same as no row."""
    given = kit.panel("A", "a", "4", "2", "3")
    with_blank = [*given, *kit.marks("A j9 a -")]
    blank = kit.rank(PANEL.format(panel=""), with_blank)
    assert blank.rows == kit.rank(PANEL.format(panel=""), given).rows


def test_panel_rounding_comes_before_composing():
    """The aggregate is rounded, halves up, when the panel says so."""
    text = PANEL.format(panel="aggregate: mean, quorum: 1, round: 1")
    result = kit.rank(text, kit.panel("A", "a", "1", "2", "2"))
    assert kit.totals(result) == {"A": "40.00"}


def test_median_of_an_even_panel():
    """The mean of the two in the middle."""
    text = PANEL.format(panel="aggregate: median")
    result = kit.rank(text, kit.panel("A", "a", "0", "4", "1", "2"))
    assert kit.totals(result) == {"A": "37.50"}


CATEGORIES = """
merit: 1
id: x
root:
  of:
  - {code: a, weight: 1, scale: [0, 4]}
  - {code: b, weight: 1, categories: [big], of: [{code: c, scale: [0, 4]}]}
  - {code: g, of: [{code: d, scale: [0, 4], categories: [big]}]}
"""


def test_not_applicable_leaves_the_denominator():
    """A small entity isn't measured by what is only for big ones."""
    given = kit.single("A", "small", a="2") + kit.single(
        "B", "big", a="2", c="4", d="4"
    )
    result = kit.rank(CATEGORIES, given)
    assert kit.totals(result) == {"A": "50.00", "B": "83.33"}


def test_group_without_applicable_children_does_not_apply():
    """Nothing in it applies, so it doesn't either."""
    result = kit.rank(CATEGORIES, kit.single("A", "small", a="2"))
    assert state(result, "A", "g") is State.NOT_APPLICABLE


def test_rules_that_do_not_apply_give_no_total():
    """An object of a category without criteria isn't ranked."""
    text = """
merit: 1
id: x
root: {of: [{code: a, scale: [0, 1], categories: [x]}, {code: i, scale: [0, 1],
       independent: true}]}
"""
    result = kit.rank(text, kit.single("A", "y", i="1"))
    assert kit.totals(result) == {"A": None}
    assert kit.flags(result, "A") == ("not_applicable",)


def test_ranks_are_inside_a_category():
    """Each category has its own first place."""
    given = kit.single("A", "small", a="2") + kit.single(
        "B", "big", a="2", c="4", d="4"
    )
    assert kit.ranks(kit.rank(CATEGORIES, given)) == {"A": 1, "B": 1}


def test_independent_criteria_are_shown_but_do_not_count():
    """They have points of their own, and no line."""
    text = """
merit: 1
id: x
root: {of: [{code: a, scale: [0, 4]}, {code: i, scale: [0, 4], independent: true}]}
"""
    result = kit.rank(text, kit.single("A", a="4", i="1"))
    assert kit.totals(result) == {"A": "100.00"}
    assert kit.row_of(result, "A").nodes["i"].points == 25
    assert result.lines == ("a",)


def test_independent_criteria_never_block():
    """Nothing hangs on them."""
    text = """
merit: 1
id: x
root:
  of:
  - {code: a, scale: [0, 4]}
  - {code: i, independent: true, of: [{code: j, scale: [0, 1], panel: {}}]}
"""
    given = kit.single("A", a="4") + kit.panel("A", "j", "1")
    result = kit.rank(text, given)
    assert kit.totals(result) == {"A": "100.00"}
    assert kit.flags(result, "A") == ()


KNOCKOUT = """
merit: 1
id: x
root:
  compose: sum
  of:
  - {code: a, raw: [0, 10], knockout: 5, times: [2]}
  - {code: b, raw: [0, 10]}
"""


def test_knocked_out_objects_use_up_no_rank():
    """They are listed with their points, last, without rank."""
    given = kit.single("A", a="4", b="10") + kit.single("B", a="5", b="0")
    result = kit.rank(KNOCKOUT, given)
    assert kit.totals(result) == {"B": "10.00", "A": "18.00"}
    assert kit.ranks(result) == {"B": 1, "A": None}
    assert kit.flags(result, "A") == ("knocked_out",)


def test_knockout_is_compared_before_factors():
    """A factor can't lift a value over the bar."""
    result = kit.rank(KNOCKOUT, kit.single("A", a="4.9", b="10"))
    assert kit.flags(result, "A") == ("knocked_out",)


FACTORS = """
merit: 1
id: x
root:
  compose: sum
  of:
  - {{code: d, raw: [1, 5], independent: true}}
  - {{code: a, raw: [0, 10], times: [d], missing: {missing}}}
  - {{code: b, raw: [0, 10]}}
"""


@pytest.mark.parametrize(
    ("missing", "total"), [("fail", None), ("zero", "3.00"), ("skip", "3.00")]
)
def test_missing_factor_makes_the_node_missing(missing: str, total: str | None):
    """Without its factor a value can't be known."""
    result = kit.rank(FACTORS.format(missing=missing), kit.single("A", a="7", b="3"))
    assert kit.totals(result) == {"A": total}


def test_missing_factor_of_a_group():
    """A group can't do without its factor."""
    text = """
merit: 1
id: x
root:
  compose: sum
  of:
  - {code: d, raw: [1, 5], independent: true}
  - {code: g, compose: sum, times: [d], of: [{code: a, raw: [0, 10]}]}
"""
    result = kit.rank(text, kit.single("A", a="7"))
    assert state(result, "A", "g") is State.MISSING


def test_factor_of_a_scale_is_its_normalised_value():
    """A factor is between 0 and 1 unless it is raw."""
    text = FACTORS.format(missing="fail").replace("d, raw: [1, 5]", "d, scale: [0, 4]")
    result = kit.rank(text, kit.single("A", d="1", a="8", b="0"))
    assert kit.totals(result) == {"A": "2.00"}


def test_group_composes_then_multiplies_then_rounds():
    """The order of work of a group."""
    text = """
merit: 1
id: x
root:
  compose: sum
  of:
  - code: g
    compose: sum
    times: [0.5]
    round: 0
    of: [{code: a, weight: 2, raw: [0, 10]}, {code: b, raw: [0, 10]}]
"""
    result = kit.rank(text, kit.single("A", a="7", b="1"))
    assert kit.totals(result) == {"A": "8.00"}


def test_geometric_floor():
    """A zero is lifted to the floor, so that it isn't the end of everything."""
    text = """
merit: 1
id: x
rounding: exact
root: {compose: geometric, of: [{code: a, scale: [0, 1]}, {code: b, scale: [0, 1]}]}
"""
    result = kit.rank(text, kit.single("A", a="0", b="1"))
    assert kit.totals(result) == {"A": "10.00"}


def test_objects_below_a_gate_use_up_no_rank():
    """Who didn't pass a stage is listed with the points, last, without rank."""
    rules = kit.rules(kit.PANEL_EXAMPLE)
    scores = kit.check_marks(rules, kit.panel_example_marks())
    result = kit.score(rules, scores, below_gate=["A"])
    assert kit.totals(result) == {"B": "69.98", "A": "69.98"}
    assert kit.ranks(result) == {"B": 1, "A": None}
    assert kit.flags(result, "A") == ("below_gate",)


def test_minmax_marks_the_result_as_analysis():
    """Another object would change everybody's points: never an official result."""
    text = "merit: 1\nid: x\nroot: {of: [{code: m, minmax: true, direction: down}]}\n"
    result = kit.rank(text, kit.single("A", m="3") + kit.single("B", m="5"))
    assert kit.totals(result) == {"A": "100.00", "B": "0.00"}
    assert kit.flags(result, "A") == ("analysis",)
    assert (result.analysis, result.approvable) == (True, False)


def test_official_results_are_approvable():
    """Nothing stands against an ordinary result."""
    result = kit.rank(kit.RUBRIC, kit.rubric_marks())
    assert (result.analysis, result.approvable) == (False, True)
