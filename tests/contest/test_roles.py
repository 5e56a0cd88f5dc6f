"""Every role and every action: exactly what the permission table says.

The rows of actions and people are generated; the table is the one that the
documentation prints.
"""

from __future__ import annotations

import pytest
from tests.contest.world import World

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.permission_table import ROLES
from ckanext.merit.domain.contest.permissions import decide
from ckanext.merit.logic.contest.actions import actions
from ckanext.merit.logic.contest.grants import GRANTS
from ckanext.merit.model.contest import Edition

#: Held only towards what is one's own.
RELATIVE = "MCER"
#: Where roles of an edition, or of a programme, don't show.
WITHOUT_EDITION = {"portal": "MCERJHSPTO", "programme": "MCERJ"}
#: Conditions that hold in the world, by kind of subject.
MET = {
    "conflict": {"not_own_conflict"},
    "entry": {"no_conflict"},
    "assignment": {"not_own_review", "no_conflict"},
    "review": {"not_own_review", "no_conflict"},
    "reviews": {"own_first"},
    "run": {"one_of_two"},
    "appeal": {"not_scorer", "no_conflict"},
}
_made: list[World] = []


@pytest.fixture
def world(non_clean_db: None) -> World:
    """One world for all tests of this file, as long as nobody empties the database."""
    model.Session.rollback()
    if not _made or not model.Session.get(Edition, _made[0].edition["id"]):
        _made[:] = [World()]
    return _made[0]


def expected(action: str, letter: str, *, own: bool) -> bool:
    """What the table says of somebody with one role."""
    grant = GRANTS[action]
    related = own and letter in "MCERJ"
    if grant.subject in {"juror", "assignment", "review", "own_jury"}:
        related = letter == "J" and own
    if grant.subject == "edition":
        related = letter in "ER" and own
    held = letter
    if letter in RELATIVE and not (
        related and grant.subject in {"entry", "reviews", "edition"}
    ):
        held = "U"
    if letter in WITHOUT_EDITION.get(grant.subject, ""):
        held = "U"
    met = set(MET.get(grant.subject, ()))
    if related and letter == "J":
        met.discard("not_own_review")
    return decide(
        grant.act, roles={held}, own={held} if related else (), met=met
    ).allowed


def permitted(world: World, action: str, letter: str, *, own: bool) -> bool | None:
    """What the portal says."""
    data = world.data(GRANTS[action].subject, letter, own=own)
    if data is None:
        return None
    user = world.people[letter]
    context = {"user": user["name"] if user else ""}
    try:
        tk.check_access(action, context, data)
    except tk.NotAuthorized:
        return False
    return True


def test_every_action_has_a_row():
    """No action without a row of the table, no row of an action that isn't there."""
    assert set(GRANTS) == set(actions())


@pytest.mark.parametrize("own", [True, False], ids=["own", "other"])
@pytest.mark.parametrize("letter", ROLES)
def test_a_role_may_do_what_the_table_says(world: World, letter: str, own: bool):
    """For one's own objects and for others', every action."""
    wrong = {}
    for action in GRANTS:
        answer = permitted(world, action, letter, own=own)
        if answer is not None and answer != expected(action, letter, own=own):
            wrong[action] = answer
    assert wrong == {}


def test_every_kind_of_subject_is_in_the_world(world: World):
    """The tests above leave out no action."""
    # Who holds a link is asked in test_invitations.py.
    subjects = {grant.subject for grant in GRANTS.values()} - {"stage", "link"}
    assert subjects - set(world.own) == set()


@pytest.mark.parametrize("key", ["", "no such id", None, 7, [], {"a": 1}, "É" * 300])
def test_what_does_not_exist_is_refused_like_what_is_secret(world: World, key):
    """No hint, no error: the same refusal for every action that names an object."""
    for action, grant in GRANTS.items():
        if grant.subject == "portal":
            continue
        data = dict.fromkeys(
            ("id", "programme_id", "edition_id", "entry_id", "juror_id"), key
        )
        with pytest.raises(tk.NotAuthorized, match="You are not allowed to do this"):
            tk.check_access(action, {"user": world.people["X"]["name"]}, data)


def test_a_deleted_user_holds_nothing(world: World):
    """Somebody whose account is gone is like anonymous."""
    user = model.User.get(world.people["O"]["id"])
    context = {"user": user.name, "auth_user_obj": user}
    user.state = "deleted"
    with pytest.raises(tk.NotAuthorized):
        tk.check_access("merit_conflict_list", context, world.own["edition"])
    model.Session.rollback()
