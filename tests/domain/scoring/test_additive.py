"""The additive fit against an exact solution of its normal equations."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.merit.domain.scoring import additive, graphs
from ckanext.merit.domain.scoring.arithmetic import rounded
from ckanext.merit.domain.scoring.laplacian import Laplacian
from ckanext.merit.domain.scoring.refining import UnsettledError, refined

Reviews = dict[str, dict[str, Fraction]]


def exact_fit(reviews: Reviews) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """Gaussian elimination on fractions; the first juror's severity is fixed at 0."""
    names = sorted(reviews)
    jurors = sorted({juror for row in reviews.values() for juror in row})
    unknowns = [*names, *jurors[1:]]
    place = {name: n for n, name in enumerate(unknowns)}
    size = len(unknowns)
    matrix = [[Fraction(0)] * (size + 1) for _ in unknowns]
    for name, row in reviews.items():
        for juror, total in row.items():
            pair = [place[who] for who in (name, juror) if who in place]
            for one in pair:
                matrix[one][size] += total
                for two in pair:
                    matrix[one][two] += 1
    for column in range(size):
        pivot = next(n for n in range(column, size) if matrix[n][column])
        matrix[column], matrix[pivot] = matrix[pivot], matrix[column]
        head = matrix[column][column]
        matrix[column] = [cell / head for cell in matrix[column]]
        for other in range(size):
            if other != column and matrix[other][column]:
                times = matrix[other][column]
                matrix[other] = [
                    cell - times * mine
                    for cell, mine in zip(matrix[other], matrix[column], strict=True)
                ]
    solved = {name: matrix[n][size] for name, n in place.items()}
    severity = {juror: solved.get(juror, Fraction(0)) for juror in jurors}
    given = [juror for row in reviews.values() for juror in row]
    shift = sum((severity[juror] for juror in given), Fraction(0)) / len(given)
    return (
        {name: rounded(solved[name] + shift, 12) for name in names},
        {juror: rounded(severity[juror] - shift, 12) for juror in jurors},
    )


@st.composite
def connected_reviews(draw: st.DrawFn) -> Reviews:
    """A few objects and jurors, each object linked to those before it."""
    total = st.fractions(0, 1, max_denominator=20)
    jurors = [f"j{n}" for n in range(draw(st.integers(1, 4)))]
    reviews: Reviews = {}
    used = {draw(st.sampled_from(jurors))}
    for number in range(draw(st.integers(1, 6))):
        mine = draw(st.sets(st.sampled_from(jurors), max_size=3))
        mine.add(draw(st.sampled_from(sorted(used))))
        used |= mine
        reviews[f"o{number}"] = {juror: draw(total) for juror in sorted(mine)}
    return reviews


@given(connected_reviews())
@settings(max_examples=60, deadline=None)
def test_fit_is_right_to_twelve_places(reviews: Reviews):
    """Objects and severities equal the exact solution, quantised."""
    fit = additive.fit(reviews)
    assert (dict(fit.values), dict(fit.severity)) == exact_fit(reviews)


def grid(side: int, seed: int) -> Reviews:
    """Each object is seen by three jurors of a square of jurors."""
    dice = random.Random(seed)  # noqa: S311 - a repeatable example
    return {
        f"{x}-{y}": {
            f"j{a}-{b}": Fraction(dice.randrange(101), 100)
            for a, b in ((x, y), (x + 1, y), (x, y + 1))
        }
        for x in range(side)
        for y in range(side)
    }


def crowd(objects: int, jurors: int, seen: int) -> Reviews:
    """Each object is seen by a random few of many jurors."""
    dice = random.Random(seen)  # noqa: S311 - a repeatable example
    return {
        f"o{n}": {
            f"j{j}": Fraction(dice.randrange(101), 100)
            for j in dice.sample(range(jurors), seen)
        }
        for n in range(objects)
    }


def chain(length: int) -> Reviews:
    """Each juror shares a single object with the next."""
    return {
        f"o{n}": {f"j{n}": Fraction(n % 3, 2), f"j{n + 1}": Fraction(n % 5, 4)}
        for n in range(length)
    }


@pytest.mark.parametrize(
    "reviews",
    [grid(5, 1), crowd(40, 30, 12), chain(40)],
    ids=["grid", "crowd", "chain"],
)
def test_fit_of_other_shapes(reviews: Reviews):
    """Sparse, dense and long-drawn juries are solved alike."""
    fit = additive.fit(reviews)
    assert (dict(fit.values), dict(fit.severity)) == exact_fit(reviews)


def test_order_of_reviews_is_irrelevant():
    """The same reviews in another order give the same fit."""
    reviews = grid(4, 2)
    turned = {
        name: dict(reversed(row.items())) for name, row in reversed(reviews.items())
    }
    assert additive.fit(turned) == additive.fit(reviews)


def test_a_correction_that_does_not_help_is_noticed():
    """An approximate solver that leads nowhere ends in an error, not in a result."""
    with pytest.raises(UnsettledError):
        refined(lambda _: [1], lambda _: [0.0], size=1, small=0)


def test_solver_with_a_ground():
    """A grounded graph has one solution: here (L + D) x = b by hand."""
    solver = Laplacian([{1: 2.0}, {0: 2.0}, {}], [1.0, 0.0, 4.0])
    assert solver.solve([1.0, 2.0, 8.0]) == pytest.approx([3.0, 4.0, 2.0])


def test_solver_of_nothing():
    """A graph without edges and ground has nothing to solve."""
    assert Laplacian([{}], [0.0]).solve([0.0]) == [0.0]


def test_parts_are_sorted():
    """Connected parts are named in a fixed order."""
    reviews = {"B": ["k"], "C": ["j"], "A": ["j", "k"], "D": ["m"], "E": []}
    assert graphs.review_parts(reviews) == (("A", "B", "C"), ("D",), ("E",))


def test_mutual_reach():
    """A beats B beats C beats A; D only loses."""
    beaten = {"A": ["B", "D"], "B": ["C"], "C": ["A"], "D": []}
    assert graphs.strong_parts(beaten) == (("A", "B", "C"), ("D",))
