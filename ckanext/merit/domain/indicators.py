"""From facts to measurements: every indicator that metadata can answer."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from ckanext.merit.domain import indicators_time
from ckanext.merit.domain.dcat import to_record, violations
from ckanext.merit.domain.facts import (
    DOCUMENTATION,
    VISUALISATION,
    Facts,
    ResourceFacts,
)
from ckanext.merit.domain.indicators_dataset import (
    Options,
    contact_key,
    contact_parts,
    measure_dataset,
)
from ckanext.merit.domain.indicators_resources import measure_resources
from ckanext.merit.domain.quality_profile import (
    MEASURED,
    ONE,
    ZERO,
    Measured,
    Measurement,
)
from ckanext.merit.domain.quality_vocabularies import Vocabularies
from ckanext.merit.domain.text import evidence

__all__ = [
    "INDICATORS",
    "Options",
    "contact_key",
    "contact_parts",
    "data_resources",
    "measure",
    "next_change",
]

# Everything that ``measure`` answers, if only with "not checked".
INDICATORS = (
    *("F1", "F2", "F3", "F4", "F5", "F6"),
    *("A1", "A2", "A3", "A4"),
    *("I1", "I2", "I3", "I4", "I5", "I6"),
    *("R1", "R2", "R3", "R4", "R5", "R6"),
    *("T1", "T2"),
    *("C1", "C2", "C3", "C4", "C5"),
)

# Violations of DCAT-AP at which I6 is worth nothing.
WORTHLESS = 5
_STEPS = tuple(Fraction(WORTHLESS - count, WORTHLESS) for count in range(1, WORTHLESS))
_VALID = Measurement("I6", MEASURED, ONE, "ok")
_DEFAULTS = Options()


def measure(
    facts: Facts,
    vocabularies: Vocabularies,
    *,
    now: datetime,
    options: Options = _DEFAULTS,
) -> tuple[Measured, ...]:
    """Measure every indicator of ``default-1.0``.

    What only a look at links and contents can say is unmeasured with the reason
    ``not_checked``. Never raises, whatever the facts' text holds.

    Args:
        facts: the dataset.
        vocabularies: those of the profile.
        now: timezone-aware.
        options: what the portal sets.
    """
    data = data_resources(facts)
    documented = len(data) < len(facts.resources) and any(
        each.kind == DOCUMENTATION for each in facts.resources
    )
    return (
        *measure_dataset(facts, data, vocabularies, options),
        *measure_resources(
            data,
            vocabularies,
            documented=documented or any(map(str.strip, facts.documentation)),
        ),
        _valid(facts, vocabularies),
        *indicators_time.measure_time(
            vocabularies.frequency(facts.frequency), facts.frequency, data, now=now
        ),
    )


def next_change(
    facts: Facts, vocabularies: Vocabularies, *, now: datetime
) -> datetime | None:
    """Return the earliest instant at which time alone changes a value, if any."""
    frequency = vocabularies.frequency(facts.frequency)
    return indicators_time.next_change(frequency, data_resources(facts), now=now)


def data_resources(facts: Facts) -> tuple[ResourceFacts, ...]:
    """Return the resources that are data: no documentation, no visualisation."""
    return tuple(
        each
        for each in facts.resources
        if each.kind not in (DOCUMENTATION, VISUALISATION)
    )


def _valid(facts: Facts, vocabularies: Vocabularies) -> Measurement:
    """Measure I6 on the mapped record."""
    broken = violations(to_record(facts, vocabularies))
    if not broken:
        return _VALID
    count = len(broken)
    value = _STEPS[count - 1] if count < WORTHLESS else ZERO
    paths = ", ".join(sorted({path for _, path in broken}))
    detail = {"count": count, "paths": evidence(paths)}
    return Measurement("I6", MEASURED, value, "invalid", detail)
