"""Pools of reviews: completeness, quorum, calibration, what can be compared."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.domain.scoring import kit

from ckanext.merit.domain.scoring.compose import State

JURY = """
merit: 1
id: x
root:
  of:
  - code: jury
    weight: 3
    pool: {{quorum: 1}}
    of:
    - {{code: q, weight: 3, scale: [0, 4]}}
    - {{code: r, weight: 1, scale: [0, 4], missing: {missing}}}
  - {{code: size, weight: 1, scale: [0, 1], missing: skip}}
"""


def pool(method: str, more: str = "") -> str:
    return kit.POOL.replace("calibrate: none", f"calibrate: {method}{more}")


@pytest.mark.parametrize(
    ("missing", "value"), [("fail", "1"), ("zero", "7/8"), ("skip", "1")]
)
def test_incomplete_reviews(missing: str, value: str):
    """Without a required criterion a review is left out; an optional one may lack."""
    given = kit.marks("A j1 q 4\nA j1 r 4\nA j2 q 4")
    result = kit.rank(JURY.format(missing=missing), given)
    assert kit.row_of(result, "A").nodes["jury"].value == Fraction(value)


def test_incomplete_reviews_do_not_count_for_the_quorum():
    """Quorum counts complete reviews."""
    text = JURY.format(missing="fail").replace("quorum: 1", "quorum: 2")
    result = kit.rank(text, kit.marks("A j1 q 4\nA j1 r 4\nA j2 q 4"))
    assert kit.flags(result, "A") == ("below_quorum",)


def test_no_review_at_all_is_below_quorum():
    """An object that nobody reviewed isn't ranked."""
    result = kit.rank(JURY.format(missing="fail"), kit.single("A", size="1"))
    assert kit.flags(result, "A") == ("below_quorum",)


def test_a_pool_is_one_line():
    """The jury has one line with the weight of its group."""
    given = kit.marks("A j1 q 4\nA j1 r 0\nA - size 1")
    result = kit.rank(JURY.format(missing="fail"), given)
    assert kit.lines(result, "A") == {"jury": "56.25", "size": "25.00"}


def test_criteria_of_a_pool_are_shown():
    """Each criterion's plain mean can be looked up."""
    given = kit.marks("A j1 q 4\nA j1 r 0\nA j2 q 1\nA j2 r 4")
    row = kit.row_of(kit.rank(JURY.format(missing="fail"), given), "A")
    assert (row.nodes["q"].value, row.nodes["r"].value) == (
        Fraction(5, 8),
        Fraction(1, 2),
    )


def test_independent_criteria_of_a_pool_do_not_count():
    """They enter no review."""
    text = JURY.format(missing="skip").replace(
        "missing: skip}\n  -", "independent: true}\n  -"
    )
    given = kit.marks("A j1 q 4\nA j1 r 0\nB j1 r 4")
    result = kit.rank(text, given)
    assert kit.row_of(result, "A").nodes["jury"].value == 1
    assert kit.flags(result, "B") == ("below_quorum",)


def test_a_pool_within_a_category():
    """Criteria that don't apply to an object are no part of its reviews."""
    text = JURY.format(missing="fail").replace(
        "code: r,", "code: r, categories: [big],"
    )
    given = kit.marks("A j1 q 4 small\nB j1 q 4 big\nB j1 r 0 big")
    result = kit.rank(text, given)
    values = {row.object: row.nodes["jury"].value for row in result.rows}
    assert values == {"A": 1, "B": Fraction(3, 4)}


def test_scores_are_clamped_after_averaging():
    """A calibrated mean stays between 0 and 1."""
    reviews = {
        "j1": {"A": "1", "B": "0"},
        "j2": {"B": "1", "C": "0"},
        "j3": {"C": "1", "D": "0.9"},
    }
    text = pool("additive").replace("quorum: 2", "quorum: 1")
    result = kit.rank(text, kit.pool_marks(reviews))
    values = {row.object: row.nodes["jury"].value for row in result.rows}
    assert (values["A"], values["D"]) == (1, 0)


@pytest.mark.parametrize("method", ["additive", "pairwise"])
def test_unconnected_reviews_give_no_totals(method: str):
    """Groups that share no juror can't be compared; they are named."""
    reviews = {
        "j1": {"A": "1", "B": "0"},
        "j2": {"A": "1", "B": "0"},
        "j3": {"C": "1", "D": "0"},
        "j4": {"C": "1", "D": "0"},
    }
    result = kit.rank(pool(method), kit.pool_marks(reviews))
    assert set(kit.totals(result).values()) == {None}
    assert result.disconnected == {"jury": (("A", "B"), ("C", "D"))}
    assert result.approvable is False
    assert kit.flags(result, "A") == ("disconnected",)


def test_an_independent_pool_blocks_nothing():
    """What stands apart may fall apart."""
    text = """
merit: 1
id: x
root:
  of:
  - {code: a, scale: [0, 1]}
  - code: jury
    independent: true
    pool: {calibrate: additive}
    of: [{code: quality, scale: [0, 1]}]
"""
    given = kit.pool_marks({"j1": {"A": "1"}, "j2": {"B": "1"}})
    given += kit.single("A", a="1") + kit.single("B", a="0")
    result = kit.rank(text, given)
    assert kit.totals(result) == {"A": "100.00", "B": "0.00"}
    assert kit.row_of(result, "A").nodes["jury"].state is State.DISCONNECTED


@pytest.mark.parametrize("method", ["none", "additive", "zscore", "pairwise"])
def test_a_pool_without_reviews(method: str):
    """Nothing to calibrate is no error."""
    text = pool(method)
    assert kit.totals(kit.rank(text, kit.marks("A j quality -"))) == {"A": None}


def test_a_single_object_is_neither_better_nor_worse():
    """Pairwise, an object that meets nobody is in the middle."""
    given = kit.pool_marks({"j1": {"A": "1"}, "j2": {"A": "0"}})
    assert kit.totals(kit.rank(pool("pairwise"), given)) == {"A": "50.00"}


def test_few_reviews_are_not_standardised():
    """Jurors with too few reviews stay as they are, and their objects are flagged."""
    reviews = {**kit.POOL_REVIEWS, "j5": {"A": "0.3", "B": "0.2"}}
    result = kit.rank(pool("zscore"), kit.pool_marks(reviews))
    flagged = {row.object for row in result.rows if row.flags == ("uncalibrated",)}
    assert flagged == {"A", "B"}


def test_jurors_who_give_everyone_the_same_are_not_standardised():
    """Without spread there is nothing to divide by."""
    reviews = {"j1": {"A": "1", "B": "1", "C": "1"}, "j2": {"A": "0", "B": "1"}}
    result = kit.rank(pool("zscore"), kit.pool_marks(reviews))
    assert kit.totals(result) == {"B": "100.00", "A": "50.00", "C": None}


def test_single_reviews_have_no_spread():
    """One review is no sample, whatever min_reviews says."""
    text = pool("zscore").replace("min_reviews: 3", "min_reviews: 1")
    text = text.replace("quorum: 2", "quorum: 1")
    assert kit.totals(kit.rank(text, kit.marks("A j quality 0.5"))) == {"A": "50.00"}


@pytest.mark.parametrize("ridge", ["0", "0.1"])
def test_ridge_of_zero_needs_wins_both_ways(ridge: str):
    """Plain maximum likelihood needs that everyone won against everyone in turns."""
    reviews = {"j1": {"A": "1", "B": "0"}, "j2": {"A": "1", "B": "0"}}
    result = kit.rank(pool("pairwise", f", ridge: {ridge}"), kit.pool_marks(reviews))
    split = {"jury": (("A",), ("B",))}
    assert result.disconnected == (split if ridge == "0" else {})


def test_plain_maximum_likelihood():
    """Two wins to one: the odds are two to one."""
    reviews = {
        "j1": {"A": "1", "B": "0"},
        "j2": {"A": "1", "B": "0"},
        "j3": {"A": "0", "B": "1"},
    }
    result = kit.rank(pool("pairwise", ", ridge: 0"), kit.pool_marks(reviews))
    assert kit.totals(result) == {"A": "66.67", "B": "33.33"}


def test_equal_scores_are_half_a_win():
    """A tie of one juror moves both to the middle."""
    reviews = {"j1": {"A": "1", "B": "1"}, "j2": {"A": "1", "B": "1"}}
    result = kit.rank(pool("pairwise"), kit.pool_marks(reviews))
    assert kit.totals(result) == {"A": "50.00", "B": "50.00"}
