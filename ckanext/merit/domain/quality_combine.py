"""From the measurements of resources to one measurement per indicator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import NamedTuple

from ckanext.merit.domain.quality_evidence import told_json
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
    Measured,
    Measurement,
    Outcome,
    Profile,
    Scalar,
    Series,
)

# Resources listed under one indicator; the rest is only counted.
LISTED_RESOURCES = 20
# Datasets with more resources are combined anew each time.
KEPT_RESOURCES = 100
# Distinct texts of several resources that one detail names.
NAMED = 3


class Group(NamedTuple):
    """One indicator of one dataset, its resources already taken together.

    Attributes:
        told: reason and detail as JSON text, where they are already written.
        resources: ids and outcomes of those that cost something, worst first, at most
            ``LISTED_RESOURCES`` of ``resources_total``.
        complete: false when a resource that counts was not measured.
    """

    measurement: Measurement
    told: str = ""
    resources: tuple[tuple[str, Outcome], ...] = ()
    resources_total: int = 0
    complete: bool = True


def group(profile: Profile, measurements: Iterable[Measured]) -> list[Group]:
    """Take the measurements together, one group per indicator of the profile.

    Raises:
        ValueError: an indicator was measured on the dataset twice, or both on the
            dataset and on its resources.
    """
    known: dict[str, Measured] = {}
    parts: dict[str, list[Measurement]] = {}
    for found in measurements:
        name = found[0]
        if isinstance(found, Measurement) and found[5]:
            parts.setdefault(name, []).append(found)
        elif name in known:
            raise ValueError(f"{name} was measured twice")
        else:
            known[name] = found
    if not known.keys().isdisjoint(parts):
        raise ValueError("an indicator was measured on the dataset and on resources")
    for name, each in parts.items():
        known[name] = _as_series(name, each)
    return [_group(each, known.get(each.id)) for each in profile.indicators]


def _group(indicator: Indicator, found: Measured | None) -> Group:
    if isinstance(found, Series):
        return _combine(indicator.aggregate, found)
    if found is None:
        found = Measurement(indicator.id, UNMEASURED, ZERO, NOT_CHECKED)
    return Group(found)


def aggregate(how: Aggregate, values: list[Fraction]) -> Fraction:
    """Make one value of those of the measured resources (at least one).

    ``any`` and ``all`` ask who earns everything; ``best`` is the value of the best
    resource, as ``max``.
    """
    if how == "any":
        return ONE if ONE in values else ZERO
    if how == "all":
        return ONE if all(value == ONE for value in values) else ZERO
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


def _as_series(name: str, parts: list[Measurement]) -> Series:
    outcomes = [Outcome(*part[1:5]) for part in parts]
    return Series(name, tuple([part.subject for part in parts]), tuple(outcomes))


def _mean(values: list[Fraction]) -> Fraction:
    common = lcm(*[value.denominator for value in values])
    total = sum([value.numerator * (common // value.denominator) for value in values])
    return fraction(total, common * len(values))


@dataclass(frozen=True, slots=True)
class _Combined:
    """What outcomes come to, whichever resources they belong to.

    Attributes:
        costly: of the outcomes that cost something the rank, worst first and the same
            for equally bad ones, and the place.
    """

    measurement: Measurement
    told: str
    costly: tuple[tuple[int, int], ...]
    complete: bool


def _combine(how: Aggregate, series: Series) -> Group:
    """Aggregate one indicator's resources."""
    name, subjects, outcomes = series
    # What thousands of resources come to is hardly ever met again, and much to keep.
    combine = _combined if len(outcomes) <= KEPT_RESOURCES else _combined.__wrapped__
    found = combine(name, how, outcomes)
    costly = found.costly
    if not costly:
        return Group(found.measurement, found.told, complete=found.complete)
    if len(costly) == 1:
        places = [costly[0][1]]
    else:
        ranked = sorted([(rank, subjects[place], place) for rank, place in costly])
        places = [place for _, _, place in ranked[:LISTED_RESOURCES]]
    return Group(
        found.measurement,
        found.told,
        tuple([(subjects[place], outcomes[place]) for place in places]),
        len(costly),
        found.complete,
    )


@lru_cache(maxsize=4096)
def _combined(name: str, how: Aggregate, outcomes: tuple[Outcome, ...]) -> _Combined:
    """Aggregate outcomes.

    Unmeasured only if no resource is measured, not applicable only if none counts.
    """
    measured = [each for each in outcomes if each.state == MEASURED]
    waiting = [each for each in outcomes if each.state == UNMEASURED]
    losing = [each for each in measured if not is_full(each.value)]
    if not measured:
        rest = waiting or [each for each in outcomes if each.state != EXEMPT]
        parts, costly = rest or list(outcomes), waiting
        state, value, affected = parts[0].state, ZERO, len(waiting)
        total = len(parts)
    elif len(losing) < len(measured) and (not losing or how in ("any", "best", "max")):
        parts = [each for each in measured if is_full(each.value)]
        state, value, affected, costly = MEASURED, ONE, 0, []
        total = len(measured)
    else:
        worst = min(each.value for each in losing)
        parts, costly = [each for each in losing if each.value == worst], losing
        state, value = MEASURED, aggregate(how, [each.value for each in measured])
        affected, total, costly = len(losing), len(measured), losing + waiting
    reason, detail = _told(parts)
    detail |= {"affected": affected, "total": total}
    return _Combined(
        Measurement(name, state, value, reason, detail),
        told_json(reason, detail),
        _ranked(outcomes, costly),
        not waiting,
    )


def _ranked(
    outcomes: tuple[Outcome, ...], costly: list[Outcome]
) -> tuple[tuple[int, int], ...]:
    """Return rank and place of outcomes: lowest value first, unmeasured ones last."""
    found = {each: _badness(each) for each in costly}
    ranks = {each: rank for rank, each in enumerate(sorted(set(found.values())))}
    return tuple(
        (ranks[found[each]], place)
        for place, each in enumerate(outcomes)
        if each in found
    )


def _badness(outcome: Outcome) -> tuple[bool, Fraction, str]:
    return (outcome.state != MEASURED, outcome.value, outcome.reason)


def _told(parts: list[Outcome]) -> tuple[str, dict[str, Scalar]]:
    """Return the most frequent reason (the first by name among equals), and why."""
    counts = Counter([part.reason for part in parts])
    reason = min(counts, key=lambda each: (-counts[each], each))
    return reason, _joined([part.detail for part in parts if part.reason == reason])


def _joined(details: list[Mapping[str, Scalar]]) -> dict[str, Scalar]:
    """Join the evidence of resources with one reason.

    Texts are named once each, in order, at most ``NAMED``; numbers are added up.
    """
    if len(details) == 1:
        return dict(details[0])
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
