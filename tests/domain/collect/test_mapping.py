"""The field mapping: own names for facts, and complaints with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ckanext.merit.quality import mapping
from ckanext.merit.quality.mapping import Place
from ckanext.merit.rulefile import RuleFileError


def test_default_names_every_fact():
    """The shipped mapping has places for every fact."""
    shipped = mapping.load(mapping.DEFAULT)
    assert set(shipped.dataset) == set(mapping.DATASET_FACTS)
    assert set(shipped.resource) == set(mapping.RESOURCE_FACTS)


def test_own_file_changes_what_it_names(tmp_path: Path):
    """A portal's file replaces the facts that it names and keeps the others."""
    path = tmp_path / "own.yaml"
    path.write_text("dataset:\n  frequency: [cada.cuanto, ritmo]\n")
    own = mapping.load(path)
    shipped = mapping.load(mapping.DEFAULT)
    assert own.dataset["frequency"] == (
        Place("cada.cuanto", "cada", ("cuanto",)),
        Place("ritmo", "ritmo", ()),
    )
    assert {**own.dataset, "frequency": ()} == {**shipped.dataset, "frequency": ()}
    assert own.resource == shipped.resource
    assert own.register_values == shipped.register_values


def test_empty_list_switches_a_fact_off(tmp_path: Path):
    """A fact without places is never found."""
    path = tmp_path / "own.yaml"
    path.write_text("dataset:\n  provenance: []\nregister_values: [Padrón]\n")
    own = mapping.load(path)
    assert own.dataset["provenance"] == ()
    assert own.register_values == frozenset({"padrón"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dataset:\n  titel: [title]\n", '2: unknown key "titel"'),
        ("datasets:\n  title: [title]\n", '1: unknown key "datasets"'),
        ("resource: [a]\n", '1: "resource" must map facts to places'),
        ("dataset:\n  title:\n  - [a]\n", '3: "title" must be a list of names'),
        ("dataset:\n  title: ['']\n", '2: empty name under "title"'),
        ("dataset:\n\ttitle: x\n", "2: tab character, use spaces"),
    ],
)
def test_broken_file_names_its_line(tmp_path: Path, text: str, message: str):
    """A broken mapping is refused by file, line and reason."""
    path = tmp_path / "own.yaml"
    path.write_text(text)
    with pytest.raises(RuleFileError) as caught:
        mapping.load(path)
    assert str(caught.value) == f"{path}:{message}"
