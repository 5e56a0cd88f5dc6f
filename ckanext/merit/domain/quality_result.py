"""What an assessment says: score, band and one finding per indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from ckanext.merit.domain.quality_combine import Group
from ckanext.merit.domain.quality_plan import Plan, Row, ratio_text
from ckanext.merit.domain.quality_profile import (
    MEASURED,
    NOT_CHECKED,
    ONE,
    UNMEASURED,
    Gate,
    Measurement,
    Profile,
    Scalar,
    State,
)

Status = Literal["rated", "provisional"]


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


class Totals(NamedTuple):
    """Sums over the indicators of one dataset, in weights of the plan.

    Attributes:
        values: one per indicator, ``None`` where it doesn't count in the score.
        common: ``earned`` and each of ``shares`` are in 1/``common`` of a weight.
        possible: what was measured, per dimension.
        worst: place of the indicator that lost most, -1 if none lost anything.
    """

    values: tuple[Fraction | None, ...]
    common: int
    earned: int
    measured: int
    applicable: int
    shares: tuple[int, ...]
    possible: tuple[int, ...]
    worst: int


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """An assessment of one dataset by one profile.

    Attributes:
        score: 0 to 100, exact; ``None`` when nothing was measured.
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
                line["id"],
                line["dimension"],
                line["state"],
                Fraction(line["value"]),
                Fraction(line["earned"]),
                Fraction(line["possible"]),
                Fraction(line["gain"]),
                line["reason"],
                line["detail"],
                tuple(
                    ResourceFinding(each[5], each[1], each[2], each[3], each[4])
                    for each in found.resources
                ),
                found.resources_total,
            )
            for line, found in zip(self._lines(), self.groups, strict=True)
        )

    @property
    def dimensions(self) -> tuple[Share, ...]:
        """Points earned and possible per dimension, in the profile's order."""
        return tuple(
            Share(line["id"], Fraction(line["earned"]), Fraction(line["possible"]))
            for line in self._dimension_lines()
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
            "dimensions": self._dimension_lines(),
            "indicators": self._lines(),
            "sentence": {
                "loss": _clause(self.loss),
                "strength": _clause(self.strength),
            },
        }

    def _lines(self) -> list[dict[str, Any]]:
        totals = self.totals
        return [
            _line(row, found, value, totals)
            for row, found, value in zip(
                self.plan.rows, self.groups, totals.values, strict=True
            )
        ]

    def _dimension_lines(self) -> list[dict[str, Any]]:
        return [
            {"id": name, "earned": earned, "possible": possible, "display": shown}
            for name, earned, possible, shown in shares(self)
        ]


def shares(result: Result) -> list[tuple[str, str, str, str | None]]:
    """Return id, earned, possible and display of each dimension, as texts."""
    plan, totals = result.plan, result.totals
    unit, common = plan.unit * totals.common, totals.common
    return [
        (
            name,
            ratio_text(earned, unit),
            ratio_text(possible, plan.unit),
            _display(100 * earned, possible * common) if possible else None,
        )
        for name, earned, possible in zip(
            result.profile.dimensions, totals.shares, totals.possible, strict=True
        )
    ]


def display(score: Fraction) -> str:
    """Floor to one decimal, so that a shown score never reaches a band early."""
    return _display(score.numerator, score.denominator)


def fixable(measurement: Measurement) -> bool:
    """Say whether the publisher can still earn something here."""
    if measurement.state == MEASURED:
        return measurement.value.numerator < measurement.value.denominator
    return measurement.state == UNMEASURED and measurement.reason != NOT_CHECKED


def _display(numerator: int, denominator: int) -> str:
    tenths = 10 * numerator // denominator
    return f"{tenths // 10}.{tenths % 10}"


def _clause(measurement: Measurement | None) -> dict[str, Any] | None:
    if measurement is None:
        return None
    name, _, _, reason, detail, _ = measurement
    return {"indicator": name, "reason": reason, "detail": dict(detail)}


def amounts(
    row: Row, measurement: Measurement, counted: Fraction | None, totals: Totals
) -> tuple[str, str, str, str]:
    """Return value, earned, possible and gain, the rise of the score if fixed."""
    state = measurement[1]
    if counted is ONE:
        return "1" if state == MEASURED else "0", row.full, row.full, "0"
    if counted is None:
        helps = state == UNMEASURED and fixable(measurement)
        return "0", "0", "0", _gain_of_unmeasured(row, totals) if helps else "0"
    top, bottom = counted.numerator, counted.denominator
    earned = ratio_text(row.weight * top, row.unit * bottom)
    if state != MEASURED:
        return "0", earned, row.full, "0"
    gain = ratio_text(100 * row.weight * (bottom - top), bottom * totals.measured)
    return ratio_text(top, bottom), earned, row.full, gain


def _line(
    row: Row, found: Group, counted: Fraction | None, totals: Totals
) -> dict[str, Any]:
    measurement, resources, resources_total, _ = found
    value, earned, possible, gain = amounts(row, measurement, counted, totals)
    return {
        "id": row.id,
        "dimension": row.indicator.dimension,
        "state": measurement[1],
        "value": value,
        "earned": earned,
        "possible": possible,
        "gain": gain,
        "reason": measurement[3],
        "detail": dict(measurement[4]),
        "resources": [_resource(each) for each in resources],
        "resources_total": resources_total,
    }


def _gain_of_unmeasured(row: Row, totals: Totals) -> str:
    """Return the rise when numerator and denominator both grow by a full value."""
    if not totals.measured:
        return "100"
    missing = totals.common * totals.measured - totals.earned
    after = totals.measured + row.weight
    return ratio_text(
        100 * row.weight * missing, totals.common * totals.measured * after
    )


def _resource(part: Measurement) -> dict[str, Any]:
    _, state, value, reason, detail, name = part
    return {
        "id": name,
        "state": state,
        "value": ratio_text(value.numerator, value.denominator),
        "reason": reason,
        "detail": dict(detail),
    }
