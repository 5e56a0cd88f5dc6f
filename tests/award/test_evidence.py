"""Evidence: written, submitted, decided, and what it counts."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from tests.award.people import Award, give, save, submit, value
from tests.contest.people import call, errors, iso

import ckantoolkit as tk
from ckan import model
from ckan.tests import factories

from ckanext.merit.model.award import Evidence
from ckanext.merit.model.contest_entry import Observation

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def entry(award: Award) -> dict[str, Any]:
    """An admitted entry of a published award."""
    return award.enrolled(award.published()["id"])


def state(row: dict[str, Any]) -> str:
    """State of a piece as stored."""
    found: Any = model.Session.get(Evidence, row["id"], populate_existing=True)
    return found.state


def test_accepted_evidence_counts_the_lower_level(award: Award, entry: Any):
    """Claimed full, supported partly: partly counts."""
    row = submit(entry)
    award.act(
        "merit_award_evidence_accept", id=row["id"], level="partial", reason="unsigned"
    )
    assert value(entry) == "partial"


def test_more_than_claimed_is_never_given(award: Award, entry: Any):
    """Claimed partly, supported fully: partly counts."""
    row = submit(entry, claimed="partial")
    award.act("merit_award_evidence_accept", id=row["id"], level="full")
    assert value(entry) == "partial"


def test_of_several_pieces_the_best_counts(award: Award, entry: Any):
    """One piece does not take from another."""
    for level in ("full", "partial"):
        row = submit(entry, claimed=level)
        award.act("merit_award_evidence_accept", id=row["id"], level=level)
    assert value(entry) == "full"


def test_less_than_claimed_needs_a_reason(award: Award, entry: Any):
    """Those behind the entry read why."""
    row = submit(entry)
    found = errors(
        "merit_award_evidence_accept", award.secretary, id=row["id"], level="none"
    )
    assert list(found) == ["reason"]


@pytest.mark.parametrize("level", [None, "perfect", ""])
def test_acceptance_needs_a_level_of_the_rules(award: Award, entry: Any, level: Any):
    """No level is guessed."""
    row = submit(entry)
    found = errors(
        "merit_award_evidence_accept", award.secretary, id=row["id"], level=level
    )
    assert list(found) == ["level"]


def test_material_for_jurors_has_no_level(award: Award, entry: Any):
    """A jury criterion is scored by jurors only."""
    row = submit(entry, criterion="impact", claimed="9")
    award.act("merit_award_evidence_accept", id=row["id"], level="9")
    found = award.act("merit_award_evidence_show", id=row["id"])
    assert (found["claimed"], found["accepted"], value(entry, "impact")) == (
        None,
        None,
        None,
    )


def test_rejected_evidence_counts_nothing(award: Award, entry: Any):
    """The reason is shown, no value is written."""
    row = submit(entry)
    award.act("merit_award_evidence_reject", id=row["id"], reason="expired")
    found = entry["entity"].act("merit_award_evidence_show", id=row["id"])
    assert (found["state"], found["reason"], value(entry)) == (
        "rejected",
        "expired",
        None,
    )


def test_a_new_piece_replaces_an_accepted_one(award: Award, entry: Any):
    """From its submission on, the old one no longer counts."""
    old = submit(entry)
    award.act("merit_award_evidence_accept", id=old["id"], level="full")
    new = save(entry, replaces=old["id"])
    assert value(entry) == "full"
    entry["entity"].act("merit_award_evidence_submit", id=new["id"])
    assert (state(old), value(entry)) == ("superseded", None)


def test_only_a_piece_of_the_same_criterion_is_replaced(entry: Any):
    """Neither another criterion's nor another entry's."""
    other = submit(entry, criterion="people")
    with pytest.raises(tk.ObjectNotFound):
        save(entry, replaces=other["id"])


def test_what_was_replaced_is_not_replaced_again(entry: Any):
    """The second of two replacements is refused."""
    old = submit(entry)
    one, two = save(entry, replaces=old["id"]), save(entry, replaces=old["id"])
    entry["entity"].act("merit_award_evidence_submit", id=one["id"])
    found = errors("merit_award_evidence_submit", entry["entity"].admin, id=two["id"])
    assert list(found) == ["replaces"]


def test_returned_evidence_has_its_own_deadline(award: Award, entry: Any):
    """It is corrected and submitted after the phase, until it is due."""
    row = submit(entry)
    award.act(
        "merit_award_evidence_return", id=row["id"], reason="sign it", due_at=iso(2)
    )
    award.close(entry["edition_id"], "evidence")
    act = entry["entity"].act
    found = act(
        "merit_award_evidence_save",
        id=row["id"],
        version=1,
        kind="text",
        reference="Nº 5, signed",
        claimed="full",
    )
    again = act("merit_award_evidence_submit", id=row["id"])
    assert (found["version"], again["state"], again["due_at"], again["reason"]) == (
        2,
        "submitted",
        None,
        None,
    )


def test_a_correction_can_be_late(award: Award, entry: Any):
    """After the instant that was set nothing is taken."""
    row = submit(entry)
    award.act("merit_award_evidence_return", id=row["id"], reason="r", due_at=iso(2))
    model.Session.execute(
        sa.update(Evidence)
        .where(Evidence.id == row["id"])
        .values(due_at=sa.func.clock_timestamp())
    )
    model.Session.commit()
    found = errors("merit_award_evidence_submit", entry["entity"].admin, id=row["id"])
    assert found == {"due": ["The time for corrections is over."]}


def test_a_return_is_due_in_the_future(award: Award, entry: Any):
    """Nobody is asked to correct yesterday."""
    row = submit(entry)
    found = errors(
        "merit_award_evidence_return",
        award.secretary,
        id=row["id"],
        reason="r",
        due_at=iso(-1),
    )
    assert list(found) == ["due_at"]


def test_evidence_is_locked_at_the_close_of_its_phase(award: Award, entry: Any):
    """Neither written nor submitted, whatever the form says."""
    row = save(entry)
    award.close(entry["edition_id"], "evidence")
    admin = entry["entity"].admin
    late = errors("merit_award_evidence_submit", admin, id=row["id"])
    data = {"entry_id": entry["id"], "criterion": "plan", "kind": "text"}
    new = errors("merit_award_evidence_save", admin, **data, reference="x")
    assert (list(late), list(new)) == (["phase_closed"], ["phase_closed"])


def test_submitting_twice_is_submitting_once(entry: Any):
    """A double click gives the same receipt."""
    row = submit(entry)
    again = entry["entity"].act("merit_award_evidence_submit", id=row["id"])
    assert (again["submitted_at"], again["sha256"]) == (
        row["submitted_at"],
        row["sha256"],
    )


def test_the_digest_covers_the_file(entry: Any):
    """Two files, two digests."""
    digests = {
        submit(
            entry,
            kind="file",
            reference=None,
            file_id=give(entry["entity"], entry, content=b"%PDF-" + content)["id"],
        )["sha256"]
        for content in (b"1", b"2")
    }
    assert len(digests) == 2


def test_submitted_evidence_cannot_be_edited(entry: Any):
    """What the secretariat looks at stays as it is."""
    row = submit(entry)
    found = errors(
        "merit_award_evidence_save",
        entry["entity"].admin,
        id=row["id"],
        version=1,
        kind="text",
        reference="x",
        claimed="full",
    )
    assert list(found) == ["locked"]


def test_an_edit_names_the_version_it_saw(entry: Any):
    """The second of two tabs gets the current piece."""
    row = save(entry)
    data = {"id": row["id"], "version": 1, "kind": "text", "claimed": "full"}
    entry["entity"].act("merit_award_evidence_save", **data, reference="one")
    found = errors(
        "merit_award_evidence_save", entry["entity"].admin, **data, reference="two"
    )
    assert found["current"][0]["reference"] == "one"


def test_withdrawn_evidence_is_not_decided(award: Award, entry: Any):
    """It is gone from the secretariat's desk."""
    row = submit(entry)
    entry["entity"].act("merit_award_evidence_withdraw", id=row["id"])
    found = errors(
        "merit_award_evidence_reject", award.secretary, id=row["id"], reason="r"
    )
    assert list(found) == ["transition"]


def test_a_draft_enrolment_prepares_but_does_not_submit(award: Award):
    """Evidence is submitted by those who have enrolled."""
    entry = award.enrolled(award.published()["id"], "draft")
    row = save(entry)
    found = errors("merit_award_evidence_submit", entry["entity"].admin, id=row["id"])
    assert found == {"entry": ["Submit the enrolment first."]}


def test_a_withdrawn_entry_takes_no_evidence(entry: Any):
    """Nothing is given for what no longer competes."""
    entry["entity"].act("merit_entry_withdraw", id=entry["id"])
    data = {"entry_id": entry["id"], "criterion": "plan", "kind": "text"}
    found = errors("merit_award_evidence_save", entry["entity"].admin, **data)
    assert list(found) == ["entry"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"criterion": "nothing"}, "criterion"),
        ({"criterion": "people", "kind": "file"}, "kind"),
        ({"claimed": "perfect"}, "claimed"),
        ({"claimed": ""}, "claimed"),
        ({"criterion": "people", "claimed": "9"}, "claimed"),
        ({"reference": ""}, "reference"),
        ({"kind": "file", "file_id": "none"}, "file_id"),
        ({"kind": "dataset", "reference": "none"}, "reference"),
        ({"kind": "resource", "reference": "none"}, "reference"),
        *(
            ({"kind": "url", "reference": address}, "reference")
            for address in (
                "javascript:alert(1)",
                "https://ana:pass@x.pe/",
                "https:///x",
                "ftp://x.pe/",
                "https://x.pe/ y",
                "https://[x",
                "https://x.pe/\u202e",
                "https://x.pe/" + "x" * 2000,
            )
        ),
    ],
)
def test_what_the_rules_do_not_take(entry: Any, data: dict[str, Any], field: str):
    """The refusal names the field."""
    given = {"criterion": "plan", "kind": "text", "reference": "x", "claimed": "full"}
    found = errors(
        "merit_award_evidence_save",
        entry["entity"].admin,
        entry_id=entry["id"],
        **(given | data),
    )
    assert list(found) == [field]


def test_an_address_is_kept_as_written(entry: Any):
    """Nothing is fetched, nothing is changed."""
    row = save(entry, kind="url", reference="https://muni.gob.pe/plan?n=5#p")
    assert row["reference"] == "https://muni.gob.pe/plan?n=5#p"


def test_a_dataset_is_public_and_ones_own(entry: Any):
    """Jurors and citizens must be able to open it."""
    own = {"owner_org": entry["entity"].id}
    admin = entry["entity"].admin
    good = factories.Dataset(user=admin, **own)
    hidden = factories.Dataset(user=admin, private=True, **own)
    foreign = factories.Dataset()
    row = save(entry, kind="dataset", reference=good["name"])
    assert row["reference"] == good["id"]
    for other in (hidden, foreign):
        with pytest.raises(tk.ValidationError):
            save(entry, kind="dataset", reference=other["id"])


def test_a_resource_of_ones_own_dataset(entry: Any):
    """Its dataset decides."""
    dataset = factories.Dataset(owner_org=entry["entity"].id)
    resource = factories.Resource(package_id=dataset["id"])
    row = save(entry, kind="resource", reference=resource["id"])
    assert row["reference"] == resource["id"]
    with pytest.raises(tk.ValidationError):
        save(entry, kind="resource", reference=factories.Resource()["id"])


def test_only_files_of_the_same_entry_are_attached(award: Award, entry: Any):
    """Nor the letter, nor another entity's file."""
    other = award.enrolled(entry["edition_id"])
    files = [
        give(other["entity"], other)["id"],
        give(entry["entity"], entry, "letter")["id"],
    ]
    for file_id in files:
        with pytest.raises(tk.ValidationError) as caught:
            save(entry, kind="file", file_id=file_id)
        assert list(caught.value.error_dict) == ["file_id"]


def test_after_results_nothing_is_decided(award: Award, entry: Any):
    """Results stand on what was decided before; the words don't tell of results.

    They may be under embargo. Those behind the entry are told whom to ask.
    """
    row = submit(entry)
    model.Session.execute(
        sa.text("UPDATE merit_edition SET state = 'provisional' WHERE id = :id"),
        {"id": entry["edition_id"]},
    )
    model.Session.commit()
    admin = entry["entity"].admin
    refused = [
        errors(
            "merit_award_evidence_reject", award.secretary, id=row["id"], reason="r"
        ),
        errors("merit_award_evidence_withdraw", admin, id=row["id"]),
        errors(
            "merit_award_evidence_save",
            admin,
            entry_id=entry["id"],
            criterion="plan",
            kind="text",
        ),
    ]
    assert [list(item) for item in refused] == [["over"]] * 3
    said = [str(item["over"][0]) for item in refused]
    assert ["secretariat" in text for text in said] == [False, True, True]
    assert [text for text in said if "result" in text.lower()] == []


@pytest.mark.parametrize("state", ["published", "provisional"])
def test_after_the_phase_nothing_is_withdrawn(award: Award, entry: Any, state: str):
    """Evidence is locked then; the words are the same whether there are results."""
    row = submit(entry)
    award.close(entry["edition_id"], "evidence")
    model.Session.execute(
        sa.text("UPDATE merit_edition SET state = :state WHERE id = :id"),
        {"id": entry["edition_id"], "state": state},
    )
    model.Session.commit()
    admin = entry["entity"].admin
    assert errors("merit_award_evidence_withdraw", admin, id=row["id"]) == {
        "phase_closed": ["The phase for this is not open."]
    }


def test_every_act_is_in_the_audit_trail(award: Award, entry: Any):
    """Who, what, from which state to which."""
    row = submit(entry)
    award.act("merit_award_evidence_accept", id=row["id"], level="full")
    trail = award.act("merit_audit_list", edition_id=entry["edition_id"], limit=100)
    acts = [
        (item["act"], item["role"], item["to_state"])
        for item in trail["results"]
        if item["object_id"] == row["id"]
    ]
    assert sorted(acts) == sorted(
        [
            ("save", "R", None),
            ("submit", "R", "submitted"),
            ("accept", "S", "accepted"),
        ]
    )


def test_the_secretariat_sees_what_waits_first_come_first(award: Award, entry: Any):
    """Drafts are nobody's but the entity's."""
    save(entry)
    first, second = submit(entry), submit(entry, criterion="people")
    award.act("merit_award_evidence_accept", id=first["id"], level="full")
    found = award.act(
        "merit_award_evidence_screen_list",
        edition_id=entry["edition_id"],
        state="submitted",
    )
    assert (found["count"], [item["id"] for item in found["results"]]) == (
        1,
        [second["id"]],
    )
    assert found["states"] == {"accepted": 1, "submitted": 1}


def test_an_upheld_appeal_gives_what_was_claimed(award: Award, entry: Any):
    """Rejected evidence is reinstated, and its level counts."""
    row = submit(entry)
    award.act("merit_award_evidence_reject", id=row["id"], reason="expired")
    award.open(entry["edition_id"], "appeals")
    appeal = entry["entity"].act(
        "merit_appeal_file",
        entry_id=entry["id"],
        target="evidence",
        target_id=row["id"],
        ground="art. 5",
        text="It had not expired.",
    )
    award.act("merit_appeal_admit", id=appeal["id"])
    for who in (award.secretary, award.chair):
        call(
            "merit_appeal_decide",
            who,
            id=appeal["id"],
            decision="uphold",
            reason="True.",
        )
    assert (state(row), value(entry)) == ("accepted", "full")


def test_an_upheld_appeal_raises_an_accepted_level(award: Award, entry: Any):
    """Accepted with less, the claim is given in the end."""
    row = submit(entry)
    award.act(
        "merit_award_evidence_accept", id=row["id"], level="none", reason="unsigned"
    )
    award.open(entry["edition_id"], "appeals")
    data = {"entry_id": entry["id"], "target": "evidence", "target_id": row["id"]}
    appeal = entry["entity"].act("merit_appeal_file", **data, ground="g", text="t")
    award.act("merit_appeal_admit", id=appeal["id"])
    for who in (award.secretary, award.chair):
        data = {"id": appeal["id"], "decision": "uphold", "reason": "True."}
        call("merit_appeal_decide", who, **data)
    assert value(entry) == "full"


def test_a_value_is_written_once(award: Award, entry: Any):
    """However often it changes, a criterion has one value."""
    for level in ("partial", "full"):
        row = submit(entry, claimed=level)
        award.act("merit_award_evidence_accept", id=row["id"], level=level)
    count = model.Session.scalar(
        sa.select(sa.func.count()).where(Observation.entry_id == entry["id"])
    )
    assert count == 1


def test_a_run_is_not_approved_while_evidence_waits(award: Award):
    """Undecided evidence would count 0; what jurors read holds nothing up."""
    edition_id = award.published()["id"]
    entry = award.enrolled(edition_id)
    award.open(edition_id, "jury")
    juror = award.juror(edition_id)
    task = award.assigned(juror, entry)
    saved = juror.act(
        "merit_review_save",
        assignment_id=task["id"],
        version=0,
        scores={"impact": "7"},
    )
    juror.act("merit_review_submit", assignment_id=task["id"], version=saved["version"])
    submit(entry, criterion="impact", reference="Used by a newspaper.")
    row = submit(entry)
    award.close(edition_id, "jury")
    run = award.act("merit_run_compute", edition_id=edition_id)
    found = errors("merit_run_approve", award.chair, id=run["id"])
    assert found == {"undecided": ["1 piece of evidence is undecided."]}
    award.act("merit_award_evidence_accept", id=row["id"], level="full")
    run = award.act("merit_run_compute", edition_id=edition_id)
    done = call("merit_run_approve", award.chair, id=run["id"])
    assert done["id"] == run["id"]


def test_only_a_decision_on_own_evidence_is_appealed(award: Award, entry: Any):
    """Neither a piece that waits nor that of another entry."""
    award.open(entry["edition_id"], "appeals")
    other = award.enrolled(entry["edition_id"])
    waiting, others = submit(entry), submit(other)
    award.act("merit_award_evidence_reject", id=others["id"], reason="r")
    data = {"entry_id": entry["id"], "target": "evidence", "ground": "g", "text": "t"}
    for row in (waiting, others):
        refused = errors(
            "merit_appeal_file", entry["entity"].admin, target_id=row["id"], **data
        )
        assert list(refused) == ["target_id"]
