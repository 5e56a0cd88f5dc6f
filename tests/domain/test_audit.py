"""The audit chain: whatever is done to a row, the first bad one is named."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.domain.audit import GENESIS, Broken, Link, chain_hash, verify

BODIES = st.lists(st.dictionaries(st.text("ab"), st.text("xy")), min_size=1, max_size=8)


def chain(bodies: list[dict[str, str]]) -> list[Link]:
    links: list[Link] = []
    prev = GENESIS
    for seq, body in enumerate(bodies, start=1):
        numbered = {**body, "seq": str(seq)}
        current = chain_hash(prev, numbered)
        links.append(Link(seq, numbered, prev, current))
        prev = current
    return links


def test_hash_is_redone_with_any_sha256():
    """The hash is SHA-256 over 32 bytes of the previous hash and the JSON."""
    expected = hashlib.sha256(bytes(32) + b'{"act":"x"}').hexdigest()
    assert chain_hash(GENESIS, {"act": "x"}) == expected


@given(BODIES)
def test_an_untouched_chain_holds(bodies: list[dict[str, str]]):
    """A chain as written verifies, also against its own head."""
    links = chain(bodies)
    assert verify(links, head=(len(links), links[-1].hash)) is None


def test_an_empty_chain_holds():
    """No rows and no head is a chain that holds."""
    assert verify([]) is None
    assert verify([], head=(0, GENESIS)) is None


@given(BODIES, st.data())
def test_an_edited_row_is_named(bodies: list[dict[str, str]], data: st.DataObject):
    """Changing a body is found at that row."""
    links = chain(bodies)
    at = data.draw(st.integers(0, len(links) - 1))
    links[at] = replace(links[at], body={**links[at].body, "forged": "y"})
    assert verify(links) == Broken(at + 1, "was changed after it was written")


@given(BODIES, st.data())
def test_a_rehashed_row_is_named_by_the_next(
    bodies: list[dict[str, str]], data: st.DataObject
):
    """A row forged with a fitting hash breaks the row after it."""
    links = chain([*bodies, {}])
    at = data.draw(st.integers(0, len(links) - 2))
    body = {**links[at].body, "forged": "y"}
    links[at] = Link(at + 1, body, links[at].prev, chain_hash(links[at].prev, body))
    assert verify(links) == Broken(at + 2, "does not follow the row before it")


def test_a_deleted_row_is_named():
    """A gap is found at the number that is missing."""
    links = chain([{}, {}, {}])
    assert verify([links[0], links[2]]) == Broken(
        2, "is missing: row 3 comes in its place"
    )


def test_a_cut_tail_is_found_by_the_kept_head():
    """Rows cut off the end are found when a head was kept outside."""
    links = chain([{}, {}, {}])
    head = (3, links[2].hash)
    assert verify(links[:2]) is None
    assert verify(links[:2], head=head) == Broken(
        3, "is missing: the head that was kept lies after it"
    )


def test_a_rebuilt_chain_is_found_by_the_kept_head():
    """A chain rebuilt as a whole differs from the head kept outside."""
    head = (2, chain([{}, {}])[1].hash)
    forged = chain([{"forged": "y"}, {}, {}])
    assert verify(forged, head=head) == Broken(2, "differs from the head that was kept")


def test_a_body_without_canonical_form_is_bad():
    """A number that has no canonical form can't have been written by us."""
    link = Link(1, {"n": 2**60}, GENESIS, GENESIS)
    assert verify([link]) == Broken(1, "has a body without canonical form")
