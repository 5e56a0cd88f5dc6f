"""A dispute over the level accepted for evidence goes to a juror."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from tests.award.people import Award, disputed, submit, value
from tests.contest.people import Juror, call, errors, iso
from tests.contest.test_mail import deliver, sent

import ckantoolkit as tk
from ckan import model

from ckanext.merit.award.logic.disputed import undecided
from ckanext.merit.model.award import Evidence
from ckanext.merit.model.contest_jury import Conflict

pytestmark = pytest.mark.usefixtures("non_clean_db", "folder")
REASON = "sentinel 7.3519"


@dataclass
class Case:
    """An award with an entry, and a juror without assignments."""

    award: Award
    edition_id: str
    entry: Any
    juror: Juror

    def hand(self, dispute: Any, **data: Any) -> Any:
        """Hand a dispute to the juror."""
        data = {"id": dispute["id"], "juror_id": self.juror.id, **data}
        return self.award.act("merit_award_dispute_hand", **data)

    def decide(self, dispute: Any, level: str = "full") -> Any:
        """Decide it as the juror."""
        data = {"id": dispute["id"], "level": level, "reason": REASON}
        return self.juror.act("merit_award_dispute_decide", **data)


@pytest.fixture
def case(non_clean_db: None) -> Case:
    """A new award for each test."""
    award = Award()
    edition = award.published()
    return Case(
        award, edition["id"], award.enrolled(edition["id"]), award.juror(edition["id"])
    )


def accepted(case: Case, level: str = "none") -> Any:
    """Have a piece of evidence accepted with a level."""
    row = submit(case.entry)
    return case.award.act(
        "merit_award_evidence_accept", id=row["id"], level=level, reason="r"
    )


def age(row: Any, days: int) -> None:
    """Let the decision on a piece be some days old."""
    model.Session.execute(
        sa.update(Evidence)
        .where(Evidence.id == row["id"])
        .values(decided_at=sa.func.clock_timestamp() - sa.text(f"interval '{days} d'"))
    )
    model.Session.commit()


def refused(case: Case, row: Any) -> list[str]:
    """Why the level of a piece cannot be disputed."""
    admin = case.entry["entity"].admin
    return list(errors("merit_award_dispute_open", admin, id=row["id"], reason="d"))


def test_a_juror_sets_the_level(case: Case):
    """The accepted level counts until then, the juror's afterwards."""
    dispute = disputed(case.award, case.entry)
    case.hand(dispute)
    assert value(case.entry) == "none"
    case.decide(dispute, "partial")
    assert value(case.entry) == "partial"
    (row,) = case.entry["entity"].act(
        "merit_award_evidence_list", entry_id=case.entry["id"]
    )
    assert (row["accepted"], row["reason"]) == ("partial", REASON)
    assert (row["dispute"]["state"], row["dispute"]["level"]) == ("decided", "partial")


def test_every_act_is_in_the_trail(case: Case):
    """Who disputed, handed, set the level and decided, with the reasons."""
    dispute = disputed(case.award, case.entry)
    case.hand(dispute)
    case.decide(dispute)
    records = case.award.act(
        "merit_audit_list", edition_id=case.edition_id, limit=4, offset=0
    )["results"]
    found = [(row["act"], row["object_type"], row["actor"]) for row in records]
    user = case.juror.user["id"]
    assert found[:2] == [("decide", "dispute", user), ("set level", "evidence", user)]
    assert ("hand", "dispute", case.award.secretary["id"]) in found
    assert records[0]["reason"] == REASON


def test_only_a_level_below_the_claim_is_disputed(case: Case):
    """What was accepted as claimed, waits, or was rejected is not."""
    waits = submit(case.entry)
    gone = submit(case.entry)
    case.award.act("merit_award_evidence_reject", id=gone["id"], reason="r")
    for row in (waits, gone, accepted(case, "full")):
        assert refused(case, row) == ["level"]


def test_a_level_is_disputed_once(case: Case):
    """Neither while it waits nor after the decision again."""
    dispute = disputed(case.award, case.entry)
    row = {"id": dispute["evidence_id"]}
    assert refused(case, row) == ["disputed"]
    case.hand(dispute)
    case.decide(dispute, "partial")
    assert refused(case, row) == ["disputed"]


def test_a_withdrawn_dispute_leaves_the_level(case: Case):
    """And another can be opened."""
    dispute = disputed(case.award, case.entry)
    entity = case.entry["entity"]
    entity.act("merit_award_dispute_withdraw", id=dispute["id"])
    assert (value(case.entry), undecided(case.edition_id)) == ("none", 0)
    again = {"id": dispute["evidence_id"], "reason": "d"}
    assert entity.act("merit_award_dispute_open", **again)["state"] == "open"


def test_while_evidence_is_open_or_five_days_long(case: Case):
    """Whichever ends later."""
    early, late = accepted(case), accepted(case)
    age(early, 6)
    entity = case.entry["entity"]
    opened = entity.act("merit_award_dispute_open", id=early["id"], reason="d")
    entity.act("merit_award_dispute_withdraw", id=opened["id"])
    case.award.close(case.edition_id, "evidence")
    assert refused(case, early) == ["phase_closed"]
    opened = entity.act("merit_award_dispute_open", id=late["id"], reason="d")
    assert opened["state"] == "open"


def test_a_juror_in_conflict_is_refused(case: Case):
    """Also one whose conflict came after the dispute."""
    dispute = disputed(case.award, case.entry)
    case.hand(dispute)
    model.Session.add(
        Conflict(
            juror_id=case.juror.id,
            entry_id=case.entry["id"],
            origin="declared",
            kind="family",
            state="open",
        )
    )
    model.Session.commit()
    with pytest.raises(tk.NotAuthorized):
        case.decide(dispute)
    found = errors(
        "merit_award_dispute_hand",
        case.award.secretary,
        id=dispute["id"],
        juror_id=case.juror.id,
    )
    assert list(found) == ["conflict_of_interest"]
    other = case.award.juror(case.edition_id)
    assert case.hand(dispute, juror_id=other.id)["juror_id"] == other.id


def test_an_inferred_conflict_is_noted(case: Case):
    """A juror from the entity itself does not get the dispute."""
    home = case.entry["organization_id"]
    own = case.award.juror(case.edition_id, organization_id=home)
    dispute = disputed(case.award, case.entry)
    answer = case.hand(dispute, juror_id=own.id)
    assert answer["conflict"]["origin"] == "inferred"
    shown = case.award.act("merit_award_dispute_show", id=dispute["id"])
    assert shown["state"] == "open"


def test_only_the_juror_decides(case: Case):
    """Nobody else, and least of all the secretariat or a sysadmin."""
    dispute = disputed(case.award, case.entry)
    case.hand(dispute)
    data = {"id": dispute["id"], "level": "full", "reason": "r"}
    other = case.award.juror(case.edition_id)
    people = (case.award.secretary, case.award.chair, case.award.sysadmin, other.user)
    for user in (*people, case.entry["entity"].admin):
        with pytest.raises(tk.NotAuthorized):
            call("merit_award_dispute_decide", user, **data)


@pytest.mark.parametrize("level", ["none", "made up"])
def test_nobody_is_worse_off(case: Case, level: str):
    """The juror raises the level or leaves it; other words are no levels."""
    dispute = disputed(case.award, case.entry, "partial")
    case.hand(dispute)
    data = {"id": dispute["id"], "level": level, "reason": "r"}
    found = errors("merit_award_dispute_decide", case.juror.user, **data)
    assert list(found) == ["level"]


def test_a_juror_reads_what_is_to_be_decided(case: Case):
    """From when it is handed over; others of the jury read nothing."""
    dispute = disputed(case.award, case.entry)

    def read(user: Any) -> Any:
        return call("merit_award_dispute_show", user, id=dispute["id"])

    with pytest.raises(tk.NotAuthorized):
        read(case.juror.user)
    case.hand(dispute)
    assert read(case.juror.user)["evidence"]["id"] == dispute["evidence_id"]
    (mine,) = case.juror.act("merit_award_dispute_mine", edition_id=case.edition_id)
    assert (mine["id"], mine["state"]) == (dispute["id"], "handed")
    with pytest.raises(tk.NotAuthorized):
        read(case.award.juror(case.edition_id).user)


def test_the_entity_does_not_learn_who_decides(case: Case):
    """The secretariat does."""
    dispute = disputed(case.award, case.entry)
    case.hand(dispute)
    case.decide(dispute)
    entity = case.entry["entity"]
    shown = entity.act("merit_award_dispute_show", id=dispute["id"])
    listed = entity.act("merit_award_evidence_list", entry_id=case.entry["id"])
    secrets = (case.juror.id, case.juror.user["id"], case.juror.user["name"])
    assert [key for key in secrets if key in f"{shown} {listed}"] == []
    found = case.award.act("merit_award_dispute_list", edition_id=case.edition_id)
    assert found["results"][0]["user"]["name"] == case.juror.user["name"]


def test_a_run_waits_for_disputes(case: Case):
    """It would count what a juror may change."""
    dispute = disputed(case.award, case.entry)
    assert undecided(case.edition_id) == 1
    case.hand(dispute)
    assert undecided(case.edition_id) == 1
    case.decide(dispute)
    assert undecided(case.edition_id) == 0


def test_replaced_evidence_takes_its_dispute_along(case: Case):
    """What no longer counts is not decided."""
    dispute = disputed(case.award, case.entry)
    submit(case.entry, replaces=dispute["evidence_id"])
    shown = case.award.act("merit_award_dispute_show", id=dispute["id"])
    assert shown["state"] == "withdrawn"


@pytest.mark.usefixtures("clean_db")
def test_juror_and_entity_are_told(mail_server: Any):
    """That there is something to decide, and that it was; neither why nor what."""
    award = Award()
    edition = award.published()
    case = Case(
        award, edition["id"], award.enrolled(edition["id"]), award.juror(edition["id"])
    )
    dispute = disputed(award, case.entry)
    deliver()
    mail_server.clear_smtp_messages()
    case.hand(dispute)
    deliver()
    subject, _ = sent(mail_server)[case.juror.user["email"]]
    assert subject == "2026: a level of evidence to decide"
    case.decide(dispute)
    deliver()
    subject, body = sent(mail_server)[case.entry["entity"].admin["email"]]
    assert ("a decision on evidence" in subject, REASON in body) == (True, False)


def test_evidence_of_who_is_reinstated_is_decided_after_results(case: Case):
    """Accepted, disputed and decided by a juror; then a run can be approved again."""
    award, edition_id = case.award, case.edition_id
    row = submit(case.entry)
    award.act("merit_entry_disqualify", id=case.entry["id"], reason="r", hearing="h")
    other = award.enrolled(edition_id)
    award.open(edition_id, "jury")
    scores = {"assignment_id": award.assigned(case.juror, other)["id"], "version": 0}
    saved = case.juror.act("merit_review_save", scores={"impact": "5"}, **scores)
    scores["version"] = saved["version"]
    case.juror.act("merit_review_submit", **scores)
    award.close(edition_id, "jury")
    award.open(edition_id, "appeals")
    run = award.approved(edition_id)
    award.act("merit_run_publish", id=run["id"], kind="provisional")
    data = {"id": row["id"], "level": "none", "reason": "r"}
    refused = errors("merit_award_evidence_accept", award.secretary, **data)
    assert list(refused) == ["over"]
    award.upheld(case.entry, "disqualification")
    run = award.act("merit_run_compute", edition_id=edition_id)
    assert list(errors("merit_run_approve", award.chair, id=run["id"])) == ["undecided"]
    back = {"id": row["id"], "reason": "r", "due_at": iso(1)}
    refused = errors("merit_award_evidence_return", award.secretary, **back)
    assert list(refused) == ["over"]
    award.act("merit_award_evidence_accept", **data)
    dispute = case.entry["entity"].act(
        "merit_award_dispute_open", id=row["id"], reason="d"
    )
    case.hand(dispute)
    case.decide(dispute)
    assert value(case.entry) == "full"
    award.approved(edition_id)
