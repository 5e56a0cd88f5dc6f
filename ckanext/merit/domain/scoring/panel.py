"""Step 2, pipeline P: the scores of a panel on one criterion become one value."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ckanext.merit.domain.scoring import arithmetic
from ckanext.merit.domain.scoring.rules import Panel


def aggregated(panel: Panel, scores: Sequence[int], *, unit: int) -> Fraction:
    """Aggregate one or more scores, and round as the panel says.

    Args:
        panel: the rule.
        scores: whole numbers of 1/unit, in any order, without abstentions.
        unit: the common denominator.
    """
    kept = counted(panel, scores)
    value = Fraction(sum(kept), unit * len(kept))
    return value if panel.places is None else arithmetic.rounded(value, panel.places)


def counted(panel: Panel, scores: Sequence[int]) -> list[int]:
    """The scores whose plain mean is the aggregate, sorted."""
    kept = sorted(scores)
    if panel.aggregate == "median":
        middle = (len(kept) - 1) // 2
        return kept[middle : len(kept) - middle]
    if panel.aggregate == "trimmed" and len(kept) >= panel.least:
        return kept[panel.drop : len(kept) - panel.drop]
    return kept
