"""Conflicts of interest that are inferred."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ckanext.merit.domain.contest.conflicts import (
    EntryFacts,
    Hint,
    JurorFacts,
    Membership,
    blocks,
    infer,
    mail_domain,
)

NOW = datetime(2026, 6, 1, tzinfo=timezone.utc)
WINDOW = timedelta(days=365)
ENTRY = EntryFacts(
    organization="town",
    related=frozenset({"region", "water-board"}),
    users=frozenset({"rosa"}),
    emails=frozenset({"Rosa@Town.example", "rosa.private@gmail.com"}),
    maintainers=frozenset({"Ana@lab.example", "tomas"}),
)


def hints(juror: JurorFacts) -> tuple[Hint, ...]:
    return infer(juror, ENTRY, now=NOW, window=WINDOW)


def test_a_stranger_is_free():
    """Nothing in common, nothing inferred; nor from a shared public mail domain."""
    juror = JurorFacts(
        "juan",
        emails=frozenset({"juan@gmail.com", "juan@university.example"}),
        memberships=(Membership("university"),),
    )
    assert hints(juror) == ()


def test_one_of_the_people_behind_the_entry():
    """Nobody judges an entry of their own."""
    assert hints(JurorFacts("rosa")) == (Hint("own_entry", "rosa"),)


@pytest.mark.parametrize(
    ("organization", "kind"),
    [
        ("town", "same_organization"),
        ("region", "related_organization"),
        ("water-board", "related_organization"),
    ],
)
def test_members_of_the_organisation_and_its_relatives(organization: str, kind: str):
    """The same organisation, a parent or a child; by membership or appointment."""
    expected = (Hint(kind, organization),)
    member = JurorFacts("juan", memberships=(Membership(organization),))
    assert hints(member) == expected
    assert hints(JurorFacts("juan", institution=organization)) == expected


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        (timedelta(0), (Hint("past_membership", "town"),)),
        (WINDOW, (Hint("past_membership", "town"),)),
        (WINDOW + timedelta(seconds=1), ()),
        (-timedelta(seconds=1), (Hint("same_organization", "town"),)),
    ],
)
def test_a_past_membership_counts_within_the_window(ended, expected):
    """What ended at most the window ago counts; what ends later is present."""
    member = JurorFacts("juan", memberships=(Membership("town", until=NOW - ended),))
    assert hints(member) == expected


def test_the_same_mail_domain():
    """A shared domain that isn't public is a hint, whatever the case."""
    juror = JurorFacts("juan", emails=frozenset({"JUAN@TOWN.EXAMPLE"}))
    assert hints(juror) == (Hint("email_domain", "town.example"),)


def test_public_domains_are_configurable():
    """A portal says which domains tell nothing."""
    juror = JurorFacts("juan", emails=frozenset({"juan@gmail.com"}))
    assert infer(juror, ENTRY, now=NOW, public_domains=()) == (
        Hint("email_domain", "gmail.com"),
    )


@pytest.mark.parametrize(
    "juror",
    [
        JurorFacts("tomas"),
        JurorFacts("ana", emails=frozenset({"ana@LAB.example"})),
    ],
)
def test_maintainers_of_its_datasets(juror: JurorFacts):
    """Who maintains a dataset of the entry is known by name or address."""
    assert hints(juror) == (Hint("dataset_maintainer", juror.user),)


def test_a_reason_is_given_once():
    """Membership and appointment at one organisation are one hint."""
    juror = JurorFacts("juan", memberships=(Membership("town"),), institution="town")
    assert hints(juror) == (Hint("same_organization", "town"),)


def test_an_entry_without_organisation():
    """A team of citizens has no organisation that a juror could share."""
    entry = EntryFacts(users=frozenset({"rosa"}))
    juror = JurorFacts("juan", memberships=(Membership("town"),))
    assert infer(juror, entry, now=NOW) == ()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("a@B.example.", "b.example"),
        (" a@b@c.example ", "c.example"),
        ("a", None),
        ("@b.example", None),
        ("a@", None),
    ],
)
def test_the_domain_of_an_address(address: str, expected: str | None):
    """Lower case, after the last @; none when there is none."""
    assert mail_domain(address) == expected


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], False),
        (["reported", "dismissed"], False),
        (["dismissed", "open"], True),
        (["confirmed"], True),
    ],
)
def test_open_and_confirmed_block(states, expected):
    """A report does not block until it is taken up."""
    assert blocks(states) is expected
