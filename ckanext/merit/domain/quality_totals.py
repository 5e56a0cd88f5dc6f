"""The arithmetic of a score: one and the same for all datasets with equal values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import NamedTuple, TypeAlias

from ckanext.merit.domain.quality_combine import Group, fraction
from ckanext.merit.domain.quality_plan import Plan, Row, plan_of, ratio_text
from ckanext.merit.domain.quality_profile import (
    EXEMPT,
    MEASURED,
    NOT_APPLICABLE,
    NOT_CHECKED,
    ONE,
    UNMEASURED,
    ZERO,
    Measurement,
    Profile,
    State,
)

# A measured value as numerator and denominator, or the state of what has none;
# a check that only the portal can make is told apart.
Amount: TypeAlias = "tuple[int, int] | str"

_NOTHING, _EVERYTHING = (0, 1), (1, 1)
_STATES: Mapping[str, State] = {
    UNMEASURED: UNMEASURED,
    NOT_CHECKED: UNMEASURED,
    NOT_APPLICABLE: NOT_APPLICABLE,
    EXEMPT: EXEMPT,
}


class Line(NamedTuple):
    """What one indicator brings; amounts are exact, as ``n/d`` text.

    Attributes:
        state: as found.
        value: 0 to 1.
        earned, possible: points of the profile; ``possible`` is 0 where the
            indicator doesn't count in the score.
        gain: rise of the score (0 to 100) when this alone is fixed; 0 when there is
            nothing that the publisher could do.
        lost: thousandths of points not earned, cut; ``None`` where it doesn't count.
        json: how the line's JSON begins, without its end.
    """

    state: State
    value: str
    earned: str
    possible: str
    gain: str
    lost: int | None
    json: str


class Share(NamedTuple):
    """Points of a dimension; ``display`` is their percentage, floored."""

    id: str
    earned: str
    possible: str
    display: str | None


class Rating(NamedTuple):
    """Whether a score is rated, by how much of the profile was measured.

    Attributes:
        coverage: share of the applicable points that was measured.
        applicability: share of the profile's points that applies.
        band: by the score alone, ``None`` for none or where it isn't rated.
    """

    rated: bool
    coverage: Fraction
    applicability: Fraction
    band: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """Sums over the indicators of one dataset, in weights of the plan.

    One object serves all datasets with the same amounts.

    Attributes:
        common: ``earned`` is in 1/``common`` of a weight.
        measured, applicable: weights.
        score: 0 to 100; ``None`` when nothing was measured.
        rating: what the sums mean by the profile.
        lines: one per indicator, in the profile's order.
        worst: place of the indicator that lost most, -1 if none lost anything.
        best: place of the indicator whose fix brings most, -1 if none brings any.
        strength: place of the indicator that is named first, -1 if none is.
    """

    common: int
    earned: int
    measured: int
    applicable: int
    score: Fraction | None
    rating: Rating
    lines: tuple[Line, ...]
    shares: tuple[Share, ...]
    worst: int
    best: int
    strength: int


def sum_up(profile: Profile, groups: Sequence[Group]) -> Totals:
    """Add up what counts."""
    return _totals(profile, tuple([_amount(found[0]) for found in groups]))


def floored(numerator: int, denominator: int) -> str:
    """Floor to one decimal."""
    tenths = 10 * numerator // denominator
    return f"{tenths // 10}.{tenths % 10}"


def _amount(found: Measurement) -> Amount:
    state, value = found[1], found[2]
    if state == MEASURED:
        # Most values are these shared objects, and no key is cheaper.
        if value is ONE:
            return _EVERYTHING
        return _NOTHING if value is ZERO else (value.numerator, value.denominator)
    if state == UNMEASURED and found[3] == NOT_CHECKED:
        return NOT_CHECKED
    return state


@lru_cache(maxsize=16384)
def _totals(profile: Profile, amounts: tuple[Amount, ...]) -> Totals:
    plan = plan_of(profile)
    values = [_counted(profile, amount) for amount in amounts]
    common = lcm(*[value.denominator for value in values if value is not None])
    size = len(profile.dimensions)
    shares, possible = [0] * size, [0] * size
    waiting, most, worst = 0, 0, -1
    for number, (row, value) in enumerate(zip(plan.rows, values, strict=True)):
        if value is None:
            if amounts[number] in (UNMEASURED, NOT_CHECKED):
                waiting += row.weight
            continue
        full = row.weight * common
        earned = row.weight * value.numerator * (common // value.denominator)
        possible[row.place] += row.weight
        shares[row.place] += earned
        lost = full - earned
        if lost > most or (lost == most > 0 and _easier(plan, number, worst)):
            most, worst = lost, number
    earned, measured = sum(shares), sum(possible)
    sums = _Sums(common, earned, measured)
    gains = [
        _gain(row, amount, sums) for row, amount in zip(plan.rows, amounts, strict=True)
    ]
    best = max(range(len(gains)), key=gains.__getitem__)
    score = Fraction(100 * earned, common * measured) if measured else None
    return Totals(
        common,
        earned,
        measured,
        measured + waiting,
        score,
        _rating(profile, score, measured, measured + waiting),
        tuple(
            _line(row, amount, value, gain)
            for row, amount, value, gain in zip(
                plan.rows, amounts, values, gains, strict=True
            )
        ),
        _shares(profile, plan.unit, common, shares, possible),
        worst,
        best if gains[best] else -1,
        next((place for place in plan.strengths if amounts[place] == _EVERYTHING), -1),
    )


def _rating(
    profile: Profile, score: Fraction | None, measured: int, applicable: int
) -> Rating:
    coverage = Fraction(measured, applicable) if applicable else ZERO
    applicability = Fraction(applicable, plan_of(profile).total)
    rated = (
        score is not None
        and applicability >= profile.min_applicability
        and coverage >= profile.min_coverage
    )
    band = _band(profile, score) if rated else None
    return Rating(rated, coverage, applicability, band)


def _band(profile: Profile, score: Fraction | None) -> str | None:
    for band in reversed(profile.bands):
        if score is not None and (
            score > band.start or (score == band.start and profile.closed == "left")
        ):
            return band.id
    return None


def _counted(profile: Profile, amount: Amount) -> Fraction | None:
    """Return the value with which something counts in the score, if it does."""
    if isinstance(amount, tuple):
        return fraction(*amount)
    if amount != NOT_APPLICABLE or profile.na_policy == "exclude":
        return None
    return ZERO if profile.na_policy == "zero" else ONE


def _easier(plan: Plan, number: int, other: int) -> bool:
    """Say whether of two equal losses this one is named: less effort, then the id."""
    this, that = plan.rows[number].indicator, plan.rows[other].indicator
    return (this.effort, this.id) < (that.effort, that.id)


class _Sums(NamedTuple):
    common: int
    earned: int
    measured: int


def _gain(row: Row, amount: Amount, sums: _Sums) -> Fraction:
    """Return the rise of the score when this indicator is fixed."""
    if isinstance(amount, tuple):
        top, bottom = amount
        return Fraction(100 * row.weight * (bottom - top), bottom * sums.measured)
    if amount != UNMEASURED:
        return ZERO
    if not sums.measured:
        return Fraction(100)
    # Numerator and denominator both grow by a full value.
    missing = sums.common * sums.measured - sums.earned
    after = sums.measured + row.weight
    return Fraction(100 * row.weight * missing, sums.common * sums.measured * after)


def _line(row: Row, amount: Amount, value: Fraction | None, gain: Fraction) -> Line:
    if isinstance(amount, tuple):
        state, shown = MEASURED, ratio_text(*amount)
    else:
        state, shown = _STATES[amount], "0"
    earned, possible, lost = "0", "0", None
    if value is not None:
        top, bottom = value.numerator, value.denominator
        earned, possible = ratio_text(row.weight * top, row.unit * bottom), row.full
        lost = 1000 * row.weight * (bottom - top) // (row.unit * bottom)
    return Line(
        state,
        shown,
        earned,
        possible,
        str(gain),
        lost,
        f'{row.json},"state":"{state}","value":"{shown}","earned":"{earned}",'
        f'"possible":"{possible}","gain":"{gain}"',
    )


def _shares(
    profile: Profile, unit: int, common: int, earned: list[int], possible: list[int]
) -> tuple[Share, ...]:
    return tuple(
        Share(
            name,
            ratio_text(got, unit * common),
            ratio_text(whole, unit),
            floored(100 * got, whole * common) if whole else None,
        )
        for name, got, whole in zip(profile.dimensions, earned, possible, strict=True)
    )
