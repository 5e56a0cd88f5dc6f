"""Every role and every action of machine criteria; junk; what isn't there."""

from __future__ import annotations

from typing import Any

import pytest
from tests.award.catalogue import Machines, publish
from tests.contest.people import call, holder, person
from tests.contest.test_junk import JUNK

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award.logic.grants import GRANTS
from ckanext.merit.domain.contest.permission_table import ROLES
from ckanext.merit.domain.contest.permissions import decide
from ckanext.merit.model.contest import Edition

WORDS = (
    *("snapshot", "finding", "standing", "whatif", "simulation", "creator"),
    *("credit", "kpi"),
)
MINE = {
    name: grant
    for name, grant in GRANTS.items()
    if name.removeprefix("merit_award_").partition("_")[0] in WORDS
}
PARAMETERS = (
    *("kind", "stage_id", "scope", "organization_id", "n", "verify", "state"),
    *("limit", "offset", "text", "outcome", "reason", "datasets", "fixes", "keys"),
    *("bound", "given", "delta"),
)
_made: list[Any] = []


class World:
    """An award with somebody in every role, two entries and their findings."""

    def __init__(self) -> None:
        self.contest = contest = Machines()
        edition = contest.published(simulation=True)
        self.edition_id = edition["id"]
        entries = [contest.entered(self.edition_id) for _ in range(2)]
        for entry in entries:
            publish(entry["entity"], resources=[])
        snapshot = contest.take(self.edition_id)
        juror = contest.juror(self.edition_id)
        contest.assigned(juror, entries[0])
        programme_id = contest.programme["id"]
        entity = entries[0]["entity"]
        self.people: dict[str, Any] = {
            "A": None,
            "U": person(),
            "E": entity.editor,
            "R": entity.admin,
            "J": juror.user,
            "H": contest.chair,
            "S": contest.secretary,
            "P": holder(programme_id, "co_recogniser"),
            "T": holder(programme_id, "mentor"),
            "O": holder(programme_id, "observer"),
            "X": contest.sysadmin,
        }
        found = contest.act("merit_award_finding_list", edition_id=self.edition_id)
        findings = {one["entry_id"]: one["id"] for one in found["results"]}
        self.objects = [
            {
                "portal": {"keys": ["x"]},
                "edition": {"edition_id": self.edition_id},
                "entry": {"entry_id": entry["id"]},
                "snapshot": {"id": snapshot["id"]},
                "finding": {"id": findings[entry["id"]]},
            }
            for entry in entries
        ]


@pytest.fixture
def world(non_clean_db: None) -> World:
    """One world for all tests of this file, as long as nobody empties the database."""
    model.Session.rollback()
    if not _made or not model.Session.get(Edition, _made[0].edition_id):
        _made[:] = [World()]
    return _made[0]


def expected(name: str, letter: str, *, own: bool) -> bool:
    """What the table says of somebody with one role."""
    grant = MINE[name]
    related = own and letter in "ER" and grant.subject in {"entry", "finding"}
    held = "U" if letter in "ER" and not related else letter
    if grant.subject == "portal" and letter not in "AX":
        held = "U"
    own_roles = {held} if related else ()
    return decide(grant.act, roles={held}, own=own_roles, met={"no_conflict"}).allowed


@pytest.mark.parametrize("own", [True, False], ids=["own", "other"])
@pytest.mark.parametrize("letter", [letter for letter in ROLES if letter not in "MC"])
def test_a_role_may_do_what_the_table_says(world: World, letter: str, own: bool):
    """For one's own entries and for others', every action."""
    wrong = {}
    for name, grant in MINE.items():
        user = world.people[letter]
        data = world.objects[0 if own else 1][grant.subject]
        try:
            tk.check_access(name, {"user": user["name"] if user else ""}, data)
            allowed = True
        except tk.NotAuthorized:
            allowed = False
        if allowed != expected(name, letter, own=own):
            wrong[name] = allowed
    assert wrong == {}


@pytest.mark.parametrize("kind", JUNK)
@pytest.mark.parametrize("letter", ["S", "R", "X"])
def test_junk_beside_a_good_id(world: World, kind: str, letter: str):
    """The object is there, all else is junk: a refusal, or the junk is ignored."""
    failed = {}
    for name, grant in MINE.items():
        data = dict.fromkeys(PARAMETERS, JUNK[kind]) | world.objects[0][grant.subject]
        try:
            call(name, world.people[letter], **data)
        except (tk.NotAuthorized, tk.ObjectNotFound, tk.ValidationError):
            pass
        except Exception as error:  # noqa: BLE001 - that's what is looked for
            failed[name] = repr(error)
            model.Session.rollback()
    assert failed == {}


@pytest.mark.parametrize("key", ["", "no such id", None, 7, [], {"a": 1}])
def test_what_does_not_exist_is_refused_like_what_is_secret(world: World, key: Any):
    """The same words for every action that names an object."""
    for name, grant in MINE.items():
        if grant.subject == "portal":
            continue
        data: Any = dict.fromkeys(("id", "edition_id", "entry_id"), key)
        with pytest.raises(tk.NotAuthorized, match="You are not allowed to do this"):
            tk.check_access(name, {"user": world.people["X"]["name"]}, data)
