"""What a snapshot holds, read back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.domain.award.strategies import at, dataset, entity

from ckanext.merit.domain.award.facts import Quality, read_row

ROW = {
    "id": "p",
    "title": "  Presupuesto  2026 ",
    "created": "2026-03-02T00:00:00+00:00",
    "modified": "2026-03-03T00:00:00+00:00",
    "open": True,
    "quality": {"status": "rated", "score": "6000/83", "values": {"T2": "1/2"}},
    "resources": 2,
    "usable": 1,
    "files": ["x"],
    "checks": "metadata-1.0",
}


def test_a_row_is_read():
    """Every field, the title as a key, exact numbers."""
    read = read_row(ROW)
    assert (read.key, read.created, read.files) == (
        "presupuesto 2026",
        at(1),
        frozenset("x"),
    )
    assert read.quality == Quality("rated", Fraction(6000, 83), "", {"T2": "1/2"})


def test_a_dataset_without_assessment_is_not_rated():
    """No row of quality, no score."""
    assert read_row({**ROW, "quality": None}).quality == Quality()


def test_a_dataset_of_which_nothing_was_measured_has_no_score():
    """None, never 0."""
    row = {**ROW, "quality": {"status": "provisional", "score": None, "band": None}}
    assert read_row(row).quality == Quality("provisional")


@pytest.mark.parametrize(
    ("text", "value"), [("1/2", Fraction(1, 2)), ("na", None), ("", None)]
)
def test_states_are_no_values(text: str, value: Fraction | None):
    """Only a measured indicator has a value."""
    assert Quality(values={"T2": text}).value("T2") == value


def test_another_quality_changes_only_the_datasets_named():
    """A licence that is fixed makes the dataset open."""
    facts = entity(dataset("a", open=False), dataset("b", open=False))
    fixed = Quality("rated", Fraction(90), values={"R2": "1"})
    altered = facts.with_quality({"a": fixed})
    assert [(one.open, one.quality.score) for one in altered.datasets] == [
        (True, 90),
        (False, 80),
    ]


def test_without_the_indicator_the_licence_stays_as_it_is():
    """A profile of one's own may not measure licences."""
    facts = entity(dataset("a", open=False))
    (one,) = facts.with_quality({"a": Quality("rated", Fraction(90))}).datasets
    assert one.open is False


def test_excluded_datasets_are_gone_and_restored_ones_are_as_before():
    """Whatever changed since, and even if it went away."""
    before = [dataset("b", score=10), dataset("c", score=20)]
    facts = entity(dataset("a"), dataset("b"), dataset("d"), baseline=before)
    adjusted = facts.adjusted(excluded={"d"}, restored={"b", "c"})
    assert [(one.id, one.quality.score) for one in adjusted.datasets] == [
        ("a", 80),
        ("b", 10),
        ("c", 20),
    ]


def test_without_a_baseline_a_restored_dataset_does_not_count():
    """Nobody knows how it was."""
    facts = entity(dataset("a"), dataset("b")).adjusted(restored={"b"})
    assert [one.id for one in facts.datasets] == ["a"]
