"""One edition with somebody in every role, for tests of every action."""

from __future__ import annotations

from typing import Any

from tests.contest import rows
from tests.contest.people import Contest, call, holder, person

from ckan import model
from ckan.model.types import make_uuid

from ckanext.merit.model.contest_entry import Invitation, Member, Team
from ckanext.merit.model.contest_result import (
    Announcement,
    Appeal,
    Distinction,
    Publication,
)

__all__ = ["World"]


class World:
    """People by letter, and for each kind of object one that is theirs or isn't."""

    #: When the results come out.
    visible_from = rows.NOW

    def __init__(self) -> None:
        self.contest = contest = Contest()
        programme_id = contest.programme["id"]
        self.edition = contest.evaluating()
        edition_id = self.edition["id"]
        entries = [contest.entered(edition_id) for _ in range(2)]
        entity = entries[0]["entity"]
        jurors = [contest.juror(edition_id) for _ in range(2)]
        # The second entry is nobody's whom this world asks.
        tasks = [
            contest.assigned(jurors[0], entries[0]),
            contest.assigned(jurors[1], entries[1]),
        ]
        reviews = [jurors[n].review(tasks[n]) for n in range(2)]
        third = contest.juror(edition_id)
        third.act("merit_conflict_declare", entry_id=entries[0]["id"], detail="d")
        (conflict,) = contest.act("merit_conflict_list", edition_id=edition_id)
        self.people = {
            "A": None,
            "U": person(),
            "M": person(),
            "C": person(),
            "E": entity.editor,
            "R": entity.admin,
            "J": jurors[0].user,
            "H": contest.chair,
            "S": contest.secretary,
            "P": holder(programme_id, "co_recogniser"),
            "T": holder(programme_id, "mentor"),
            "O": holder(programme_id, "observer"),
            "X": contest.sysadmin,
        }
        citizens = self._citizens(edition_id)
        run = rows.run(edition_id, rule_set_id=self._rules(edition_id))
        results = self._results(edition_id, entries[0], run.id)
        model.Session.commit()
        shown = contest.act("merit_edition_show", id=edition_id)
        roles = contest.act("merit_role_list", programme_id=programme_id)
        scope = {"programme_id": programme_id, "edition_id": edition_id}
        alike = {
            "portal": {},
            "programme": scope,
            "role": {"id": roles[0]["id"]},
            "edition": scope | {"id": edition_id},
            "phase": {"id": shown["phases"][0]["id"]},
            "category": {"id": shown["categories"][0]["id"]},
            "rule_set": {"id": shown["rule_set"]["id"]},
            "conflict": {"id": conflict["id"]},
            "run": {"id": run.id},
            **results,
        }
        #: Parameters by kind of subject: of one's own object, and of another.
        self.own: dict[str, dict[str, Any]] = alike | {
            "edition": alike["edition"] | {"organization_id": entity.id},
            "entry": {"id": entries[0]["id"]},
            "juror": {"id": jurors[0].id},
            "own_jury": {"entry_id": entries[0]["id"], "edition_id": edition_id},
            "assignment": {"id": tasks[0]["id"], "assignment_id": tasks[0]["id"]},
            "review": {"id": reviews[0]["id"]},
            "reviews": {"entry_id": entries[0]["id"]},
        }
        self.other: dict[str, dict[str, Any]] = alike | {
            "entry": {"id": entries[1]["id"]},
            "juror": {"id": jurors[1].id},
            "assignment": {"id": tasks[1]["id"], "assignment_id": tasks[1]["id"]},
            "review": {"id": reviews[1]["id"]},
            "reviews": {"entry_id": entries[1]["id"]},
        }
        self.citizens = {"id": citizens, "entry_id": citizens}
        self.jurors = jurors

    def data(self, subject: str, letter: str, *, own: bool) -> dict[str, Any] | None:
        """Parameters for somebody; None where there is no such object."""
        if own and letter in "MC" and subject in {"entry", "reviews"}:
            return self.citizens
        return (self.own if own else self.other).get(subject)

    def _citizens(self, edition_id: str) -> str:
        """Make the entry of a team of citizens with a captain and a member."""
        team = rows.team(edition_id, head_id=self.people["C"]["id"])
        member = Member(
            team_id=team.id,
            edition_id=edition_id,
            user_id=self.people["M"]["id"],
            role="member",
            accepted_at=rows.NOW,
        )
        rows.add(member)
        entry = rows.entry(edition_id, team_id=team.id, state="admitted")
        model.Session.commit()
        assert model.Session.get(Team, team.id)
        return entry.id

    def _results(self, edition_id: str, entry: dict[str, Any], run_id: str) -> Any:
        publication = rows.add(
            Publication(
                edition_id=edition_id,
                number=1,
                kind="provisional",
                run_id=run_id,
                visible_from=self.visible_from,
                body={"rows": []},
                sha256="0",
                published_by="somebody",
            )
        )
        appeal = rows.add(
            Appeal(
                entry_id=entry["id"],
                target="rank",
                target_id=publication.id,
                ground="g",
                text="t",
                filed_by="somebody",
            )
        )
        distinction = rows.add(
            Distinction(edition_id=edition_id, entry_id=entry["id"], type="mention")
        )
        question = rows.add(
            Announcement(edition_id=edition_id, kind="question", title="?")
        )
        invitation = rows.add(
            Invitation(
                purpose="edition:juror",
                target_id=edition_id,
                email_sha256="0",
                token_sha256=make_uuid(),
                detail={"role": "juror", "hint": "a"},
                created_by="somebody",
                expires_at=rows.NOW,
            )
        )
        return {
            "invitation": {"id": invitation.id},
            "publication": {"id": publication.id},
            "appeal": {"id": appeal.id},
            "distinction": {"id": distinction.id},
            "announcement": {"id": question.id},
        }

    def _rules(self, edition_id: str) -> str:
        shown = self.contest.act("merit_edition_show", id=edition_id)
        return shown["rule_set"]["id"]

    def call(self, action: str, letter: str, data: dict[str, Any]) -> Any:
        """Call an action as somebody."""
        return call(action, self.people[letter], **data)
