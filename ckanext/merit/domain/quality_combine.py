"""From the measurements of resources to one measurement per indicator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from ckanext.merit.domain.quality_profile import (
    EXEMPT,
    HALF,
    MEASURED,
    NOT_CHECKED,
    ONE,
    UNMEASURED,
    ZERO,
    Aggregate,
    Indicator,
    Measurement,
    Profile,
    Scalar,
)
from ckanext.merit.domain.quality_result import LISTED_RESOURCES, ResourceFinding

# Distinct texts of several resources that one detail names.
NAMED = 3


class Group(NamedTuple):
    """One indicator of one dataset, its resources already taken together.

    ``complete`` is false when a resource that counts was not measured.
    """

    measurement: Measurement
    resources: tuple[ResourceFinding, ...] = ()
    resources_total: int = 0
    complete: bool = True


def group(profile: Profile, measurements: Iterable[Measurement]) -> list[Group]:
    """Take the measurements together, one group per indicator of the profile.

    Raises:
        ValueError: an indicator was measured on the dataset twice, or both on the
            dataset and on its resources.
    """
    whole: dict[str, Measurement] = {}
    parts: dict[str, list[Measurement]] = {}
    for measurement in measurements:
        name = measurement[0]
        if measurement[5]:
            if name in parts:
                parts[name].append(measurement)
            else:
                parts[name] = [measurement]
        elif name in whole:
            raise ValueError(f"{name} was measured twice")
        else:
            whole[name] = measurement
    groups: list[Group] = []
    for indicator in profile.indicators:
        name = indicator.id
        if name in parts:
            if name in whole:
                raise ValueError(f"{name} was measured on dataset and resources")
            groups.append(_combine(indicator, parts[name]))
        elif name in whole:
            groups.append(Group(whole[name]))
        else:
            groups.append(Group(Measurement(name, UNMEASURED, ZERO, NOT_CHECKED)))
    return groups


def aggregate(how: Aggregate, values: list[Fraction]) -> Fraction:
    """Make one value of those of the measured resources (at least one).

    ``any`` and ``all`` ask who earns everything; ``best`` is the value of the best
    resource, as ``max``.
    """
    first = values[0]
    if how == "any":
        return ONE if ONE in values else ZERO
    if how == "all":
        return ONE if all(value == ONE for value in values) else ZERO
    if all(value is first for value in values):
        return first
    if how == "mean":
        return _mean(values)
    return min(values) if how == "min" else max(values)


def fraction(numerator: int, denominator: int) -> Fraction:
    """Return the shared objects for the three usual values: cheap to recognise."""
    if not numerator:
        return ZERO
    if numerator == denominator:
        return ONE
    if 2 * numerator == denominator:
        return HALF
    return Fraction(numerator, denominator)


def _mean(values: list[Fraction]) -> Fraction:
    common = lcm(*(value.denominator for value in values))
    total = sum(value.numerator * (common // value.denominator) for value in values)
    return fraction(total, common * len(values))


def _combine(indicator: Indicator, parts: list[Measurement]) -> Group:
    """Aggregate one indicator's resources.

    Unmeasured only if no resource is measured, not applicable only if none counts.
    """
    measured = [part for part in parts if part[1] == MEASURED]
    waiting = [part for part in parts if part[1] == UNMEASURED]
    if not measured:
        rest = waiting or _without(parts, EXEMPT) or parts
        return _unvalued(indicator, rest, losing=waiting)
    value = aggregate(indicator.aggregate, [part[2] for part in measured])
    if value == ONE:
        speaking = [part for part in measured if part[2] == ONE]
        losing: list[Measurement] = []
    else:
        losing = [part for part in measured if part[2] < ONE]
        speaking = _worst(losing)
    reason = _usual_reason(speaking)
    detail = _detail(
        [part for part in speaking if part[3] == reason],
        affected=len(losing),
        total=len(measured),
    )
    return Group(
        Measurement(indicator.id, MEASURED, value, reason, detail),
        _listed(losing + waiting if losing else losing),
        len(losing) + len(waiting) if losing else 0,
        complete=not waiting,
    )


def _unvalued(
    indicator: Indicator, rest: list[Measurement], *, losing: list[Measurement]
) -> Group:
    reason = _usual_reason(rest)
    speaking = [part for part in rest if part[3] == reason]
    detail = _detail(speaking, affected=len(losing), total=len(rest))
    return Group(
        Measurement(indicator.id, rest[0][1], ZERO, reason, detail),
        _listed(losing),
        len(losing),
        complete=not losing,
    )


def _without(parts: list[Measurement], state: str) -> list[Measurement]:
    return [part for part in parts if part[1] != state]


def _worst(losing: list[Measurement]) -> list[Measurement]:
    worst = min(part[2] for part in losing)
    return [part for part in losing if part[2] == worst]


def _usual_reason(parts: list[Measurement]) -> str:
    """Return the most frequent reason, the first by name among equals."""
    first = parts[0][3]
    if all(part[3] == first for part in parts):
        return first
    counts = Counter(part[3] for part in parts)
    return min(counts, key=lambda reason: (-counts[reason], reason))


def _detail(
    parts: list[Measurement], *, affected: int, total: int
) -> Mapping[str, Scalar]:
    """Join the evidence of resources with one reason.

    Texts are named once each, in order, at most ``NAMED``; numbers are added up.
    """
    detail: dict[str, Scalar] = {}
    for key in sorted({key for part in parts for key in part[4]}):
        found = [part[4].get(key) for part in parts]
        texts = {each for each in found if isinstance(each, str)}
        if texts:
            names = sorted(texts)
            more = ", …" if len(names) > NAMED else ""
            detail[key] = ", ".join(names[:NAMED]) + more
        else:
            detail[key] = sum(each for each in found if isinstance(each, int))
    detail["affected"] = affected
    detail["total"] = total
    return detail


def _listed(parts: list[Measurement]) -> tuple[ResourceFinding, ...]:
    """Return the worst resources: lowest value first, unmeasured ones last."""
    if not parts:
        return ()
    parts.sort(key=_badness)
    return tuple(
        ResourceFinding(part[5], part[1], part[2], part[3], part[4])
        for part in parts[:LISTED_RESOURCES]
    )


def _badness(part: Measurement) -> tuple[bool, Fraction, str, str]:
    return (part[1] != MEASURED, part[2], part[3], part[5])
