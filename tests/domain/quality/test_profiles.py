"""Profile files: what is shipped, what a portal adds, what is refused and where."""

from __future__ import annotations

import hashlib
import re
import shutil
from fractions import Fraction

import pytest
from tests.domain.quality.profile_files import EXTENDING, SHIPPED, load, small, write

from ckanext.merit.domain.indicators import INDICATORS
from ckanext.merit.quality import profiles
from ckanext.merit.quality.profile_texts import fill
from ckanext.merit.rulefile import RuleFileError


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
    loaded = load(tmp_path, small())
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
    first = load(tmp_path, small()).profile.sha256
    moved = small().replace(
        "closed: right\nna_policy: zero", "na_policy: zero\nclosed: right"
    )
    assert load(tmp_path, "# a comment\n" + moved).profile.sha256 == first
    assert (
        load(tmp_path, small().replace("Because.", "Why not.")).profile.sha256 != first
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


def test_a_profile_that_extends_another(tmp_path):
    """It leaves out, changes and adds indicators by id; all else by key."""
    loaded = load(tmp_path, EXTENDING)
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
    write(tmp_path, small())
    text = 'id: other-1.0\nversion: "1"\nextends: small-1.0\ntitle: Other\n'
    path = write(tmp_path, text, "other-1.0")
    loaded = profiles.load(path)
    assert (loaded.texts.title, len(loaded.profile.indicators)) == ("Other", 1)


def test_own_gates_and_dimensions_replace_those_of_the_base(tmp_path):
    """A key of its own replaces the base's whole."""
    write(tmp_path, small())
    text = (
        'id: other-1.0\nversion: "1"\nextends: small-1.0\ngates: []\n'
        "dimensions:\n  - {id: F, title: Found, help: Found it}\n"
    )
    loaded = profiles.load(write(tmp_path, text, "other-1.0"))
    assert loaded.profile.gates == ()
    assert loaded.texts.dimensions["F"].title == "Found"


def test_a_portals_own_vocabulary(tmp_path):
    """A file in the folder beside the profile, pinned by its own digest."""
    folder = tmp_path / "vocabularies"
    folder.mkdir()
    (folder / "themes.txt").write_text("AGUA : Agua\n", "utf-8")
    pin = hashlib.sha256(b"AGUA : Agua\n").hexdigest()
    text = re.sub(r"themes: \w+", f"themes: {pin}", small())
    assert load(tmp_path, text).vocabularies.theme("agua") == ("AGUA", "AGUA")


def test_a_changed_vocabulary_is_refused(tmp_path):
    """What a profile doesn't pin it doesn't use."""
    text = re.sub(r"themes: \w+", f"themes: {'0' * 64}", small())
    with pytest.raises(RuleFileError, match="the profile pins 0000"):
        load(tmp_path, text)


def test_a_broken_vocabulary_is_refused(tmp_path):
    """With the vocabulary's file and line."""
    folder = tmp_path / "vocabularies"
    folder.mkdir()
    (folder / "themes.txt").write_text("A : x\nB : x\n", "utf-8")
    pin = hashlib.sha256(b"A : x\nB : x\n").hexdigest()
    text = re.sub(r"themes: \w+", f"themes: {pin}", small())
    with pytest.raises(RuleFileError, match=r"themes\.txt:2: \"x\" stands for"):
        load(tmp_path, text)


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
    path = write(tmp_path, small())
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
