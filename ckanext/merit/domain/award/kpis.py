"""Indicators of a programme across its editions: defined once, so that they compare.

Each has its denominator: how many entities could be measured, of how many.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ckanext.merit.domain.award.metrics import decimal

__all__ = ["KPIS", "Kpi", "Reading", "entities_improved", "growth_factor", "total"]


@dataclass(frozen=True)
class Kpi:
    """What an indicator means, and who answers for it; texts are English messages."""

    code: str
    title: str
    definition: str
    formula: str
    unit: str
    owner: str


@dataclass(frozen=True)
class Reading:
    """An indicator's value.

    Attributes:
        value: Decimal text; None where it could not be measured.
        measured: Number of entities that could be measured.
        of: Number of entities.
    """

    value: str | None
    measured: int
    of: int


def _(text: str) -> str:
    """Mark a text to be translated where it is shown."""
    return text


KPIS = {
    kpi.code: kpi
    for kpi in (
        Kpi(
            "new_datasets",
            _("New datasets"),
            _(
                "Public datasets of the admitted entities created in the window that "
                "meet the rule of the edition and copy no earlier dataset."
            ),
            "sum of the new datasets of the admitted entities",
            "datasets",
            _("Secretariat of the programme"),
        ),
        Kpi(
            "growth_factor",
            _("Growth factor"),
            _("New datasets of this edition for each one of the edition before."),
            "new datasets / new datasets of the edition before",
            "factor",
            _("Secretariat of the programme"),
        ),
        Kpi(
            "entities_improved",
            _("Entities improved"),
            _(
                "Admitted entities whose mean quality rose by at least delta points "
                "between the baseline and the cut-off."
            ),
            "count of entities with mean at cut-off - mean at baseline >= delta",
            "entities",
            _("Secretariat of the programme"),
        ),
    )
}


def total(values: Iterable[str | None]) -> Reading:
    """Add what was measured; None when nothing was."""
    given = list(values)
    known = [Fraction(value) for value in given if value is not None]
    added = decimal(sum(known, Fraction(0))) if known else None
    return Reading(added, len(known), len(given))


def growth_factor(now: Reading, before: Reading) -> Reading:
    """Divide two totals; None where one is unknown or the earlier one is 0."""
    value = None
    if now.value is not None and before.value is not None and Fraction(before.value):
        value = decimal(Fraction(now.value) / Fraction(before.value))
    return Reading(value, now.measured, now.of)


def entities_improved(gains: Iterable[str | None], *, delta: Fraction) -> Reading:
    """Count the gains of at least delta; None when no gain was measured."""
    given = list(gains)
    known = [Fraction(gain) for gain in given if gain is not None]
    value = str(sum(gain >= delta for gain in known)) if known else None
    return Reading(value, len(known), len(given))
