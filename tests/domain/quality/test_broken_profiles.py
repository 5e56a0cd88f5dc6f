"""Profile files that are refused: every defect with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.domain.quality.profile_files import EXTENDING, load, small, write

from ckanext.merit.domain.indicators import INDICATORS
from ckanext.merit.quality import profiles
from ckanext.merit.rulefile import RuleFileError


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("title: Small", "titel: Small", 3, 'unknown key "titel"'),
        ("help: A profile for this test.\n", "", 1, 'missing key "help"'),
        ("title: Small", "title: ''", 3, '"title" must be a text'),
        ("title: Small", "title: [a]", 3, '"title" must be a text'),
        ("id: small-1.0", "id: a b", 1, '"a b" is no name'),
        ("closed: right", "closed: up", 7, '"closed" must be one of left, right'),
        ("na_policy: zero", "na_policy: x", 8, '"na_policy" must be one of'),
        ("start: 62.5", "start: 101", 10, "bands must rise, from 0 to 100"),
        ("start: 62.5", "start: -1", 10, '"start" must be a number, not "-1"'),
        (
            "id: gold",
            "id: best",
            10,
            '"id" must be one of bronze, gold, silver, not "best"',
        ),
        ("rated: {app", "rated: {x: 1, app", 11, 'unknown key "x"'),
        ("coverage: 4/5", "coverage: 2", 11, '"coverage" must be between 0 and 1'),
        (
            "rated: {applicability: 0.5, coverage: 4/5}",
            "rated: x",
            11,
            "expected a mapping",
        ),
        ("cap: none", "cap: best", 13, '"cap" must be one of gold, none'),
        ("indicator: F3", "indicator: R2", 13, '"indicator" must be one of F3'),
        ("value: 1/2", "value: 1", 13, "a gate must open when the indicator is"),
        (
            "reasons: {no_data: No data.}",
            "reasons: {a: '{b}'}",
            21,
            "no evidence is called {b}",
        ),
        ("  nothing: Nothing.\n", "", 22, 'missing key "nothing"'),
        ("- id: F3", "- id: F9", 28, 'nothing measures "F9"'),
        ("dimension: F", "dimension: X", 29, '"dimension" must be one of F'),
        ("points: 1/3", "points: 0", 30, "points must be more than 0"),
        ("points: 1/3", "points: 1/0", 30, '"points" must be a number'),
        ("level: dataset", "level: all", 31, '"level" must be one of'),
        ("effort: 2", "effort: 4", 32, '"effort" must be a whole number, 1 to 3'),
        ("    why: Because.\n", "", 28, 'missing key "why"'),
        (
            "sentences: {loss: {none: it has none}}",
            "sentences: {}",
            39,
            'missing key "loss"',
        ),
        ("effort: 2", "effort: 2\n    strength: 1", 40, 'missing key "strength"'),
        ("effort: 2", "effort: 2\n    requires: [T1]", 33, 'no other indicator "T1"'),
        ("effort: 2", "effort: 2\n    earns: [F3]", 33, 'no other indicator "F3"'),
        ("effort: 2", "effort: 2\n    earns: [Z9]", 33, 'no other indicator "Z9"'),
        (
            "effort: 2",
            "effort: 2\n    requires: T1",
            33,
            '"requires" must be a list of',
        ),
        (
            "effort: 2",
            "effort: 2\n    aggregate: sum",
            33,
            '"aggregate" must be one of',
        ),
        (
            "dimensions:\n  - {id",
            "dimensions:\n  - {id: F, title: F, help: F}\n  - {id",
            7,
            '"F" is there twice',
        ),
        (
            "- {id: F, title: Findability, help: Can it be found}",
            "- F",
            5,
            "must be a list of mappings",
        ),
        (
            'version: "1.0"',
            'version: "1.0"\nwithout: [F3]',
            3,
            "only a profile that extends",
        ),
        (
            'version: "1.0"',
            'version: "1.0"\nextends: nothing',
            3,
            'no profile "nothing"',
        ),
        ('version: "1.0"', 'version: "1.0"\nextends: ../x', 3, 'no profile "../x"'),
        (
            'version: "1.0"',
            'version: "1.0"\nextends: small-1.0',
            3,
            "cannot extend itself",
        ),
        ("title: Small", "title: *x", 3, "alias"),
    ],
)
def test_broken_profiles(tmp_path, old, new, line, message):
    """Every defect is named with the file and the line."""
    text = small()
    assert old in text
    with pytest.raises(RuleFileError) as caught:
        load(tmp_path, text.replace(old, new, 1))
    assert (Path(caught.value.filename).name, caught.value.line) == (
        "small-1.0.yaml",
        line,
    )
    assert message in caught.value.message


def test_a_profile_without_indicators(tmp_path):
    """There must be something to score."""
    text = small().partition("indicators:")[0] + "indicators: []\n"
    with pytest.raises(RuleFileError, match="a profile needs indicators"):
        load(tmp_path, text)


def test_a_pin_that_is_no_digest(tmp_path):
    """A digest has 64 hexadecimal digits."""
    with pytest.raises(RuleFileError, match=":19: expected a SHA-256"):
        load(tmp_path, re.sub(r"media-types: \w+", "media-types: abc", small()))


def test_what_to_leave_out_must_be_there(tmp_path):
    """A slip in `without` isn't passed over."""
    with pytest.raises(RuleFileError, match=':5: no indicator "I9" to leave out'):
        load(tmp_path, EXTENDING.replace("[I2]", "[I9]"))


def test_a_broken_base_is_named(tmp_path):
    """What is wrong with the extended profile is said with its file."""
    write(tmp_path, small().replace("effort: 2", "effort: x"))
    path = write(tmp_path, "id: b\nversion: x\nextends: small-1.0\n", "b")
    with pytest.raises(RuleFileError, match=r"small-1\.0\.yaml:32:"):
        profiles.load(path)


def test_too_many_prerequisites(tmp_path):
    """Each prerequisite doubles the paths to look at; there is a limit."""
    names = [name for name in INDICATORS if name != "F1"][:9]
    lines = [f"  - {{id: F1, requires: [{', '.join(names)}]}}"]
    text = "id: b\nversion: x\nextends: default-1.0\nindicators:\n" + "\n".join(lines)
    with pytest.raises(RuleFileError, match="too many different prerequisites"):
        load(tmp_path, text)
