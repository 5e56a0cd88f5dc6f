"""An award played at random: only what the state machines allow ever happens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.contest.people import Contest, call, iso

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.machines import MACHINES
from ckanext.merit.model import contest as frame
from ckanext.merit.model import contest_entry, contest_jury, contest_result

TABLES = {
    "edition": frame.Edition,
    "entry": contest_entry.Entry,
    "juror": contest_jury.Juror,
    "assignment": contest_jury.Assignment,
    "review": contest_jury.Review,
    "conflict": contest_jury.Conflict,
    "score run": contest_result.ScoreRun,
    "appeal": contest_result.Appeal,
    "distinction": contest_result.Distinction,
}
#: Acts on one object: action, kind of object, parameters besides its id.
ON_ENTRY = {
    "merit_entry_submit": {},
    "merit_entry_withdraw": {},
    "merit_entry_admit": {},
    "merit_entry_reject": {"reason": "r"},
    "merit_entry_return": {"reason": "r", "due_at": iso(2)},
    "merit_entry_disqualify": {"reason": "r", "hearing": "h"},
}
ON_JUROR = {
    "merit_juror_accept": {"confidentiality": True, "no_conflict": True},
    "merit_juror_decline": {},
    "merit_juror_revoke": {"reason": "r"},
    "merit_juror_remove": {"reason": "r"},
    "merit_juror_end": {},
}
ON_ASSIGNMENT = {
    "merit_assignment_recuse": {"reason": "r"},
    "merit_assignment_decline": {"reason": "r"},
    "merit_assignment_cancel": {"reason": "r"},
}
ON_RUN = {
    "merit_run_approve": {},
    "merit_run_discard": {"reason": "r"},
    "merit_run_publish": {"kind": "provisional"},
    "merit_distinction_propose": {},
}
ON_APPEAL = {
    "merit_appeal_admit": {},
    "merit_appeal_refuse": {"reason": "r"},
    "merit_appeal_decide": {"decision": "uphold", "reason": "r"},
    "merit_appeal_close": {},
}
ON_DISTINCTION = {
    "merit_distinction_verify": {},
    "merit_distinction_confirm": {},
    "merit_distinction_forfeit": {"reason": "r"},
    "merit_distinction_announce": {},
    "merit_distinction_revoke": {"reason": "r"},
    "merit_distinction_correct": {"reason": "r"},
}
ON_CONFLICT = {
    "merit_conflict_decide": {"decision": "confirm", "reason": "r"},
}
BY_KIND = {
    "entry": ON_ENTRY,
    "juror": ON_JUROR,
    "assignment": ON_ASSIGNMENT,
    "score run": ON_RUN,
    "appeal": ON_APPEAL,
    "distinction": ON_DISTINCTION,
    "conflict": ON_CONFLICT,
    "review": {"merit_review_reopen": {"reason": "r"}},
}
SCORES = st.sampled_from(["0", "3", "7.5", "10"])


class Award(RuleBasedStateMachine):
    """Four entities, two jurors; at first two entries are admitted and assigned."""

    def __init__(self) -> None:
        super().__init__()
        self.contest = contest = Contest()
        entries = self.start()
        self.entities = [entry["entity"] for entry in entries]
        self.entities += [contest.entity() for _ in range(2)]
        self.people = [
            contest.secretary,
            contest.chair,
            contest.sysadmin,
            None,
            *(entity.admin for entity in self.entities),
            *(juror.user for juror in self.jurors),
        ]

    def start(self) -> list[dict[str, Any]]:
        """Make the edition, its jurors, and entries that are assigned to them."""
        contest = self.contest
        self.edition = contest.evaluating()["id"]
        self.jurors = [contest.juror(self.edition) for _ in range(2)]
        entries = [contest.entered(self.edition) for _ in range(2)]
        for juror in self.jurors:
            for entry in entries:
                contest.assigned(juror, entry)
        return entries

    def attempt(self, who: Any, action: str, /, **data: Any) -> bool:
        """Refusals are fine; any other failure is a bug."""
        try:
            call(action, who, **data)
        except (tk.NotAuthorized, tk.ObjectNotFound, tk.ValidationError):
            model.Session.rollback()
            return False
        return True

    def rows(self, kind: str) -> list[Any]:
        """In the order in which they came, so that a failure can be replayed."""
        return sorted(
            self.all(kind), key=lambda row: str(getattr(row, "created_at", ""))
        )

    def get(self, table: Any, key: str) -> Any:
        return model.Session.get(table, key)

    def all(self, kind: str) -> Iterator[Any]:
        """Objects of this edition."""
        model.Session.expire_all()
        entries = {
            row.id
            for row in model.Session.scalars(
                sa.select(contest_entry.Entry).filter_by(edition_id=self.edition)
            )
        }
        for row in model.Session.scalars(sa.select(TABLES[kind])):
            if kind == "edition":
                mine = row.id == self.edition
            elif hasattr(row, "edition_id"):
                mine = row.edition_id == self.edition
            elif hasattr(row, "entry_id"):
                mine = row.entry_id in entries
            else:
                task = self.get(contest_jury.Assignment, row.assignment_id)
                mine = task.entry_id in entries
            if mine:
                yield row

    @rule(who=st.integers(0, 3))
    def enrol(self, who: int) -> None:
        entity = self.entities[who]
        self.attempt(
            entity.admin,
            "merit_entry_prepare",
            edition_id=self.edition,
            category_id=self.contest.category(self.edition),
            organization_id=entity.id,
            draft={"plan": "x"},
        )

    @rule(data=st.data())
    def act_on_something(self, data: st.DataObject) -> None:
        """Everybody tries it, whether it makes sense or not, until somebody may."""
        kind = data.draw(st.sampled_from(sorted(BY_KIND)))
        found = self.rows(kind)
        if not found:
            return
        row = data.draw(st.sampled_from(found).map(lambda row: row.id))
        action = data.draw(st.sampled_from(sorted(BY_KIND[kind])))
        people = data.draw(st.permutations(range(len(self.people))))
        any(
            self.attempt(self.people[who], action, id=row, **BY_KIND[kind][action])
            for who in people
        )

    @rule(juror=st.integers(0, 1), entry=st.integers(0, 3))
    def assign(self, juror: int, entry: int) -> None:
        found = self.rows("entry")
        if found:
            self.attempt(
                self.contest.secretary,
                "merit_assignment_create",
                juror_id=self.jurors[juror].id,
                entry_id=found[entry % len(found)].id,
            )

    @rule(juror=st.integers(0, 1), licence=SCORES, form=SCORES)
    def review(self, juror: int, licence: str, form: str) -> None:
        """Write and submit a review of each of one's entries."""
        who = self.jurors[juror]
        for task in self.rows("assignment"):
            if task.juror_id != who.id:
                continue
            review = model.Session.scalars(
                sa.select(contest_jury.Review).filter_by(assignment_id=task.id)
            ).first()
            version = review.version if review else 0
            scores = {"licence": licence, "format": form}
            data = {"assignment_id": task.id}
            self.attempt(
                who.user, "merit_review_save", version=version, scores=scores, **data
            )
            self.attempt(who.user, "merit_review_submit", version=version + 1, **data)

    @rule(juror=st.integers(0, 1))
    def invite_again(self, juror: int) -> None:
        """Refused as long as the juror is invited or on the jury."""
        self.attempt(
            self.contest.chair,
            "merit_juror_invite",
            edition_id=self.edition,
            user=self.jurors[juror].user["name"],
            expires_at=iso(5),
        )

    @rule(juror=st.integers(0, 1), entry=st.integers(0, 3))
    def declare(self, juror: int, entry: int) -> None:
        found = self.rows("entry")
        if found:
            self.attempt(
                self.jurors[juror].user,
                "merit_conflict_declare",
                entry_id=found[entry % len(found)].id,
                detail="d",
            )

    @rule(who=st.integers(0, 3))
    def appeal(self, who: int) -> None:
        for entry in self.rows("entry"):
            results = model.Session.scalars(
                sa.select(contest_result.Publication.id).filter_by(
                    edition_id=self.edition
                )
            )
            named = [("admission", entry.id), *(("rank", key) for key in results)]
            for target, target_id in named:
                self.attempt(
                    self.entities[who].admin,
                    "merit_appeal_file",
                    entry_id=entry.id,
                    target=target,
                    target_id=target_id,
                    ground="g",
                    text="t",
                )

    @precondition(lambda self: any(r.submitted_at for r in self.rows("review")))
    @rule()
    def end_the_jury(self) -> None:
        self.contest.close(self.edition, "jury")

    @precondition(lambda self: self.rows("score run"))
    @rule()
    def end_the_appeals(self) -> None:
        self.contest.close(self.edition, "appeals")

    @precondition(lambda self: any(r.submitted_at for r in self.rows("review")))
    @rule()
    def compute(self) -> None:
        self.attempt(
            self.contest.secretary, "merit_run_compute", edition_id=self.edition
        )

    @precondition(lambda self: self.rows("score run"))
    @rule(data=st.data())
    def publish(self, data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(["provisional", "final"]))
        for run in self.rows("score run"):
            for who in (self.contest.chair, self.contest.secretary):
                self.attempt(who, "merit_run_approve", id=run.id)
            self.attempt(
                self.contest.secretary, "merit_run_publish", id=run.id, kind=kind
            )

    def every_state_was_reached_by_recorded_moves(self) -> None:
        """The trail of each object is a path of its machine, up to its state now."""
        records = call(
            "merit_audit_list", self.contest.chair, edition_id=self.edition, limit=1000
        )["results"]
        paths = defaultdict(list)
        for record in sorted(records, key=lambda record: record["seq"]):
            if record["to_state"]:
                key = (record["object_type"], record["object_id"])
                paths[key].append((record["from_state"], record["to_state"]))
        for kind in TABLES:
            machine = MACHINES[kind]
            legal = {
                (source, move.target)
                for move in machine.moves
                for source in move.sources
            }
            for row in self.rows(kind):
                at = machine.initial[0]
                for source, target in paths[(row.__tablename__[6:], row.id)]:
                    if source is None:
                        assert target in machine.initial
                    else:
                        assert source == at or at in machine.initial
                        assert (source, target) in legal
                    at = target
                assert row.state == at

    def what_is_published_was_approved_by_two(self) -> None:
        for run in self.rows("score run"):
            if run.state in {"approved", "published", "superseded"}:
                signers = model.Session.scalars(
                    sa.select(contest_result.Approval.user_id).filter_by(run_id=run.id)
                ).all()
                assert len(set(signers)) == 2

    def nobody_is_ranked_who_is_not_admitted(self) -> None:
        """A published row is of an entry that was admitted when it was computed."""
        for run in self.rows("score run"):
            for row in model.Session.scalars(
                sa.select(contest_result.RunRow).filter_by(run_id=run.id)
            ):
                entry = self.get(contest_entry.Entry, row.entry_id)
                assert entry.state in {"admitted", "withdrawn", "disqualified"}

    def teardown(self) -> None:
        """Whatever happened, the records tell it, and their chain is whole."""
        self.every_state_was_reached_by_recorded_moves()
        self.what_is_published_was_approved_by_two()
        self.nobody_is_ranked_who_is_not_admitted()
        (chain,) = call("merit_audit_verify", self.contest.sysadmin, chain=self.edition)
        assert chain["broken"] is None


class AwardWithResults(Award):
    """The same from where provisional results are out and appeals are open."""

    def start(self) -> list[dict[str, Any]]:
        edition = self.contest.provisional(("7", "3"), ("5", "10"))
        self.edition = edition["id"]
        self.jurors = [edition["juror"]] * 2
        return edition["entries"]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("award", [Award, AwardWithResults])
def test_only_the_machines_moves_happen(non_clean_db: None, award: type[Award]):
    """Random acts by random people: states follow the machines, all on record."""
    run_state_machine_as_test(
        award,
        settings=settings(
            max_examples=8,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
