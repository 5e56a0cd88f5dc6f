"""Ranks, ties, the tie-break chain and distinctions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.scoring import kit

from ckanext.merit.domain.scoring.distinctions import Award, Level, levels, places
from ckanext.merit.domain.scoring.ranking import Contender, Place, placed

CONTENDERS = st.lists(
    st.tuples(st.integers(0, 3), st.none() | st.integers(0, 2)), max_size=12
).map(
    lambda pairs: [
        Contender(f"o{n}", Fraction(total), (None if tie is None else Fraction(tie),))
        for n, (total, tie) in enumerate(pairs)
    ]
)


def test_competition_ranking():
    """1-2-2-4: equal totals share a rank and use up as many."""
    totals = {"A": 9, "B": 7, "C": 7, "D": 5}
    contenders = [Contender(name, Fraction(n)) for name, n in totals.items()]
    assert placed(contenders, steps=[]) == [
        Place("A", 1),
        Place("B", 2, "ex_aequo"),
        Place("C", 2, "ex_aequo"),
        Place("D", 4),
    ]


def test_each_step_parts_only_who_is_still_tied():
    """The second step never overrules the first, nor the total."""
    contenders = [
        Contender("A", Fraction(5), (Fraction(1), Fraction(9))),
        Contender("B", Fraction(5), (Fraction(2), Fraction(0))),
        Contender("C", Fraction(5), (Fraction(2), Fraction(1))),
        Contender("D", Fraction(6), (Fraction(0), Fraction(0))),
    ]
    assert placed(contenders, steps=["first", "second"]) == [
        Place("D", 1),
        Place("C", 2, "second"),
        Place("B", 3, "second"),
        Place("A", 4, "first"),
    ]


def test_a_missing_value_loses_a_tie():
    """Even against a negative one."""
    contenders = [
        Contender("A", Fraction(1), (None,)),
        Contender("B", Fraction(1), (Fraction(-1),)),
    ]
    ranks = [place.object for place in placed(contenders, steps=["x"])]
    assert ranks == ["B", "A"]


@given(CONTENDERS)
def test_rank_is_one_more_than_those_ahead(contenders: list[Contender]):
    """The definition of competition ranking."""

    def strength(one: Contender) -> tuple[Fraction, bool, Fraction]:
        tie = one.chain[0]
        return one.total, tie is not None, tie or Fraction(0)

    by_name = {one.object: one for one in contenders}
    for place in placed(contenders, steps=["x"]):
        mine = strength(by_name[place.object])
        assert place.rank == 1 + sum(strength(one) > mine for one in contenders)


@given(CONTENDERS)
def test_order_of_contenders_is_irrelevant(contenders: list[Contender]):
    """Ranks are a function of the set."""
    assert placed(contenders[::-1], steps=["x"]) == placed(contenders, steps=["x"])


FIRSTS = """
merit: 1
id: x
tie_break: [first_places]
root:
  of:
  - {{code: a, weight: 1, scale: [0, 4], panel: {{aggregate: mean}}}}
  - {{code: b, weight: 1, scale: [0, 4], panel: {{aggregate: mean}}}}
{more}
"""


def firsts(given, more: str = "") -> dict[str, str]:
    result = kit.rank(FIRSTS.format(more=more), given)
    assert len(set(kit.totals(result).values())) == 1
    return {row.object: f"{row.rank} {row.tie_break}" for row in result.rows}


def test_first_places_part_equal_totals():
    """Two jurors of three have A first, over both criteria."""
    given = kit.panel("A", "a", "3", "3", "0") + kit.panel("A", "b", "3", "3", "0")
    given += kit.panel("B", "a", "2", "2", "2") + kit.panel("B", "b", "2", "2", "2")
    assert firsts(given) == {"A": "1 first_places", "B": "2 first_places"}


def test_objects_tied_at_the_top_share_a_first_place():
    """Nobody is ahead when every juror sees them alike."""
    given = kit.panel("A", "a", "3", "3", "3") + kit.panel("A", "b", "1", "1", "1")
    given += kit.panel("B", "a", "1", "1", "1") + kit.panel("B", "b", "3", "3", "3")
    assert firsts(given) == {"A": "1 ex_aequo", "B": "1 ex_aequo"}


def test_first_places_are_a_share_of_the_jurors():
    """One first place of three jurors is less than one of two."""
    text = FIRSTS.format(more="").replace("mean}", "mean, quorum: 1}")
    given = kit.marks("""
A j1 a 4
A j1 b 4
A j2 a 0
A j2 b 0
A j3 a 2
A j3 b 2
B j4 a 4
B j4 b 4
B j2 a 0
B j2 b 0
C j3 a 4
C j3 b 4
C j5 a 0
C j5 b 0
""")
    result = kit.rank(text, given)
    assert result.first_places == {
        "A": Fraction(1, 3) + Fraction(1, 6),
        "B": Fraction(1, 2) + Fraction(1, 4),
        "C": Fraction(1, 2) + Fraction(1, 2),
    }


def test_first_places_of_raw_marks_and_penalties():
    """Raw marks count by their range; of a penalty the lowest mark is the best."""
    text = """
merit: 1
id: x
tie_break: [first_places]
root:
  compose: sum
  of:
  - {code: a, raw: [2, 6], panel: {quorum: 1}}
  - {code: p, raw: [0, 4], panel: {quorum: 1}, times: [-1, d]}
  - {code: n, raw: [0, 4], panel: {quorum: 1}, times: [0]}
  - {code: d, raw: [0, 1], independent: true}
"""
    given = kit.single("A", d="1") + kit.single("B", d="1")
    given += kit.marks("A j a 3\nA j p 0\nA j n 0\nB j a 6\nB j p 3\nB j n 4")
    result = kit.rank(text, given)
    assert kit.totals(result) == {"A": "3.00", "B": "3.00"}
    assert result.first_places == {"A": Fraction(1, 2), "B": Fraction(1, 2)}


def test_first_places_of_pools():
    """A review of a pool counts as the juror's view."""
    text = kit.POOL.replace("root:", "tie_break: [first_places]\nroot:")
    given = kit.pool_marks(
        {"j": {"A": "1", "B": "0.8"}, "k": {"A": "0.5", "B": "0.7"}, "l": {"C": "0.1"}}
    )
    result = kit.rank(text, given)
    assert result.first_places == {"A": Fraction(1, 2), "B": Fraction(1, 2)}


def test_objects_without_juror_have_no_first_place():
    """Machine values have no jurors."""
    text = FIRSTS.format(more="").replace(", panel: {aggregate: mean}", "")
    result = kit.rank(
        text, kit.single("A", a="1", b="1") + kit.single("B", a="1", b="1")
    )
    assert result.first_places == {"A": 0, "B": 0}


def rows(text: str):
    """Rows of a sum with the given totals, by name."""
    rules = "merit: 1\nid: x\nroot: {compose: sum, of: [{code: a, raw: [0, 99]}]}\n"
    given = []
    for word in text.split():
        name, total, category = word.split(":")
        given += kit.single(name, category, a=total)
    return kit.rank(rules, given).rows


def test_levels_are_reached_from_their_threshold_on():
    """The highest level that the published total reaches."""
    seals = [Level("bronze", Fraction(55)), Level("gold", Fraction(85))]
    assert levels(rows("A:85:x B:84:x C:54:x"), seals) == (
        Award("A", "x", level="gold"),
        Award("B", "x", level="bronze"),
    )


def test_objects_without_rank_get_no_level():
    """Knocked out is not eligible for distinctions."""
    text = "merit: 1\nid: x\nroot: {of: [{code: a, scale: [0, 1], knockout: 0.5}]}\n"
    result = kit.rank(text, kit.single("A", a="0.4"))
    assert levels(result.rows, [Level("gold", Fraction(0))]) == ()


def test_places_by_category():
    """Each category has its own quota; none where it isn't named."""
    awards = places(rows("A:9:x B:8:x C:7:y D:6:z"), quota={"x": 1, "y": 2})
    assert awards == (Award("A", "x", place=1), Award("C", "y", place=1))


def test_shared_places_use_up_as_many():
    """Two firsts, no second."""
    awards = places(rows("A:9:x B:9:x C:7:x"), quota={"x": 2})
    assert awards == (Award("A", "x", place=1), Award("B", "x", place=1))


def test_places_roll_down():
    """Who doesn't verify in time makes room for the next."""
    awards = places(rows("A:9:x B:8:x C:7:x"), quota={"x": 2}, passed_over=["A"])
    assert awards == (Award("B", "x", place=1), Award("C", "x", place=2))


def test_one_prize_per_team():
    """A team keeps its better place, in whatever category."""
    awards = places(
        rows("A:9:x B:8:x C:7:x D:9:y E:8:y"),
        quota={"x": 2, "y": 1},
        owners={"A": "t", "B": "t", "D": "t"},
    )
    assert awards == (
        Award("A", "x", place=1),
        Award("C", "x", place=2),
        Award("E", "y", place=1),
    )


@pytest.mark.parametrize("rule", ["a", "b"])
def test_tie_break_by_published_points(rule: str):
    """Which criterion parts the tie is the rules' choice."""
    text = f"""
merit: 1
id: x
tie_break: [{rule}]
root: {{of: [{{code: a, scale: [0, 1]}}, {{code: b, scale: [0, 1]}}]}}
"""
    given = kit.single("A", a="1", b="0") + kit.single("B", a="0", b="1")
    ranks = kit.ranks(kit.rank(text, given))
    assert ranks == ({"A": 1, "B": 2} if rule == "a" else {"B": 1, "A": 2})
