"""From the measurements of resources to one measurement per indicator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import lcm
from operator import itemgetter
from typing import NamedTuple

from ckanext.merit.domain.quality_profile import (
    EXEMPT,
    HALF,
    MEASURED,
    NO_DETAIL,
    NOT_CHECKED,
    ONE,
    UNMEASURED,
    ZERO,
    Aggregate,
    Measurement,
    Profile,
    Scalar,
    State,
)

# Resources listed under one indicator; the rest is only counted.
LISTED_RESOURCES = 20
# Distinct texts of several resources that one detail names.
NAMED = 3


class Group(NamedTuple):
    """One indicator of one dataset, its resources already taken together.

    Attributes:
        resources: measurements of those that cost something, worst first, at most
            ``LISTED_RESOURCES`` of ``resources_total``.
        complete: false when a resource that counts was not measured.
    """

    measurement: Measurement
    resources: tuple[Measurement, ...] = ()
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
            known = parts.get(name)
            if known is None:
                parts[name] = [measurement]
            else:
                known.append(measurement)
        elif name in whole:
            raise ValueError(f"{name} was measured twice")
        else:
            whole[name] = measurement
    if not whole.keys().isdisjoint(parts):
        raise ValueError("an indicator was measured on the dataset and on resources")
    groups: list[Group] = []
    for indicator in profile.indicators:
        name = indicator.id
        if name in whole:
            groups.append(Group(whole[name]))
        elif name in parts:
            groups.append(_combine(name, indicator.aggregate, parts[name]))
        else:
            groups.append(Group(Measurement(name, UNMEASURED, ZERO, NOT_CHECKED)))
    return groups


def aggregate(how: Aggregate, values: list[Fraction]) -> Fraction:
    """Make one value of those of the measured resources (at least one).

    ``any`` and ``all`` ask who earns everything; ``best`` is the value of the best
    resource, as ``max``.
    """
    if how == "any":
        return ONE if ONE in values else ZERO
    if how == "all":
        return ONE if all(value == ONE for value in values) else ZERO
    first = values[0]
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


def is_full(value: Fraction) -> bool:
    """Say whether a value is 1; Fraction's own comparison is much slower."""
    return value is ONE or value.numerator == value.denominator


def _mean(values: list[Fraction]) -> Fraction:
    common = lcm(*[value.denominator for value in values])
    total = sum([value.numerator * (common // value.denominator) for value in values])
    return fraction(total, common * len(values))


def _combine(name: str, how: Aggregate, parts: list[Measurement]) -> Group:
    """Aggregate one indicator's resources.

    Unmeasured only if no resource is measured, not applicable only if none counts.
    """
    if _alike(parts):
        return _combine_alike(parts)
    full: list[Measurement] = []
    losing: list[Measurement] = []
    waiting: list[Measurement] = []
    for part in parts:
        state, value = part[1], part[2]
        if state == MEASURED:
            (full if value is ONE or is_full(value) else losing).append(part)
        elif state == UNMEASURED:
            waiting.append(part)
    if not full and not losing:
        return _unvalued(name, waiting, parts)
    if not losing or (full and how in ("any", "best", "max")):
        return Group(
            Measurement(name, MEASURED, ONE, *_told(full, 0, len(full) + len(losing))),
            complete=not waiting,
        )
    measured = full + losing
    value = aggregate(how, [part[2] for part in measured])
    return Group(
        Measurement(
            name,
            MEASURED,
            value,
            *_told(_worst(losing), len(losing), len(measured)),
        ),
        _listed(losing + waiting),
        len(losing) + len(waiting),
        not waiting,
    )


def _alike(parts: list[Measurement]) -> bool:
    """Say whether all found the very same, by identity: the usual case, and cheap."""
    _, state, value, reason, detail, _ = parts[0]
    if value is not ONE and value is not ZERO:
        return False
    for part in parts:
        if (
            part[2] is not value
            or part[4] is not detail
            or part[3] is not reason
            or part[1] is not state
        ):
            return False
    return True


def _combine_alike(parts: list[Measurement]) -> Group:
    first, total = parts[0], len(parts)
    name, state, value, reason, detail, _ = first
    costs = state == UNMEASURED or (state == MEASURED and value is ZERO)
    if detail is NO_DETAIL:
        combined = _without_detail(name, state, reason, total, costs)
    else:
        told = _joined([detail] * total)
        told["affected"] = total if costs else 0
        told["total"] = total
        combined = Measurement(name, state, value, reason, told)
    if not costs:
        return Group(combined)
    if total > 1:
        parts = sorted(parts, key=_subject)[:LISTED_RESOURCES]
    return Group(combined, tuple(parts), total, state == MEASURED)


@lru_cache(maxsize=4096)
def _without_detail(
    name: str, state: State, reason: str, total: int, costs: bool
) -> Measurement:
    value = ONE if state == MEASURED and not costs else ZERO
    told = {"affected": total if costs else 0, "total": total}
    return Measurement(name, state, value, reason, told)


def _unvalued(name: str, waiting: list[Measurement], parts: list[Measurement]) -> Group:
    """Take together what has no value: unmeasured before not applicable."""
    rest = waiting or [part for part in parts if part[1] != EXEMPT] or parts
    return Group(
        Measurement(name, rest[0][1], ZERO, *_told(rest, len(waiting), len(rest))),
        _listed(waiting),
        len(waiting),
        not waiting,
    )


def _worst(losing: list[Measurement]) -> list[Measurement]:
    first = losing[0][2]
    if all(part[2] is first for part in losing):
        return losing
    worst = min([part[2] for part in losing])
    return [part for part in losing if part[2] == worst]


def _told(
    parts: list[Measurement], affected: int, total: int
) -> tuple[str, dict[str, Scalar]]:
    """Return the most frequent reason (the first by name among equals), and why."""
    reason = parts[0][3]
    if any(part[3] is not reason for part in parts):
        counts = Counter([part[3] for part in parts])
        reason = min(counts, key=lambda each: (-counts[each], each))
        parts = [part for part in parts if part[3] == reason]
    detail = _joined([part[4] for part in parts])
    detail["affected"] = affected
    detail["total"] = total
    return reason, detail


def _joined(details: list[Mapping[str, Scalar]]) -> dict[str, Scalar]:
    """Join the evidence of resources with one reason.

    Texts are named once each, in order, at most ``NAMED``; numbers are added up.
    """
    if len(details) == 1:
        return dict(details[0])
    first = details[0]
    if all(detail is first for detail in details):
        times = len(details)
        return {
            key: each if isinstance(each, str) else each * times
            for key, each in first.items()
        }
    joined: dict[str, Scalar] = {}
    for key in sorted({key for detail in details for key in detail}):
        found = [detail.get(key) for detail in details]
        names = {each for each in found if isinstance(each, str)}
        if names:
            more = ", …" if len(names) > NAMED else ""
            joined[key] = ", ".join(sorted(names)[:NAMED]) + more
        else:
            joined[key] = sum(each for each in found if isinstance(each, int))
    return joined


def _listed(parts: list[Measurement]) -> tuple[Measurement, ...]:
    """Return the worst: lowest value first, unmeasured ones last."""
    if len(parts) > 1:
        parts.sort(key=_badness)
    return tuple(parts[:LISTED_RESOURCES])


_subject = itemgetter(5)


def _badness(part: Measurement) -> tuple[bool, float, str, str]:
    # Values are apart by far more than a float's precision, and floats sort fast.
    return (part[1] != MEASURED, float(part[2]), part[3], part[5])
