"""Step 5: places by published total, ties by the published chain, then shared."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

EX_AEQUO = "ex_aequo"


class Contender(NamedTuple):
    """An object with its total and its value in each step of the tie-break chain."""

    object: str
    total: Fraction
    chain: tuple[Fraction | None, ...] = ()


class Place(NamedTuple):
    """An object's rank; ``tie_break`` names what parted it from an equal total."""

    object: str
    rank: int
    tie_break: str = ""


def placed(contenders: Sequence[Contender], *, steps: Sequence[str]) -> list[Place]:
    """Rank by standard competition ranking (1-2-2-4).

    Args:
        contenders: in any order.
        steps: the names of the chain's steps.

    Returns:
        In the order of ranks, equal ones by name. ``tie_break`` is "" where no other
        has the same total, and "ex_aequo" where a rank is shared.
    """
    order = sorted(contenders, key=lambda one: one.object)
    order.sort(key=_strength, reverse=True)
    places: list[Place] = []
    for at, one in enumerate(order):
        last = order[at - 1] if at else None
        shared = last is not None and _strength(last) == _strength(one)
        rank = places[-1].rank if shared else at + 1
        around = [*order[max(at - 1, 0) : at], *order[at + 1 : at + 2]]
        places.append(Place(one.object, rank, _parting(one, around, steps)))
    return places


def _strength(one: Contender) -> tuple[object, ...]:
    # A missing value loses against any other.
    chain = tuple((value is not None, value or Fraction(0)) for value in one.chain)
    return (one.total, *chain)


def _parting(one: Contender, around: Sequence[Contender], steps: Sequence[str]) -> str:
    equal = [other for other in around if other.total == one.total]
    if not equal:
        return ""
    named = (*steps, EX_AEQUO)
    return named[max(_first_difference(one, other) for other in equal)]


def _first_difference(one: Contender, other: Contender) -> int:
    for at, (mine, theirs) in enumerate(zip(one.chain, other.chain, strict=True)):
        if mine != theirs:
            return at
    return len(one.chain)
