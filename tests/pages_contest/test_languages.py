"""In which language people are written to: that of the pages they used last."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest.people import Contest, call, person

from ckanext.merit.logic.contest import letters

INVITED = {
    "en": "2026: invitation to the jury",
    "es": "2026: invitación al jurado",
}


def subject(contest: Contest, user: Any, **values: Any) -> str:
    """The subject of a letter to somebody."""
    edition = contest.draft(**values)
    payload = {"edition_id": edition["id"], "user_id": user["id"], "due_at": None}
    letter = letters.letter("juror_invited_one", payload)
    assert letter is not None
    return letter.subject


def accept(app: Any, as_user: Any, contest: Contest, prefix: str) -> Any:
    """Accept an invitation to a jury on the pages of a language."""
    juror = contest.juror(contest.published()["id"], state="invited")
    answer = app.post(
        f"{prefix}/contests/jury/invitation/{juror.id}",
        data={"confidentiality": "true", "no_conflict": "true"},
        headers=as_user(juror.user),
        follow_redirects=False,
    )
    assert answer.status_code == 303
    return juror.user


@pytest.mark.parametrize(("prefix", "language"), [("", "en"), ("/es", "es")])
def test_as_the_pages_on_which_one_accepted(
    app: Any, as_user: Any, contest: Contest, prefix: str, language: str
):
    """A juror who accepts in a language is written to in it."""
    user = accept(app, as_user, contest, prefix)
    assert subject(contest, user) == INVITED[language]


def test_the_last_language_counts(app: Any, contest: Contest):
    """Whoever enters in Spanish, then submits in English, wants English."""
    edition = contest.published()
    entity = contest.entity()
    spanish = {"CKAN_LANG": "es"}
    with app.flask_app.test_request_context("/", environ_overrides=spanish):
        entry = entity.prepare(edition["id"], draft={"plan": "x"})
    assert subject(contest, entity.admin) == INVITED["es"]
    with app.flask_app.test_request_context("/"):
        entity.act("merit_entry_submit", id=entry["id"])
    assert subject(contest, entity.admin) == INVITED["en"]


def test_programs_say_nothing_of_the_person(app: Any, as_user: Any, contest: Contest):
    """What is known stays when somebody uses the API."""
    user = accept(app, as_user, contest, "/es")
    juror = contest.juror(contest.published()["id"], state="invited", who=user)
    app.post(
        "/api/3/action/merit_juror_accept",
        json={"id": juror.id, "confidentiality": True, "no_conflict": True},
        headers=as_user(user),
    )
    (_, row) = call("merit_juror_mine", user)
    assert row["state"] == "accepted"
    assert subject(contest, user) == INVITED["es"]


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ({"es": "2026"}, "es"),
        ({"es": "2026", "en": "2026"}, "en"),
        ({"qu": "2026"}, "en"),
    ],
)
def test_before_somebody_acted(contest: Contest, title: dict[str, str], language: str):
    """The portal's, unless the edition speaks but another language of the portal."""
    assert subject(contest, person(), title=title) == INVITED[language]
