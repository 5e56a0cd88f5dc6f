"""Score sheets: own ones as a file, jurors' paper typed by staff, and confirmed."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest.people import Contest, call, errors
from tests.contest.test_entries import close

import ckantoolkit as tk
from ckan import model

from ckanext.merit.model import audit
from ckanext.merit.model.contest_jury import Review

TOP = "assignment,version,criterion,value,abstention\n"
SCORES = {"licence": "7", "format": {"abstain": "No abre"}}


@pytest.fixture
def desk(contest: Contest) -> dict[str, Any]:
    """An edition in which one juror has two entries."""
    edition = contest.evaluating()
    juror = contest.juror(edition["id"])
    entries = [contest.entered(edition["id"]) for _ in range(2)]
    tasks = [contest.assigned(juror, entry) for entry in entries]
    return {"edition": edition, "juror": juror, "entries": entries, "tasks": tasks}


def typed(contest: Contest, task: Any, version: int = 0, **data: Any) -> Any:
    values = {"scores": SCORES, **data}
    return contest.act(
        "merit_review_type", assignment_id=task["id"], version=version, **values
    )


def lines(task: Any, version: int, *rows: str) -> str:
    return "".join(f"{task['id']},{version},{row}\n" for row in rows)


def test_a_typed_sheet_waits_for_the_juror(contest: Contest, desk):
    """It is a draft; submitted it is only after the juror confirmed it."""
    juror, task = desk["juror"], desk["tasks"][0]
    draft = typed(contest, task, comment="Del papel")
    assert (draft["state"], draft["typed"], draft["scores"]) == ("draft", True, SCORES)
    shown = juror.act("merit_assignment_show", id=task["id"])
    assert shown["review"] == draft
    data = {"assignment_id": task["id"], "version": 1}
    assert errors("merit_review_submit", juror.user, **data) == {
        "unconfirmed": ["Confirm first that the typed sheet says what you wrote."]
    }
    assert juror.act("merit_review_confirm", **data)["typed"] is False
    assert juror.act("merit_review_submit", **data)["state"] == "submitted"


def test_saving_a_typed_sheet_makes_it_the_jurors_own(contest: Contest, desk):
    """Staff see nothing of it from then on, and cannot type it again."""
    juror, task = desk["juror"], desk["tasks"][0]
    typed(contest, task)
    key = {"assignment_id": task["id"]}
    assert contest.act("merit_sheet_show", **key)["review"]["scores"] == SCORES
    scores = {"licence": "9", "format": "3.25"}
    saved = juror.act("merit_review_save", **key, version=1, scores=scores)
    assert saved["typed"] is False
    sheet = contest.act("merit_sheet_show", **key)
    assert (sheet["review"], sheet["typable"]) == (None, False)
    refused = errors(
        "merit_review_type", contest.secretary, **key, version=2, scores=SCORES
    )
    assert refused == {
        "begun": ["The juror has begun this review; nobody else can write it."]
    }


def test_two_people_who_type_the_same_sheet(contest: Contest, desk):
    """The second is told; both are staff, so the current copy may be shown."""
    task = desk["tasks"][0]
    first = typed(contest, task)
    refused = errors(
        "merit_review_type",
        contest.secretary,
        assignment_id=task["id"],
        version=0,
        scores={"licence": "1"},
    )
    # A sheet that nobody had seen yet is version 0.
    assert refused["current"] == [first]


def test_only_the_secretariat_types_and_only_the_juror_confirms(contest: Contest, desk):
    """Neither chair nor sysadmin types; the secretariat doesn't confirm its own."""
    task = desk["tasks"][0]
    data = {"assignment_id": task["id"], "version": 0, "scores": SCORES}
    for user in (contest.chair, contest.sysadmin, desk["juror"].user):
        with pytest.raises(tk.NotAuthorized):
            call("merit_review_type", user, **data)
    typed(contest, task)
    with pytest.raises(tk.NotAuthorized):
        contest.act("merit_review_confirm", assignment_id=task["id"], version=1)


def test_after_the_phase_nothing_is_typed(contest: Contest, desk):
    """The time is the same for paper."""
    close(desk["edition"]["id"], "jury")
    task = desk["tasks"][0]
    data = {"assignment_id": task["id"], "version": 0, "scores": SCORES}
    refused = errors("merit_review_type", contest.secretary, **data)
    assert list(refused) == ["phase_closed"]


def test_the_trail_tells_who_typed_and_who_confirmed(contest: Contest, desk):
    """By role, without what was typed."""
    task = desk["tasks"][0]
    typed(contest, task)
    data = {"assignment_id": task["id"], "version": 1}
    for _ in range(2):
        desk["juror"].act("merit_review_confirm", **data)
    kept = [
        (body["act"], body["role"], body["after_sha256"])
        for body in (
            link.body for link in audit.links(model.Session, desk["edition"]["id"])
        )
        if body["object_type"] == "review"
    ]
    assert kept == [("type", "S", None), ("confirm", "J", None)]


def test_sheets_are_listed_with_what_the_juror_wrote(desk):
    """All assignments at once, with criteria, deadline and the own review."""
    juror, tasks = desk["juror"], desk["tasks"]
    key = {"assignment_id": tasks[0]["id"], "version": 0}
    saved = juror.act("merit_review_save", **key, scores=SCORES)
    listed = juror.act("merit_sheet_list", edition_id=desk["edition"]["id"])
    found = {sheet["id"]: sheet for sheet in listed}
    codes = [leaf["code"] for leaf in listed[0]["criteria"]]
    assert (codes, len(listed)) == (["licence", "format"], 2)
    assert found[tasks[0]["id"]]["review"] == saved
    assert found[tasks[1]["id"]]["review"] is None


def test_a_file_of_sheets_becomes_drafts(desk):
    """Blank sheets are passed over; a decimal comma is a point."""
    juror, (one, two) = desk["juror"], desk["tasks"]
    text = TOP + lines(one, 0, '"licence","7,5",', "format,,No abre", "(note),mía,")
    text += lines(two, 0, "licence,,", "format,,")
    data = {"edition_id": desk["edition"]["id"], "csv": text}
    done = juror.act("merit_sheet_import", **data)
    assert done == {"saved": [one["id"]], "blank": 1}
    review = juror.act("merit_assignment_show", id=one["id"])["review"]
    assert review["scores"] == {"licence": "7.5", "format": {"abstain": "No abre"}}
    assert (review["note"], review["typed"]) == ("mía", False)


def test_a_file_with_one_bad_line_saves_nothing(desk):
    """Every bad line is named with its number."""
    juror, (one, two) = desk["juror"], desk["tasks"]
    text = TOP + lines(one, 0, "licence,7,", "format,70,")
    text += lines(two, 0, "luck,1,")
    data = {"edition_id": desk["edition"]["id"], "csv": text}
    refused = errors("merit_sheet_import", juror.user, **data)
    assert refused == {
        "csv": [
            "Line 3: format: Must be a number from 0 to 10",
            "Line 4: luck: Not a criterion of this review",
        ]
    }
    assert juror.act("merit_assignment_show", id=one["id"])["review"] is None


def test_a_sheet_does_not_overwrite_what_was_changed_since(desk):
    """A sheet names the version it was made from."""
    juror, task = desk["juror"], desk["tasks"][0]
    key = {"assignment_id": task["id"]}
    for version, value in enumerate(("1", "2")):
        scores = {"licence": value}
        juror.act("merit_review_save", **key, version=version, scores=scores)
    text = TOP + lines(task, 1, "licence,9,")
    data = {"edition_id": desk["edition"]["id"], "csv": text}
    assert errors("merit_sheet_import", juror.user, **data) == {
        "csv": ["Line 2: This review was changed after the sheet was made."]
    }


def test_a_file_is_no_way_to_others_reviews(contest: Contest, desk):
    """Another juror's assignment, another edition's and an invented one are alike."""
    edition_id = desk["edition"]["id"]
    other = contest.juror(edition_id)
    theirs = contest.assigned(other, desk["entries"][0])
    elsewhere = contest.evaluating()
    mine = contest.assigned(
        contest.juror(elsewhere["id"], who=desk["juror"].user),
        contest.entered(elsewhere["id"]),
    )
    text = TOP + "".join(
        lines(task, 0, "licence,1,") for task in (theirs, mine, {"id": "no-such"})
    )
    refused = errors(
        "merit_sheet_import", desk["juror"].user, edition_id=edition_id, csv=text
    )
    said = "Not an assignment of this jury."
    assert refused == {"csv": [f"Line {n}: {said}" for n in (2, 3, 4)]}


def test_staff_type_many_sheets_from_a_file(contest: Contest, desk):
    """As drafts; a sheet that its juror began is refused."""
    (one, two), edition_id = desk["tasks"], desk["edition"]["id"]
    text = TOP + lines(one, 0, "licence,7,", "(comment),Bien,")
    contest.act("merit_sheet_type", edition_id=edition_id, csv=text)
    review = model.Session.query(Review).filter_by(assignment_id=one["id"]).one()
    found = (review.typed_by, review.comment, review.state)
    assert found == (contest.secretary["id"], "Bien", "draft")
    key = {"assignment_id": two["id"], "version": 0}
    desk["juror"].act("merit_review_save", **key, scores={})
    text = TOP + lines(two, 1, "licence,7,")
    refused = errors(
        "merit_sheet_type", contest.secretary, edition_id=edition_id, csv=text
    )
    said = "The juror has begun this review; nobody else can write it."
    assert refused == {"csv": [f"Line 2: {said}"]}


def test_what_ended_is_listed_apart(desk):
    """Recused and closed by a conflict: neither in the queue nor in what is printed."""
    juror, (one, two) = desk["juror"], desk["tasks"]
    edition_id = desk["edition"]["id"]
    juror.act("merit_assignment_recuse", id=one["id"], reason="r")
    juror.review(two)
    juror.act("merit_conflict_declare", entry_id=two["entry_id"], detail="d")
    for action in ("merit_assignment_mine", "merit_sheet_list"):
        assert juror.act(action, edition_id=edition_id) == []
    ended = juror.act("merit_assignment_mine", edition_id=edition_id, ended=True)
    found = {task["id"]: task["state"] for task in ended}
    assert found == {one["id"]: "recused", two["id"]: "completed"}


def test_one_list_holds_what_is_open_and_what_ended(desk):
    """Each says whether it ended: a page needs but one call."""
    juror, (one, two) = desk["juror"], desk["tasks"]
    edition_id = desk["edition"]["id"]
    juror.act("merit_assignment_recuse", id=one["id"], reason="r")
    found = juror.act("merit_assignment_mine", edition_id=edition_id, everything=True)
    assert {task["id"]: task["ended"] for task in found} == {
        one["id"]: True,
        two["id"]: False,
    }


def test_one_finds_the_own_invitations(contest: Contest):
    """Also to an edition that isn't published yet; nobody sees another's."""
    edition = contest.ready()
    juror = contest.juror(edition["id"], state="invited")
    (row,) = juror.act("merit_juror_mine")
    assert (row["id"], row["state"], row["edition"]["title"]) == (
        *(juror.id, "invited"),
        edition["title"],
    )
    assert call("merit_juror_mine", None) == []
    assert call("merit_juror_mine", contest.secretary) == []
