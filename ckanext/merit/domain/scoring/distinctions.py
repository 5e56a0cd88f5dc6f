"""Step 6: who gets which distinction, from rank and total."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ckanext.merit.domain.scoring.engine import Row


@dataclass(frozen=True, slots=True)
class Level:
    """A seal for every ranked object whose published total reaches a threshold."""

    code: str
    least: Fraction


@dataclass(frozen=True, slots=True)
class Award:
    """What one object gets: a level's code, or a place (1 is the first)."""

    object: str
    category: str
    level: str = ""
    place: int = 0


def levels(rows: Iterable[Row], seals: Sequence[Level]) -> tuple[Award, ...]:
    """The highest level that each ranked object reaches.

    Args:
        rows: of a result.
        seals: in any order.
    """
    best_first = sorted(seals, key=lambda seal: seal.least, reverse=True)
    found: list[Award] = []
    for row in rows:
        if row.rank is None or row.total is None:
            continue
        for seal in best_first:
            if row.total >= seal.least:
                found.append(Award(row.object, row.category, level=seal.code))
                break
    return tuple(found)


def places(
    rows: Iterable[Row],
    *,
    quota: Mapping[str, int],
    passed_over: Collection[str] = (),
    owners: Mapping[str, str] | None = None,
) -> tuple[Award, ...]:
    """Award the first places of each category, rolling down past some objects.

    Objects that share a rank share the place, and use up as many: 1-2-2-4. Better
    places are given first, so that with owners a better place is kept.

    Args:
        rows: of a result.
        quota: how many places each category has; none where it isn't named.
        passed_over: objects that were disqualified or did not verify in time.
        owners: the team of each object, where a team gets one prize at most; an
            object that isn't named stands for itself.
    """
    waiting = sorted(
        (row.rank, row.category, row.object)
        for row in rows
        if row.rank is not None and row.object not in passed_over
    )
    found: list[Award] = []
    used: dict[str, int] = {}
    last: dict[str, tuple[int, int]] = {}
    served: set[str] = set()
    for rank, category, name in waiting:
        owner = name if owners is None else owners.get(name, name)
        last_rank, last_place = last.get(category, (0, 0))
        place = last_place if rank == last_rank else used.get(category, 0) + 1
        if owner in served or place > quota.get(category, 0):
            continue
        found.append(Award(name, category, place=place))
        served.add(owner)
        used[category] = used.get(category, 0) + 1
        last[category] = (rank, place)
    return tuple(sorted(found, key=lambda one: (one.category, one.place, one.object)))
