"""Whatever a dataset holds: a result, in time that grows with its size only."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.quality.making import NOW, facts, resource, vocabularies

from ckanext.merit.domain.facts import Column, Facts, ResourceFacts
from ckanext.merit.domain.indicators import INDICATORS, measure, next_change
from ckanext.merit.domain.quality import assess, cheapest_path, to_json
from ckanext.merit.quality import profiles

HOSTILE = (
    *("", " ", "\x00", "\ud800", "\u202eabc", "<script>alert(1)</script>", "{count}"),
    *("'; DROP TABLE package; --", "*:* OR title:x", "https://", "=1+1", "1" * 5_000),
    *("2018-13-45", "R/P99999999Y", "POINT(", '{"type":', "[[[[", "&#99999999;", "[]("),
)
MEGABYTES = (
    *(
        "x",
        "<",
        "<a b='",
        "[a](",
        "&",
        "- ",
        "1.",
        "{",
        "[",
        "(",
        "a@",
        "http://a.",
        " ",
    ),
    *("é", "\n", "_", "https://example.org/a?b=", "R/P1Y", "2018-01-01/", "POINT(0 0,"),
)
TEXTS = st.one_of(st.text(max_size=50), st.sampled_from(HOSTILE))
MOMENTS = st.none() | st.datetimes() | st.datetimes(timezones=st.timezones())


def _parts(kind: type, extra: dict[str, st.SearchStrategy]) -> dict:
    by_type = {
        str: TEXTS,
        bool: st.booleans(),
        bool | None: st.none() | st.booleans(),
        int: st.integers(0, 3),
        datetime | None: MOMENTS,
        tuple[str, ...]: st.lists(TEXTS, max_size=4).map(tuple),
    }
    found = {
        name: by_type[hint]
        for name, hint in get_type_hints(kind).items()
        if hint in by_type
    }
    return {**found, **extra}


def _texts(kind: type, but: tuple[str, ...]) -> list[str]:
    hints = get_type_hints(kind).items()
    return [name for name, hint in hints if hint is str and name not in but]


COLUMNS = st.lists(st.builds(Column, TEXTS, TEXTS, TEXTS, TEXTS), max_size=3).map(tuple)
RESOURCES = st.builds(
    ResourceFacts,
    **_parts(
        ResourceFacts,
        {
            "kind": st.sampled_from(["data", "service", "documentation", "", "x"]),
            "columns": COLUMNS,
        },
    ),
)
FACTS = st.builds(
    Facts, **_parts(Facts, {"resources": st.lists(RESOURCES, max_size=3).map(tuple)})
)


def _result(dataset: Facts):
    found = measure(dataset, vocabularies(), now=NOW)
    next_change(dataset, vocabularies(), now=NOW)
    profile = profiles.get("default-1.0").profile
    cheapest_path(profile, found)
    return assess(profile, found)


@given(FACTS)
def test_any_dataset_has_a_result(dataset):
    """Every indicator is answered, the score is one, the stored form is ASCII."""
    result = _result(dataset)
    assert {finding.indicator for finding in result.findings} == set(INDICATORS)
    assert result.score is not None
    assert 0 <= result.score <= 100
    assert to_json(result).isascii()


@pytest.mark.parametrize("text", MEGABYTES)
def test_megabytes_in_every_field(text):
    """A megabyte of one pattern in each field costs a few seconds at most."""
    long = (text * 1_000_000)[:1_000_000]
    one = resource(columns=(Column(long, long, long, long),))
    dataset = facts(
        one._replace(**dict.fromkeys(_texts(ResourceFacts, ("id", "kind")), long)),
        keywords=(long,) * 3,
        themes=(long,) * 3,
        groups=(long,),
        documentation=(long,),
    )._replace(**dict.fromkeys(_texts(Facts, ("id",)), long))
    started = time.process_time()
    stored = to_json(_result(dataset))
    assert time.process_time() - started < 5
    assert len(stored) < 20_000


@pytest.mark.parametrize("count", [0, 1, 2_000])
def test_any_number_of_resources(count):
    """Two thousand resources are listed by the worst twenty."""
    broken = [
        resource(f"r{number}", format=f"F{number}", modified=NOW - timedelta(number))
        for number in range(count)
    ]
    started = time.process_time()
    result = _result(facts()._replace(resources=tuple(broken)))
    assert time.process_time() - started < 5
    listed = [len(finding.resources) for finding in result.findings]
    assert max(listed) == min(count, 20)
    assert len(to_json(result)) < 60_000
