"""Datasets of tests: one by one, and at random."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from ckanext.merit.domain.award.facts import DatasetFacts, EntityFacts, Quality

OPENS = datetime(2026, 3, 1, tzinfo=timezone.utc)
CLOSES = datetime(2026, 6, 1, tzinfo=timezone.utc)


def at(days: float) -> datetime:
    """An instant some days after the opening."""
    return OPENS + timedelta(days=days)


def dataset(ident: str = "a", /, **values: Any) -> DatasetFacts:
    """A rated, open, usable dataset that was created in the window."""
    score = values.pop("score", 80)
    known = {
        "id": ident,
        "title": f"Title {ident}",
        "key": f"title {ident}",
        "created": at(1),
        "modified": at(1),
        "open": True,
        "quality": Quality(
            "rated" if score is not None else "not_rated",
            None if score is None else Fraction(score),
            values=values.pop("values", {}),
        ),
        "resources": 1,
        "usable": 1,
        "files": frozenset(),
    }
    return DatasetFacts(**{**known, **values})


def entity(*datasets: DatasetFacts, baseline: Any = None) -> EntityFacts:
    """An entity with some datasets."""
    before = None if baseline is None else tuple(baseline)
    return EntityFacts(tuple(datasets), before, OPENS, CLOSES)


VALUES = st.one_of(
    st.sampled_from(["na", "unmeasured", "exempt"]),
    st.fractions(0, 1, max_denominator=20).map(str),
)
QUALITIES = st.builds(
    Quality,
    st.sampled_from(["rated", "provisional", "not_rated"]),
    st.none() | st.fractions(0, 100, max_denominator=30),
    values=st.dictionaries(st.sampled_from(["T2", "R2", "R5"]), VALUES),
)
INSTANTS = st.integers(-24 * 30, 24 * 120).map(lambda hours: at(hours / 24))
TITLES = st.text("abc 1", max_size=6)


@st.composite
def catalogues(draw: Any, most: int = 8) -> tuple[DatasetFacts, ...]:
    """Datasets with distinct ids in any order."""
    keys = draw(st.lists(st.sampled_from("abcdefghijkl"), unique=True, max_size=most))
    return tuple(
        DatasetFacts(
            id=key,
            title=draw(TITLES),
            key=draw(TITLES),
            created=draw(INSTANTS),
            modified=draw(INSTANTS),
            open=draw(st.booleans()),
            quality=draw(QUALITIES),
            resources=3,
            usable=draw(st.integers(0, 3)),
            files=draw(st.frozensets(st.sampled_from("uvwxyz"), max_size=3)),
        )
        for key in keys
    )


ENTITIES = st.builds(
    EntityFacts,
    catalogues(),
    st.none() | catalogues(),
    st.just(OPENS),
    st.just(CLOSES),
)
