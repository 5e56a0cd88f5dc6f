"""From measurements to a result: exact, in integers, whatever the input's order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import NamedTuple

from ckanext.merit.domain.quality_combine import Group, group
from ckanext.merit.domain.quality_profile import (
    MEASURED,
    NOT_APPLICABLE,
    NOT_CHECKED,
    ONE,
    UNMEASURED,
    ZERO,
    Gate,
    Measurement,
    Profile,
)
from ckanext.merit.domain.quality_result import Clause, Line, Result


class Plan(NamedTuple):
    """What of a profile is the same for every dataset, as integers.

    Attributes:
        weights: one per indicator, points times ``unit``.
        places: one per indicator, the place of its dimension.
        bands: best first: id, start as numerator and denominator.
        ranks: place of a band, 0 for none.
        strengths: places of indicators, the best strength first.
    """

    unit: int
    weights: tuple[int, ...]
    places: tuple[int, ...]
    bands: tuple[tuple[str, int, int], ...]
    ranks: Mapping[str | None, int]
    strengths: tuple[int, ...]
    gates: tuple[tuple[int, Gate], ...]


class Totals(NamedTuple):
    """Sums over the indicators of one dataset, in weights.

    ``earned`` and each of ``shares`` are in 1/``common`` of a weight; ``possible``
    is what was measured per dimension. A value is ``None`` where it doesn't count.
    """

    values: tuple[Fraction | None, ...]
    common: int
    earned: int
    measured: int
    applicable: int
    shares: tuple[int, ...]
    possible: tuple[int, ...]

    def score(self) -> Fraction | None:
        """The exact score, ``None`` when nothing was measured."""
        if not self.measured:
            return None
        return Fraction(100 * self.earned, self.common * self.measured)


def assess(profile: Profile, measurements: Iterable[Measurement]) -> Result:
    """Score one dataset.

    ``S = 100 * sum(points * value) / sum(points)`` over what was measured; coverage
    is the measured share of the applicable points, applicability the applicable
    share of all points. Measurements of other profiles' indicators are ignored; an
    indicator without any is unmeasured.

    Args:
        profile: the rule.
        measurements: in any order, at most one per indicator and subject.

    Raises:
        ValueError: an indicator was measured on the dataset twice, or both on the
            dataset and on its resources.
    """
    plan = plan_of(profile)
    groups = group(profile, measurements)
    totals = sum_up(profile, groups)
    rated, coverage, applicability = _rated(profile, plan, totals)
    band: str | None = None
    gates: tuple[Gate, ...] = ()
    if rated:
        reached = _band(profile, plan, totals)
        gates = tuple(
            gate
            for gate in active_gates(plan, groups)
            if plan.ranks[gate.cap] < plan.ranks[reached]
        )
        caps = [reached, *(gate.cap for gate in gates)]
        band = min(caps, key=plan.ranks.__getitem__)
    return Result(
        profile=profile,
        status="rated" if rated else "provisional",
        score=totals.score(),
        band=band,
        gates=gates,
        coverage=coverage,
        applicability=applicability,
        lines=_lines(profile, plan, groups, totals),
        dimension_lines=_dimensions(profile, plan, totals),
        loss=_loss(profile, plan, groups),
        strength=_strength(plan, groups),
    )


def sum_up(profile: Profile, groups: list[Group]) -> Totals:
    """Add up the weights of what counts."""
    plan = plan_of(profile)
    values: list[Fraction | None] = []
    waiting = 0
    for each, weight in zip(groups, plan.weights, strict=True):
        state = each[0][1]
        if state == MEASURED:
            values.append(each[0][2])
        elif state == NOT_APPLICABLE and profile.na_policy != "exclude":
            values.append(ZERO if profile.na_policy == "zero" else ONE)
        else:
            values.append(None)
            waiting += weight if state == UNMEASURED else 0
    common = lcm(*(value.denominator for value in values if value is not None))
    earned = [0] * len(profile.dimensions)
    possible = [0] * len(profile.dimensions)
    for value, weight, place in zip(values, plan.weights, plan.places, strict=True):
        if value is None:
            continue
        possible[place] += weight
        if value is ONE:
            earned[place] += weight * common
        elif value is not ZERO:
            part = common // value.denominator
            earned[place] += weight * value.numerator * part
    measured = sum(possible)
    return Totals(
        tuple(values),
        common,
        sum(earned),
        measured,
        measured + waiting,
        tuple(earned),
        tuple(possible),
    )


def active_gates(plan: Plan, groups: list[Group]) -> list[Gate]:
    """Return the gates whose condition holds, in the profile's order."""
    found: list[Gate] = []
    for place, gate in plan.gates:
        measurement, _, _, complete = groups[place]
        if (
            measurement.state == MEASURED
            and measurement.value == gate.value
            and gate.reason in ("", measurement.reason)
            and (complete or not gate.complete)
        ):
            found.append(gate)
    return found


def with_fixes(
    measurements: Iterable[Measurement], fixed: Iterable[str]
) -> tuple[Measurement, ...]:
    """Return the measurements as if the indicators ``fixed`` were fully earned."""
    done = set(fixed)
    kept = [each for each in measurements if each.indicator not in done]
    return (
        *kept,
        *(Measurement(each, MEASURED, ONE, "fixed") for each in sorted(done)),
    )


def fixable(measurement: Measurement) -> bool:
    """Say whether the publisher can still earn something here."""
    if measurement.state == MEASURED:
        return measurement.value < ONE
    return measurement.state == UNMEASURED and measurement.reason != NOT_CHECKED


@lru_cache(maxsize=64)
def plan_of(profile: Profile) -> Plan:
    """Work out once what every assessment by the profile needs."""
    indicators = profile.indicators
    unit = lcm(*(each.points.denominator for each in indicators))
    places = {name: place for place, name in enumerate(profile.dimensions)}
    rows = {each.id: row for row, each in enumerate(indicators)}
    ranks: dict[str | None, int] = {None: 0}
    ranks.update({band.id: rank for rank, band in enumerate(profile.bands, 1)})
    named = [row for row, each in enumerate(indicators) if each.strength]
    return Plan(
        unit=unit,
        weights=tuple(int(each.points * unit) for each in indicators),
        places=tuple(places[each.dimension] for each in indicators),
        bands=tuple(
            (band.id, band.start.numerator, band.start.denominator)
            for band in reversed(profile.bands)
        ),
        ranks=ranks,
        strengths=tuple(sorted(named, key=lambda row: indicators[row].strength)),
        gates=tuple((rows[gate.indicator], gate) for gate in profile.gates),
    )


def _rated(
    profile: Profile, plan: Plan, totals: Totals
) -> tuple[bool, Fraction, Fraction]:
    """Return whether the score is rated, the coverage and the applicability."""
    coverage = ZERO
    if totals.applicable:
        coverage = _share(totals.measured, totals.applicable)
    applicability = _share(totals.applicable, sum(plan.weights))
    rated = (
        totals.measured > 0
        and applicability >= profile.min_applicability
        and coverage >= profile.min_coverage
    )
    return rated, coverage, applicability


@lru_cache(maxsize=4096)
def _share(part: int, whole: int) -> Fraction:
    return Fraction(part, whole)


def _band(profile: Profile, plan: Plan, totals: Totals) -> str | None:
    scaled = 100 * totals.earned
    whole = totals.common * totals.measured
    for name, start, unit in plan.bands:
        distance = scaled * unit - start * whole
        if distance > 0 or (distance == 0 and profile.closed == "left"):
            return name
    return None


def _lines(
    profile: Profile, plan: Plan, groups: list[Group], totals: Totals
) -> tuple[Line, ...]:
    lines: list[Line] = []
    unit = plan.unit
    for indicator, weight, found, value in zip(
        profile.indicators, plan.weights, groups, totals.values, strict=True
    ):
        measurement, resources, resources_total, _ = found
        if value is None:
            earned = possible = (0, 1)
        else:
            earned = (weight * value.numerator, unit * value.denominator)
            possible = (weight, unit)
        lines.append(
            Line(
                indicator.id,
                indicator.dimension,
                measurement[1],
                measurement[2],
                earned,
                possible,
                _gain(measurement, weight, totals),
                measurement[3],
                measurement[4],
                resources,
                resources_total,
            )
        )
    return tuple(lines)


def _gain(measurement: Measurement, weight: int, totals: Totals) -> tuple[int, int]:
    """Return the exact rise of the score if this became fully earned."""
    if not fixable(measurement):
        return (0, 1)
    if measurement.state == MEASURED:
        value = measurement.value
        lost = 100 * weight * (value.denominator - value.numerator)
        return (lost, value.denominator * totals.measured)
    if not totals.measured:
        return (100, 1)
    missing = totals.common * totals.measured - totals.earned
    after = totals.measured + weight
    return (100 * weight * missing, totals.common * totals.measured * after)


def _dimensions(
    profile: Profile, plan: Plan, totals: Totals
) -> tuple[tuple[str, int, int, int], ...]:
    unit = plan.unit * totals.common
    return tuple(
        (name, earned, possible * totals.common, unit)
        for name, earned, possible in zip(
            profile.dimensions, totals.shares, totals.possible, strict=True
        )
    )


def _loss(profile: Profile, plan: Plan, groups: list[Group]) -> Clause | None:
    """Name what costs most; among equals the least effort, then the id."""
    worst: tuple[Fraction, int, str] | None = None
    clause: Clause | None = None
    for indicator, weight, found in zip(
        profile.indicators, plan.weights, groups, strict=True
    ):
        measurement = found[0]
        if measurement.state != MEASURED or measurement.value is ONE:
            continue
        lost = weight * (ONE - measurement.value)
        key = (-lost, indicator.effort, indicator.id)
        if lost and (worst is None or key < worst):
            worst = key
            clause = Clause(indicator.id, measurement.reason, measurement.detail)
    return clause


def _strength(plan: Plan, groups: list[Group]) -> Clause | None:
    for row in plan.strengths:
        measurement = groups[row][0]
        if measurement.state == MEASURED and measurement.value == ONE:
            return Clause(measurement.indicator, measurement.reason, measurement.detail)
    return None
