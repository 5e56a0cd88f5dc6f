"""What an assessment says: score, band and one finding per indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import gcd
from typing import Any, Literal, NamedTuple

from ckanext.merit.domain.quality_profile import Gate, Profile, Scalar, State

Status = Literal["rated", "provisional"]

# Resources listed under one indicator; the rest is only counted.
LISTED_RESOURCES = 20


class ResourceFinding(NamedTuple):
    """One resource that cost its indicator something."""

    id: str
    state: State
    value: Fraction
    reason: str
    detail: Mapping[str, Scalar]


class Finding(NamedTuple):
    """One indicator of a result.

    Attributes:
        earned, possible: points of the profile; ``possible`` is 0 where the
            indicator doesn't count in the score.
        gain: rise of the score (0 to 100) when this alone is fixed; 0 when there
            is nothing that the publisher could do.
        resources: those that cost something, worst first, at most
            ``LISTED_RESOURCES`` of ``resources_total``.
    """

    indicator: str
    dimension: str
    state: State
    value: Fraction
    earned: Fraction
    possible: Fraction
    gain: Fraction
    reason: str
    detail: Mapping[str, Scalar]
    resources: tuple[ResourceFinding, ...]
    resources_total: int


class Share(NamedTuple):
    """Points of a dimension."""

    id: str
    earned: Fraction
    possible: Fraction


@dataclass(frozen=True, slots=True)
class Clause:
    """A half of the one sentence: an indicator and what was found."""

    indicator: str
    reason: str
    detail: Mapping[str, Scalar]

    def to_dict(self) -> dict[str, Any]:
        """Return the clause as JSON-ready dict."""
        return {
            "indicator": self.indicator,
            "reason": self.reason,
            "detail": dict(self.detail),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """An assessment of one dataset by one profile.

    Attributes:
        score: 0 to 100, exact; ``None`` when nothing was measured.
        band: id, ``None`` for no badge.
        gates: those that hold the band below what the score alone would give.
        coverage: share of the applicable points that was measured.
        applicability: share of the profile's points that applies.
        lines: one ``Finding`` in the making per indicator (see ``findings``).
    """

    profile: Profile
    status: Status
    score: Fraction | None
    band: str | None
    gates: tuple[Gate, ...]
    coverage: Fraction
    applicability: Fraction
    lines: tuple[Line, ...]
    dimension_lines: tuple[tuple[str, int, int, int], ...]
    loss: Clause | None
    strength: Clause | None

    @property
    def display(self) -> str | None:
        """The score, floored to one decimal: ``72.2``."""
        return None if self.score is None else display(self.score)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """One finding per indicator, in the profile's order."""
        return tuple(line.finding() for line in self.lines)

    @property
    def dimensions(self) -> tuple[Share, ...]:
        """Points earned and possible per dimension, in the profile's order."""
        return tuple(
            Share(name, Fraction(earned, unit), Fraction(possible, unit))
            for name, earned, possible, unit in self.dimension_lines
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON-ready dict; fractions are ``n/d`` as text."""
        score = self.score
        return {
            "status": self.status,
            "score": None if score is None else str(score),
            "display": None if score is None else display(score),
            "band": self.band,
            "coverage": str(self.coverage),
            "applicability": str(self.applicability),
            "gates": [{"id": gate.id, "cap": gate.cap} for gate in self.gates],
            "dimensions": [_dimension_dict(line) for line in self.dimension_lines],
            "indicators": [line.to_dict() for line in self.lines],
            "sentence": {
                "loss": None if self.loss is None else self.loss.to_dict(),
                "strength": None if self.strength is None else self.strength.to_dict(),
            },
        }


class Line(NamedTuple):
    """A finding whose amounts are still integer pairs: cheap to make by the million.

    ``earned``, ``possible`` and ``gain`` are numerator and denominator, not reduced.
    """

    indicator: str
    dimension: str
    state: State
    value: Fraction
    earned: tuple[int, int]
    possible: tuple[int, int]
    gain: tuple[int, int]
    reason: str
    detail: Mapping[str, Scalar]
    resources: tuple[ResourceFinding, ...]
    resources_total: int

    def finding(self) -> Finding:
        """Return the line with exact fractions."""
        return Finding(
            self.indicator,
            self.dimension,
            self.state,
            self.value,
            Fraction(*self.earned),
            Fraction(*self.possible),
            Fraction(*self.gain),
            self.reason,
            self.detail,
            self.resources,
            self.resources_total,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the line as JSON-ready dict."""
        return {
            "id": self.indicator,
            "dimension": self.dimension,
            "state": self.state,
            "value": _text(self.value.numerator, self.value.denominator),
            "earned": _text(*self.earned),
            "possible": _text(*self.possible),
            "gain": _text(*self.gain),
            "reason": self.reason,
            "detail": dict(self.detail),
            "resources": [_resource_dict(resource) for resource in self.resources],
            "resources_total": self.resources_total,
        }


def display(score: Fraction) -> str:
    """Floor to one decimal, so that a shown score never reaches a band early."""
    return _display(score.numerator, score.denominator)


def _display(numerator: int, denominator: int) -> str:
    tenths = 10 * numerator // denominator
    return f"{tenths // 10}.{tenths % 10}"


def _dimension_dict(line: tuple[str, int, int, int]) -> dict[str, Any]:
    name, earned, possible, unit = line
    return {
        "id": name,
        "earned": _text(earned, unit),
        "possible": _text(possible, unit),
        "display": _display(100 * earned, possible) if possible else None,
    }


def _resource_dict(resource: ResourceFinding) -> dict[str, Any]:
    return {
        "id": resource.id,
        "state": resource.state,
        "value": _text(resource.value.numerator, resource.value.denominator),
        "reason": resource.reason,
        "detail": dict(resource.detail),
    }


@lru_cache(maxsize=65536)
def _text(numerator: int, denominator: int) -> str:
    divisor = gcd(numerator, denominator)
    if divisor == denominator:
        return str(numerator // denominator)
    return f"{numerator // divisor}/{denominator // divisor}"
