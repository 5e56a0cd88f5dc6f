"""Jurors, conflicts of interest and assignments."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest.people import Contest, call, errors, holder, iso, person

import ckantoolkit as tk
from ckan import model
from ckan.tests import helpers

from ckanext.merit.model.contest import Membership
from ckanext.merit.model.contest_jury import Juror as JurorRow
from ckanext.merit.model.contest_result import Outbox


def test_a_juror_accepts_with_both_declarations(contest: Contest):
    """Without one of them the invitation stays open."""
    edition = contest.published()
    juror = contest.juror(edition["id"], state="invited")
    data = {"id": juror.id, "confidentiality": True}
    refused = errors("merit_juror_accept", juror.user, no_conflict=False, **data)
    assert refused == {"declared": ["Jurors make both declarations."]}
    accepted = juror.act("merit_juror_accept", no_conflict=True, **data)
    assert (accepted["state"], bool(accepted["declared_at"])) == ("accepted", True)


def test_only_the_invited_person_answers(contest: Contest):
    """Not the secretariat, not another juror, not a sysadmin."""
    edition = contest.published()
    juror = contest.juror(edition["id"], state="invited")
    other = contest.juror(edition["id"])
    for user in (contest.secretary, contest.chair, contest.sysadmin, other.user):
        with pytest.raises(tk.NotAuthorized):
            call("merit_juror_decline", user, id=juror.id)
    assert juror.act("merit_juror_decline", id=juror.id)["state"] == "declined"


def test_an_invitation_expires(contest: Contest):
    """After its instant it can't be accepted."""
    edition = contest.published()
    juror = contest.juror(edition["id"], state="invited")
    row = model.Session.get(JurorRow, juror.id)
    row.expires_at = sa.func.clock_timestamp()
    model.Session.commit()
    data = {"id": juror.id, "confidentiality": True, "no_conflict": True}
    assert list(errors("merit_juror_accept", juror.user, **data)) == ["expired"]


@pytest.mark.parametrize("past", ["decline", "revoke", "expire", "remove", "end"])
def test_who_left_or_declined_is_invited_again(contest: Contest, past: str):
    """On new terms, by mail, and with new declarations; what was is on record."""
    edition = contest.evaluating()
    state = "invited" if past in {"decline", "revoke", "expire"} else "accepted"
    juror = contest.juror(edition["id"], state=state, capacity=3)
    if past == "decline":
        juror.act("merit_juror_decline", id=juror.id)
    elif past == "expire":
        model.Session.get(JurorRow, juror.id).expires_at = sa.func.clock_timestamp()
        model.Session.commit()
        site = helpers.call_action("get_site_user", {"ignore_auth": True})
        context = {"user": site["name"], "ignore_auth": True}
        helpers.call_action("merit_clock_tick", context, keys=[f"juror/{juror.id}"])
    elif past == "end":
        contest.assigned(juror, contest.entered(edition["id"]))
        contest.act("merit_juror_end", id=juror.id)
    else:
        contest.act(f"merit_juror_{past}", id=juror.id, reason="r")
    before = mails(juror.id)
    again = contest.juror(edition["id"], who=juror.user, state="invited")
    (row,) = contest.act("merit_juror_list", edition_id=edition["id"])
    assert (again.id, row["state"], row["declared_at"]) == (juror.id, "invited", None)
    assert (row["capacity"], mails(juror.id) - before) == (None, 1)
    (last,) = contest.act("merit_audit_list", edition_id=edition["id"], limit=1)[
        "results"
    ]
    assert (last["act"], last["to_state"]) == ("reinvite", "invited")
    data = {"id": juror.id, "confidentiality": True, "no_conflict": True}
    assert juror.act("merit_juror_accept", **data)["state"] == "accepted"


def mails(juror_id: str) -> int:
    """Count the invitations that left for a juror."""
    return model.Session.scalar(
        sa.select(sa.func.count())
        .select_from(Outbox)
        .where(Outbox.key.startswith(f"juror_invited:{juror_id}"))
    )


def test_who_cannot_be_a_juror(contest: Contest):
    """Sysadmins cannot score; whoever competes cannot judge; nobody twice."""
    edition = contest.published()
    entity = contest.entity()
    entity.prepare(edition["id"], head=entity.admin["name"])
    juror = contest.juror(edition["id"])
    for user, code in (
        (contest.sysadmin, "sysadmin"),
        (entity.admin, "competes"),
        (juror.user, "conflict"),
    ):
        refused = errors(
            "merit_juror_invite",
            contest.secretary,
            edition_id=edition["id"],
            user=user["name"],
            expires_at=iso(1),
        )
        assert list(refused) == [code]


def test_a_juror_gets_an_admitted_entry(contest: Contest):
    """The first assignment makes the juror active; the same again is refused."""
    edition = contest.published()
    juror, entry = contest.juror(edition["id"]), contest.entered(edition["id"])
    task = contest.assigned(juror, entry)
    assert task["state"] == "assigned"
    (row,) = contest.act("merit_juror_list", edition_id=edition["id"])
    assert row["state"] == "active"
    data = {"juror_id": juror.id, "entry_id": entry["id"]}
    assert errors("merit_assignment_create", contest.secretary, **data) == {
        "conflict": ["This juror has this entry already."]
    }


def test_who_gets_nothing(contest: Contest):
    """Jurors who didn't accept, entries that aren't admitted, other categories."""
    edition = contest.published()
    invited = contest.juror(edition["id"], state="invited")
    juror = contest.juror(edition["id"])
    admitted = contest.entered(edition["id"])
    submitted = contest.entered(edition["id"], "submitted")
    for data, code in (
        ({"juror_id": invited.id, "entry_id": admitted["id"]}, "not_juror"),
        ({"juror_id": juror.id, "entry_id": submitted["id"]}, "not_admitted"),
    ):
        refused = errors("merit_assignment_create", contest.secretary, **data)
        assert list(refused) == [code]


@pytest.mark.parametrize("how", ["member", "institution", "domain"])
def test_a_conflict_is_inferred_and_blocks(contest: Contest, how: str):
    """By membership, appointment or mail domain; noted once, open, with its reason."""
    edition = contest.published()
    entry = contest.entered(edition["id"])
    entity, data = entry["entity"], {}
    user = person()
    if how == "member":
        helpers.call_action(
            "organization_member_create",
            id=entity.id,
            username=user["name"],
            role="member",
        )
    if how == "institution":
        data["organization_id"] = entity.id
    if how == "domain":
        for somebody in (user, entity.admin):
            row = model.User.get(somebody["id"])
            row.email = f"{somebody['name']}@muni.example"
        model.Session.commit()
    juror = contest.juror(edition["id"], who=user, **data)
    refused = contest.assigned(juror, entry)
    kind = "email_domain" if how == "domain" else "same_organization"
    assert (refused["conflict"]["kind"], refused["conflict"]["state"]) == (kind, "open")
    same_domain = "has an address at muni.example, as people of the entry have"
    told = same_domain if how == "domain" else f"belongs to {entry['title']}"
    assert refused["conflict"]["said"] == told
    again = {"juror_id": juror.id, "entry_id": entry["id"]}
    assert errors("merit_assignment_create", contest.secretary, **again) == {
        "conflict_of_interest": ["The juror has a conflict."]
    }


def test_a_past_membership_is_remembered(contest: Contest):
    """CKAN forgets who left an organisation; our log doesn't."""
    edition = contest.published()
    entry = contest.entered(edition["id"])
    juror = contest.juror(edition["id"])
    row = Membership(
        user_id=juror.user["id"],
        organization_id=entry["entity"].id,
        until=sa.func.clock_timestamp(),
    )
    model.Session.add(row)
    model.Session.commit()
    found = contest.act("merit_conflict_infer", edition_id=edition["id"])["found"]
    assert [(item["kind"], item["juror_id"]) for item in found] == [
        ("past_membership", juror.id)
    ]
    again = contest.act("merit_conflict_infer", edition_id=edition["id"])
    assert again == {"found": []}


def test_leaving_an_organisation_is_noted(contest: Contest):
    """Present memberships get an end when they are gone."""
    edition = contest.published()
    entity = contest.entity()
    contest.juror(edition["id"])
    contest.entered(edition["id"])
    contest.act("merit_conflict_infer", edition_id=edition["id"])
    helpers.call_action(
        "organization_member_delete",
        {"user": entity.admin["name"]},
        id=entity.id,
        username=entity.editor["name"],
    )
    contest.act("merit_conflict_infer", edition_id=edition["id"])
    found = sa.select(Membership).where(Membership.organization_id == entity.id)
    ended = {row.user_id: bool(row.until) for row in model.Session.scalars(found)}
    assert (ended[entity.editor["id"]], ended[entity.admin["id"]]) == (True, False)


def conflict(contest: Contest, edition_id: str) -> dict[str, Any]:
    (found,) = contest.act("merit_conflict_list", edition_id=edition_id)
    return found


def test_a_declared_conflict_ends_the_assignment(contest: Contest):
    """It blocks at once, and the entry leaves the juror's desk."""
    edition = contest.evaluating()
    juror, entry = contest.juror(edition["id"]), contest.entered(edition["id"])
    task = contest.assigned(juror, entry)
    juror.act("merit_conflict_declare", entry_id=entry["id"], detail="Amigo")
    assert conflict(contest, edition["id"])["state"] == "open"
    assert juror.act("merit_assignment_mine", edition_id=edition["id"]) == []
    (row,) = contest.act("merit_assignment_list", edition_id=edition["id"])
    assert (row["state"], row["reason"]) == ("recused", "Amigo")
    with pytest.raises(tk.NotAuthorized):
        juror.act("merit_assignment_show", id=task["id"])


def test_a_report_blocks_when_it_is_taken_up(contest: Contest):
    """Until then the juror goes on; the reporter learns nothing."""
    edition = contest.evaluating()
    juror, entry = contest.juror(edition["id"]), contest.entered(edition["id"])
    task = contest.assigned(juror, entry)
    data = {"juror_id": juror.id, "entry_id": entry["id"], "detail": "Primos"}
    user = person()
    assert call("merit_conflict_report", user, **data) == {"reported": True}
    assert juror.act("merit_assignment_show", id=task["id"])["state"] == "assigned"
    row = conflict(contest, edition["id"])
    decide = {"id": row["id"], "reason": "r"}
    call("merit_conflict_decide", contest.chair, decision="admit", **decide)
    with pytest.raises(tk.NotAuthorized):
        juror.act("merit_assignment_show", id=task["id"])
    call("merit_conflict_decide", contest.chair, decision="dismiss", **decide)
    assert juror.act("merit_assignment_show", id=task["id"])["state"] == "assigned"


def test_a_conflict_after_scoring_voids_the_review(contest: Contest):
    """The score stays on record and counts no longer."""
    edition = contest.evaluating()
    juror, entry = contest.juror(edition["id"]), contest.entered(edition["id"])
    task = contest.assigned(juror, entry)
    juror.review(task)
    juror.act("merit_conflict_declare", entry_id=entry["id"], detail="Socio")
    (row,) = contest.act("merit_assignment_list", edition_id=edition["id"])
    assert row["state"] == "completed"
    call(
        "merit_conflict_decide",
        contest.chair,
        id=conflict(contest, edition["id"])["id"],
        decision="confirm",
        reason="Cierto",
    )
    (row,) = contest.act("merit_assignment_list", edition_id=edition["id"])
    assert row["state"] == "recused"
    assert call("merit_review_list", contest.chair, entry_id=entry["id"]) == []


def test_the_chairs_own_conflict_takes_two_of_the_secretariat(contest: Contest):
    """The chair decides nothing about it, one secretary neither, nor one twice."""
    edition = contest.published()
    juror = contest.juror(edition["id"], who=contest.chair)
    entry = contest.entered(edition["id"])
    juror.act("merit_conflict_declare", entry_id=entry["id"], detail="d")
    data = {
        "id": conflict(contest, edition["id"])["id"],
        "decision": "confirm",
        "reason": "r",
    }
    with pytest.raises(tk.NotAuthorized):
        call("merit_conflict_decide", contest.chair, **data)
    assert contest.act("merit_conflict_decide", **data)["state"] == "open"
    refused = errors("merit_conflict_decide", contest.secretary, **data)
    assert list(refused) == ["same_person"]
    second = holder(contest.programme["id"], "secretariat")
    assert call("merit_conflict_decide", second, **data)["state"] == "confirmed"


@pytest.mark.parametrize("own", ["chair", "deputy"])
def test_chair_and_deputy_do_not_clear_each_other(contest: Contest, own: str):
    """Whom the chair appointed alone decides no conflict of the chair's, nor back."""
    edition = contest.published()
    deputy = person()
    data = {"edition_id": edition["id"], "user": deputy["name"]}
    call("merit_deputy_appoint", contest.chair, **data)
    judge, other = contest.chair, deputy
    if own == "deputy":
        judge, other = deputy, contest.chair
    juror = contest.juror(edition["id"], who=judge)
    entry = contest.entered(edition["id"])
    juror.act("merit_conflict_declare", entry_id=entry["id"], detail="d")
    row = conflict(contest, edition["id"])
    with pytest.raises(tk.NotAuthorized, match="two people of the secretariat"):
        call(
            "merit_conflict_decide",
            other,
            id=row["id"],
            decision="dismiss",
            reason="r",
        )
    assert conflict(contest, edition["id"])["state"] == "open"


def test_the_secretariat_decides_only_the_chairs(contest: Contest):
    """A conflict of another juror is the chair's to decide."""
    edition = contest.published()
    juror, entry = contest.juror(edition["id"]), contest.entered(edition["id"])
    juror.act("merit_conflict_declare", entry_id=entry["id"], detail="d")
    data = {"decision": "confirm", "reason": "r"}
    data["id"] = conflict(contest, edition["id"])["id"]
    with pytest.raises(tk.NotAuthorized):
        contest.act("merit_conflict_decide", **data)


def test_a_plan_is_even_and_avoids_conflicts(contest: Contest):
    """Every entry gets its jurors; trying first changes nothing."""
    edition = contest.published()
    entries = [contest.entered(edition["id"]) for _ in range(3)]
    jurors = [contest.juror(edition["id"]) for _ in range(3)]
    jurors[0].act("merit_conflict_declare", entry_id=entries[0]["id"], detail="d")
    data = {"edition_id": edition["id"], "per_entry": 2, "seed": "sorteo"}
    tried = contest.act("merit_assignment_plan", dry_run=True, **data)
    assert contest.act("merit_assignment_list", edition_id=edition["id"]) == []
    assert contest.act("merit_assignment_plan", **data) == tried
    pairs = {(pair["juror_id"], pair["entry_id"]) for pair in tried["pairs"]}
    assert (len(pairs), tried["shortfalls"]) == (6, {})
    assert (jurors[0].id, entries[0]["id"]) not in pairs
    again = contest.act("merit_assignment_plan", **data)
    assert again == {"pairs": [], "shortfalls": {}, "titles": {}}


def test_a_substitute_takes_over(contest: Contest):
    """A removed juror's unfinished entries go to another by the next plan."""
    edition = contest.published()
    entry, juror = contest.entered(edition["id"]), contest.juror(edition["id"])
    contest.assigned(juror, entry)
    substitute = contest.juror(edition["id"])
    contest.act("merit_juror_remove", id=juror.id, reason="Enfermo")
    data = {"edition_id": edition["id"], "per_entry": 1, "seed": "s"}
    assert contest.act("merit_assignment_plan", **data)["pairs"] == [
        {"juror_id": substitute.id, "entry_id": entry["id"]}
    ]
