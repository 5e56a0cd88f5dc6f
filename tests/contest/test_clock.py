"""What the clock does, as background work of the system."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest import rows
from tests.contest.people import Contest, call, iso

from ckan import model

from ckanext.merit import jobs
from ckanext.merit.contest_jobs import kinds
from ckanext.merit.model import audit
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry, Invitation
from ckanext.merit.model.contest_jury import Assignment, Juror
from ckanext.merit.model.work import Work


@pytest.fixture(autouse=True)
def no_work(non_clean_db: None) -> Iterator[None]:
    """No row of work before and after."""
    model.Session.rollback()
    model.Session.execute(sa.delete(Work))
    model.Session.commit()
    yield
    model.Session.rollback()
    model.Session.execute(sa.delete(Work))
    model.Session.commit()


def tick() -> None:
    jobs.work(once=True, kinds=kinds())
    model.Session.rollback()


def state(table: Any, key: str) -> str:
    return model.Session.get(table, key, populate_existing=True).state


def test_drafts_lapse_when_entering_is_over(contest: Contest):
    """What was submitted stays; before the close drafts stay too."""
    edition = contest.published()
    draft = contest.entered(edition["id"], "draft")
    submitted = contest.entered(edition["id"], "submitted")
    tick()
    assert state(Entry, draft["id"]) == "draft"
    contest.close(edition["id"], "enrolment")
    tick()
    assert state(Entry, draft["id"]) == "lapsed"
    assert state(Entry, submitted["id"]) == "submitted"


def test_corrections_lapse_after_their_instant(contest: Contest):
    """Whatever the phase."""
    edition = contest.published()
    entry = contest.entered(edition["id"], "submitted")
    contest.act("merit_entry_return", id=entry["id"], reason="r", due_at=iso(1))
    tick()
    assert state(Entry, entry["id"]) == "returned"
    row = model.Session.get(Entry, entry["id"])
    row.due_at = sa.func.clock_timestamp()
    model.Session.commit()
    tick()
    assert state(Entry, entry["id"]) == "lapsed"


def test_submissions_of_a_datathon_are_locked_at_the_close(contest: Contest):
    """Enrolments of an award are not: they wait for screening."""
    edition = contest.draft(kind="datathon")
    phase = contest.phase(edition["id"], "submission", -2, 1)
    entry = rows.entry(edition["id"], state="submitted")
    row = model.Session.get(Edition, edition["id"])
    row.published_at = sa.func.clock_timestamp()
    row.state = "published"
    model.Session.commit()
    tick()
    assert state(Entry, entry.id) == "submitted"
    contest.close(edition["id"], phase["kind"])
    tick()
    assert state(Entry, entry.id) == "locked"


def test_invitations_and_assignments_expire(contest: Contest):
    """An expired assignment can be extended by the secretariat."""
    edition = contest.evaluating()
    invited = contest.juror(edition["id"], state="invited")
    juror, entry = contest.juror(edition["id"]), contest.entered(edition["id"])
    task = contest.assigned(juror, entry, due_at=iso(1))
    tick()
    assert state(Assignment, task["id"]) == "assigned"
    now = sa.func.clock_timestamp()
    model.Session.get(Juror, invited.id).expires_at = now
    model.Session.get(Assignment, task["id"]).due_at = now
    model.Session.commit()
    tick()
    assert state(Juror, invited.id) == "expired"
    assert state(Assignment, task["id"]) == "expired"
    done = contest.act(
        "merit_assignment_extend", id=task["id"], due_at=iso(2), reason="r"
    )
    assert done["state"] == "assigned"


def test_links_expire_without_a_visitor(contest: Contest):
    """The state and the trail say so, and the address can be invited again."""
    edition = contest.published()
    data = {"edition_id": edition["id"], "email": "a@b.pe", "role": "juror"}
    link = contest.act("merit_invitation_create", **data)
    tick()
    assert state(Invitation, link["id"]) == "pending"
    now = sa.func.clock_timestamp()
    model.Session.get(Invitation, link["id"]).expires_at = now
    model.Session.commit()
    tick()
    assert state(Invitation, link["id"]) == "expired"
    last = list(audit.links(model.Session, edition["id"]))[-1].body
    assert (last["act"], last["actor"]) == ("expire", "system")
    assert contest.act("merit_invitation_create", **data)["state"] == "pending"


def test_the_system_is_on_the_trail(contest: Contest):
    """The actor of what the clock did is `system`, without a role."""
    edition = contest.published()
    contest.entered(edition["id"], "draft")
    contest.close(edition["id"], "enrolment")
    tick()
    last = list(audit.links(model.Session, edition["id"]))[-1].body
    assert (last["act"], last["actor"], last["role"]) == ("lapse", "system", None)


def test_nothing_is_done_twice(contest: Contest):
    """A second look finds nothing to do, and leaves no row of work."""
    edition = contest.published()
    contest.entered(edition["id"], "draft")
    contest.close(edition["id"], "enrolment")
    tick()
    count = len(list(audit.links(model.Session, edition["id"])))
    tick()
    assert len(list(audit.links(model.Session, edition["id"]))) == count
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(Work)) == 0


def test_a_reopened_review_does_not_expire_at_once(contest: Contest):
    """Its deadline has passed, so it has none any more."""
    edition = contest.evaluating()
    juror, entry = contest.juror(edition["id"]), contest.entered(edition["id"])
    task = contest.assigned(juror, entry, due_at=iso(1))
    review = juror.review(task)
    model.Session.get(Assignment, task["id"]).due_at = sa.func.clock_timestamp()
    model.Session.commit()
    call("merit_review_reopen", contest.chair, id=review["id"], reason="r")
    tick()
    assert state(Assignment, task["id"]) == "in_progress"
    juror.review(task, "1", "1", version=1)


def test_a_deadline_ahead_holds_for_a_reopened_review(contest: Contest):
    """Reopening doesn't lengthen it."""
    edition = contest.evaluating()
    juror, entry = contest.juror(edition["id"]), contest.entered(edition["id"])
    due = iso(1)
    task = contest.assigned(juror, entry, due_at=due)
    review = juror.review(task)
    call("merit_review_reopen", contest.chair, id=review["id"], reason="r")
    shown = juror.act("merit_assignment_show", id=task["id"])
    assert datetime.fromisoformat(shown["due_at"]) == datetime.fromisoformat(due)
