"""Reading a data.json, plain or gzipped."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.demo.source import SourceError, read


@pytest.fixture(autouse=True)
def load_plugins():
    """Nothing of CKAN is needed here."""


FILE = b"""\xef\xbb\xbf{
 "title": "Datos",
 "dataset": [
  {"title": "uno"},

  {"title":
    "dos"}, null
 ],
 "version": "1.1"
}
"""


def test_each_dataset_has_its_line():
    """Entries carry the line they start on; the rest of the top is kept."""
    source = read(FILE)
    assert source.members == {"title": "Datos", "version": "1.1"}
    assert source.datasets == ((4, {"title": "uno"}), (6, {"title": "dos"}), (7, None))


def test_gzip_is_recognised_by_content():
    """A gzipped file reads as the plain one, whatever its name."""
    assert read(gzip.compress(FILE)) == read(FILE)


def test_a_bare_list_is_a_catalogue():
    """Project Open Data 1.0 had no object around the datasets."""
    assert read(b'[{"title": "uno"}]').datasets == ((1, {"title": "uno"}),)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"title": "x"}', 'there is no list "dataset" at the top of the file'),
        (b'{"dataset": {}}', 'there is no list "dataset" at the top of the file'),
        (b"", "line 1: expected a JSON object or list"),
        (b'"x"', "line 1: expected a JSON object or list"),
        (b'{\n"dataset": [\n{]}', "line 3: not JSON: Expecting property name"),
        (b'{"dataset": [1 2]}', "line 1: not JSON: Expecting ','"),
        (b'{"dataset": [1,]}', "line 1: not JSON: Trailing comma"),
        (b'{"dataset": [1]} x', "line 1: not JSON: Extra data"),
        (b'{"dataset": [1]', "line 1: not JSON: Expecting ','"),
        (b'{"dataset" [1]}', "line 1: not JSON: Expecting a key"),
        (b'{"dataset": [' + b"[" * 100_000, "not usable JSON: nested too deeply"),
        (b'{\n"title": "\xf1"}', "line 2: the text isn't UTF-8"),
        (b"\x1f\x8bnothing", "broken gzip file"),
    ],
)
def test_what_is_no_catalogue_is_said(data, message):
    """A file that cannot be used gives one clear sentence, with the line."""
    with pytest.raises(SourceError) as caught:
        read(data)
    assert str(caught.value).startswith(message)


def test_numbers_that_python_refuses_are_texts():
    """NaN is null and an absurd integer is text, not an error."""
    source = read(b'{"dataset": [NaN, ' + b"9" * 5000 + b"]}")
    assert [value for _, value in source.datasets] == [None, "9" * 5000]


scalars = st.none() | st.text(max_size=10) | st.integers(-(10**18), 10**18)
entries = scalars | st.dictionaries(st.text(max_size=5), scalars, max_size=3)


@given(st.lists(entries, max_size=4))
def test_reading_gives_what_json_gives(datasets):
    """Stepping through the top level loses nothing."""
    data = json.dumps({"a": 1, "dataset": datasets, "b": [2]}, indent=1).encode()
    assert [value for _, value in read(data).datasets] == datasets
