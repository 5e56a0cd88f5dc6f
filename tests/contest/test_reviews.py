"""Reviews: who scores, when, what is seen of it, and by whom."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from tests.contest.people import RULES, Contest, call, errors, holder
from tests.contest.test_entries import close

import ckantoolkit as tk
from ckan import model
from ckan.tests import helpers

from ckanext.merit.model import audit
from ckanext.merit.model.contest import Phase
from ckanext.merit.model.contest_jury import Review, Score


@pytest.fixture
def desk(contest: Contest) -> dict[str, Any]:
    """An edition with one entry and two jurors who have it."""
    edition = contest.evaluating()
    entry = contest.entered(edition["id"])
    jurors = [contest.juror(edition["id"]) for _ in range(2)]
    tasks = [contest.assigned(juror, entry) for juror in jurors]
    return {"edition": edition, "entry": entry, "jurors": jurors, "tasks": tasks}


def save(task: dict[str, Any], version: int = 0, **data: Any) -> dict[str, Any]:
    return {"assignment_id": task["id"], "version": version, **data}


def test_a_review_is_written_and_submitted(desk):
    """Scores come back as they were given; the assignment is completed."""
    juror, task = desk["jurors"][0], desk["tasks"][0]
    scores = {"licence": "7", "format": {"abstain": "No pude abrirlo"}}
    saved = juror.act("merit_review_save", **save(task, scores=scores, note="mía"))
    assert (saved["version"], saved["state"], saved["scores"]) == (1, "draft", scores)
    shown = juror.act("merit_assignment_show", id=task["id"])
    assert (shown["state"], shown["review"]) == ("in_progress", saved)
    done = juror.act("merit_review_submit", assignment_id=task["id"], version=1)
    assert (done["state"], done["scores"]) == ("submitted", scores)
    assert juror.act("merit_assignment_show", id=task["id"])["state"] == "completed"


def test_a_review_is_complete_before_it_is_submitted(desk):
    """Every criterion has a score or an abstention; a real 0 is a score."""
    juror, task = desk["jurors"][0], desk["tasks"][0]
    juror.act("merit_review_save", **save(task, scores={"licence": "0"}))
    data = {"assignment_id": task["id"], "version": 1}
    assert errors("merit_review_submit", juror.user, **data) == {
        "incomplete": ["Neither scored nor abstained: format"]
    }


@pytest.mark.parametrize(
    ("scores", "code"),
    [
        ({"licence": "11"}, "licence"),
        ({"licence": "mucho"}, "licence"),
        ({"luck": "1"}, "luck"),
        ({"licence": {"abstain": " "}}, "licence"),
        ({"licence": "NaN"}, "licence"),
    ],
)
def test_scores_follow_the_rules(desk, scores, code):
    """Out of range, not a number, unknown criterion, abstention without reason."""
    refused = errors(
        "merit_review_save",
        desk["jurors"][0].user,
        **save(desk["tasks"][0], scores=scores),
    )
    assert list(refused["scores"][0]) == [code]


def test_two_tabs_of_a_juror(desk):
    """The second save on the same copy is refused with the current one."""
    juror, task = desk["jurors"][0], desk["tasks"][0]
    juror.act("merit_review_save", **save(task, scores={"licence": "1"}))
    first = juror.act("merit_review_save", **save(task, 1, scores={"licence": "2"}))
    refused = errors(
        "merit_review_save", juror.user, **save(task, 1, scores={"licence": "3"})
    )
    assert refused["current"] == [first]


def test_older_versions_are_kept(desk):
    """What was scored before is still there."""
    juror, task = desk["jurors"][0], desk["tasks"][0]
    for version, value in enumerate(("1", "2")):
        scores = {"licence": value}
        review = juror.act("merit_review_save", **save(task, version, scores=scores))
    found = model.Session.execute(
        sa.select(Score.version, Score.value).where(Score.review_id == review["id"])
    )
    assert {tuple(row) for row in found} == {(1, "1"), (2, "2")}


def test_nobody_scores_for_a_juror(contest: Contest, desk):
    """Not the secretariat, chair, another juror, or a sysadmin."""
    data = save(desk["tasks"][0], scores={"licence": "10"})
    others = (
        *(contest.secretary, contest.chair, contest.sysadmin),
        desk["jurors"][1].user,
    )
    for user in others:
        with pytest.raises(tk.NotAuthorized):
            call("merit_review_save", user, **data)


def test_skipping_authorization_does_not_score(contest: Contest, desk):
    """`ignore_auth` opens nothing: the rule is in the action as well."""
    data = save(desk["tasks"][0], scores={"licence": "10"})
    context = {"user": contest.sysadmin["name"], "ignore_auth": True}
    with pytest.raises(tk.NotAuthorized):
        helpers.call_action("merit_review_save", context, **data)


@pytest.mark.parametrize("role", ["secretariat", "sysadmin"])
def test_a_juror_who_becomes_one_of_those_scores_no_more(
    contest: Contest, desk, role: str
):
    """Whatever else they are: secretariat and sysadmins cannot score."""
    juror = desk["jurors"][0]
    if role == "sysadmin":
        model.User.get(juror.user["id"]).sysadmin = True
        model.Session.commit()
    else:
        call(
            "merit_secretariat_appoint",
            contest.sysadmin,
            programme_id=contest.programme["id"],
            user=juror.user["name"],
        )
    with pytest.raises(tk.NotAuthorized):
        juror.act("merit_review_save", **save(desk["tasks"][0]))


def test_after_the_phase_nothing_is_scored(desk):
    """A draft stays a draft."""
    juror, task = desk["jurors"][0], desk["tasks"][0]
    scores = {"licence": "1", "format": "1"}
    juror.act("merit_review_save", **save(task, scores=scores))
    close(desk["edition"]["id"], "jury")
    data = {"assignment_id": task["id"], "version": 1}
    assert list(errors("merit_review_submit", juror.user, **data)) == ["phase_closed"]
    refused = errors("merit_review_save", juror.user, **save(task, 1, scores=scores))
    assert list(refused) == ["phase_closed"]


def test_a_submitted_review_is_reopened_by_the_chair_only(contest: Contest, desk):
    """The juror cannot change it until then; the secretariat cannot reopen it."""
    juror, task = desk["jurors"][0], desk["tasks"][0]
    review = juror.review(task)
    refused = errors("merit_review_save", juror.user, **save(task, 1))
    assert list(refused) == ["submitted"]
    data = {"id": review["id"], "reason": "Confundió las bases"}
    for user in (contest.secretary, contest.sysadmin, juror.user):
        with pytest.raises(tk.NotAuthorized):
            call("merit_review_reopen", user, **data)
    call("merit_review_reopen", contest.chair, **data)
    scores = {"licence": "9", "format": "9"}
    juror.act("merit_review_save", **save(task, 1, scores=scores))
    done = juror.act("merit_review_submit", assignment_id=task["id"], version=2)
    assert (done["state"], done["scores"]) == ("submitted", scores)


def test_a_chair_who_reviews_does_not_reopen_the_own_review(contest: Contest):
    """Even though chairs reopen reviews."""
    edition = contest.evaluating()
    entry = contest.entered(edition["id"])
    juror = contest.juror(edition["id"], who=contest.chair)
    review = juror.review(contest.assigned(juror, entry))
    with pytest.raises(tk.NotAuthorized):
        juror.act("merit_review_reopen", id=review["id"], reason="r")


def sees(user: Any, desk: dict[str, Any], **more: Any) -> list[str] | None:
    """Scores of the criterion that somebody sees; None: refused."""
    try:
        found = call("merit_review_list", user, entry_id=desk["entry"]["id"], **more)
    except tk.NotAuthorized:
        return None
    return sorted(item["scores"]["licence"] for item in found)


def lock(desk: dict[str, Any]) -> None:
    model.Session.execute(sa.update(Review).values(state="locked"))
    model.Session.commit()


def test_who_sees_scores_and_when(contest: Contest, desk):
    """The chair at once, secretariat and observers after lock, sysadmins never."""
    observer = holder(contest.programme["id"], "observer")
    desk["jurors"][0].review(desk["tasks"][0], licence="7")
    desk["jurors"][1].review(desk["tasks"][1], licence="3")
    entity = desk["entry"]["entity"]
    watchers = [contest.secretary, observer]
    never = [contest.sysadmin, entity.admin, None, *(j.user for j in desk["jurors"])]
    assert sees(contest.chair, desk) == ["3", "7"]
    assert [sees(user, desk) for user in watchers] == [None, None]
    lock(desk)
    assert [sees(user, desk) for user in watchers] == [["3", "7"], ["3", "7"]]
    assert [sees(user, desk) for user in never] == [None] * len(never)


def test_a_secretary_behind_the_entry_sees_no_reviews(contest: Contest, desk):
    """Not even when all are locked."""
    desk["jurors"][0].review(desk["tasks"][0], licence="7")
    desk["jurors"][1].review(desk["tasks"][1], licence="3")
    lock(desk)
    desk["entry"]["entity"].add(contest.secretary, "editor")
    assert sees(contest.secretary, desk) is None


@pytest.mark.parametrize("how", ["cancelled", "over"])
def test_a_draft_that_was_left_hides_nothing(contest: Contest, desk, how: str):
    """Where its assignment ended, or the time of the jury is over."""
    desk["jurors"][0].review(desk["tasks"][0], licence="7")
    scores = {"licence": "3"}
    desk["jurors"][1].act("merit_review_save", **save(desk["tasks"][1], scores=scores))
    model.Session.execute(
        sa.update(Review).where(Review.state == "submitted").values(state="locked")
    )
    model.Session.commit()
    assert sees(contest.secretary, desk) is None
    if how == "over":
        close(desk["edition"]["id"], "jury")
    else:
        task = desk["tasks"][1]["id"]
        contest.act("merit_assignment_cancel", id=task, reason="r")
    assert sees(contest.secretary, desk) == ["7"]


def test_a_reopened_review_hides_all_until_it_is_locked_again(contest: Contest, desk):
    """The secretariat reads what is settled."""
    for juror, task in zip(desk["jurors"], desk["tasks"], strict=True):
        review = juror.review(task)
    lock(desk)
    assert sees(contest.secretary, desk) == ["7", "7"]
    call("merit_review_reopen", contest.chair, id=review["id"], reason="r")
    close(desk["edition"]["id"], "jury")
    assert sees(contest.secretary, desk) is None


@pytest.mark.parametrize(
    ("policy", "seen"), [("never", None), ("after_own", ["3", "7"])]
)
def test_practice_is_compared_once_all_have_handed_in(
    contest: Contest, policy: str, seen: Any
):
    """By the chair at once; by those who practised, if others' may be seen at all."""
    edition = contest.ready()
    source = RULES.replace("root:", f"policy: {{others: {policy}}}\nroot:")
    contest.rules(edition["id"], source)
    contest.phase(edition["id"], "jury", -0.1, 5)
    contest.act("merit_edition_publish", id=edition["id"])
    entry = contest.entered(edition["id"])
    one, other, third = (contest.juror(edition["id"]) for _ in range(3))
    tasks = [contest.assigned(who, entry, calibration=True) for who in (one, other)]
    desk = {"entry": entry}
    one.review(tasks[0], licence="7")
    assert sees(contest.chair, desk, calibration=True) == ["7"]
    assert sees(one.user, desk, calibration=True) is None
    other.review(tasks[1], licence="3")
    assert sees(one.user, desk, calibration=True) == seen
    assert sees(contest.chair, desk) == []
    for user in (third.user, contest.secretary, entry["entity"].admin, None):
        assert sees(user, desk, calibration=True) is None


@pytest.mark.parametrize(
    ("policy", "seen"),
    [
        ("never", (None, None, None)),
        ("after_own", (None, ["3", "7"], ["3", "7"])),
        ("after_close", (None, None, ["3", "7"])),
    ],
)
def test_jurors_see_others_by_the_policy(contest: Contest, policy: str, seen):
    """SEC-5: before the own review, after it, and after the phase."""
    edition = contest.ready()
    source = RULES.replace("root:", f"policy: {{others: {policy}}}\nroot:")
    contest.rules(edition["id"], source)
    contest.phase(edition["id"], "jury", -0.1, 5)
    contest.act("merit_edition_publish", id=edition["id"])
    entry = contest.entered(edition["id"])
    one, other = (contest.juror(edition["id"]) for _ in range(2))
    tasks = [contest.assigned(juror, entry) for juror in (one, other)]
    other.review(tasks[1], licence="3")
    desk = {"entry": entry}
    assert sees(one.user, desk) == seen[0]
    one.review(tasks[0], licence="7")
    assert sees(one.user, desk) == seen[1]
    close(edition["id"], "jury")
    assert sees(one.user, desk) == seen[2]


def test_a_chair_who_reviews_sees_others_after_the_own_review(contest: Contest):
    """An assigned chair submits first."""
    edition = contest.evaluating()
    entry = contest.entered(edition["id"])
    juror, chair = (
        contest.juror(edition["id"]),
        contest.juror(edition["id"], who=contest.chair),
    )
    juror.review(contest.assigned(juror, entry), licence="3")
    task = contest.assigned(chair, entry)
    assert sees(contest.chair, {"entry": entry}) is None
    chair.review(task, licence="7")
    assert sees(contest.chair, {"entry": entry}) == ["3", "7"]


def test_whoever_has_a_conflict_sees_nothing(contest: Contest, desk):
    """A chair on the jury who declared one is refused, whatever the chair may."""
    chair = contest.juror(desk["edition"]["id"], who=contest.chair)
    desk["jurors"][0].review(desk["tasks"][0])
    assert sees(contest.chair, desk) == ["7"]
    chair.act("merit_conflict_declare", entry_id=desk["entry"]["id"], detail="d")
    assert sees(contest.chair, desk) is None


def test_private_notes_stay_private(contest: Contest, desk):
    """The chair sees comment and feedback, never the note."""
    juror, task = desk["jurors"][0], desk["tasks"][0]
    scores = {"licence": "1", "format": "1"}
    juror.act("merit_review_save", **save(task, scores=scores, note="secreto"))
    juror.act("merit_review_submit", assignment_id=task["id"], version=1)
    (seen,) = call("merit_review_list", contest.chair, entry_id=desk["entry"]["id"])
    assert "secreto" not in str(seen)


def test_the_trail_holds_no_scores(desk):
    """It tells who saved and submitted when, and nothing of what."""
    desk["jurors"][0].review(desk["tasks"][0], licence="7.3519")
    links = list(audit.links(model.Session, desk["edition"]["id"]))
    kept = [
        (body["act"], body["before_sha256"], body["after_sha256"])
        for body in (link.body for link in links)
        if body["object_type"] == "review"
    ]
    assert kept == [("save", None, None), ("submit", None, None)]


def test_a_deliberation_opens_reopened_reviews(contest: Contest, desk):
    """In a phase of deliberation a reopened review is submitted again."""
    juror, task = desk["jurors"][0], desk["tasks"][0]
    review = juror.review(task)
    model.Session.execute(
        sa.update(Phase)
        .where(Phase.edition_id == desk["edition"]["id"], Phase.kind == "jury")
        .values(kind="deliberation")
    )
    model.Session.commit()
    call("merit_review_reopen", contest.chair, id=review["id"], reason="r")
    done = juror.act("merit_review_submit", assignment_id=task["id"], version=1)
    assert done["state"] == "submitted"
