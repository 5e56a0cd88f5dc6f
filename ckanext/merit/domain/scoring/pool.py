"""Step 2, pipeline Q: reviews of a pool of jurors, made comparable, then averaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ckanext.merit.domain.scoring import additive, graphs, pairwise, zscore
from ckanext.merit.domain.scoring.normalise import clamped
from ckanext.merit.domain.scoring.rules import Group, Leaf, Pool, Rules
from ckanext.merit.domain.scoring.scores import Scores

Reviews = Mapping[str, Mapping[str, Fraction]]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The pool's value of each object in [0, 1].

    ``values`` is empty when ``parts`` tells which groups of objects can't be
    compared with each other; ``unchanged`` are jurors left as they were.
    """

    values: Mapping[str, Fraction]
    parts: graphs.Parts = ()
    unchanged: frozenset[str] = frozenset()


def complete_reviews(
    rules: Rules, scores: Scores, group: Group
) -> dict[str, dict[str, Fraction]]:
    """The review total of each object by juror: Σ w u / Σ w over what was scored.

    A review exists where its juror gave at least one value; without a required
    criterion it is incomplete and left out.
    """
    leaves = [leaf for leaf in group.of if isinstance(leaf, Leaf)]
    counting = [leaf for leaf in leaves if not leaf.independent]
    reviewers: dict[str, set[str]] = {}
    for leaf in counting:
        for name, marks in scores.given[leaf.code].items():
            reviewers.setdefault(name, set()).update(marks)
    reviews: dict[str, dict[str, Fraction]] = {}
    for name in sorted(reviewers):
        category = scores.categories[name]
        due = [leaf for leaf in counting if rules.applies(leaf, category)]
        for juror in sorted(reviewers[name]):
            total = _review_total(scores, due, name, juror=juror)
            if total is not None:
                reviews.setdefault(name, {})[juror] = total
    return reviews


def calibrated(pool: Pool, reviews: Reviews) -> Calibration:
    """Calibrate complete reviews and average them over jurors."""
    if pool.calibrate == "none":
        return Calibration(_means(reviews))
    if pool.calibrate == "zscore":
        moved, unchanged = zscore.standardised(reviews, min_reviews=pool.min_reviews)
        return Calibration(_means(moved), unchanged=unchanged)
    parts = graphs.review_parts(reviews)
    if len(parts) > 1:
        return Calibration({}, parts=parts)
    if pool.calibrate == "pairwise":
        return _pairwise(pool, reviews)
    if not reviews:
        return Calibration({})
    fitted = additive.fit(reviews).values
    return Calibration({name: clamped(value) for name, value in fitted.items()})


def _review_total(
    scores: Scores, due: list[Leaf], name: str, *, juror: str
) -> Fraction | None:
    earned = possible = Fraction(0)
    for leaf in due:
        text = scores.given[leaf.code].get(name, {}).get(juror)
        if text is not None:
            earned += leaf.weight * scores.normal[leaf.code][text]
        elif leaf.missing == "fail":
            return None
        elif leaf.missing == "skip":
            continue
        possible += leaf.weight
    return earned / possible


def _means(reviews: Reviews) -> dict[str, Fraction]:
    return {
        name: clamped(sum(row.values(), Fraction(0)) / len(row))
        for name, row in reviews.items()
    }


def _pairwise(pool: Pool, reviews: Reviews) -> Calibration:
    if len(reviews) < 2:
        # A single object meets nobody: it is neither better nor worse.
        return Calibration({name: Fraction(1, 2) for name in reviews})
    halves = pairwise.half_wins(reviews)
    if not pool.ridge:
        parts = graphs.strong_parts(pairwise.beaten(halves))
        if len(parts) > 1:
            return Calibration({}, parts=parts)
    return Calibration(pairwise.strengths(halves, ridge=pool.ridge))
