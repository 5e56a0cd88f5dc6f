"""What holds for all rules and sheets."""

from __future__ import annotations

import random
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.scoring import kit

from ckanext.merit.domain.scoring import Mark, Result, check_marks, score, seal

MEASURES = [
    "scale: [0, 5]",
    "scale: [0, 5], panel: {quorum: 1}",
    "scale: [0, 5], panel: {quorum: 2, aggregate: median}",
    "scale: [0, 5], panel: {quorum: 1, aggregate: mean}, missing: skip",
    "scale: [0, 5], missing: zero",
    "goalposts: [1, 4], missing: skip",
]
OBJECTS = "ABCD"
JURORS = ["j", "k", "l", "m", "n", "o"]
MARKS = ["0", "1", "2.5", "3", "4", "5"]


@st.composite
def mean_rules(draw: st.DrawFn) -> str:
    """A tree of means with up to two levels, stepwise."""
    number = 0

    def leaf() -> str:
        nonlocal number
        number += 1
        weight = draw(st.integers(1, 9))
        measure = draw(st.sampled_from(MEASURES))
        return f"{{code: c{number}, weight: {weight}, {measure}}}"

    nodes = []
    for group in range(draw(st.integers(1, 3))):
        leaves = [leaf() for _ in range(draw(st.integers(1, 3)))]
        if draw(st.booleans()):
            weight = draw(st.integers(1, 9))
            nodes.append(
                f"{{code: g{group}, weight: {weight}, of: [{', '.join(leaves)}]}}"
            )
        else:
            nodes.extend(leaves)
    decimals = draw(st.integers(0, 3))
    return (
        f"merit: 1\nid: x\ndecimals: {decimals}\ntie_break: [c1, first_places]\n"
        f"root: {{of: [{', '.join(nodes)}]}}\n"
    )


@st.composite
def contests(draw: st.DrawFn, rules: st.SearchStrategy[str]) -> tuple[str, list[Mark]]:
    """Rules and a sheet that fits them, with gaps."""
    text = draw(rules)
    read = kit.rules(text)
    marks: list[Mark] = []
    for leaf in read.leaves:
        jurors = JURORS if read.takes_jurors(leaf) else [""]
        for name in OBJECTS:
            for juror in jurors:
                value = draw(st.sampled_from([*MARKS, "", None]))
                if value is not None:
                    marks.append(Mark(name, juror, leaf.code, value))
    return text, marks


def pool_rules(methods: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(
        [
            "merit: 1\nid: x\ndecimals: 6\nroot: {of: [{code: jury, "
            f"pool: {{calibrate: {method}, quorum: 1, min_reviews: 2}}, of: ["
            "{code: c1, weight: 2, scale: [0, 5]}, "
            "{code: c2, scale: [0, 5], missing: skip}]}]}\n"
            for method in methods
        ]
    )


def ranked(text: str, marks: list[Mark]) -> Result:
    read = kit.rules(text)
    return score(read, check_marks(read, marks))


ANY = contests(
    st.one_of(mean_rules(), pool_rules(["none", "additive", "zscore", "pairwise"]))
)


@given(ANY, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_of_input_is_irrelevant(
    contest: tuple[str, list[Mark]], dice: random.Random
):
    """The same rows in any order give the same result."""
    text, marks = contest
    shuffled = list(marks)
    dice.shuffle(shuffled)
    assert ranked(text, shuffled).rows == ranked(text, marks).rows


@given(contests(mean_rules()))
@settings(max_examples=40, deadline=None)
def test_published_lines_add_up(contest: tuple[str, list[Mark]]):
    """The total is the sum of the published lines."""
    result = ranked(*contest)
    for row in result.rows:
        if row.total is not None:
            points = [row.nodes[code].points or 0 for code in result.lines]
            assert row.total == sum(points)


@given(contests(mean_rules()))
@settings(max_examples=40, deadline=None)
def test_a_perfect_entry_has_exactly_all_points(contest: tuple[str, list[Mark]]):
    """Whatever the weights, the places and what was skipped."""
    text, marks = contest
    best = [mark._replace(value="5") if mark.value else mark for mark in marks]
    for row in ranked(text, best).rows:
        whole = all(
            node.value in (None, 1) and node.state.value in ("counted", "skipped")
            for node in row.nodes.values()
        )
        if row.total is not None and whole:
            assert row.total == 100


def raised(marks: list[Mark], place: int) -> list[Mark] | None:
    """One mark raised by a step; None where there is none to raise."""
    givens = [n for n, mark in enumerate(marks) if mark.value not in ("", "5")]
    if not givens:
        return None
    chosen = givens[place % len(givens)]
    better = MARKS[MARKS.index(marks[chosen].value) + 1]
    return [
        mark._replace(value=better) if n == chosen else mark
        for n, mark in enumerate(marks)
    ]


@given(
    contests(st.one_of(mean_rules(), pool_rules(["none", "additive", "pairwise"]))),
    st.integers(0, 999),
)
@settings(max_examples=60, deadline=None)
def test_raising_a_score_never_lowers_its_owner(
    contest: tuple[str, list[Mark]], place: int
):
    """Neither the points nor, among the others as they were, the exact total."""
    text, marks = contest
    better = raised(marks, place)
    if better is None:
        return
    owner = next(m.object for m, b in zip(marks, better, strict=True) if m != b)
    before, after = (
        kit.row_of(ranked(text, sheet), owner) for sheet in (marks, better)
    )
    if before.total is not None:
        assert after.total >= before.total
        assert after.exact >= before.exact - Fraction(1, 10**9)


@given(contests(mean_rules()), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_raising_a_score_never_lowers_the_rank(
    contest: tuple[str, list[Mark]], place: int
):
    """Where others' points don't depend on it."""
    text, marks = contest
    text = text.replace("tie_break: [c1, first_places]\n", "")
    better = raised(marks, place)
    if better is None:
        return
    owner = next(m.object for m, b in zip(marks, better, strict=True) if m != b)
    before, after = (
        kit.row_of(ranked(text, sheet), owner) for sheet in (marks, better)
    )
    if before.rank is not None:
        assert after.rank <= before.rank


@given(contests(mean_rules()))
@settings(max_examples=60, deadline=None)
def test_an_abstention_is_as_if_never_given(contest: tuple[str, list[Mark]]):
    """Blank rows of jurors change nothing."""
    text, marks = contest
    spoken = [mark for mark in marks if mark.value or not mark.juror]
    names = {mark.object for mark in spoken}
    silent = [mark for mark in marks if mark.object in names]
    assert ranked(text, silent).rows == ranked(text, spoken).rows


@given(ANY)
@settings(max_examples=60, deadline=None)
def test_ties_share_ranks(contest: tuple[str, list[Mark]]):
    """Who can't be parted has the same rank; others don't."""
    rows = [row for row in ranked(*contest).rows if row.rank is not None]
    for row in rows:
        same = [other for other in rows if other.rank == row.rank]
        assert (len(same) > 1) == (row.tie_break == "ex_aequo")
        assert {other.total for other in same} == {row.total}


@given(ANY)
@settings(max_examples=40, deadline=None)
def test_any_sealed_result_can_be_recomputed(contest: tuple[str, list[Mark]]):
    """Whatever the rules, the digest is found again."""
    text, marks = contest
    dice = random.Random(1)  # noqa: S311 - repeatable pseudonyms
    bundle = seal.sealed(kit.tree(text), marks, random=dice)
    assert seal.recomputed(bundle).matches
