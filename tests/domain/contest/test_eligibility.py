"""Categories as predicates on organisation profiles."""

from __future__ import annotations

import pytest

from ckanext.merit.domain.contest.eligibility import (
    Profile,
    Shortfall,
    category_of,
    check_predicate,
    matches,
    shortfalls,
)
from ckanext.merit.domain.contest.errors import ContestError

TOWN = Profile(type="municipality", level="local", region="Cusco", size_class="small")


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        ({}, True),
        ({"type": ["ministry", "municipality"]}, True),
        ({"type": ["ministry"]}, False),
        ({"type": ["municipality"], "region": ["Lima"]}, False),
        ({"any_of": [{"region": ["Lima"]}, {"size_class": ["small"]}]}, True),
        ({"any_of": [{"region": ["Lima"]}, {"level": ["national"]}]}, False),
        ({"none_of": [{"region": ["Lima"]}]}, True),
        ({"none_of": [{"region": ["Lima"]}, {"region": ["Cusco"]}]}, False),
        ({"level": ["local"], "none_of": [{"any_of": [{"type": ["x"]}]}]}, True),
    ],
)
def test_all_keys_must_hold(predicate, expected):
    """Fields hold by membership, any_of by one, none_of by none."""
    check_predicate(predicate)
    assert matches(predicate, TOWN) is expected


def test_what_is_not_stated_matches_no_value():
    """An organisation without profile enters only where nothing is asked."""
    assert matches({"type": ["municipality"]}, Profile()) is False
    assert matches({}, Profile()) is True


def test_categories_keep_their_order():
    """All categories that admit an organisation, in the order of the edition."""
    categories = [
        ("towns", {"type": ["municipality"]}),
        ("ministries", {"type": ["ministry"]}),
        ("all", {}),
    ]
    assert category_of(categories, TOWN) == ("towns", "all")


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        ({}, ()),
        ({"type": ["municipality"], "any_of": [{"region": ["Cusco"]}]}, ()),
        (
            {"region": ["Lima", "Callao"], "type": ["municipality"]},
            (Shortfall("region", ("Lima", "Callao"), "Cusco"),),
        ),
        (
            {
                "any_of": [{"region": ["Lima"]}],
                "none_of": [{"size_class": ["small"]}],
            },
            (Shortfall("any_of"), Shortfall("none_of")),
        ),
    ],
)
def test_shortfalls_say_what_is_not_met(predicate, expected):
    """Each condition that fails, with what is there instead."""
    assert shortfalls(predicate, TOWN) == expected


def test_a_shortfall_of_what_is_not_stated():
    """The profile may just be incomplete."""
    found = shortfalls({"level": ["local"]}, Profile())
    assert found == (Shortfall("level", ("local",), None),)


def nested(depth: int) -> dict:
    predicate: dict = {"type": ["x"]}
    for _ in range(depth):
        predicate = {"any_of": [predicate]}
    return predicate


def test_depth_has_a_limit():
    """Eight levels are read, nine are refused."""
    check_predicate(nested(8))
    with pytest.raises(ContestError) as caught:
        check_predicate(nested(9))
    assert caught.value.detail["reason"] == "nested too deep"


@pytest.mark.parametrize(
    ("predicate", "reason"),
    [
        ([], "not a mapping"),
        ({"colour": ["red"]}, "unknown field"),
        ({"type": "ministry"}, "needs a list with something in it"),
        ({"type": []}, "needs a list with something in it"),
        ({"type": [1]}, "needs values that are text"),
        ({"type": [""]}, "needs values that are text"),
        ({"any_of": ["x"]}, "not a mapping"),
    ],
)
def test_a_predicate_that_cannot_be_read_is_refused(predicate, reason: str):
    """The refusal says what was not understood."""
    with pytest.raises(ContestError) as caught:
        check_predicate(predicate)
    assert (caught.value.code, caught.value.detail["reason"]) == ("predicate", reason)
