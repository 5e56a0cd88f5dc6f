"""Pages of invitations by link and of messages to groups."""

from __future__ import annotations

from typing import Any

from tests.contest.people import Contest, person
from tests.pages_contest.public_kit import address, opened, words

from ckan import model

from ckanext.merit.logic.contest import links
from ckanext.merit.model.contest_entry import Invitation


def invited(app: Any, as_user: Any, contest: Contest, email: str) -> tuple[Any, str]:
    """Invite through the office's page; gives the edition and the link."""
    edition = contest.published()
    answer = app.post(
        address(contest, edition, "/office/invitations"),
        data={"email": email, "role": "juror", "institution": "", "language": "es"},
        headers=as_user(contest.secretary),
        follow_redirects=False,
    )
    assert answer.status_code == 303
    row = model.Session.query(Invitation).filter_by(target_id=edition["id"]).one()
    return edition, f"/contest-invitation/{links.token_of(row.id)}"


def test_from_the_office_to_the_jury(app: Any, as_user: Any, contest: Contest):
    """The office invites, the person reads, accepts and goes on to the jury's pages."""
    user = person()
    edition, link = invited(app, as_user, contest, user["email"])
    listed = opened(
        app,
        address(contest, edition, "/office/invitations"),
        headers=as_user(contest.secretary),
    )
    assert "Waiting for an answer" in words(listed)
    assert "as: Juror." in words(opened(app, link))
    headers = as_user(user)
    done = app.post(f"{link}/accept", headers=headers, follow_redirects=False)
    assert done.headers["Location"].endswith(address(contest, edition, "/jury"))
    assert "no longer works" in words(opened(app, link))


def test_the_page_keeps_its_address_to_itself(app: Any, as_user: Any, contest: Contest):
    """No referrer, no cache, nothing accepted by a link alone."""
    _, link = invited(app, as_user, contest, "a@b.pe")
    answer = app.get(link)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert app.get(f"{link}/accept").status_code in {404, 405}
    assert app.get(f"/contest-invitation/{'x' * 43}").status_code == 404


def test_another_account_is_told(app: Any, as_user: Any, contest: Contest):
    """It sees no button."""
    _, link = invited(app, as_user, contest, "a@b.pe")
    page = opened(app, link, headers=as_user(person()))
    assert "another address than that of your account" in words(page)
    assert page.select("form") == []


def test_what_is_wrong_comes_back(app: Any, as_user: Any, contest: Contest):
    """With what was typed."""
    edition = contest.published()
    answer = app.post(
        address(contest, edition, "/office/invitations"),
        data={"email": "no address", "role": "juror"},
        headers=as_user(contest.secretary),
    )
    assert answer.status_code == 400
    assert 'value="no address"' in answer.body


def test_strangers_find_no_office(app: Any, as_user: Any, contest: Contest):
    """Neither invitations nor messages."""
    edition = contest.published()
    headers = as_user(person())
    for path in ("/office/invitations", "/office/mail"):
        answer = app.get(address(contest, edition, path), headers=headers)
        assert answer.status_code == 403


def test_a_message_is_looked_at_before_it_is_sent(
    app: Any, as_user: Any, contest: Contest
):
    """The first click shows it, the second sends it."""
    edition = contest.published()
    contest.entered(edition["id"])
    path = address(contest, edition, "/office/mail")
    headers = as_user(contest.secretary)
    data = {"segment": "entries", "subject": "Taller", "text": "Hola {name}"}
    looked = app.post(path, data={**data, "look": "1"}, headers=headers)
    assert looked.status_code == 200
    assert 'name="send"' in looked.body
    assert 'name="send"' not in app.get(path, headers=headers).body
    sent = app.post(
        path, data={**data, "send": "1"}, headers=headers, follow_redirects=False
    )
    assert sent.status_code == 303
    again = app.post(path, data={**data, "send": "1"}, headers=headers)
    assert again.status_code == 400
    assert "sent to them already" in again.body
