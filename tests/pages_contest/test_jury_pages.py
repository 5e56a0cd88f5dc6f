"""The pages of jurors: invitations, queue, desk, and what each of them refuses."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest.people import RULES, Contest, call, person
from tests.contest.test_entries import close

from ckan import model

LEVELS = """
merit: 1
id: test
policy: {others: after_own}
root:
  of:
  - code: licence
    title: {en: Open licence, es: Licencia abierta}
    help: {en: Look at each dataset.}
    levels: {none: 0, some: 0.5, all: 1}
    descriptors: {none: {en: No dataset has one}, all: {en: All datasets have one}}
    panel: {quorum: 1}
  - {code: format, scale: [0, 10], panel: {quorum: 1}}
"""


class Desk:
    """An edition with a juror who has entries to review, seen through its pages."""

    def __init__(self, app: Any, as_user: Any, *, entries: int = 2, rules: str = RULES):
        self.app, self.contest = app, Contest()
        edition = self.contest.ready()
        if rules != RULES:
            self.contest.rules(edition["id"], rules)
        self.contest.phase(edition["id"], "jury", -0.1, 5)
        self.edition = self.contest.act("merit_edition_publish", id=edition["id"])
        self.juror = self.contest.juror(self.edition["id"])
        self.entries = [self.contest.entered(edition["id"]) for _ in range(entries)]
        self.tasks = [self.contest.assigned(self.juror, e) for e in self.entries]
        self.headers = as_user(self.juror.user)
        name = self.contest.programme["name"]
        self.path = f"/contests/{name}/{self.edition['slug']}/jury"

    def get(self, path: str = "", **more: Any) -> Any:
        """Open a page as the juror."""
        return self.app.get(
            self.path + path, headers=more.pop("headers", self.headers), **more
        )

    def post(self, path: str, data: dict[str, Any], **more: Any) -> Any:
        """Send a form as the juror, without following where it leads."""
        headers = more.pop("headers", self.headers)
        return self.app.post(
            self.path + path,
            data=data,
            headers=headers,
            follow_redirects=False,
            **more,
        )

    def page(self, number: int = 0) -> str:
        """The path of an assignment's page."""
        return f"/{self.tasks[number]['id']}"

    def review(self, number: int = 0) -> Any:
        """The stored review."""
        shown = self.juror.act("merit_assignment_show", id=self.tasks[number]["id"])
        return shown["review"]


@pytest.fixture
def desk(app: Any, as_user: Any, clean_db: None) -> Desk:
    """A juror with two entries and plain numbers to give."""
    return Desk(app, as_user)


def typed(licence: str = "7", form: str = "5", **more: str) -> dict[str, str]:
    values = {"version": "0", "act": "save", "score:licence": licence}
    return {**values, "score:format": form, **more}


# Invitations


def test_somebody_invited_accepts_with_both_declarations(desk: Desk, as_user: Any):
    """One box is not enough; both lead to the queue."""
    juror = desk.contest.juror(desk.edition["id"], state="invited")
    headers, path = as_user(juror.user), f"/contests/jury/invitation/{juror.id}"
    assert path in desk.app.get("/contests/jury", headers=headers).body
    assert desk.app.get(path, headers=headers).status_code == 200
    send = desk.app.post
    refused = send(
        path, data={"act": "accept", "confidentiality": "true"}, headers=headers
    )
    assert refused.status_code == 400
    assert "Jurors make both declarations." in refused.body
    data = {"act": "accept", "confidentiality": "true", "no_conflict": "true"}
    done = send(path, data=data, headers=headers, follow_redirects=False)
    assert (done.status_code, done.headers["Location"].endswith(desk.path)) == (
        *(303, True),
    )
    assert desk.get(headers=headers).status_code == 200


def test_somebody_invited_declines_after_confirming(desk: Desk, as_user: Any):
    """A box keeps one from declining by mistake."""
    juror = desk.contest.juror(desk.edition["id"], state="invited")
    headers, path = as_user(juror.user), f"/contests/jury/invitation/{juror.id}"
    refused = desk.app.post(path, data={"act": "decline"}, headers=headers)
    assert refused.status_code == 400
    data = {"act": "decline", "confirm": "true"}
    desk.app.post(path, data=data, headers=headers)
    (row,) = juror.act("merit_juror_mine")
    assert row["state"] == "declined"


def test_an_invitation_is_nobody_elses(desk: Desk, as_user: Any):
    """Another's, an unknown one: not found; without an account: to the login."""
    juror = desk.contest.juror(desk.edition["id"], state="invited")
    path = f"/contests/jury/invitation/{juror.id}"
    assert desk.app.get(path, headers=desk.headers).status_code == 404
    assert desk.get(headers=as_user(juror.user)).status_code == 403
    answer = desk.app.get(path, follow_redirects=False)
    assert "/user/login" in answer.headers["Location"]


# Queue


def test_the_queue_tells_how_far_one_is(desk: Desk):
    """Progress, states, deadline in the edition's zone and in UTC."""
    desk.juror.review(desk.tasks[0])
    body = desk.get().body
    assert "1 of 2 submitted" in body
    assert "(America/Lima)" in body
    assert " UTC" in body
    assert desk.page(0) in body
    assert desk.page(1) in body


def test_the_queue_is_for_jurors(desk: Desk, as_user: Any):
    """Everybody else is refused; strangers go to the login."""
    contest = desk.contest
    for user in (contest.secretary, contest.sysadmin, person()):
        assert desk.get(headers=as_user(user)).status_code == 403
    answer = desk.app.get(desk.path, follow_redirects=False)
    assert "/user/login" in answer.headers["Location"]


def test_number_of_statements_does_not_grow(
    app: Any, as_user: Any, clean_db: None, count_sql: Any
):
    """Pages cost as much with 1 assignment as with 30."""

    def counted(desk: Desk) -> list[int]:
        found = []
        for page in ("", "/sheets", "/sheets.csv", desk.page()):
            desk.get(page)
            model.Session.remove()
            with count_sql() as statements:
                assert desk.get(page).status_code == 200
            found.append(len(statements))
        return found

    few, many = (Desk(app, as_user, entries=number) for number in (1, 30))
    assert counted(few) == counted(many)


# Desk


def test_the_desk_shows_evidence_beside_the_rubric(app: Any, as_user: Any, clean_db):
    """Submitted body, titles, help, levels in words; never an address of a person."""
    desk = Desk(app, as_user, rules=LEVELS)
    body = desk.get(desk.page()).body
    for words in (
        *("Plan", "Open licence", "Look at each dataset.", "No dataset has one"),
        "A number from 0 to 10",
    ):
        assert words in body
    assert "gmail.com" not in body


def test_a_draft_is_saved_and_shown_again(desk: Desk):
    """Scores with a decimal comma, an abstention with its reason, all three texts."""
    data = typed("7,5", "", **{"reason:format": "No abre"})
    words = {"comment": "c <b>", "feedback": "f", "note": "n"}
    answer = desk.post(desk.page(), data | words)
    assert answer.status_code == 303
    review = desk.review()
    assert review["scores"] == {"licence": "7.5", "format": {"abstain": "No abre"}}
    assert {name: review[name] for name in words} == words
    body = desk.get(desk.page()).body
    assert "No abre" in body
    assert "c &lt;b&gt;" in body


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (typed("70"), "Must be a number from 0 to 10"),
        (typed("mucho"), "Must be a number from 0 to 10"),
        (typed("7", **{"reason:licence": "r"}), "not both"),
    ],
)
def test_what_is_refused_stays_in_the_form(desk: Desk, data: Any, said: str):
    """With the reason at its field; nothing is saved, nothing is lost."""
    answer = desk.post(desk.page(), data | {"note": "una nota larga"})
    assert answer.status_code == 400
    assert said in answer.body
    assert f'value="{data["score:licence"]}"' in answer.body
    assert "una nota larga" in answer.body
    assert desk.review() is None


def test_two_tabs_are_shown_side_by_side(desk: Desk):
    """The second sees both, and saves its own knowingly; no version is lost."""
    desk.post(desk.page(), typed("1"))
    desk.post(desk.page(), typed("2", version="1"))
    answer = desk.post(desk.page(), typed("3", version="1", note="mía"))
    assert answer.status_code == 409
    assert "Nothing is lost" in answer.body
    for words in ('value="3"', "mía", 'name="version" value="2"'):
        assert words in answer.body
    assert desk.review()["scores"]["licence"] == "2"
    desk.post(desk.page(), typed("3", version="2"))
    assert desk.review()["scores"]["licence"] == "3"


def test_a_session_that_ended_loses_nothing(desk: Desk):
    """Without a session or without a token the text comes back to be sent again."""
    answer = desk.post(desk.page(), typed(note="una nota larga"), headers={})
    assert answer.status_code == 403
    assert "una nota larga" in answer.body
    assert 'name="score:licence" value="7"' in answer.body
    assert "no-store" in answer.headers["Cache-Control"]
    assert desk.review() is None


def test_an_entry_that_closed_meanwhile_loses_nothing(desk: Desk):
    """A conflict noted while writing: nothing is saved, the text is shown."""
    entry_id = desk.entries[0]["id"]
    desk.juror.act("merit_conflict_declare", entry_id=entry_id, detail="d")
    answer = desk.post(desk.page(), typed(note="una nota larga"))
    assert answer.status_code == 403
    assert "una nota larga" in answer.body


def test_after_the_deadline_what_was_typed_is_shown(desk: Desk):
    """With the reason why it wasn't saved."""
    close(desk.edition["id"], "jury")
    answer = desk.post(desk.page(), typed(note="una nota larga"))
    assert answer.status_code == 400
    assert "una nota larga" in answer.body
    assert desk.review() is None


def test_save_and_next_goes_round(desk: Desk):
    """To the next open review, and from the last to the first."""
    for number in (0, 1):
        answer = desk.post(desk.page(number), typed(act="next"))
        assert answer.headers["Location"].endswith(desk.page(1 - number))


def test_submitting_asks_once_more(desk: Desk):
    """An incomplete draft is saved and says what lacks; a complete one is confirmed."""
    answer = desk.post(desk.page(), typed("7", "", act="submit"))
    assert answer.status_code == 400
    assert "The draft is saved" in answer.body
    assert desk.review()["scores"] == {"licence": "7"}
    answer = desk.post(desk.page(), typed("7", "5", act="submit", version="1"))
    assert answer.headers["Location"].endswith(f"{desk.page()}/submit")
    assert "7" in desk.get(f"{desk.page()}/submit").body
    desk.post(f"{desk.page()}/submit", {"version": "2"})
    assert desk.review()["state"] == "submitted"


def test_a_submitted_review_is_read_only(desk: Desk):
    """No form; who sends one all the same is refused and loses nothing."""
    desk.juror.review(desk.tasks[0])
    body = desk.get(desk.page()).body
    assert "You submitted this review." in body
    assert 'name="score:licence"' not in body
    answer = desk.post(desk.page(), typed("9", version="1", note="una nota larga"))
    assert answer.status_code == 400
    assert "una nota larga" in answer.body
    assert desk.review()["scores"]["licence"] == "7"


def test_a_reopened_review_says_why(desk: Desk):
    """The juror reads the chair's reason, and can write again."""
    review = desk.juror.review(desk.tasks[0])
    reason = "Revise el segundo criterio"
    call("merit_review_reopen", desk.contest.chair, id=review["id"], reason=reason)
    body = desk.get(desk.page()).body
    assert reason in body
    assert 'name="score:licence"' in body


def test_others_reviews_come_as_the_rules_say(app: Any, as_user: Any, clean_db):
    """Nothing before the own review, not even how many; then those submitted."""
    desk = Desk(app, as_user, entries=1, rules=LEVELS)
    before = desk.get(desk.page()).body
    other = desk.contest.juror(desk.edition["id"])
    task = desk.contest.assigned(other, desk.entries[0])
    other.review(task, "some", "3.25")

    def plain(body: str) -> str:
        return body.split('id="evidence"')[1].split("<footer", maxsplit=1)[0]

    again = desk.get(desk.page()).body
    # The token of the form is another one each time.
    lines = [
        [line for line in plain(body).splitlines() if "_csrf_token" not in line]
        for body in (before, again)
    ]
    assert lines[0] == lines[1]
    desk.juror.review(desk.tasks[0], "all", "9")
    assert "3.25" in desk.get(desk.page()).body


@pytest.mark.parametrize(
    ("kind", "state"),
    [("conflict", "recused"), ("recuse", "recused"), ("decline", "declined")],
)
def test_one_gives_an_entry_back(desk: Desk, kind: str, state: str):
    """With a reason and a confirmation; then it is closed and out of the count."""
    path = f"{desk.page()}/recuse"
    assert desk.get(path).status_code == 200
    refused = desk.post(path, {"kind": kind, "reason": "Trabajé allí"})
    assert refused.status_code == 400
    assert "Trabajé allí" in refused.body
    data = {"kind": kind, "reason": "Trabajé allí", "confirm": "true"}
    assert desk.post(path, data).status_code == 303
    body = desk.get().body
    assert "0 of 1 submitted" in body
    assert desk.get(desk.page()).status_code == 403
    edition_id = desk.edition["id"]
    (task,) = desk.juror.act("merit_assignment_mine", edition_id=edition_id, ended=True)
    assert task["state"] == state


def test_another_jurors_assignment_is_closed(desk: Desk, as_user: Any):
    """To jurors, secretariat, chair and sysadmins alike: reading and writing."""
    other = desk.contest.juror(desk.edition["id"])
    contest = desk.contest
    users = (other.user, contest.secretary, contest.chair, contest.sysadmin)
    for headers in map(as_user, users):
        for path in ("", "/submit", "/recuse", "/materials.zip", "/materials/1"):
            assert desk.get(desk.page() + path, headers=headers).status_code == 403
        assert desk.post(desk.page(), typed(), headers=headers).status_code == 403
    assert desk.review() is None


def test_an_assignment_of_another_edition_is_not_found(desk: Desk):
    """An address is right as a whole, or it isn't."""
    elsewhere = desk.contest.evaluating()
    juror = desk.contest.juror(elsewhere["id"], who=desk.juror.user)
    task = desk.contest.assigned(juror, desk.contest.entered(elsewhere["id"]))
    assert desk.get(f"/{task['id']}").status_code == 404


def test_nothing_of_a_juror_is_cached(desk: Desk):
    """Every page says so, downloads too."""
    for path in ("", desk.page(), "/sheets", "/sheets.csv", "/import"):
        answer = desk.get(path)
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_sorting_and_filtering_change_nothing(desk: Desk):
    """The queue has one order, whatever one asks for."""
    desk.juror.review(desk.tasks[1])
    plain = desk.get().body
    asked = desk.get("?sort=score+desc&filter=score%3E7").body
    rows = [body.split("<tbody>")[1].split("</tbody>")[0] for body in (plain, asked)]
    assert rows[0] == rows[1]
