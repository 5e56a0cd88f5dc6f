"""Places by machine points: within a category, shared where points are equal."""

from __future__ import annotations

import pytest

from ckanext.merit.domain.award.board import places
from ckanext.merit.domain.award.standing import Standing, stand, stand_all
from ckanext.merit.domain.scoring.reading import read_rules

RULES = read_rules(
    {
        "merit": "1",
        "id": "r",
        "root": {
            "of": [
                {"code": "new", "goalposts": ["0", "4"]},
                {"code": "open", "goalposts": ["0", "1"], "categories": ["big"]},
                {"code": "plan", "scale": ["0", "10"], "panel": {}},
            ]
        },
    }
)


def ranks(*totals: str) -> list[tuple[str, int]]:
    """Places of entries a, b, c, … of one category."""
    entries = dict(zip("abcd", totals, strict=False))
    standings = {key: Standing((), text, "100") for key, text in entries.items()}
    found = places(standings, dict.fromkeys(entries, "all"))
    return [(place.entry, place.rank) for place in found.get("all", [])]


def test_equal_points_share_a_place():
    """1-2-2-4, by number and not by text."""
    assert ranks("9", "10", "9.00", "2") == [("b", 1), ("a", 2), ("c", 2), ("d", 4)]


def test_each_category_has_its_own_order():
    """Whoever is last in one may be first in the other."""
    standings = {key: Standing((), text, "9") for key, text in (("a", "1"), ("b", "2"))}
    found = places(standings, {"a": "small", "b": "big"})
    assert {code: rows[0].rank for code, rows in found.items()} == {
        "small": 1,
        "big": 1,
    }


def test_nobody_has_no_places():
    """No categories without entries."""
    assert places({}, {}) == {}


@pytest.mark.parametrize("category", ["small", "big"])
def test_many_at_once_stand_as_each_alone(category: str):
    """Others in the same edition change nothing."""
    values = {"new": "3", "open": "0.5"} if category == "big" else {"new": "3"}
    together = stand_all(
        RULES,
        {"me": (category, values), "other": ("big", {"new": "1", "open": None})},
    )
    assert together["me"] == stand(RULES, values, category=category)


def test_who_was_not_measured_does_not_stand():
    """An entry without values has no standing, not one of 0."""
    assert stand_all(RULES, {"me": ("small", {})}) == {}
