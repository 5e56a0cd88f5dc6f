"""The order of entries by what machines measure, while there are no results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ckanext.merit.domain.award.standing import Standing

__all__ = ["Place", "places"]


@dataclass(frozen=True)
class Place:
    """An entry and its place among those of its category with as many points."""

    entry: str
    rank: int


def places(
    standings: Mapping[str, Standing], categories: Mapping[str, str]
) -> dict[str, list[Place]]:
    """Order the entries of each category: 1-2-2-4, equal points share a place.

    Args:
        standings: By entry.
        categories: Code of the category, by entry.
    """
    by_category: dict[str, list[str]] = {}
    for entry in standings:
        by_category.setdefault(categories[entry], []).append(entry)
    return {
        code: list(_placed(found, standings)) for code, found in by_category.items()
    }


def _placed(
    entries: Iterable[str], standings: Mapping[str, Standing]
) -> Iterable[Place]:
    points = {entry: Fraction(standings[entry].total) for entry in entries}
    ordered = sorted(points, key=lambda entry: (-points[entry], entry))
    rank, last = 0, None
    for at, entry in enumerate(ordered, start=1):
        if points[entry] != last:
            rank, last = at, points[entry]
        yield Place(entry, rank)
