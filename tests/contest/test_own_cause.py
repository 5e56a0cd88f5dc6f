"""Nobody who runs or chairs an edition acts in a cause of their own."""

from __future__ import annotations

import pytest
from tests.contest.people import Contest, call, holder, iso, person
from tests.contest.test_appeals import filed

import ckantoolkit as tk

SAID = "ask somebody else of the secretariat"


@pytest.mark.parametrize("role", ["admin", "editor"])
def test_a_secretary_does_not_screen_the_own_organization(contest: Contest, role: str):
    """Neither admits, returns nor rejects it; a colleague does."""
    edition = contest.published()
    entry = contest.entered(edition["id"], "submitted")
    entry["entity"].add(contest.secretary, role)
    for action in ("merit_entry_admit", "merit_entry_reject", "merit_entry_return"):
        with pytest.raises(tk.NotAuthorized, match=SAID):
            contest.act(action, id=entry["id"], reason="r", due_at=iso(1))
    other = holder(contest.programme["id"], "secretariat")
    done = call("merit_entry_admit", other, id=entry["id"])
    assert done["state"] == "admitted"


def test_a_secretary_does_not_decide_the_own_organizations_appeal(contest: Contest):
    """Not even whether it is admitted to be decided."""
    edition = contest.evaluating()
    entry = contest.entered(edition["id"], "submitted")
    contest.act("merit_entry_reject", id=entry["id"], reason="Tarde")
    appeal = filed(entry, "admission")
    entry["entity"].add(contest.secretary, "admin")
    with pytest.raises(tk.NotAuthorized, match=SAID):
        contest.act("merit_appeal_admit", id=appeal["id"])
    call("merit_appeal_admit", contest.chair, id=appeal["id"])
    data = {"id": appeal["id"], "decision": "uphold", "reason": "r"}
    with pytest.raises(tk.NotAuthorized, match=SAID):
        contest.act("merit_appeal_decide", **data)
    assert call("merit_appeal_decide", contest.chair, **data)["signatures"] == 1


def test_a_chair_with_a_conflict_leaves_the_entry_to_others(contest: Contest):
    """Its reviews are not reopened by that chair; a deputy may."""
    edition = contest.evaluating()
    entry, juror = contest.entered(edition["id"]), contest.juror(edition["id"])
    juror.review(contest.assigned(juror, entry))
    (review,) = call("merit_review_list", contest.chair, entry_id=entry["id"])
    entry["entity"].add(contest.chair, "admin")
    data = {"id": review["id"], "reason": "r"}
    with pytest.raises(tk.NotAuthorized, match=SAID):
        call("merit_review_reopen", contest.chair, **data)
    deputy = person()
    named = {"edition_id": edition["id"], "user": deputy["name"]}
    contest.act("merit_deputy_appoint", **named)
    assert call("merit_review_reopen", deputy, **data)["state"] == "reopened"


def test_a_declared_conflict_of_the_chair_counts_the_same(contest: Contest):
    """Open or confirmed, as for every juror."""
    edition = contest.evaluating()
    entry = contest.entered(edition["id"], "submitted")
    contest.act("merit_entry_reject", id=entry["id"], reason="Tarde")
    appeal = filed(entry, "admission")
    juror = contest.juror(edition["id"], who=contest.chair)
    juror.act("merit_conflict_declare", entry_id=entry["id"], detail="d")
    with pytest.raises(tk.NotAuthorized, match=SAID):
        call("merit_appeal_admit", contest.chair, id=appeal["id"])
    assert contest.act("merit_appeal_admit", id=appeal["id"])["state"] == "admitted"
