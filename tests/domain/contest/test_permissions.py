"""The permission table and how it decides."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.domain.contest import permissions
from ckanext.merit.domain.contest.permission_page import permission_page
from ckanext.merit.domain.contest.permission_table import CONDITIONS, ROLES, TABLE
from ckanext.merit.domain.contest.permissions import Cell, Decision, cell, decide

DOCS = Path(__file__).parents[3] / "docs" / "permissions.md"
ACTS = [row[0] for row in TABLE]


def permitted(act: str) -> str:
    """Letters of the roles that may do it on their own object, all else met."""
    return "".join(
        role
        for role in ROLES
        if decide(act, roles={role}, own={role}, met=CONDITIONS).allowed
    )


def test_the_page_is_written_from_the_table():
    """docs/permissions.md says what the code decides."""
    assert DOCS.read_text("utf-8") == permission_page()


def test_rows_are_named_once():
    """No act has two rows."""
    assert len(ACTS) == len(set(ACTS))


def test_every_condition_is_used():
    """No condition is left over."""
    used = {
        name
        for rule in permissions.rules().values()
        for c in rule.cells.values()
        for name in c.conditions
    }
    assert used == set(CONDITIONS)


@pytest.mark.parametrize(
    ("act", "roles"),
    [
        ("see_public", "AUMCERJHSPTOX"),
        ("enrol", "R"),
        ("add_evidence", "ER"),
        ("score", "JH"),
        ("see_own_scores", "JH"),
        ("see_scores", "JHSO"),
        ("reopen_review", "H"),
        ("approve_run", "HS"),
        ("publish_results", "S"),
        ("file_appeal", "CR"),
        ("decide_appeal", "HS"),
        ("appoint_secretariat", "X"),
        ("submit", "C"),
        ("read_audit", "HSOX"),
    ],
)
def test_who_may_do_the_sensitive_acts(act: str, roles: str):
    """The rows on which trust in a result rests, written a second time."""
    assert permitted(act) == roles


@given(st.sampled_from(ACTS), st.sets(st.sampled_from(sorted(ROLES))))
def test_nothing_is_own_without_being_said_so(act: str, roles: set[str]):
    """Without own objects and conditions only unconditional cells permit."""
    cells = [cell(act, role) for role in roles]
    expected = Cell("all") in cells and Cell("never") not in cells
    assert decide(act, roles=roles).allowed == expected


@given(st.sampled_from(ACTS))
def test_nobody_is_denied(act: str):
    """Holding no role permits nothing."""
    assert decide(act, roles=()) == Decision(allowed=False)


@pytest.mark.parametrize("other", ["S", "X"])
def test_no_role_helps_secretariat_or_sysadmin_to_score(other: str):
    """Being a juror as well does not let them enter scores."""
    assert decide("score", roles={"J", other}, own={"J"}) == Decision(
        allowed=False, by=other
    )


def test_a_condition_that_fails_is_named():
    """The refusal lists what would have permitted it."""
    assert decide("approve_run", roles={"H", "S"}) == Decision(
        allowed=False, unmet=("one_of_two",)
    )
    assert decide("decide_appeal", roles={"S"}, met={"not_scorer"}) == Decision(
        allowed=False, unmet=("no_conflict",)
    )
    assert decide("see_scores", roles={"S"}, met={"after_lock"}) == Decision(
        allowed=True, by="S"
    )


def test_unknown_acts_and_roles_are_programming_errors():
    """A word that isn't in the table is no refusal."""
    with pytest.raises(KeyError):
        decide("fly", roles={"S"})
    with pytest.raises(KeyError):
        decide("score", roles={"Z"})


@pytest.mark.parametrize("held", ["J", "H", "S"])
@pytest.mark.parametrize("new", ["M", "C", "R"])
def test_whoever_judges_cannot_compete(held: str, new: str):
    """A juror, chair or secretariat member is no participant or representative."""
    assert list(permissions.clashes({held, "U"}, new)) == [held]
    assert list(permissions.clashes({new}, held)) == [new]


def test_other_roles_go_together():
    """An observer can also be a mentor."""
    assert list(permissions.clashes({"O"}, "T")) == []


@pytest.mark.parametrize("cells", ["? " * 13, "+:whim " * 13, "+ " * 12])
def test_a_broken_row_is_found(cells: str, monkeypatch: pytest.MonkeyPatch):
    """A row of the table needs one known cell per role."""
    monkeypatch.setattr(permissions, "TABLE", (("act", "Act", cells),))
    with pytest.raises(ValueError, match=r"unknown cell|argument"):
        permissions.rules.__wrapped__()
