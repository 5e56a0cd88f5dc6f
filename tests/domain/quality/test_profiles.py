"""Profile files: what is shipped, what a portal adds, what is refused and where."""

from __future__ import annotations

import hashlib
import re
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from ckanext.merit.domain.indicators import INDICATORS
from ckanext.merit.quality import profiles
from ckanext.merit.quality.profile_file import RULES
from ckanext.merit.quality.profile_texts import fill
from ckanext.merit.rulefile import RuleFileError

SHIPPED = RULES / "default-1.0.yaml"
SMALL = """\
id: small-1.0
version: "1.0"
title: Small
help: A profile for this test.
dimensions:
  - {id: F, title: Findability, help: Can it be found}
closed: right
na_policy: zero
bands:
  - {id: gold, start: 62.5, title: Good, help: It is good.}
rated: {applicability: 0.5, coverage: 4/5}
gates:
  - {id: g, indicator: F3, value: 1/2, cap: none, title: Keywords!}
vocabularies:
  access-rights: {access-rights}
  file-types: {file-types}
  frequencies: {frequencies}
  licences: {licences}
  media-types: {media-types}
  themes: {themes}
reasons: {no_data: No data.}
sentences:
  both: "{strength}, but {loss}."
  strength: "{strength}."
  loss: "{loss}."
  nothing: Nothing.
indicators:
  - id: F3
    dimension: F
    points: 1/3
    level: dataset
    effort: 2
    field: tag_string
    title: Keywords
    why: Because.
    help: How.
    fix: Add some.
    reasons: {none: "None, not {count}."}
    sentences: {loss: {none: it has none}}
"""


def _small() -> str:
    text = SMALL
    folder = RULES.parent / "vocabularies"
    for path in folder.glob("*.txt"):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        text = text.replace(f"{{{path.stem}}}", digest)
    return text


def _write(folder: Path, text: str, name: str = "small-1.0") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, "utf-8")
    return path


def _load(folder: Path, text: str) -> profiles.LoadedProfile:
    return profiles.load(_write(folder, text))


def _points(loaded: profiles.LoadedProfile) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for each in loaded.profile.indicators:
        found[each.dimension] = found.get(each.dimension, Fraction(0)) + each.points
    return found


def test_points_of_the_default_profile():
    """100 points: 20, 15, 20, 20, 10 and 15."""
    loaded = profiles.get("default-1.0")
    assert _points(loaded) == {"F": 20, "A": 15, "I": 20, "R": 20, "T": 10, "C": 15}


def test_the_default_profile_asks_everything_that_is_measured():
    """Each measured indicator has a line."""
    names = {each.id for each in profiles.get("default-1.0").profile.indicators}
    assert names == set(INDICATORS)


def test_points_of_the_metadata_profile():
    """74 points: without links, true formats and contents."""
    loaded = profiles.get("metadata-1.0")
    assert _points(loaded) == {"F": 20, "A": 7, "I": 17, "R": 20, "T": 10}
    assert loaded.profile.dimensions == ("F", "A", "I", "R", "T")


def test_the_metadata_profile_is_the_rest_of_the_default_one():
    """The same indicators, bands and gates, but for those left out."""
    full, rest = (
        profiles.get(name).profile for name in ("default-1.0", "metadata-1.0")
    )
    left = [each for each in full.indicators if each in rest.indicators]
    assert tuple(left) == rest.indicators
    assert (full.bands, full.closed) == (rest.bands, rest.closed)
    assert [gate.id for gate in full.gates if gate not in rest.gates] == [
        "links_broken"
    ]


def test_bands_and_gates_of_the_shipped_profiles():
    """Gold from 85, silver from 70, bronze from 50; four gates."""
    profile = profiles.get("default-1.0").profile
    assert [(band.id, band.start) for band in profile.bands] == [
        ("bronze", 50),
        ("silver", 70),
        ("gold", 85),
    ]
    assert [(gate.id, gate.indicator, gate.cap) for gate in profile.gates] == [
        ("no_data", "I3", None),
        ("no_open_licence", "R2", "bronze"),
        ("not_machine_readable", "I3", "bronze"),
        ("links_broken", "A1", None),
    ]


def test_loading_the_same_files_gives_the_same_object():
    """Results by one profile are told from others' by its identity."""
    assert profiles.get("metadata-1.0") is profiles.get()
    assert profiles.known() == ["metadata-1.0", "default-1.0"]


def test_without_ckan_the_metadata_profile_is_active():
    """It is the default of the option too."""
    assert profiles.active().profile.id == "metadata-1.0"


def test_a_small_profile(tmp_path):
    """Every knob of the file reaches the profile."""
    loaded = _load(tmp_path, _small())
    profile = loaded.profile
    assert (profile.id, profile.version, profile.closed, profile.na_policy) == (
        "small-1.0",
        "1.0",
        "right",
        "zero",
    )
    assert (profile.bands[0].start, profile.min_coverage) == (
        Fraction(125, 2),
        Fraction(4, 5),
    )
    assert profile.indicators[0].points == Fraction(1, 3)
    assert (profile.gates[0].value, profile.gates[0].cap) == (Fraction(1, 2), None)
    assert loaded.texts.labels == {}
    assert profiles.load_profile(tmp_path / "small-1.0.yaml").sha256 == profile.sha256


def test_identity_is_that_of_the_content(tmp_path):
    """The SHA-256 ignores layout and order of keys, and changes with any word."""
    first = _load(tmp_path, _small()).profile.sha256
    moved = _small().replace(
        "closed: right\nna_policy: zero", "na_policy: zero\nclosed: right"
    )
    assert _load(tmp_path, "# a comment\n" + moved).profile.sha256 == first
    assert (
        _load(tmp_path, _small().replace("Because.", "Why not.")).profile.sha256
        != first
    )


def test_a_profile_as_dict():
    """Everything a methodology page or client needs, translated."""
    answer = profiles.get("metadata-1.0").to_dict(str.upper)
    assert (answer["id"], answer["title"], answer["points"]) == (
        "metadata-1.0",
        "QUALITY OF THE METADATA",
        "74",
    )
    assert answer["dimensions"][0] == {
        "id": "F",
        "points": "20",
        "title": "FINDABILITY",
        "help": "CAN PEOPLE FIND THE DATASET AND SEE AT ONCE WHAT IT IS ABOUT?",
    }
    assert answer["bands"][2]["start"] == "85"
    assert answer["gates"][0]["cap"] is None
    first = answer["indicators"][0]
    assert (first["id"], first["points"], first["title"]) == (
        "F1",
        "2",
        "SPECIFIC TITLE",
    )
    assert answer["rated"] == {"applicability": "1/2", "coverage": "4/5"}
    assert set(answer["vocabularies"]) == set(profiles.get("default-1.0").pins)


EXTENDING = """\
id: mine-2.0
version: "2.0"
extends: metadata-1.0
title: Ours
without: [I2]
indicators:
  - {id: T2, points: 10}
  - id: A1
    dimension: A
    points: 8
    level: resource
    effort: 2
    field: url
    title: Links
    why: Because.
    help: How.
    fix: Mend them.
    reasons: {}
    sentences: {loss: {}}
"""


def test_a_profile_that_extends_another(tmp_path):
    """It leaves out, changes and adds indicators by id; all else by key."""
    loaded = _load(tmp_path, EXTENDING)
    base = profiles.get("metadata-1.0").profile
    names = [each.id for each in base.indicators if each.id != "I2"]
    assert [each.id for each in loaded.profile.indicators] == [*names, "A1"]
    points = {each.id: each.points for each in loaded.profile.indicators}
    assert (points["T2"], points["T1"], points["A1"]) == (10, 3, 8)
    assert (loaded.texts.title, loaded.texts.help) == (
        "Ours",
        profiles.get("metadata-1.0").texts.help,
    )


def test_a_profile_beside_the_one_it_extends(tmp_path):
    """A base of the portal's own is looked for in the same folder first."""
    _write(tmp_path, _small())
    text = 'id: other-1.0\nversion: "1"\nextends: small-1.0\ntitle: Other\n'
    path = _write(tmp_path, text, "other-1.0")
    loaded = profiles.load(path)
    assert (loaded.texts.title, len(loaded.profile.indicators)) == ("Other", 1)


def test_own_gates_and_dimensions_replace_those_of_the_base(tmp_path):
    """A key of its own replaces the base's whole."""
    _write(tmp_path, _small())
    text = (
        'id: other-1.0\nversion: "1"\nextends: small-1.0\ngates: []\n'
        "dimensions:\n  - {id: F, title: Found, help: Found it}\n"
    )
    loaded = profiles.load(_write(tmp_path, text, "other-1.0"))
    assert loaded.profile.gates == ()
    assert loaded.texts.dimensions["F"].title == "Found"


def test_a_portals_own_vocabulary(tmp_path):
    """A file in the folder beside the profile, pinned by its own digest."""
    folder = tmp_path / "vocabularies"
    folder.mkdir()
    (folder / "themes.txt").write_text("AGUA : Agua\n", "utf-8")
    pin = hashlib.sha256(b"AGUA : Agua\n").hexdigest()
    text = re.sub(r"themes: \w+", f"themes: {pin}", _small())
    assert _load(tmp_path, text).vocabularies.theme("agua") == ("AGUA", "AGUA")


def test_a_changed_vocabulary_is_refused(tmp_path):
    """What a profile doesn't pin it doesn't use."""
    text = re.sub(r"themes: \w+", f"themes: {'0' * 64}", _small())
    with pytest.raises(RuleFileError, match="the profile pins 0000"):
        _load(tmp_path, text)


def test_a_broken_vocabulary_is_refused(tmp_path):
    """With the vocabulary's file and line."""
    folder = tmp_path / "vocabularies"
    folder.mkdir()
    (folder / "themes.txt").write_text("A : x\nB : x\n", "utf-8")
    pin = hashlib.sha256(b"A : x\nB : x\n").hexdigest()
    text = re.sub(r"themes: \w+", f"themes: {pin}", _small())
    with pytest.raises(RuleFileError, match=r"themes\.txt:2: \"x\" stands for"):
        _load(tmp_path, text)


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
    text = _small()
    assert old in text
    with pytest.raises(RuleFileError) as caught:
        _load(tmp_path, text.replace(old, new, 1))
    assert (Path(caught.value.filename).name, caught.value.line) == (
        "small-1.0.yaml",
        line,
    )
    assert message in caught.value.message


def test_a_profile_without_indicators(tmp_path):
    """There must be something to score."""
    text = _small().partition("indicators:")[0] + "indicators: []\n"
    with pytest.raises(RuleFileError, match="a profile needs indicators"):
        _load(tmp_path, text)


def test_a_pin_that_is_no_digest(tmp_path):
    """A digest has 64 hexadecimal digits."""
    with pytest.raises(RuleFileError, match=":19: expected a SHA-256"):
        _load(tmp_path, re.sub(r"media-types: \w+", "media-types: abc", _small()))


def test_what_to_leave_out_must_be_there(tmp_path):
    """A slip in `without` isn't passed over."""
    with pytest.raises(RuleFileError, match=':5: no indicator "I9" to leave out'):
        _load(tmp_path, EXTENDING.replace("[I2]", "[I9]"))


def test_a_broken_base_is_named(tmp_path):
    """What is wrong with the extended profile is said with its file."""
    _write(tmp_path, _small().replace("effort: 2", "effort: x"))
    path = _write(tmp_path, "id: b\nversion: x\nextends: small-1.0\n", "b")
    with pytest.raises(RuleFileError, match=r"small-1\.0\.yaml:32:"):
        profiles.load(path)


def test_too_many_prerequisites(tmp_path):
    """Each prerequisite doubles the paths to look at; there is a limit."""
    names = [name for name in INDICATORS if name != "F1"][:9]
    lines = [f"  - {{id: F1, requires: [{', '.join(names)}]}}"]
    text = "id: b\nversion: x\nextends: default-1.0\nindicators:\n" + "\n".join(lines)
    with pytest.raises(RuleFileError, match="too many different prerequisites"):
        _load(tmp_path, text)


def test_profile_files_of_one_id(tmp_path, monkeypatch):
    """Two profiles of one id would hide one another."""
    twin = tmp_path / "default-1.0.yaml"
    shutil.copy(SHIPPED, twin)
    options = {"ckanext.merit.quality.profile_files": [str(twin)]}
    monkeypatch.setattr(profiles, "_option", options.get)
    with pytest.raises(
        RuleFileError, match=r'a profile "default-1\.0" is there already'
    ):
        profiles.known()


def test_options_of_the_portal(tmp_path, monkeypatch):
    """A portal adds its own file and makes it the active profile."""
    path = _write(tmp_path, _small())
    options = {
        "ckanext.merit.quality.profile_files": [str(path)],
        "ckanext.merit.quality.profile": "small-1.0",
    }
    monkeypatch.setattr(profiles, "_option", options.get)
    assert profiles.active().profile.id == "small-1.0"
    assert profiles.known() == ["metadata-1.0", "default-1.0", "small-1.0"]


def test_an_unknown_active_profile(monkeypatch):
    """The option must name a profile that is there."""
    options = {"ckanext.merit.quality.profile": "nothing"}
    monkeypatch.setattr(profiles, "_option", options.get)
    with pytest.raises(ValueError, match=r'no profile "nothing" \(metadata-1\.0, '):
        profiles.active()


def test_evidence_is_never_a_template():
    """What people typed is put in as it is."""
    shown = fill("{text} {other} {", {"text": "{count}"}, lambda _, value: str(value))
    assert shown == "{count} ? {"
