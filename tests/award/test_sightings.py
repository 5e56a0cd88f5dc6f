"""What was seen of a finding is told in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ckanext.merit.award.sightings import labels, seen
from ckanext.merit.domain.award.gaming import DETECTORS

EVIDENCE: dict[str, dict[str, Any]] = {
    "unusable": {"usable": {"a": "0"}, "titles": ["Ferias"]},
    "duplicates": {
        "original": "z",
        "original_title": "Gasto",
        "by": {"a": "title"},
        "share": {"a": "0.5"},
    },
    "split": {
        "pattern": "Ventas #",
        "parts": "3",
        "kept": "z",
        "from": "2026-03-01T12:00:00+00:00",
        "titles": ["Ventas 1", "Ventas 2"],
    },
    "removed": {"of": "5", "mean_removed": "71.5", "mean_kept": None, "titles": []},
}


@pytest.fixture(autouse=True)
def request_of_a_page(app: Any) -> Iterator[None]:
    with app.flask_app.test_request_context("/", environ_base={"CKAN_LANG": "en"}):
        yield


def lines(kind: str) -> list[tuple[str, list[Any]]]:
    row = {"kind": kind, "evidence": EVIDENCE[kind], "titles": {"a": "Ferias"}}
    return seen(row, "America/Lima")


def test_datasets_are_named_by_their_title() -> None:
    """Not by their id."""
    assert lines("unusable") == [("Usable files", ["Ferias: 0"])]


def test_copies_say_of_what_and_by_what() -> None:
    """The original by its title, shares as percentages."""
    assert lines("duplicates") == [
        ("The same as in", ["Gasto"]),
        ("What is the same", ["Ferias: the title"]),
        ("Share of the files that were there before", ["Ferias: 50 %"]),
    ]


def test_the_whole_of_a_series_is_its_first() -> None:
    """Its instants are shown as anywhere else."""
    *said, (first, (instant,)) = lines("split")
    assert said == [
        ("What the titles have in common", ["Ventas #"]),
        ("Parts", ["3"]),
        ("Counts as the whole", ["Ventas 1"]),
    ]
    assert (first, "(America/Lima)" in instant) == ("First", True)


def test_a_mean_of_nothing_is_a_dash() -> None:
    """When no dataset stayed there is no mean of them."""
    assert lines("removed") == [
        ("Datasets at the baseline", ["5"]),
        ("Mean quality of the removed datasets", ["71.5"]),
        ("Mean quality of the datasets that stayed", ["—"]),
    ]


@pytest.mark.parametrize("kind", sorted(DETECTORS))
def test_the_whole_is_labelled_for_every_kind(kind: str) -> None:
    """What a number of datasets is part of differs by kind."""
    assert "of" in labels(kind)
