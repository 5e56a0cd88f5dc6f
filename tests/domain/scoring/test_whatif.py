"""Other weights: what ranks would be, without touching the sealed bundle."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.scoring import kit

from ckanext.merit.domain.scoring import seal
from ckanext.merit.domain.scoring.fields import RuleError
from ckanext.merit.domain.scoring.report import row_data
from ckanext.merit.domain.scoring.whatif import UnknownCodeError, weighed

RULES = """
merit: 1
id: x
root:
  of:
  - {code: a, weight: 3, scale: [0, 10], panel: {quorum: 1}}
  - code: d
    of: [{code: b, scale: [0, 10], panel: {quorum: 1}}]
"""


def bundle() -> dict[str, Any]:
    marks = kit.panel("A", "a", "9") + kit.panel("A", "b", "1")
    marks += kit.panel("B", "a", "5") + kit.panel("B", "b", "9")
    dice = random.Random(1)  # noqa: S311 - repeatable pseudonyms
    return seal.sealed(kit.tree(RULES), marks, random=dice)


def ranks(weights: dict[str, str]) -> dict[str, int | None]:
    return {row.object: row.rank for row in weighed(bundle(), weights).rows}


def test_without_other_weights_it_is_the_sealed_result():
    """The same rows as in the bundle, to the last digit."""
    sealed = bundle()
    result = weighed(sealed, {})
    assert [row_data(result.rules, row) for row in result.rows] == sealed["rows"]


def test_other_weights_can_turn_the_ranking():
    """A leads by its first criterion; with more weight on the other B does."""
    assert ranks({}) == {"A": 1, "B": 2}
    assert ranks({"d": "9"}) == {"A": 2, "B": 1}


@given(st.integers(min_value=1, max_value=10**6), st.integers(1, 1000))
def test_only_proportions_matter(weight: int, times: int):
    """All weights of one level times the same number change nothing."""
    once = {"a": str(weight), "d": "2"}
    more = {"a": str(weight * times), "d": str(2 * times)}
    assert ranks(once) == ranks(more)


def test_the_bundle_stays_as_it_is():
    """Nothing of it is changed in passing."""
    sealed = bundle()
    before = copy.deepcopy(sealed)
    weighed(sealed, {"a": "1", "b": "7"})
    assert sealed == before


@pytest.mark.parametrize("code", ["", "z"])
def test_unknown_codes_are_refused(code: str):
    """Also the root's, which has no weight."""
    with pytest.raises(UnknownCodeError) as refused:
        weighed(bundle(), {code: "1"})
    assert refused.value.code == code


@pytest.mark.parametrize("weight", ["0", "-1", "much"])
def test_weights_are_above_zero(weight: str):
    """As in rules."""
    with pytest.raises(RuleError):
        weighed(bundle(), {"a": weight})
