"""Stage gates."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.gates import Gate, Standing, passes, read_gate

STANDINGS = (
    Standing("first", total=Decimal("90.00"), rank=1),
    Standing("second", total=Decimal("60.00"), rank=2),
    Standing("also second", total=Decimal("60.00"), rank=2),
    Standing("fourth", total=Decimal("59.99"), rank=4),
    Standing("no total"),
    Standing("failed a must", total=Decimal("95.00"), knocked_out=True),
    Standing("rejected", admitted=False),
)


@pytest.mark.parametrize(
    ("gate", "expected"),
    [
        ({"kind": "none"}, {item.entry for item in STANDINGS}),
        (
            {"kind": "admitted"},
            {"first", "second", "also second", "fourth", "no total"},
        ),
        ({"kind": "min", "points": "60"}, {"first", "second", "also second"}),
        ({"kind": "top", "n": "2"}, {"first", "second", "also second"}),
        ({"kind": "top", "n": 1}, {"first"}),
    ],
)
def test_who_goes_on(gate, expected):
    """Points at the limit pass, and so do all who share the last rank."""
    assert passes(read_gate(gate), STANDINGS) == expected


def test_points_are_read_exactly():
    """A limit is decimal text, never a binary float."""
    assert read_gate({"kind": "min", "points": "59.995"}) == Gate(
        "min", points=Decimal("59.995")
    )


@pytest.mark.parametrize(
    "gate",
    [
        {},
        {"kind": "luck"},
        {"kind": "min"},
        {"kind": "min", "points": "many"},
        {"kind": "min", "points": "NaN"},
        {"kind": "top", "n": 0},
        {"kind": "top", "n": "2.5"},
        {"kind": "none", "n": 1},
    ],
)
def test_an_unreadable_gate_is_refused(gate):
    """Anything but a kind with its one parameter is refused."""
    with pytest.raises(ContestError) as caught:
        read_gate(gate)
    assert caught.value.code == "gate"
