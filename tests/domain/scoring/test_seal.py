"""Sealed bundles: anyone can compute the result again, nobody can change it."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from tests.domain.scoring import kit

from ckanext.merit.domain.canonical import digest
from ckanext.merit.domain.scoring import seal
from ckanext.merit.domain.scoring.reading import pruned
from ckanext.merit.domain.scoring.seal import BundleError, read_bundle, recomputed

FIRSTS = """
merit: 1
id: x
tie_break: [first_places]
root: {of: [{code: a, scale: [0, 4], panel: {}}, {code: b, scale: [0, 4], panel: {}}]}
"""


def dice(seed: int = 1) -> random.Random:
    return random.Random(seed)  # noqa: S311 - repeatable pseudonyms


def bundle(text: str = kit.PANEL_EXAMPLE, given=None, seed: int = 1) -> dict[str, Any]:
    given = kit.panel_example_marks() if given is None else given
    return seal.sealed(kit.tree(text), given, random=dice(seed))


def firsts_marks():
    given = kit.panel("A", "a", "4", "4", "0") + kit.panel("A", "b", "0", "0", "4")
    return (
        given + kit.panel("B", "a", "3", "3", "1") + kit.panel("B", "b", "1", "1", "3")
    )


def test_a_bundle_gives_the_same_digest_again():
    """Rebuilt from its inputs, through JSON, it is what it says."""
    again = recomputed(read_bundle(json.dumps(bundle())))
    assert (again.matches, again.digest) == (True, bundle()["digest"])


def test_digest_covers_all_the_rest():
    """SHA-256 of the canonical JSON without the digest itself."""
    found = bundle()
    stated = found.pop("digest")
    assert digest(found) == stated


def test_changing_one_score_changes_the_digest():
    """Any other input gives another digest."""
    found = bundle()
    mark = next(cells for cells in found["marks"] if cells[3] == "7.5")
    mark[3] = "7.6"
    again = recomputed(found)
    assert again.matches is False
    assert again.digest != again.stated


def test_changing_a_stored_row_is_noticed():
    """Stored rows are thrown away, and compared."""
    found = bundle()
    found["rows"][0]["total"] = "99.99"
    again = recomputed(found)
    assert (again.same_rows, again.matches) == (False, False)
    assert again.digest == again.stated


@pytest.mark.parametrize("key", ["context", "rules"])
def test_changing_context_or_rules_changes_the_digest(key: str):
    """The digest names the rules and what the portal put beside them."""
    found = bundle()
    found[key]["id"] = "other"
    assert recomputed(found).matches is False


def test_order_of_rows_is_irrelevant():
    """Reordering the marks is no change."""
    found = bundle()
    found["marks"].reverse()
    assert recomputed(found).matches is True


def test_context_is_covered():
    """Edition and snapshot are sealed with the result."""
    found = seal.sealed(
        kit.tree(kit.PANEL_EXAMPLE),
        kit.panel_example_marks(),
        random=dice(),
        context={"edition": "2025"},
    )
    assert recomputed(found).matches is True
    assert found["context"] == {"edition": "2025"}


def test_jurors_have_pseudonyms():
    """No name of a juror is in the bundle."""
    names = {mark.juror for mark in kit.panel_example_marks()} - {""}
    written = {cells[1] for cells in bundle()["marks"]}
    assert names.isdisjoint(written)


def test_pseudonyms_are_random_per_bundle():
    """Two bundles can't be laid side by side."""
    one, two = (
        {cells[1] for cells in bundle(seed=seed)["marks"]} - {""} for seed in (1, 2)
    )
    assert one.isdisjoint(two)


def test_a_gap_does_not_tell_who_left_it():
    """A juror who may not review B can't be followed from A to B."""
    given = kit.panel("A", "a", "4", "4", "3", "2") + kit.panel(
        "B", "a", "-", "4", "3", "2"
    )
    text = "merit: 1\nid: x\nroot: {code: a, scale: [0, 4], panel: {}}\n"
    found = bundle(text, given)
    of_a, of_b = (
        {cells[1] for cells in found["marks"] if cells[0] == name} for name in "AB"
    )
    assert of_a.isdisjoint(of_b)


def test_calibrated_jurors_can_be_followed():
    """Calibration needs to know a juror again; the bundle says so by its nature."""
    text = kit.POOL.replace("calibrate: none", "calibrate: additive")
    found = bundle(text, kit.pool_marks())
    assert len({cells[1] for cells in found["marks"]}) == 4
    assert recomputed(found).matches is True


def test_first_places_travel_as_an_input():
    """Where jurors can't be followed, their first places are given."""
    found = bundle(FIRSTS, firsts_marks())
    assert found["given"] == {
        "below_gate": [],
        "first_places": {"A": "1/2", "B": "1/2"},
    }
    assert recomputed(found).matches is True


def test_objects_below_a_gate_travel_as_an_input():
    """They are listed without rank again."""
    found = seal.sealed(
        kit.tree(kit.PANEL_EXAMPLE),
        kit.panel_example_marks(),
        random=dice(),
        below_gate=["A"],
    )
    assert [row["rank"] for row in found["rows"]] == ["1", None]
    assert recomputed(found).matches is True


def test_first_places_of_calibrated_jurors_are_computed():
    """Where jurors can be followed, nothing needs to be given."""
    text = kit.POOL.replace("calibrate: none", "calibrate: additive")
    text = text.replace("root:", "tie_break: [first_places]\nroot:")
    found = bundle(text, kit.pool_marks())
    assert found["given"]["first_places"] == {}
    assert recomputed(found).matches is True


def test_input_digest_is_that_of_canonical_forms():
    """Rules, and the digest of the sorted rows."""
    given = kit.panel_example_marks()
    tree = kit.tree(kit.PANEL_EXAMPLE)
    sheet = digest(sorted(list(mark[:5]) for mark in given))
    expected = digest({"rules": pruned(tree), "marks": sheet})
    assert seal.input_digest(tree, given) == expected


def test_input_digest_ignores_the_order_of_rows():
    """The same inputs have the same digest."""
    given = kit.panel_example_marks()
    tree = kit.tree(kit.PANEL_EXAMPLE)
    assert seal.input_digest(tree, given) == seal.input_digest(tree, given[::-1])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "this is no bundle"),
        ("{", "this is no bundle: Expecting"),
        ('{"a": 1}', "this is no bundle: 1 should be text"),
        ('{"a": 1.5}', "this is no bundle: 1.5 should be text"),
        ('{"a": NaN}', "this is no bundle: NaN should be text"),
        ('{"a": "1", "a": "2"}', "this is no bundle: duplicate keys"),
        ("[" * 100_000, "this is no bundle: "),
    ],
)
def test_other_files_are_refused(text: str, message: str):
    """Only JSON objects, without numbers, are read."""
    with pytest.raises(BundleError) as caught:
        read_bundle(text)
    assert str(caught.value).startswith(message)


BROKEN: dict[str, Any] = {
    "no bundle": {"format": "other"},
    "another version": {"algorithm": {"name": "merit-scoring", "version": "0"}},
    "broken rules": {"rules": {"merit": "1"}},
    "marks are no list": {"marks": "x"},
    "short mark": {"marks": [["A"]]},
    "mark without text": {"marks": [["A", None, "bonus", "1", ""]]},
    "value without text": {"marks": [["A", "", "bonus", None, ""]]},
    "bad mark": {"marks": [["A", "", "bonus", "9", ""]]},
    "given is no mapping": {"given": "x"},
    "given lacks a part": {"given": {"first_places": {}}},
    "below a gate is no text": {"given": {"below_gate": [None], "first_places": {}}},
    "share is no text": {"given": {"below_gate": [], "first_places": {"A": None}}},
    "share is no fraction": {"given": {"below_gate": [], "first_places": {"A": "1e9"}}},
    "share divides by 0": {"given": {"below_gate": [], "first_places": {"A": "1/0"}}},
}


@pytest.mark.parametrize("change", BROKEN)
def test_broken_bundles_are_refused(change: str):
    """What can't be computed again says why."""
    with pytest.raises(BundleError):
        recomputed({**copy.deepcopy(bundle()), **BROKEN[change]})


def test_missing_parts_are_refused():
    """A bundle has all its parts."""
    found = bundle()
    del found["rows"]
    with pytest.raises(BundleError, match="no bundle of the format"):
        recomputed(found)
