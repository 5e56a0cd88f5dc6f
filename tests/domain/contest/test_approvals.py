"""Acts that take two people."""

from __future__ import annotations

import pytest

from ckanext.merit.domain.contest.approvals import (
    approved,
    check_approval,
    check_signature,
    signed,
)
from ckanext.merit.domain.contest.errors import ContestError


@pytest.mark.parametrize(
    ("approvals", "expected"),
    [
        ([], False),
        ([("ana", "H")], False),
        ([("ana", "H"), ("ben", "S")], True),
        ([("ana", "H"), ("ana", "S")], False),
        ([("ana", "S"), ("ben", "S")], False),
        ([("ana", "H"), ("ana", "S"), ("ben", "S")], True),
    ],
)
def test_a_run_needs_chair_and_secretariat(approvals, expected):
    """Both roles, by two different people."""
    assert approved(approvals) is expected


@pytest.mark.parametrize(
    ("user", "role", "code"),
    [
        ("ben", "J", "not_approver"),
        ("ana", "S", "same_person"),
        ("ben", "H", "role_taken"),
    ],
)
def test_an_approval_that_adds_nothing_is_refused(user: str, role: str, code: str):
    """Another role, the same person and a second chair are refused."""
    with pytest.raises(ContestError) as caught:
        check_approval([("ana", "H")], user, role)
    assert caught.value.code == code


def test_the_second_approval():
    """The other role by another person is taken."""
    check_approval([("ana", "H")], "ben", "S")


def test_two_different_people_sign():
    """The same person twice is one signature."""
    assert (signed(["ana"]), signed(["ana", "ana"]), signed(["ana", "ben"])) == (
        False,
        False,
        True,
    )


@pytest.mark.parametrize(("user", "code"), [("ana", "same_person"), ("eva", "party")])
def test_a_signature_that_does_not_count_is_refused(user: str, code: str):
    """Who signed already, or is a party to the matter, cannot sign."""
    with pytest.raises(ContestError) as caught:
        check_signature(["ana"], user, barred=["eva"])
    assert caught.value.code == code


def test_the_second_signature():
    """Somebody else who is no party signs."""
    check_signature(["ana"], "ben", barred=["eva"])
