"""I6 agrees with a SHACL validator about which constraints of DCAT-AP are broken."""

from __future__ import annotations

import pytest
from tests.conformance import rdf, records, shapes

from ckanext.merit.domain.dcat import Record, to_record, violations
from ckanext.merit.domain.facts import Facts
from ckanext.merit.quality import profiles

CATALOGUE = shapes.SHARED / "datos-gob-ar-2018-07.json.gz"
BATCH = 100


@pytest.fixture(scope="module")
def vocabularies():
    return profiles.load(profiles.RULES / "default-1.0.yaml").vocabularies


def _ours(mapped: list[Record]) -> dict[int, set[tuple[str, str]]]:
    return {
        number: {(shape, path) for shape, path in violations(record)}
        for number, record in enumerate(mapped)
    }


def _check(facts: list[Facts], vocabularies) -> None:
    """Compare ours with our reading of the shapes and, at hand, with the shapes."""
    published = shapes.published()
    for start in range(0, len(facts), BATCH):
        mapped = [to_record(each, vocabularies) for each in facts[start:][:BATCH]]
        graph, owners = rdf.graph_of(mapped)
        assert shapes.broken(graph, owners) == _ours(mapped)
        if published is not None:
            assert shapes.validated(graph, owners, published) == _ours(mapped)


def test_generated_records(vocabularies):
    """On 500 records with every kind of value the sets of (shape, path) are equal."""
    facts = records.generated(500, seed=3)
    _check(facts, vocabularies)
    found = {
        pair for each in facts for pair in violations(to_record(each, vocabularies))
    }
    assert len(found) == 16


def test_real_records(vocabularies):
    """On every dataset of a real catalogue the sets are equal, where it is at hand."""
    facts = records.from_catalogue(CATALOGUE) if CATALOGUE.is_file() else []
    _check(facts, vocabularies)
    assert len(facts) in (0, 639)
