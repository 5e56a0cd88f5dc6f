"""Canonical JSON: one form per value, the form of RFC 8785."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.domain.canonical import canonical, digest

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


def test_keys_sort_as_in_the_rfc():
    """The sorting example of RFC 8785, 3.2.3: UTF-16 units, not code points."""
    names = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    order = [pair[1] for pair in json.loads(canonical(names), object_pairs_hook=list)]
    assert order == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


def test_text_is_escaped_as_in_the_rfc():
    """The string example of RFC 8785, 3.2.2.2: short escapes, the rest as it is."""
    text = "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/"
    assert canonical(text).decode() == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'


def test_no_insignificant_space():
    """Nested values are written without any space."""
    value = {"b": [1, True, None, (2,)], "a": {}}
    assert canonical(value) == b'{"a":{},"b":[1,true,null,[2]]}'


@given(JSON)
def test_reading_gives_the_value_back(value: object):
    """Nothing is lost in the canonical form."""
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(TEXT, st.integers(0, 9)))
def test_order_of_keys_is_irrelevant(value: dict[str, int]):
    """A mapping has one digest, whatever the order it was built in."""
    assert digest(dict(reversed(value.items()))) == digest(value)


def test_digest_is_sha256_of_the_bytes():
    """The digest of the empty object, as any SHA-256 tool gives for `{}`."""
    assert digest({}) == (
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )


@pytest.mark.parametrize("value", [0.5, {1: "a"}, {"a": {2}}, b"x"])
def test_foreign_types_are_refused(value: object):
    """Floats, bytes, sets and keys that aren't text have no canonical form."""
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), "\ud800", {"\udc00": 1}])
def test_values_that_readers_would_change_are_refused(value: object):
    """Integers beyond 2⁵³ - 1 and lone surrogates are refused."""
    with pytest.raises(ValueError, match=r"canonical form|surrogates"):
        canonical(value)
