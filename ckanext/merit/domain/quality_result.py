"""What an assessment says: score, band and one finding per indicator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from ckanext.merit.domain.quality_combine import Group
from ckanext.merit.domain.quality_plan import Plan, Row, ratio_text
from ckanext.merit.domain.quality_profile import (
    MEASURED,
    NOT_CHECKED,
    UNMEASURED,
    Gate,
    Measurement,
    Outcome,
    Profile,
    Scalar,
    State,
)
from ckanext.merit.domain.quality_totals import Line, Totals, floored

Status = Literal["rated", "provisional", "suspended"]
SUSPENDED: Status = "suspended"


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


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """An assessment of one dataset by one profile.

    Attributes:
        score: 0 to 100, exact; ``None`` when nothing was measured or it is suspended.
        band: id, ``None`` for no badge.
        gates: those that hold the band below what the score alone would give.
        coverage: share of the applicable points that was measured.
        applicability: share of the profile's points that applies.
        loss, strength: the halves of the one sentence.
    """

    profile: Profile
    status: Status
    score: Fraction | None
    band: str | None
    gates: tuple[Gate, ...]
    coverage: Fraction
    applicability: Fraction
    loss: Measurement | None
    strength: Measurement | None
    plan: Plan
    groups: list[Group]
    totals: Totals

    @property
    def display(self) -> str | None:
        """The score, floored to one decimal: ``72.2``."""
        return None if self.score is None else display(self.score)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """One finding per indicator, in the profile's order."""
        return tuple(
            Finding(
                row.id,
                row.indicator.dimension,
                line.state,
                Fraction(line.value),
                Fraction(line.earned),
                Fraction(line.possible),
                Fraction(line.gain),
                found.measurement.reason,
                found.measurement.detail,
                tuple(
                    ResourceFinding(
                        name, each.state, each.value, each.reason, each.detail
                    )
                    for name, each in found.resources
                ),
                found.resources_total,
            )
            for row, line, found in self._parts()
        )

    def suspended(self) -> Result:
        """Return the same findings without score and badge.

        For a dataset with a confirmed incident: however good its metadata are, nothing
        recommends it until the incident is over.
        """
        return replace(self, status=SUSPENDED, score=None, band=None, gates=())

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
            "dimensions": [share._asdict() for share in self.totals.shares],
            "indicators": [_line(*part) for part in self._parts()],
            "sentence": {
                "loss": _clause(self.loss),
                "strength": _clause(self.strength),
            },
        }

    def _parts(self) -> Iterator[tuple[Row, Line, Group]]:
        return zip(self.plan.rows, self.totals.lines, self.groups, strict=True)


def display(score: Fraction) -> str:
    """Floor to one decimal, so that a shown score never reaches a band early."""
    return floored(score.numerator, score.denominator)


def fixable(measurement: Measurement) -> bool:
    """Say whether the publisher can still earn something here."""
    if measurement.state == MEASURED:
        return measurement.value.numerator < measurement.value.denominator
    return measurement.state == UNMEASURED and measurement.reason != NOT_CHECKED


def _clause(measurement: Measurement | None) -> dict[str, Any] | None:
    if measurement is None:
        return None
    name, _, _, reason, detail, _ = measurement
    return {"indicator": name, "reason": reason, "detail": dict(detail)}


def _line(row: Row, line: Line, found: Group) -> dict[str, Any]:
    return {
        "id": row.id,
        "dimension": row.indicator.dimension,
        "state": line.state,
        "value": line.value,
        "earned": line.earned,
        "possible": line.possible,
        "gain": line.gain,
        "reason": found.measurement.reason,
        "detail": dict(found.measurement.detail),
        "resources": [_resource(*each) for each in found.resources],
        "resources_total": found.resources_total,
    }


def _resource(name: str, outcome: Outcome) -> dict[str, Any]:
    value = outcome.value
    return {
        "id": name,
        "state": outcome.state,
        "value": ratio_text(value.numerator, value.denominator),
        "reason": outcome.reason,
        "detail": dict(outcome.detail),
    }
