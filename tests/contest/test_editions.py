"""Editions: drafts, publication, calendar, rules and clones."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.contest.people import RULES, Contest, call, errors, iso

import ckantoolkit as tk


def test_a_draft_is_found_by_its_people_only(contest: Contest):
    """For others a draft is as if it didn't exist; published, everybody sees it."""
    edition = contest.ready()
    assert call("merit_edition_show", contest.chair, id=edition["id"])
    with pytest.raises(tk.ObjectNotFound):
        call("merit_edition_show", None, id=edition["id"])
    contest.act("merit_edition_publish", id=edition["id"])
    assert call("merit_edition_show", None, id=edition["id"])["status"] == "running"


def test_lists_hold_published_editions(contest: Contest):
    """A draft is on no list, whoever asks."""
    contest.draft()
    published = contest.published()
    found = contest.act("merit_edition_list", programme_id=contest.programme["id"])
    assert [item["id"] for item in found["results"]] == [published["id"]]
    assert found["count"] == 1


def test_publishing_tells_what_is_missing(contest: Contest):
    """Rules, calendar and category, in the answer and while drafting."""
    edition = contest.draft()
    expected = [
        "There is no phase “Enrolment”.",
        "No rules are in force.",
        "There is no category.",
    ]
    shown = contest.act("merit_edition_show", id=edition["id"])
    assert shown["problems"] == expected
    refused = errors("merit_edition_publish", contest.secretary, id=edition["id"])
    assert refused == {"problems": expected}


def test_published_once(contest: Contest):
    """Publishing again is refused."""
    edition = contest.published()
    refused = errors("merit_edition_publish", contest.secretary, id=edition["id"])
    assert refused == {"transition": ["Not possible in the state “published”."]}


def test_an_edit_on_an_old_copy_is_refused_with_the_current_one(contest: Contest):
    """Two people edit: the second sees what the first wrote."""
    edition = contest.draft()
    data = {"id": edition["id"], "version": 1}
    first = contest.act("merit_edition_update", title="uno", **data)
    refused = errors("merit_edition_update", contest.secretary, title="dos", **data)
    assert refused["version"] == ["Somebody else changed this meanwhile."]
    assert refused["current"] == [first]


def test_what_is_not_given_stays(contest: Contest):
    """An update changes only what it names."""
    edition = contest.draft(contact="ayuda@example.pe")
    after = contest.act("merit_edition_update", id=edition["id"], version=1, title="x")
    assert (after["contact"], after["version"]) == ("ayuda@example.pe", 2)


def test_state_and_owner_cannot_be_assigned(contest: Contest):
    """Parameters that an update doesn't have change nothing."""
    edition = contest.draft()
    contest.act(
        "merit_edition_update",
        id=edition["id"],
        version=1,
        title="x",
        state="final",
        programme_id="other",
        published_at=iso(0),
    )
    shown = contest.act("merit_edition_show", id=edition["id"])
    assert (shown["state"], shown["published_at"]) == ("draft", None)
    assert shown["programme_id"] == contest.programme["id"]


def test_a_deadline_in_lima_is_one_instant(contest: Contest):
    """31 December 23:59:59 in Lima is read back as that instant, whatever the zone."""
    edition = contest.draft()
    phase = contest.act(
        "merit_phase_create",
        edition_id=edition["id"],
        kind="enrolment",
        opens_at="2026-12-01T00:00:00-05:00",
        closes_at="2026-12-31T23:59:59-05:00",
    )
    closes = datetime.fromisoformat(phase["closes_at"])
    assert closes == datetime.fromisoformat("2027-01-01T04:59:59+00:00")


@pytest.mark.parametrize("text", ["2026-12-31T23:59:59", "mañana", ""])
def test_an_instant_needs_a_zone(contest: Contest, text: str):
    """Nothing is guessed."""
    refused = errors(
        "merit_phase_create",
        contest.secretary,
        edition_id=contest.draft()["id"],
        kind="enrolment",
        opens_at=text,
        closes_at=iso(1),
    )
    assert list(refused) == ["opens_at"]


def test_phases_do_not_overlap(contest: Contest):
    """The database's refusal becomes a sentence."""
    edition = contest.draft()
    contest.phase(edition["id"], "jury", 1, 3)
    refused = errors(
        "merit_phase_create",
        contest.secretary,
        edition_id=edition["id"],
        kind="jury",
        opens_at=iso(2),
        closes_at=iso(4),
    )
    assert refused == {"conflict": ["Phases of one kind and stage cannot overlap."]}


def phases(contest: Contest, edition_id: str) -> dict:
    shown = contest.act("merit_edition_show", id=edition_id)
    return {item["kind"]: item for item in shown["phases"]}


def test_extending_a_phase_is_an_addendum(contest: Contest):
    """Old and new instant, reason and author are published, and announced."""
    edition = contest.published()
    phase = phases(contest, edition["id"])["enrolment"]
    later = iso(20)
    done = contest.act(
        "merit_calendar_update",
        edition_id=edition["id"],
        phases=[{"id": phase["id"], "closes_at": later}],
        reason="Huelga",
    )
    addendum = done["addendum"]
    assert (addendum["number"], addendum["reason"]) == (1, "Huelga")
    (change,) = addendum["diff"]
    assert change["path"] == f"enrolment.{phase['id']}.closes_at"
    assert datetime.fromisoformat(change["after"]) == datetime.fromisoformat(later)
    assert datetime.fromisoformat(change["before"]) == datetime.fromisoformat(
        phase["closes_at"]
    )
    shown = call("merit_edition_show", None, id=edition["id"])
    assert shown["addenda"] == [addendum]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"closes_at": iso(5), "reason": "r"}, "shortened"),
        ({"opens_at": iso(1), "reason": "r"}, "already_open"),
        ({"closes_at": iso(20)}, "reason"),
    ],
)
def test_an_open_phase_only_extends(contest: Contest, data: dict, code: str):
    """Shortening, opening later, and changes without reason are refused."""
    edition = contest.published()
    reason = {key: data[key] for key in data if key == "reason"}
    change = {key: data[key] for key in data if key != "reason"}
    phase = phases(contest, edition["id"])["enrolment"]
    refused = errors(
        "merit_calendar_update",
        contest.secretary,
        edition_id=edition["id"],
        phases=[{"id": phase["id"], **change}],
        **reason,
    )
    assert list(refused) == [code]


def test_a_published_calendar_stays_consistent(contest: Contest):
    """Evidence cannot run into the jury's phase unless that moves with it."""
    edition = contest.ready()
    contest.phase(edition["id"], "evidence", 5, 10)
    contest.phase(edition["id"], "jury", 10, 20)
    contest.act("merit_edition_publish", id=edition["id"])
    found = phases(contest, edition["id"])
    evidence = {"id": found["evidence"]["id"], "closes_at": iso(12)}
    jury = {"id": found["jury"]["id"], "opens_at": iso(13), "closes_at": iso(23)}
    data = {"edition_id": edition["id"], "reason": "r"}
    refused = errors(
        "merit_calendar_update", contest.secretary, phases=[evidence], **data
    )
    text = "“Jury” would open before “Evidence” closes."
    assert refused == {"calendar": [f"The calendar would be inconsistent: {text}"]}
    done = contest.act("merit_calendar_update", phases=[evidence, jury], **data)
    assert len(done["addendum"]["diff"]) == 3


def test_a_phase_that_was_forgotten_is_an_addendum(contest: Contest):
    """It lies ahead, with a reason; what is open is not added."""
    edition = contest.published()
    data = {"edition_id": edition["id"], "kind": "appeals", "closes_at": iso(20)}
    for more, code in (
        ({"opens_at": iso(12)}, "reason"),
        ({"opens_at": iso(-1), "reason": "r"}, "in_the_past"),
    ):
        refused = errors("merit_phase_create", contest.secretary, **data, **more)
        assert list(refused) == [code]
    added = contest.act("merit_phase_create", opens_at=iso(12), reason="Olvido", **data)
    shown = call("merit_edition_show", None, id=edition["id"])
    (addendum,) = shown["addenda"]
    assert (addendum["kind"], addendum["reason"]) == ("calendar", "Olvido")
    assert [(row["path"], row["before"], row["after"]) for row in addendum["diff"]] == [
        (f"appeals.{added['id']}.{name}", None, added[name])
        for name in ("opens_at", "closes_at")
    ]


def test_an_added_phase_leaves_the_calendar_consistent(contest: Contest):
    """Not before what must precede it."""
    edition = contest.ready()
    contest.phase(edition["id"], "evidence", 5, 10)
    contest.act("merit_edition_publish", id=edition["id"])
    data = {"edition_id": edition["id"], "kind": "jury", "reason": "r"}
    refused = errors(
        "merit_phase_create",
        contest.secretary,
        opens_at=iso(8),
        closes_at=iso(20),
        **data,
    )
    assert list(refused) == ["calendar"]
    assert contest.act(
        "merit_phase_create", opens_at=iso(11), closes_at=iso(20), **data
    )["id"]


def test_final_results_end_the_calendar(contest: Contest):
    """No phase is added after them."""
    edition = contest.final(("1", "1"))
    refused = errors(
        "merit_phase_create",
        contest.secretary,
        edition_id=edition["id"],
        kind="appeals",
        opens_at=iso(12),
        closes_at=iso(20),
        reason="r",
    )
    assert list(refused) == ["over"]


@pytest.mark.parametrize(
    "given",
    [
        [{"closes_at": iso(20)}],
        [{"id": "x", "closes_at": "tomorrow"}],
        [{"id": "x", "closes_at": {}}],
        ["x"],
        [],
        {"id": "x"},
        "x",
        None,
    ],
)
def test_changes_of_dates_are_read_strictly(contest: Contest, given: object):
    """What is no list of dictionaries with an id and instants is refused in words."""
    edition_id = contest.draft()["id"]
    refused = errors(
        "merit_calendar_update",
        contest.secretary,
        edition_id=edition_id,
        phases=given,
    )
    assert list(refused) == ["phases"]


def test_what_is_announced_is_not_taken_away(contest: Contest):
    """After publication no phase is deleted; stages and categories stay as they are."""
    edition = contest.published()
    shown = contest.act("merit_edition_show", id=edition["id"])
    for action, data in (
        ("merit_phase_delete", {"id": shown["phases"][0]["id"]}),
        ("merit_category_delete", {"id": shown["categories"][0]["id"]}),
        (
            "merit_stage_create",
            {"edition_id": edition["id"], "code": "a", "position": 1, "title": "a"},
        ),
    ):
        assert list(errors(action, contest.secretary, **data)) == ["published"]


def test_a_draft_is_rearranged_freely(contest: Contest):
    """Before publication parts come and go."""
    edition = contest.draft()
    data = {"edition_id": edition["id"], "position": 1, "title": "a"}
    stage = contest.act("merit_stage_create", code="one", weight="0.40", **data)
    category = contest.act("merit_category_create", code="all", **data)
    phase = contest.phase(edition["id"], "enrolment", 1, 2)
    shown = contest.act("merit_edition_show", id=edition["id"])
    assert (shown["stages"], shown["categories"]) == ([stage], [category])
    assert (stage["weight"], stage["gate"]) == ("0.40", {"kind": "none"})
    contest.act("merit_phase_delete", id=phase["id"])
    contest.act("merit_stage_delete", id=stage["id"])
    contest.act("merit_category_delete", id=category["id"])
    shown = contest.act("merit_edition_show", id=edition["id"])
    assert shown["stages"] == shown["categories"] == shown["phases"] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("weight", "0"),
        ("weight", "NaN"),
        ("gate", {"kind": "luck"}),
        ("code", "Uno"),
        ("title", {"es": ""}),
    ],
)
def test_bad_values_are_named(contest: Contest, field: str, value):
    """A stage with a bad value is refused at that field."""
    data = {"code": "one", "position": 1, "title": "a", field: value}
    refused = errors(
        "merit_stage_create",
        contest.secretary,
        edition_id=contest.draft()["id"],
        **data,
    )
    assert list(refused) == [field]


def test_broken_rules_are_refused_with_the_line(contest: Contest):
    """The line and the reason come back."""
    refused = errors(
        "merit_rule_set_create",
        contest.secretary,
        edition_id=contest.draft()["id"],
        source="merit: 1\nid: x\nroot:\n  of:\n  - {code: a, weight: 0, raw: [0, 1]}\n",
    )
    assert refused == {"source": ['rules.yaml:5: "weight" must be above 0']}


def test_rules_that_name_an_unknown_metric_stay_a_draft(contest: Contest):
    """Without the metric the rules cannot be applied here."""
    source = """
merit: 1
id: x
root: {of: [{code: a, goalposts: [0, 9], metric: moon_phase, source: auto}]}
"""
    rules = contest.act(
        "merit_rule_set_create", edition_id=contest.draft()["id"], source=source
    )
    refused = errors("merit_rule_set_put_in_force", contest.secretary, id=rules["id"])
    assert refused == {"source": ["This portal has no metric named: moon_phase"]}


def test_rules_in_force_are_not_rewritten(contest: Contest):
    """A draft can be rewritten, rules in force cannot."""
    edition = contest.draft()
    rules = contest.act("merit_rule_set_create", edition_id=edition["id"], source=RULES)
    source = RULES.replace("weight: 3", "weight: 4")
    contest.act("merit_rule_set_update", id=rules["id"], source=source)
    contest.act("merit_rule_set_put_in_force", id=rules["id"])
    refused = errors(
        "merit_rule_set_update", contest.secretary, id=rules["id"], source=RULES
    )
    assert list(refused) == ["in_force"]


def test_a_new_version_is_an_addendum_that_shows_what_changed(contest: Contest):
    """The old version is superseded and stays readable."""
    edition = contest.published()
    rules = contest.act(
        "merit_rule_set_create",
        edition_id=edition["id"],
        source=RULES.replace("weight: 3", "weight: 5"),
    )
    change = {"path": "root.of.licence.weight", "before": "3", "after": "5"}
    assert contest.act("merit_rule_set_diff", id=rules["id"]) == [change]
    refused = errors("merit_rule_set_put_in_force", contest.secretary, id=rules["id"])
    assert list(refused) == ["reason"]
    done = contest.act("merit_rule_set_put_in_force", id=rules["id"], reason="Errata")
    assert (done["addendum"]["diff"], done["addendum"]["kind"]) == ([change], "rules")
    listed = call("merit_rule_set_list", None, edition_id=edition["id"])
    assert [(item["version"], item["state"]) for item in listed] == [
        (1, "superseded"),
        (2, "in_force"),
    ]


def test_drafts_of_rules_are_hidden(contest: Contest):
    """Everybody reads the rules in force, only writers the drafts."""
    edition = contest.published()
    draft = contest.act("merit_rule_set_create", edition_id=edition["id"], source=RULES)
    listed = call("merit_rule_set_list", None, edition_id=edition["id"])
    assert [item["state"] for item in listed] == ["in_force"]
    assert call("merit_rule_set_show", None, id=listed[0]["id"])["source"] == RULES
    with pytest.raises(tk.ObjectNotFound):
        call("merit_rule_set_show", None, id=draft["id"])


def test_a_clone_starts_as_a_draft_with_the_same_parts(contest: Contest):
    """Categories and rules are copied, the calendar is not."""
    old = contest.published()
    new = contest.act("merit_edition_clone", id=old["id"], slug="otra", title="2027")
    shown = contest.act("merit_edition_show", id=new["id"])
    assert (shown["state"], shown["cloned_from"]) == ("draft", old["id"])
    assert [item["code"] for item in shown["categories"]] == ["all"]
    assert shown["phases"] == []
    (rules,) = contest.act("merit_rule_set_list", edition_id=new["id"])
    assert (rules["version"], rules["state"]) == (1, "draft")
    original = contest.act("merit_edition_show", id=old["id"])["rule_set"]
    diff = contest.act("merit_rule_set_diff", id=rules["id"], other_id=original["id"])
    assert diff == []


def test_a_cancelled_edition_stays_visible(contest: Contest):
    """What was published can still be read, with its state."""
    edition = contest.published()
    contest.act("merit_edition_cancel", id=edition["id"], reason="Sin fondos")
    shown = call("merit_edition_show", None, id=edition["id"])
    assert (shown["state"], shown["status"]) == ("cancelled", "cancelled")
