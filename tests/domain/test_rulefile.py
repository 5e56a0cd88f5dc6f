"""Rule files: text stays text, every complaint names its line."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from ckanext.merit import rulefile
from ckanext.merit.rulefile import Map, RuleFileError, Seq, Text


def parse(text: str) -> Map:
    return rulefile.parse(text, filename="r.yaml")


def complaint(text: str) -> str:
    with pytest.raises(RuleFileError) as caught:
        parse(text)
    return str(caught.value)


def test_scalars_stay_as_written():
    """Numbers, booleans and dates are read as the text of the file."""
    text = "a: 0.10\nb: no\nc: 2024-01-01\nd: 'q'\ne: null\n"
    assert parse(text) == {
        "a": "0.10",
        "b": "no",
        "c": "2024-01-01",
        "d": "q",
        "e": "null",
    }


def test_empty_value_is_empty_text():
    """A key without a value holds empty text."""
    value = parse("a:\n")["a"]
    assert (value, type(value)) == ("", Text)


def test_nodes_know_their_lines():
    """Mappings, keys, sequences, items and scalars carry lines from 1."""
    top = parse("# note\na:\n- x\n- k: y\nb: {c: z}\n")
    items = top["a"]
    assert isinstance(items, Seq)
    assert (top.line, top.lines) == (2, {"a": 2, "b": 5})
    assert (items.line, items.lines, items[0].line) == (3, [3, 4], 3)
    assert (items[1].line, items[1]["k"].line, top["b"].line) == (4, 4, 5)


def test_nodes_survive_a_copy():
    """A deep copy keeps values and lines."""
    top = copy.deepcopy(parse("a: [x]\n"))
    assert (top, top.lines, top["a"][0].line) == ({"a": ["x"]}, {"a": 1}, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\n\tb: 2\n", "r.yaml:2: tab character, use spaces"),
        ("a: &x 1\n", "r.yaml:1: anchors and aliases are not allowed"),
        ("a: 1\nb: *x\n", "r.yaml:2: anchors and aliases are not allowed"),
        ("a:\n  !!str 1\n", "r.yaml:2: tags are not allowed"),
        ("a: 1\nb: 2\na: 3\n", 'r.yaml:3: duplicate key "a"'),
        ("- a\n", "r.yaml:1: expected a mapping at the top"),
        ("", "r.yaml:1: the file is empty"),
        ("# only a comment\n", "r.yaml:1: the file is empty"),
        ("a: 1\n---\nb: 2\n", "r.yaml:2: only one document per file"),
        ("? [a]\n: 1\n", "r.yaml:1: a key must be plain text"),
        ("a: 1\nb: [\n", "r.yaml:3: expected the node content"),
        ("a: 1\nb: \x07\n", "r.yaml:2: character that YAML does not allow"),
        ("a: " + "[" * 70 + "]" * 70, "r.yaml:1: nested too deeply"),
    ],
)
def test_refused_with_the_line(text: str, message: str):
    """What could surprise is refused, by file and line."""
    assert complaint(text).startswith(message)


def test_error_has_parts():
    """The error carries file, line and message apart."""
    with pytest.raises(RuleFileError) as caught:
        parse("- a\n")
    error = caught.value
    assert (error.filename, error.line) == ("r.yaml", 1)
    assert error.message == "expected a mapping at the top"


def test_unknown_key_is_named():
    """An unknown key fails on its own line."""
    node = parse("a: 1\nzz: 2\n")
    with pytest.raises(RuleFileError, match=r'^r.yaml:2: unknown key "zz"$'):
        rulefile.check_keys(node, required=["a"], optional=[], filename="r.yaml")


def test_missing_key_is_named():
    """A missing key fails on the line of its mapping."""
    node = parse("\na: 1\n")
    with pytest.raises(RuleFileError, match=r'^r.yaml:2: missing key "b"$'):
        rulefile.check_keys(node, required=["a", "b"], optional=[], filename="r.yaml")


def test_known_keys_pass():
    """Required and optional keys are accepted."""
    node = parse("a: 1\nb: 2\n")
    rulefile.check_keys(node, required=["a"], optional=["b", "c"], filename="r.yaml")
    assert node == {"a": "1", "b": "2"}


def test_reads_a_file_with_byte_order_mark(tmp_path: Path):
    """A file saved with a byte order mark reads like one without."""
    path = tmp_path / "r.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: \xc3\xb1\n")
    assert rulefile.read(path) == {"a": "ñ"}


def test_refuses_bytes_that_are_not_utf8(tmp_path: Path):
    """A file in another encoding fails with the line of the first bad byte."""
    path = tmp_path / "r.yaml"
    path.write_bytes(b"a: 1\nb: \xf1\n")
    with pytest.raises(RuleFileError) as caught:
        rulefile.read(path)
    assert str(caught.value) == f"{path}:2: not UTF-8 text"
