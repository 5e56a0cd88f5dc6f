"""From measurements to a result: exact, in integers, whatever the input's order."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

from ckanext.merit.domain.quality_combine import Group, group, is_full
from ckanext.merit.domain.quality_plan import Plan, plan_of
from ckanext.merit.domain.quality_profile import (
    MEASURED,
    ONE,
    ZERO,
    Gate,
    Measurement,
    Profile,
)
from ckanext.merit.domain.quality_result import Result
from ckanext.merit.domain.quality_totals import Totals, sum_up


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
    rated, coverage, applicability = _rating(
        profile, totals.measured, totals.applicable
    )
    reached = _band(profile, plan, totals) if rated else None
    band, gates = reached, tuple[Gate, ...]()
    if reached is not None:
        ranks = plan.ranks
        gates = tuple(
            gate
            for gate in active_gates(plan, groups)
            if ranks[gate.cap] < ranks[reached]
        )
        for gate in gates:
            band = band if ranks[band] <= ranks[gate.cap] else gate.cap
    return Result(
        profile,
        "rated" if rated else "provisional",
        totals.score,
        band,
        gates,
        coverage,
        applicability,
        groups[totals.worst].measurement if totals.worst >= 0 else None,
        _strength(plan, groups),
        plan,
        groups,
        totals,
    )


def active_gates(plan: Plan, groups: list[Group]) -> list[Gate]:
    """Return the gates whose condition holds, in the profile's order."""
    found: list[Gate] = []
    for place, gate in plan.gates:
        measurement, _, _, complete = groups[place]
        value = measurement[2]
        if (
            measurement[1] == MEASURED
            and (value is gate.value or value == gate.value)
            and gate.reason in ("", measurement[3])
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


@lru_cache(maxsize=4096)
def _rating(
    profile: Profile, measured: int, applicable: int
) -> tuple[bool, Fraction, Fraction]:
    """Return whether a score is rated, the coverage and the applicability."""
    coverage = Fraction(measured, applicable) if applicable else ZERO
    applicability = Fraction(applicable, plan_of(profile).total)
    rated = (
        measured > 0
        and applicability >= profile.min_applicability
        and coverage >= profile.min_coverage
    )
    return rated, coverage, applicability


def _band(profile: Profile, plan: Plan, totals: Totals) -> str | None:
    scaled = 100 * totals.earned
    whole = totals.common * totals.measured
    for name, start, unit in plan.bands:
        distance = scaled * unit - start * whole
        if distance > 0 or (distance == 0 and profile.closed == "left"):
            return name
    return None


def _strength(plan: Plan, groups: list[Group]) -> Measurement | None:
    for place in plan.strengths:
        measurement = groups[place][0]
        if measurement[1] == MEASURED and is_full(measurement[2]):
            return measurement
    return None
