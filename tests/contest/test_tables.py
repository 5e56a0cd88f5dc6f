"""What the database itself refuses, whatever the code above it does."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from tests.contest import rows

from ckan import model

from ckanext.merit.model import contest, contest_entry, contest_jury, contest_result

pytestmark = pytest.mark.usefixtures("tables")


def refused(name: str):
    """Expect the database to refuse, naming the constraint or trigger."""
    return pytest.raises(sa.exc.IntegrityError, match=name)


def test_a_slug_is_given_once_per_programme():
    """Two programmes may each have an edition 2026, one may not have two."""
    first = rows.edition(slug="2026")
    rows.edition(slug="2026")
    with refused("merit_edition_slug_key"):
        rows.edition(slug="2026", programme_id=first.programme_id)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: rows.edition(state="running"), "merit_edition_state_check"),
        (lambda: rows.edition(kind="race"), "merit_edition_kind_check"),
        (
            lambda: rows.entry(rows.edition().id, state="lost"),
            "merit_entry_state_check",
        ),
        (lambda: rows.assignment(state="x"), "merit_assignment_state_check"),
    ],
)
def test_unknown_states_and_kinds(make, name: str):
    """A state that the machine doesn't have cannot be stored."""
    with refused(name):
        make()


def test_a_role_is_held_once():
    """The same role twice is refused, also for the whole programme."""
    home = rows.edition()
    values = {"programme_id": home.programme_id, "user_id": "ana", "role": "chair"}
    rows.add(contest.RoleHolder(**values))
    rows.add(contest.RoleHolder(**values, edition_id=home.id))
    with refused("merit_role_key"):
        rows.add(contest.RoleHolder(**values))


def test_a_role_that_ended_can_be_given_again():
    """Past roles don't stand in the way."""
    home = rows.edition()
    values = {"programme_id": home.programme_id, "user_id": "ana", "role": "chair"}
    rows.add(contest.RoleHolder(**values, ended_at=rows.NOW))
    assert rows.add(contest.RoleHolder(**values)).ended_at is None


def test_one_rule_set_is_in_force():
    """A second one in force is refused."""
    home = rows.edition().id
    rows.rule_set(home, state="in_force")
    with refused("merit_rule_set_force_key"):
        rows.rule_set(home, version=2, state="in_force")


def test_rules_in_force_stay_as_they_are():
    """Once in force only the state can change."""
    rules = rows.rule_set(rows.edition().id, source="old")
    rules.source = "new"
    model.Session.flush()
    rules.state = "in_force"
    model.Session.flush()
    rules.state = "superseded"
    model.Session.flush()
    rules.source = "newest"
    with refused("merit_rule_set is kept as it was"):
        model.Session.flush()


def test_a_phase_lasts():
    """A phase that closes when it opens is refused."""
    home = rows.edition().id
    with refused("merit_phase_lasts_check"):
        rows.phase(home, 1, 1)


def test_phases_that_touch_do_not_overlap():
    """Half-open: one closes at the instant at which the next opens."""
    home = rows.edition().id
    rows.phase(home, 1, 2)
    assert rows.phase(home, 2, 3).kind == "jury"


def test_phases_of_a_kind_and_stage_do_not_overlap():
    """The database refuses what two sessions could slip past the code."""
    home = rows.edition().id
    rows.phase(home, 1, 3)
    with refused("merit_phase_overlap_excl"):
        rows.phase(home, 2, 4)


def test_other_kinds_stages_and_editions_may_overlap():
    """Only the same edition, kind and stage exclude each other."""
    home = rows.edition().id
    rows.phase(home, 1, 3)
    rows.phase(home, 1, 3, kind="evidence")
    rows.phase(home, 1, 3, stage_id=rows.stage(home).id)
    assert rows.phase(rows.edition().id, 1, 3).id


@pytest.mark.parametrize("weight", [0, -1, "NaN"])
def test_a_stage_weighs_something(weight):
    """Weights are positive numbers."""
    home = rows.edition().id
    with refused("merit_stage_weight_check"):
        rows.stage(home, weight=weight)


def test_an_organisation_has_one_active_team():
    """A second one is refused until the first is dissolved."""
    home = rows.edition().id
    first = rows.team(home, organization_id="town")
    first.state = "dissolved"
    rows.team(home, organization_id="town")
    with refused("merit_team_organization_key"):
        rows.team(home, organization_id="town")


def test_a_person_is_in_one_exclusive_team():
    """Two teams of an edition cannot share an exclusive member."""
    home = rows.edition().id
    values = {"edition_id": home, "user_id": "ana", "role": "member", "exclusive": True}
    rows.add(contest_entry.Member(team_id=rows.team(home).id, **values))
    with refused("merit_member_edition_key"):
        rows.add(contest_entry.Member(team_id=rows.team(home).id, **values))


def test_a_member_belongs_to_the_teams_edition():
    """The edition of a member is that of the team."""
    team = rows.team(rows.edition().id)
    with refused("merit_member_team_fkey"):
        rows.add(
            contest_entry.Member(
                team_id=team.id, edition_id=rows.edition().id, user_id="a", role="r"
            )
        )


def test_an_organisation_enters_once():
    """A second active entry is refused, in any category."""
    home = rows.edition().id
    rows.entry(home, organization_id="town", state="not_admitted")
    with refused("merit_entry_organization_key"):
        rows.entry(home, organization_id="town")


@pytest.mark.parametrize("state", contest_entry.PAST)
def test_a_past_entry_gives_way(state: str):
    """After withdrawing or lapsing an organisation can enter again."""
    home = rows.edition().id
    rows.entry(home, organization_id="town", state=state)
    assert rows.entry(home, organization_id="town").state == "draft"


def test_a_team_enters_a_category_once():
    """A second active entry of the team in the category is refused."""
    home = rows.edition().id
    first = rows.entry(home)
    with refused("merit_entry_team_key"):
        rows.entry(home, team_id=first.team_id, category_id=first.category_id)


def test_one_assignment_per_juror_entry_and_stage():
    """The same pair again is refused; calibration and stages count apart."""
    first = rows.assignment()
    pair = {"juror_id": first.juror_id, "entry_id": first.entry_id}
    rows.assignment(**pair, calibration=True)
    with refused("merit_assignment_key"):
        rows.assignment(**pair)


def test_an_assignment_has_one_review():
    """A second review is refused."""
    task = rows.assignment()
    rows.add(contest_jury.Review(assignment_id=task.id))
    with refused("merit_review_assignment_key"):
        rows.add(contest_jury.Review(assignment_id=task.id))


def score(**values):
    review = rows.add(contest_jury.Review(assignment_id=rows.assignment().id))
    return rows.add(
        contest_jury.Score(review_id=review.id, version=1, criterion="c", **values)
    )


@pytest.mark.parametrize("values", [{}, {"value": "1", "abstain_reason": "x"}])
def test_a_score_is_a_value_or_an_abstention(values):
    """Neither or both is refused."""
    with refused("merit_score_either_check"):
        score(**values)


@pytest.mark.parametrize("value", ["NaN", "-inf", "Infinity"])
def test_a_score_is_finite(value: str):
    """What is no number cannot be stored as one."""
    with refused("merit_score_value_check"):
        score(value=value)


def test_a_score_stays():
    """A score that was saved is never changed: a new version is written."""
    row = score(value="0")
    row.value = "5"
    with refused("merit_score is kept as it was"):
        model.Session.flush()


def test_a_conflict_is_noted_once_per_origin():
    """Declared and inferred may stand side by side, not one twice."""
    task = rows.assignment()
    values = {"juror_id": task.juror_id, "entry_id": task.entry_id, "kind": "k"}
    rows.add(contest_jury.Conflict(origin="declared", **values))
    rows.add(contest_jury.Conflict(origin="inferred", **values))
    with refused("merit_conflict_origin_key"):
        rows.add(contest_jury.Conflict(origin="declared", **values))


def test_a_run_changes_only_its_state():
    """Its bundle and digest stay."""
    run = rows.run(rows.edition().id)
    run.state = "approved"
    model.Session.flush()
    run.digest = "1"
    with refused("merit_score_run is kept as it was"):
        model.Session.flush()


@pytest.mark.parametrize(
    ("second", "name"),
    [
        (("ana", "S"), "merit_approval_user_key"),
        (("ben", "H"), "merit_approval_role_key"),
    ],
)
def test_two_people_in_two_roles_approve(second, name: str):
    """The same person or the same role again is refused."""
    run = rows.run(rows.edition().id)
    rows.add(contest_result.Approval(run_id=run.id, user_id="ana", role="H"))
    with refused(name):
        rows.add(
            contest_result.Approval(run_id=run.id, user_id=second[0], role=second[1])
        )


def test_a_publication_stays():
    """Not even its embargo can be moved."""
    home = rows.edition().id
    row = rows.add(
        contest_result.Publication(
            edition_id=home,
            number=1,
            kind="provisional",
            run_id=rows.run(home).id,
            visible_from=rows.NOW,
            body={},
            sha256="0",
            published_by="ana",
        )
    )
    row.visible_from = rows.NOW - timedelta(days=1)
    with refused("merit_publication is kept as it was"):
        model.Session.flush()


def test_one_appeal_per_target_is_open():
    """After a decision another appeal on the same target is possible."""
    entry = rows.entry(rows.edition().id)
    values = {
        "entry_id": entry.id,
        "target": "score",
        "target_id": "c",
        "ground": "g",
        "text": "t",
        "filed_by": "rosa",
    }
    rows.add(contest_result.Appeal(**values, state="dismissed"))
    rows.add(contest_result.Appeal(**values))
    with refused("merit_appeal_open_key"):
        rows.add(contest_result.Appeal(**values))


def test_one_place_per_entry_and_category():
    """An entry cannot be first and third; one that forfeited can be placed anew."""
    entry = rows.entry(rows.edition().id)
    values = {
        "edition_id": entry.edition_id,
        "category_id": entry.category_id,
        "entry_id": entry.id,
        "type": "place",
    }
    rows.add(contest_result.Distinction(**values, place=1, state="forfeited"))
    rows.add(contest_result.Distinction(**values, place=1))
    with refused("merit_distinction_place_key"):
        rows.add(contest_result.Distinction(**values, place=3))


def test_one_pending_invitation_per_place_and_address():
    """The second pending one is refused, a revoked one gives way."""
    values = {
        "purpose": "juror",
        "target_id": rows.edition().id,
        "email_sha256": "e",
        "detail": {},
        "created_by": "ana",
        "expires_at": rows.NOW,
    }
    revoked = {**values, "state": "revoked"}
    rows.add(
        contest_entry.Invitation(**revoked, token_sha256="a" + values["target_id"])
    )
    rows.add(contest_entry.Invitation(**values, token_sha256="b" + values["target_id"]))
    with refused("merit_invitation_pending_key"):
        rows.add(
            contest_entry.Invitation(**values, token_sha256="c" + values["target_id"])
        )


def test_what_is_referred_to_stays():
    """An edition with a phase cannot be deleted."""
    home = rows.edition()
    rows.phase(home.id, 1, 2)
    with refused("merit_phase_edition_id_fkey"):
        model.Session.execute(
            sa.delete(contest.Edition).where(contest.Edition.id == home.id)
        )
