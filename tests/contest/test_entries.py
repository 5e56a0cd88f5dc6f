"""Entries: who enters, receipts, deadlines, screening."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest.people import Contest, call, errors, iso, person

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.canonical import digest
from ckanext.merit.model import audit
from ckanext.merit.model.contest import Phase, Programme
from ckanext.merit.model.contest_entry import Entry, EntryVersion


def close(edition_id: str, kind: str = "enrolment") -> None:
    """Move a phase into the past, below the actions."""
    clock = sa.func.clock_timestamp()
    model.Session.execute(
        sa.update(Phase)
        .where(Phase.edition_id == edition_id, Phase.kind == kind)
        .values(closes_at=clock, opens_at=clock - sa.text("interval '9 days'"))
    )
    model.Session.commit()


def state(entry: dict[str, Any]) -> str:
    model.Session.rollback()
    return model.Session.get(Entry, entry["id"]).state


def test_an_organisation_enters(contest: Contest):
    """From draft to admitted; the receipt has number, digest and time."""
    edition = contest.published()
    entity = contest.entity()
    entry = entity.prepare(edition["id"], draft={"plan": "Abrir"})
    assert (entry["state"], entry["title"]) == ("draft", entity.organization["title"])
    receipt = entity.act("merit_entry_submit", id=entry["id"])
    assert (receipt["n"], receipt["sha256"]) == (1, digest({"plan": "Abrir"}))
    assert receipt["submitted_by"] == entity.admin["id"]
    admitted = contest.act("merit_entry_admit", id=entry["id"])
    assert admitted["state"] == "admitted"


def test_submitting_again_gives_the_same_receipt(contest: Contest):
    """A double click has one effect; a changed draft is a new version."""
    edition = contest.published()
    entity = contest.entity()
    entry = entity.prepare(edition["id"])
    first = entity.act("merit_entry_submit", id=entry["id"])
    assert entity.act("merit_entry_submit", id=entry["id"]) == first
    entity.act("merit_entry_update", id=entry["id"], version=1, draft={"a": "b"})
    second = entity.act("merit_entry_submit", id=entry["id"])
    assert (second["n"], second["sha256"]) == (2, digest({"a": "b"}))
    shown = entity.act("merit_entry_show", id=entry["id"])
    assert [item["n"] for item in shown["versions"]] == [2, 1]


def test_a_version_that_was_not_seen_is_not_submitted(contest: Contest):
    """Whoever names an older one is told, and gets the current one."""
    edition = contest.published()
    entity = contest.entity()
    entry = entity.prepare(edition["id"])
    entity.act("merit_entry_update", id=entry["id"], version=1, draft={"a": "b"})
    refused = errors("merit_entry_submit", entity.admin, id=entry["id"], version=1)
    assert refused["current"][0]["draft"] == {"a": "b"}
    assert state(entry) == "draft"
    data = {"id": entry["id"], "version": 2}
    first = entity.act("merit_entry_submit", **data)
    assert entity.act("merit_entry_submit", **data) == first


def test_parallel_submissions_are_one(contest: Contest):
    """Ten at once: one version, the same receipt for all."""
    edition = contest.published()
    entity = contest.entity()
    entry = entity.prepare(edition["id"])
    receipts: list[Any] = []
    barrier = threading.Barrier(10)

    def submit() -> None:
        try:
            barrier.wait()
            receipts.append(entity.act("merit_entry_submit", id=entry["id"]))
        finally:
            model.Session.remove()

    threads = [threading.Thread(target=submit) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert receipts == [receipts[0]] * 10
    count = sa.select(sa.func.count()).where(EntryVersion.entry_id == entry["id"])
    assert model.Session.scalar(count) == 1


def test_the_secretariat_prepares_but_does_not_submit(contest: Contest):
    """The entity itself submits what was prepared for it."""
    edition = contest.published()
    entity = contest.entity()
    entry = contest.act(
        "merit_entry_prepare",
        edition_id=edition["id"],
        category_id=contest.category(edition["id"]),
        organization_id=entity.id,
    )
    with pytest.raises(tk.NotAuthorized):
        contest.act("merit_entry_submit", id=entry["id"])
    assert entity.act("merit_entry_submit", id=entry["id"])["n"] == 1


def test_an_organisation_enters_once(contest: Contest):
    """A second entry is refused; after withdrawing it can enter again."""
    edition = contest.published()
    entity = contest.entity()
    entry = entity.prepare(edition["id"])
    data = {
        "edition_id": edition["id"],
        "category_id": contest.category(edition["id"]),
        "organization_id": entity.id,
    }
    assert errors("merit_entry_prepare", entity.admin, **data) == {
        "conflict": ["The organization has entered already."]
    }
    entity.act("merit_entry_submit", id=entry["id"])
    entity.act("merit_entry_withdraw", id=entry["id"])
    assert entity.prepare(edition["id"])["state"] == "draft"


def test_only_its_own_people_enter_an_organisation(contest: Contest):
    """Admins of other organisations, editors and the public are refused."""
    edition = contest.published()
    entity, other = contest.entity(), contest.entity()
    for user in (other.admin, entity.editor, person()):
        with pytest.raises(tk.NotAuthorized):
            call(
                "merit_entry_prepare",
                user,
                edition_id=edition["id"],
                category_id=contest.category(edition["id"]),
                organization_id=entity.id,
            )


def test_a_category_asks_for_a_profile(contest: Contest):
    """Only organisations of the category's kind can enter it."""
    edition = contest.draft()
    category = contest.act(
        "merit_category_create",
        edition_id=edition["id"],
        code="towns",
        position=1,
        title="Municipios",
        predicate={"type": ["municipality"], "none_of": [{"region": ["Lima"]}]},
    )
    contest.phase(edition["id"], "enrolment", -1, 10)
    contest.rules(edition["id"])
    contest.act("merit_edition_publish", id=edition["id"])
    for profile in ({}, {"type": "municipality", "region": "Lima"}):
        entity = contest.entity(**profile)
        refused = errors(
            "merit_entry_prepare",
            entity.admin,
            edition_id=edition["id"],
            category_id=category["id"],
            organization_id=entity.id,
        )
        assert list(refused) == ["category"]
    town = contest.entity(type="municipality", region="Cusco")
    assert town.prepare(edition["id"])["category_id"] == category["id"]


def test_co_recognisers_do_not_compete(contest: Contest):
    """An organisation that recognises the results cannot enter."""
    edition = contest.published()
    entity = contest.entity()
    programme = model.Session.get(Programme, contest.programme["id"])
    programme.co_recognisers = [entity.id]
    model.Session.commit()
    with pytest.raises(tk.ValidationError, match="co_recogniser"):
        entity.prepare(edition["id"])


def test_whoever_judges_does_not_represent(contest: Contest):
    """A juror of the organisation is refused, an editor is not."""
    edition = contest.published()
    entity = contest.entity()
    contest.juror(edition["id"], who=entity.admin)
    data = {
        "edition_id": edition["id"],
        "category_id": contest.category(edition["id"]),
        "organization_id": entity.id,
    }
    refused = errors(
        "merit_entry_prepare", contest.secretary, head=entity.admin["name"], **data
    )
    assert list(refused) == ["head"]
    head = entity.editor["name"]
    assert contest.act("merit_entry_prepare", head=head, **data)["id"]


def test_nobody_learns_who_judges(contest: Contest):
    """A juror, a stranger and a name that nobody has are refused in the same words."""
    edition = contest.published()
    entity = contest.entity()
    data = {
        "edition_id": edition["id"],
        "category_id": contest.category(edition["id"]),
        "organization_id": entity.id,
    }
    juror = contest.juror(edition["id"]).user
    said = [
        errors("merit_entry_prepare", entity.admin, head=name, **data)
        for name in (juror["name"], person()["name"], "nobody-at-all")
    ]
    assert said[0] == said[1] == said[2]
    assert list(said[0]) == ["head"]


@pytest.mark.parametrize("opens", [1, -20])
def test_outside_the_phase_nothing_is_entered(contest: Contest, opens: int):
    """Before it opens and after it closes the database's clock refuses."""
    edition = contest.draft()
    contest.act(
        "merit_category_create",
        edition_id=edition["id"],
        code="all",
        position=1,
        title="x",
    )
    contest.phase(edition["id"], "enrolment", opens, opens + 10)
    contest.rules(edition["id"])
    contest.act("merit_edition_publish", id=edition["id"])
    with pytest.raises(tk.ValidationError, match="phase_closed"):
        contest.entity().prepare(edition["id"])


def test_a_draft_is_not_submitted_after_the_close(contest: Contest):
    """The receipt is given inside the phase or not at all."""
    edition = contest.published()
    entry = contest.entered(edition["id"], "draft")
    close(edition["id"])
    refused = errors("merit_entry_submit", entry["entity"].admin, id=entry["id"])
    assert list(refused) == ["phase_closed"]
    assert state(entry) == "draft"


def test_a_submission_held_on_a_lock_past_the_deadline_is_late(contest: Contest):
    """What counts is the instant at which the lock is got, not the request's start."""
    edition = contest.published()
    entry = contest.entered(edition["id"], "draft")
    outcome: list[Any] = []

    def submit() -> None:
        try:
            outcome.append(
                errors("merit_entry_submit", entry["entity"].admin, id=entry["id"])
            )
        finally:
            model.Session.remove()

    clock = sa.func.clock_timestamp()
    with model.meta.engine.connect() as other, other.begin():
        other.execute(
            sa.text("SELECT 1 FROM merit_edition WHERE id = :id FOR UPDATE"),
            {"id": edition["id"]},
        )
        thread = threading.Thread(target=submit)
        thread.start()
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not model.Session.scalar(waiting):
            model.Session.rollback()
        other.execute(
            sa.update(Phase)
            .where(Phase.edition_id == edition["id"])
            .values(closes_at=clock)
        )
    thread.join()
    assert [list(item) for item in outcome] == [["phase_closed"]]


def test_a_returned_entry_is_corrected_until_its_own_instant(contest: Contest):
    """Even after the phase; the reason is shown to those behind it."""
    edition = contest.published()
    entry = contest.entered(edition["id"], "submitted")
    contest.act(
        "merit_entry_return", id=entry["id"], reason="Falta carta", due_at=iso(5)
    )
    close(edition["id"])
    entity = entry["entity"]
    shown = entity.act("merit_entry_show", id=entry["id"])
    assert (shown["state"], shown["reason"]) == ("returned", "Falta carta")
    entity.act("merit_entry_update", id=entry["id"], version=1, draft={"letter": "y"})
    assert entity.act("merit_entry_submit", id=entry["id"])["n"] == 2


def test_a_correction_that_comes_too_late(contest: Contest):
    """After the instant set for it a returned entry stays as it is."""
    edition = contest.published()
    entry = contest.entered(edition["id"], "submitted")
    contest.act("merit_entry_return", id=entry["id"], reason="r", due_at=iso(5))
    row = model.Session.get(Entry, entry["id"])
    row.due_at = sa.func.clock_timestamp()
    model.Session.commit()
    refused = errors("merit_entry_submit", entry["entity"].admin, id=entry["id"])
    assert list(refused) == ["due"]


def test_an_old_copy_is_not_written_over_a_newer(contest: Contest):
    """Two officials edit: the second gets the first one's draft back."""
    edition = contest.published()
    entity = contest.entity()
    entry = entity.prepare(edition["id"])
    data = {"id": entry["id"], "version": 1}
    entity.act("merit_entry_update", draft={"by": "one"}, **data)
    refused = errors("merit_entry_update", entity.admin, draft={"by": "two"}, **data)
    assert refused["current"][0]["draft"] == {"by": "one"}


@pytest.mark.parametrize(
    "draft",
    [
        *('{"x": 0.5}', "[]", "x", f'{{"x": {2**60}}}'),
        *('{"x": ["\\u0000"]}', '{"\\ud800": "y"}'),
    ],
)
def test_a_draft_can_be_sealed(contest: Contest, draft: str):
    """What has no canonical form is refused where it is written."""
    edition = contest.published()
    with pytest.raises(tk.ValidationError, match="draft"):
        contest.entity().prepare(edition["id"], draft=draft)


def test_the_public_sees_admitted_entries_only(contest: Contest):
    """Not how many others there are, nor their states; nor any draft."""
    edition = contest.published()
    admitted = contest.entered(edition["id"])
    contest.entered(edition["id"], "submitted")
    listed = call("merit_entry_list", None, edition_id=edition["id"])
    assert listed == {
        "count": 1,
        "regions": [],
        "results": [
            {
                name: admitted[name]
                for name in (
                    *("id", "edition_id", "category_id", "organization_id"),
                    "title",
                )
            }
            | {"region": None}
        ],
    }


def test_an_entry_exists_for_its_people_and_those_who_run_the_edition(
    contest: Contest,
):
    """For others, other entities included, it isn't there."""
    edition = contest.published()
    entry = contest.entered(edition["id"], "submitted")
    entity = entry["entity"]
    for user in (entity.admin, entity.editor, contest.secretary, contest.chair):
        assert call("merit_entry_show", user, id=entry["id"])["id"] == entry["id"]
    for user in (contest.entity().admin, person(), None):
        with pytest.raises(tk.ObjectNotFound):
            call("merit_entry_show", user, id=entry["id"])


def test_disqualifying_takes_a_reason_and_a_hearing(contest: Contest):
    """Both are on the trail."""
    edition = contest.published()
    entry = contest.entered(edition["id"])
    data = {"id": entry["id"], "reason": "Datos falsos"}
    refused = errors("merit_entry_disqualify", contest.secretary, **data)
    assert list(refused) == ["hearing"]
    done = contest.act("merit_entry_disqualify", hearing="Lo niegan", **data)
    assert done["state"] == "disqualified"
    last = list(audit.links(model.Session, edition["id"]))[-1].body
    assert (last["act"], last["reason"]) == ("disqualify", "Datos falsos Lo niegan")


def test_what_the_state_does_not_allow_is_refused(contest: Contest):
    """An admitted entry can't be admitted again, nor a rejected one withdrawn."""
    edition = contest.published()
    admitted = contest.entered(edition["id"])
    assert errors("merit_entry_admit", contest.secretary, id=admitted["id"]) == {
        "transition": ["Not possible in the state “admitted”."]
    }
    rejected = contest.entered(edition["id"], "submitted")
    contest.act("merit_entry_reject", id=rejected["id"], reason="r")
    admin = rejected["entity"].admin
    refused = errors("merit_entry_withdraw", admin, id=rejected["id"])
    assert list(refused) == ["transition"]
