"""From what was written to a share of the best."""

from __future__ import annotations

from fractions import Fraction

import pytest

from ckanext.merit.domain.scoring import normalise
from ckanext.merit.domain.scoring.normalise import normalised, written_value
from ckanext.merit.domain.scoring.rules import Goalposts, Levels, MinMax, Raw, Scale


def value(measure, text: str) -> Fraction:
    return normalised(measure, written_value(measure, text))


def scale(*, down: bool = False, step: str | None = None) -> Scale:
    return Scale(Fraction(1), Fraction(5), step and Fraction(step), down)


def posts(worst: str, best: str) -> Goalposts:
    return Goalposts(Fraction(worst), Fraction(best), "none")


@pytest.mark.parametrize(
    ("measure", "text", "share"),
    [
        (scale(), "2", "1/4"),
        (scale(down=True), "2", "3/4"),
        (scale(step="0.5"), "4.5", "7/8"),
        (Raw(Fraction(0), Fraction(9)), "7.5", "15/2"),
        (Levels({"good": Fraction(2, 3)}), "good", "2/3"),
        (posts("0", "8"), "2", "1/4"),
        (posts("0", "8"), "9", "1"),
        (posts("0", "8"), "-1", "0"),
        (posts("8", "0"), "2", "3/4"),
    ],
)
def test_measures(measure, text: str, share: str):
    """Scales shift, levels look up, goalposts clamp, raw values stay."""
    assert value(measure, text) == Fraction(share)


def test_logarithm_of_one_more():
    """log1p takes a zero."""
    posts = Goalposts(Fraction(0), normalise.transformed(Fraction(9), "log1p"), "log1p")
    assert value(posts, "0") == 0


def test_logarithm_outside_its_domain():
    """A value without a logarithm is an error."""
    with pytest.raises(ValueError, match=r"^-1 has no log1p$"):
        value(Goalposts(Fraction(0), Fraction(1), "log1p"), "-1")


@pytest.mark.parametrize(("down", "low"), [(False, 0), (True, 1)])
def test_extremes_of_a_sample(down: bool, low: int):
    """Min-max gives the ends 0 and 1."""
    numbers = [Fraction(n) for n in (2, 4, 3)]
    shares = normalise.min_max(MinMax(down), numbers)
    assert shares == {
        Fraction(2): low,
        Fraction(3): Fraction(1, 2),
        Fraction(4): 1 - low,
    }


def test_improvement_is_a_share_of_the_target():
    """Gains beyond the target and losses are clamped."""
    gains = [
        normalise.improvement(Fraction(40), Fraction(after), target=Fraction(20))
        for after in (30, 45, 70)
    ]
    assert gains == [0, Fraction(1, 4), 1]


def test_improvement_needs_a_target():
    """No target, no share."""
    with pytest.raises(ValueError, match="must be above 0"):
        normalise.improvement(Fraction(1), Fraction(2), target=Fraction(0))


def test_votes_are_shares_of_the_most():
    """Nobody voted: 0 for everyone."""
    shares = [normalise.vote_share(3, 4), normalise.vote_share(0, 0)]
    assert shares == [Fraction(3, 4), 0]


@pytest.mark.parametrize("votes", [-1, 5])
def test_impossible_votes_are_refused(votes: int):
    """Nobody has fewer than none, or more than the most."""
    with pytest.raises(ValueError, match="votes of at most 4"):
        normalise.vote_share(votes, 4)
