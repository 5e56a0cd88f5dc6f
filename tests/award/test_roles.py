"""Every role and every action of awards: exactly what the permission table says."""

from __future__ import annotations

from typing import Any

import pytest
from tests.award.people import Award, disputed, give, submit
from tests.contest.people import call, holder, person
from tests.contest.test_junk import JUNK

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award.logic.actions import actions
from ckanext.merit.award.logic.grants import GRANTS
from ckanext.merit.domain.contest.permission_table import ROLES
from ckanext.merit.domain.contest.permissions import decide
from ckanext.merit.model.contest import Edition

#: Letters that an entry, or what hangs on it, makes one's own.
OURS = "ERJ"
NAMES = (
    *("version", "entry_id", "criterion", "kind", "reference", "file_id", "note"),
    *("claimed", "replaces", "level", "reason", "due_at", "state", "limit", "offset"),
    *("purpose", "upload", "organization_id", "head", "letter", "fixes", "stage_id"),
    *("answer", "decision", "juror_id"),
)
MINE = {
    name: grant
    for name, grant in GRANTS.items()
    if grant.subject in {"edition", "entry", "materials", "evidence", "file", "dispute"}
}
_made: list[Any] = []


class World:
    """An award with somebody in every role, and two entries."""

    def __init__(self) -> None:
        self.award = award = Award()
        edition = award.published()
        self.edition_id = edition["id"]
        entries = [award.enrolled(self.edition_id) for _ in range(2)]
        juror = award.juror(self.edition_id)
        award.assigned(juror, entries[0])
        programme_id = award.programme["id"]
        self.people: dict[str, Any] = {
            "A": None,
            "U": person(),
            "E": entries[0]["entity"].editor,
            "R": entries[0]["entity"].admin,
            "J": juror.user,
            "H": award.chair,
            "S": award.secretary,
            "P": holder(programme_id, "co_recogniser"),
            "T": holder(programme_id, "mentor"),
            "O": holder(programme_id, "observer"),
            "X": award.sysadmin,
        }
        self.objects = [self._objects(entry) for entry in entries]
        ours = self.objects[0]["dispute"]["id"]
        award.act("merit_award_dispute_hand", id=ours, juror_id=juror.id)

    def _objects(self, entry: Any) -> dict[str, dict[str, Any]]:
        file_id = give(entry["entity"], entry)["id"]
        row = submit(entry, kind="file", reference=None, file_id=file_id)
        return {
            "edition": {"edition_id": self.edition_id},
            "entry": {"id": entry["id"], "entry_id": entry["id"]},
            "materials": {"entry_id": entry["id"]},
            "evidence": {"id": row["id"]},
            "dispute": {"id": disputed(self.award, entry)["id"]},
            "file": {"id": file_id},
        }


@pytest.fixture
def world(non_clean_db: None, folder: Any) -> World:
    """One world for all tests of this file, as long as nobody empties the database."""
    model.Session.rollback()
    if not _made or not model.Session.get(Edition, _made[0].edition_id):
        _made[:] = [World()]
    return _made[0]


def expected(name: str, letter: str, *, own: bool) -> bool:
    """What the table says of somebody with one role."""
    grant = MINE[name]
    related = own and letter in OURS and grant.subject != "edition"
    if letter == "J" and grant.subject == "entry":
        related = False
    held = letter
    if letter in "ER" and not related:
        held = "U"
    own_roles = {held} if related else ()
    return decide(grant.act, roles={held}, own=own_roles, met={"no_conflict"}).allowed


def permitted(world: World, name: str, letter: str, *, own: bool) -> bool:
    """What the portal says."""
    user = world.people[letter]
    data = world.objects[0 if own else 1][MINE[name].subject]
    try:
        tk.check_access(name, {"user": user["name"] if user else ""}, data)
    except tk.NotAuthorized:
        return False
    return True


def test_every_action_has_a_row():
    """No action without a row of the table, no row of an action that isn't there."""
    assert set(GRANTS) == set(actions())


@pytest.mark.parametrize("own", [True, False], ids=["own", "other"])
@pytest.mark.parametrize("letter", [letter for letter in ROLES if letter not in "MC"])
def test_a_role_may_do_what_the_table_says(world: World, letter: str, own: bool):
    """For one's own entries and for others', every action."""
    wrong = {
        name: permitted(world, name, letter, own=own)
        for name in MINE
        if permitted(world, name, letter, own=own) != expected(name, letter, own=own)
    }
    assert wrong == {}


@pytest.mark.parametrize("kind", JUNK)
@pytest.mark.parametrize("letter", ["S", "R"])
def test_junk_beside_a_good_id(world: World, kind: str, letter: str):
    """The object is there, all else is junk: a refusal, or the junk is ignored."""
    failed = {}
    for name, grant in MINE.items():
        data = dict.fromkeys(NAMES, JUNK[kind]) | world.objects[0][grant.subject]
        try:
            call(name, world.people[letter], **data)
        except (tk.NotAuthorized, tk.ObjectNotFound, tk.ValidationError):
            pass
        except Exception as error:  # noqa: BLE001 - that's what is looked for
            failed[name] = repr(error)[:200]
        finally:
            model.Session.rollback()
    assert failed == {}


@pytest.mark.parametrize("key", ["", "no such id", None, 7, [], {"a": 1}])
def test_what_does_not_exist_is_refused_like_what_is_secret(world: World, key: Any):
    """No hint, no error: the same refusal for every action that names an object."""
    for name in MINE:
        data: Any = dict.fromkeys(("id", "edition_id", "entry_id"), key)
        with pytest.raises(tk.NotAuthorized, match="You are not allowed to do this"):
            tk.check_access(name, {"user": world.people["X"]["name"]}, data)


def test_drafts_of_evidence_are_the_entitys(world: World):
    """Neither the secretariat nor a juror sees what isn't submitted."""
    award = world.award
    entry = award.enrolled(world.edition_id)
    entity = entry["entity"]
    row = entity.act(
        "merit_award_evidence_save",
        entry_id=entry["id"],
        criterion="plan",
        kind="text",
        reference="sentinel 7.3519",
        claimed="full",
    )
    juror = award.juror(world.edition_id)
    award.assigned(juror, entry)
    for user in (award.secretary, award.chair, juror.user):
        listed = call("merit_award_evidence_list", user, entry_id=entry["id"])
        assert listed == []
        with pytest.raises(tk.ObjectNotFound):
            call("merit_award_evidence_show", user, id=row["id"])
    assert entity.act("merit_award_evidence_list", entry_id=entry["id"]) == [row]


def test_rejected_evidence_is_kept_from_jurors(world: World):
    """They judge what counts, not what was refused."""
    award = world.award
    entry = award.enrolled(world.edition_id)
    juror = award.juror(world.edition_id)
    award.assigned(juror, entry)
    kept, gone = submit(entry), submit(entry)
    award.act("merit_award_evidence_reject", id=gone["id"], reason="r")
    found = juror.act("merit_award_evidence_list", entry_id=entry["id"])
    assert [row["id"] for row in found] == [kept["id"]]
