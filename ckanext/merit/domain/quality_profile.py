"""The words of the quality engine: measurements and the profile that weighs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

State = Literal["measured", "na", "unmeasured", "exempt"]
MEASURED: State = "measured"
NOT_APPLICABLE: State = "na"
UNMEASURED: State = "unmeasured"
EXEMPT: State = "exempt"

Aggregate = Literal["mean", "min", "max", "any", "all", "best"]
NaPolicy = Literal["exclude", "zero", "full"]
# A piece of evidence: a short text or a whole number.
Scalar = str | int

ZERO = Fraction(0)
HALF = Fraction(1, 2)
ONE = Fraction(1)

NO_DETAIL: Mapping[str, Scalar] = {}
# Reason of a check that only the portal can make: no fix of the publisher helps.
NOT_CHECKED = "not_checked"


class Measurement(NamedTuple):
    """What one indicator found on one subject.

    Attributes:
        indicator: id, such as ``F1``.
        state: ``measured`` has a value; the others have ``ZERO``, which nothing
            reads.
        value: 0 to 1.
        reason: code of the sentence that says why, always given.
        detail: short evidence for that sentence, JSON scalars only.
        subject: id of the resource, ``""`` for the dataset itself.
    """

    indicator: str
    state: State
    value: Fraction
    reason: str
    detail: Mapping[str, Scalar] = NO_DETAIL
    subject: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What was found on a resource, without saying on which.

    Files of a portal are much alike, so few outcomes are shared by very many resources;
    they are told apart by identity, which costs nothing.
    """

    state: State
    value: Fraction
    reason: str
    detail: Mapping[str, Scalar]


class Series(NamedTuple):
    """One indicator's measurements of resources: what was found on which.

    Attributes:
        subjects: ids of the resources; ``outcomes`` has one for each.
    """

    indicator: str
    subjects: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


# Resources are measured one by one or as a series.
Measured: TypeAlias = "Measurement | Series"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of a profile.

    Attributes:
        points: weight, more than 0.
        aggregate: how the resources' values become the dataset's.
        effort: 1 (minutes) to 3 (a project).
        requires: indicators that must be fully earned before this one can be.
        strength: place in the order in which strengths are named, 0 = never.
    """

    id: str
    dimension: str
    points: Fraction
    aggregate: Aggregate = "mean"
    effort: int = 1
    requires: tuple[str, ...] = ()
    strength: int = 0


@dataclass(frozen=True, slots=True)
class Band:
    """A band that starts at ``start`` on the scale of 0 to 100."""

    id: str
    start: Fraction


@dataclass(frozen=True, slots=True)
class Gate:
    """A cap on the band while ``indicator`` is measured at ``value``.

    Attributes:
        cap: id of the best band that stays possible, ``None`` for no band.
        reason: only when the measurement has this reason, ``""`` for any.
        complete: only when every resource was measured.
    """

    id: str
    indicator: str
    cap: str | None
    value: Fraction = ZERO
    reason: str = ""
    complete: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """A scoring rule with identity.

    Attributes:
        bands: worst first, starts strictly rising.
        closed: ``left`` when a score equal to a band's start is in the band,
            ``right`` when it is still below.
        min_applicability, min_coverage: least shares of points for a rated score.
        sha256: of the canonical JSON of everything in the profile's file.
    """

    id: str
    version: str
    sha256: str
    dimensions: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    bands: tuple[Band, ...]
    gates: tuple[Gate, ...] = ()
    closed: Literal["left", "right"] = "left"
    na_policy: NaPolicy = "exclude"
    min_applicability: Fraction = HALF
    min_coverage: Fraction = Fraction(4, 5)
