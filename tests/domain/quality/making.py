"""Profiles, measurements and facts for the tests of quality."""

from __future__ import annotations

from datetime import datetime, timezone
from fractions import Fraction
from functools import lru_cache

from hypothesis import strategies as st

from ckanext.merit.domain.facts import Column, Facts, ResourceFacts
from ckanext.merit.domain.quality import (
    EXEMPT,
    MEASURED,
    NOT_APPLICABLE,
    NOT_CHECKED,
    ONE,
    UNMEASURED,
    ZERO,
    Band,
    Gate,
    Indicator,
    Measurement,
    Profile,
)
from ckanext.merit.domain.quality_vocabularies import Vocabularies
from ckanext.merit.domain.quality_vocabulary_files import (
    VOCABULARIES,
    parse_vocabularies,
)
from ckanext.merit.quality.profile_file import RULES

NOW = datetime(2018, 7, 15, 12, tzinfo=timezone.utc)
BANDS = (
    Band("bronze", Fraction(50)),
    Band("silver", Fraction(70)),
    Band("gold", Fraction(85)),
)


@lru_cache(maxsize=1)
def vocabularies() -> Vocabularies:
    """Return the shipped vocabularies."""
    folder = RULES.parent / "vocabularies"
    return parse_vocabularies(
        {name: (folder / f"{name}.txt").read_text("utf-8") for name in VOCABULARIES}
    )


def indicator(name: str, points: int | Fraction = 1, **parts: object) -> Indicator:
    """Return an indicator of dimension F."""
    return Indicator(name, "F", Fraction(points), **parts)  # type: ignore[arg-type]


def profile(*indicators: Indicator, **parts: object) -> Profile:
    """Return a profile with the usual bands."""
    given = {
        "id": "test",
        "version": "1",
        "sha256": "0" * 64,
        "dimensions": ("F",),
        "indicators": indicators,
        "bands": BANDS,
        **parts,
    }
    return Profile(**given)  # type: ignore[arg-type]


def measured(name: str, value: object = 1, reason: str = "r", **detail) -> Measurement:
    """Return a measurement on the dataset."""
    return Measurement(name, MEASURED, Fraction(value), reason, detail)  # type: ignore[arg-type]


def na(name: str) -> Measurement:
    """Return a measurement that doesn't apply."""
    return Measurement(name, NOT_APPLICABLE, ZERO, "na")


def unmeasured(name: str, reason: str = "pending") -> Measurement:
    """Return a measurement that is still to come."""
    return Measurement(name, UNMEASURED, ZERO, reason)


def on(resource: str, measurement: Measurement) -> Measurement:
    """Return the measurement as one of a resource."""
    return measurement._replace(subject=resource)


def facts(*resources: ResourceFacts, **parts: object) -> Facts:
    """Return a dataset that earns everything that its parts don't take away."""
    given: dict[str, object] = {
        "id": "d1",
        "title": "Escuelas públicas de Mendoza",
        "description": "x" * 120,
        "keywords": ("escuelas", "educación", "Mendoza"),
        "themes": ("EDUC",),
        "spatial": "AR-M",
        "temporal": "2015/2018",
        "frequency": "R/P1M",
        "access_rights": "PUBLIC",
        "licence_id": "cc-by",
        "publisher": "Provincia de Mendoza",
        "organization_id": "o1",
        "contact_email": "datos@mendoza.example",
        "provenance": "https://example.org/metodo",
        "resources": resources or (resource(),),
        **parts,
    }
    return Facts(**given)  # type: ignore[arg-type]


def resource(id_: str = "r1", **parts: object) -> ResourceFacts:
    """Return a file that earns everything that its parts don't take away."""
    given: dict[str, object] = {
        "id": id_,
        "name": "Escuelas",
        "url": "https://example.org/escuelas.csv",
        "format": "CSV",
        "media_type": "text/csv",
        "is_upload": True,
        "datastore_active": True,
        "modified": NOW,
        "columns": (Column("id", "", "Número de la escuela"),),
        **parts,
    }
    return ResourceFacts(**given)  # type: ignore[arg-type]


# Few points and values, so that equal sums and exact thresholds are frequent.
values = st.sampled_from([ZERO, Fraction(1, 2), Fraction(2, 3), Fraction(6, 7), ONE])
states = st.sampled_from([MEASURED] * 5 + [NOT_APPLICABLE, UNMEASURED, EXEMPT])
reasons = st.sampled_from(["bad", "worse", NOT_CHECKED])


@st.composite
def rules(draw: st.DrawFn, most: int = 6) -> Profile:
    """Draw a small profile with gates and a prerequisite."""
    names = ["F1", "F2", "F3", "I3", "R2", "T1", "T2"][: draw(st.integers(1, most))]
    indicators = tuple(
        Indicator(
            name,
            "F" if name[0] == "F" else "R",
            draw(
                st.sampled_from([Fraction(1), Fraction(2), Fraction(3), Fraction(5, 2)])
            ),
            draw(st.sampled_from(["mean", "min", "max", "any", "all", "best"])),
            draw(st.integers(1, 3)),
            ("F1",) if name != "F1" and draw(st.integers(0, 4)) == 0 else (),
            draw(st.integers(0, 3)),
        )
        for name in names
    )
    gates = tuple(
        Gate(
            f"g_{name}",
            name,
            draw(st.sampled_from([None, "bronze", "silver"])),
            draw(st.sampled_from([ZERO, Fraction(1, 2)])),
            draw(st.sampled_from(["", "bad"])),
            draw(st.booleans()),
        )
        for name in names
        if draw(st.integers(0, 3)) == 0
    )
    return profile(
        *indicators,
        dimensions=("F", "R"),
        gates=gates,
        closed=draw(st.sampled_from(["left", "right"])),
        na_policy=draw(st.sampled_from(["exclude", "exclude", "zero", "full"])),
        min_applicability=draw(st.sampled_from([ZERO, Fraction(1, 2)])),
        min_coverage=draw(st.sampled_from([ZERO, Fraction(1, 2), Fraction(4, 5)])),
    )


@st.composite
def measurements(draw: st.DrawFn, rule: Profile) -> tuple[Measurement, ...]:
    """Draw measurements of a profile's indicators, on dataset or resources."""
    found: list[Measurement] = []
    for each in rule.indicators:
        count = draw(st.integers(0, 3)) if draw(st.booleans()) else 0
        for subject in [f"r{number}" for number in range(count)] or [""]:
            state = draw(states)
            value = draw(values) if state == MEASURED else ZERO
            detail = draw(
                st.sampled_from([{}, {"format": "CSV"}, {"format": "ñ", "count": 2}])
            )
            found.append(
                Measurement(each.id, state, value, draw(reasons), detail, subject)
            )
    return tuple(found)


@st.composite
def cases(draw: st.DrawFn, most: int = 6) -> tuple[Profile, tuple[Measurement, ...]]:
    """Draw a profile and measurements for it."""
    rule = draw(rules(most))
    return rule, draw(measurements(rule))
