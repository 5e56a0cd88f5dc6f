"""Every registered user may report that a juror is not free."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest.people import RULES, Contest, person

from ckan.tests import factories

PUBLIC = RULES.replace("root:", "policy: {jury: public}\nroot:")


class Door:
    """The page of reports, opened by a user with a token."""

    def __init__(self, app: Any, contest: Contest, rules: str) -> None:
        self.app, self.contest = app, contest
        edition = contest.ready()
        contest.rules(edition["id"], rules)
        self.edition = contest.act("merit_edition_publish", id=edition["id"])
        self.juror = contest.juror(self.edition["id"], institution="Universidad")
        self.entry = contest.entered(self.edition["id"])
        self.root = f"/contests/{contest.programme['name']}/{self.edition['slug']}"
        token = factories.APIToken(user=person()["name"])["token"]
        self.headers = {"Authorization": token}

    def get(self, path: str = "/conflict") -> Any:
        return self.app.get(self.root + path, headers=self.headers)

    def post(self, **data: Any) -> Any:
        return self.app.post(
            f"{self.root}/conflict",
            headers=self.headers,
            data=data,
            follow_redirects=False,
        )


@pytest.fixture
def door(app: Any, contest: Contest) -> Door:
    return Door(app, contest, PUBLIC)


def test_a_report_reaches_the_chair(door: Door):
    """From the list of entries, with juror and entry chosen by name."""
    assert f'href="{door.root}/conflict"' in door.get("/entries").body
    page = door.get(f"/conflict?entry_id={door.entry['id']}").body
    assert f'<option value="{door.entry["id"]}" selected>' in page
    name = f"{door.juror.user['fullname']}, Universidad"
    assert f'<option value="{door.juror.id}">{name}</option>' in page
    sent = door.post(
        juror_id=door.juror.id, entry_id=door.entry["id"], detail="Cousins"
    )
    assert sent.status_code == 303
    (row,) = door.contest.act("merit_conflict_list", edition_id=door.edition["id"])
    assert (row["state"], row["said"]) == ("reported", "Cousins")


def test_what_is_missing_is_said_and_nothing_is_lost(door: Door):
    """The form comes back with what was typed."""
    page = door.post(entry_id=door.entry["id"], detail="Cousins")
    assert page.status_code == 400
    assert "Juror" in page.body
    assert "Cousins</textarea>" in page.body


def test_a_stranger_signs_in_first(door: Door):
    """Reports have an author."""
    answer = door.app.get(f"{door.root}/conflict", follow_redirects=False)
    assert (answer.status_code, "/user/login" in answer.location) == (302, True)


def test_a_jury_that_is_not_public_is_not_listed(app: Any, contest: Contest):
    """The page tells no names, and whom to write to instead."""
    door = Door(app, contest, RULES)
    page = door.get().body
    assert door.juror.user["fullname"] not in page
    assert '<form method="post"' not in page
