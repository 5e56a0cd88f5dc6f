"""From measurements to a result: exact, in integers, whatever the input's order."""

from __future__ import annotations

from collections.abc import Iterable

from ckanext.merit.domain.quality_combine import Group, group
from ckanext.merit.domain.quality_plan import Plan, plan_of
from ckanext.merit.domain.quality_profile import (
    MEASURED,
    ONE,
    Gate,
    Measured,
    Measurement,
    Profile,
)
from ckanext.merit.domain.quality_result import Result
from ckanext.merit.domain.quality_totals import sum_up


def assess(profile: Profile, measurements: Iterable[Measured]) -> Result:
    """Score one dataset.

    ``S = 100 * sum(points * value) / sum(points)`` over what was measured; coverage
    is the measured share of the applicable points, applicability the applicable
    share of all points. Measurements of other profiles' indicators are ignored; an
    indicator without any is unmeasured.

    Args:
        profile: the rule.
        measurements: in any order, at most one per indicator and subject; those of
            resources one by one or as series.

    Raises:
        ValueError: an indicator was measured on the dataset twice, or both on the
            dataset and on its resources.
    """
    plan = plan_of(profile)
    groups = group(profile, measurements)
    totals = sum_up(profile, groups)
    rated, coverage, applicability, band = totals.rating
    gates = tuple[Gate, ...]()
    if band is not None:
        ranks, reached = plan.ranks, plan.ranks[band]
        gates = tuple(
            [gate for gate in active_gates(plan, groups) if ranks[gate.cap] < reached]
        )
        band = min([band, *[gate.cap for gate in gates]], key=ranks.__getitem__)
    return Result(
        profile,
        "rated" if rated else "provisional",
        totals.score,
        band,
        gates,
        coverage,
        applicability,
        groups[totals.worst].measurement if totals.worst >= 0 else None,
        groups[totals.strength].measurement if totals.strength >= 0 else None,
        plan,
        groups,
        totals,
    )


def active_gates(plan: Plan, groups: list[Group]) -> list[Gate]:
    """Return the gates whose condition holds, in the profile's order."""
    found: list[Gate] = []
    for place, gate in plan.gates:
        measurement, complete = groups[place][0], groups[place][-1]
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
    measurements: Iterable[Measured], fixed: Iterable[str]
) -> tuple[Measured, ...]:
    """Return the measurements as if the indicators ``fixed`` were fully earned."""
    done = set(fixed)
    kept = [each for each in measurements if each.indicator not in done]
    return (
        *kept,
        *(Measurement(each, MEASURED, ONE, "fixed") for each in sorted(done)),
    )
