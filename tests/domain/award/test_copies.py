"""Copies of earlier datasets."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from tests.domain.award.strategies import at, catalogues, dataset

from ckanext.merit.domain.award.copies import Copy, copies

HALF = Fraction(1, 2)


def test_the_same_title_is_a_copy_of_the_first():
    """The earlier created is the original, whatever the order of input."""
    late, early = dataset("a", key="t", created=at(2)), dataset("b", key="t")
    assert copies([late, early], overlap=HALF) == {
        "a": Copy(("b",), "title", Fraction(0))
    }


def test_datasets_without_title_are_no_copies():
    """Nothing is equal to nothing."""
    assert copies([dataset("a", key=""), dataset("b", key="")], overlap=HALF) == {}


def test_enough_files_of_earlier_datasets_make_a_copy():
    """Files of several originals add up; the one with most is named first."""
    one = dataset("a", files=frozenset("x"))
    two = dataset("b", files=frozenset("yz"), created=at(2))
    three = dataset("c", files=frozenset("xyzw"), created=at(3))
    found = copies([three, two, one], overlap=Fraction(3, 4))
    assert found == {"c": Copy(("b", "a"), "files", Fraction(3, 4))}


def test_too_few_files_make_no_copy():
    """One shared file of three is less than half."""
    one = dataset("a", files=frozenset("x"))
    two = dataset("b", files=frozenset("xyz"), created=at(2))
    assert copies([one, two], overlap=HALF) == {}


def test_what_is_gone_may_be_the_original():
    """Deleting and publishing again makes nothing new; staying makes no copy."""
    gone, stays = dataset("a", key="t"), dataset("s", files=frozenset("x"))
    again = dataset("b", key="t", created=at(9))
    found = copies([stays, again], overlap=HALF, earlier=[gone, stays])
    assert found == {"b": Copy(("a",), "title", Fraction(0))}


@given(catalogues())
def test_no_first_dataset_is_a_copy(datasets):
    """Originals are other datasets; something always remains."""
    found = copies(datasets, overlap=HALF)
    assert not datasets or len(found) < len(datasets)
    assert all(key not in copy.originals for key, copy in found.items())


@given(catalogues())
def test_order_of_input_is_irrelevant(datasets):
    """The same copies, however the datasets come."""
    assert copies(datasets, overlap=HALF) == copies(datasets[::-1], overlap=HALF)
