"""Long lists of the office come in pages."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from tests.contest.people import Contest, holder
from tests.pages_contest.office import Office
from tests.pages_contest.public_kit import words

from ckanext.merit.pages import frame, office_results


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows make a page."""
    monkeypatch.setattr(frame, "PER_PAGE", 2)
    monkeypatch.setattr(office_results, "LATEST", 1)


def rows(answer: Any) -> list[str]:
    """The rows of the page's table, as text."""
    assert answer.status_code == 200
    page = BeautifulSoup(answer.body, "lxml").select_one(".merit-page")
    return [words(row) for row in page.select("tbody tr")]


def test_people(app: Any, contest: Contest):
    """All roles of a programme, two at a time; none is on two pages."""
    observers = [holder(contest.programme["id"], "observer") for _ in range(3)]
    office = Office(app, contest, contest.draft())
    office.root = f"/contests/office/{contest.programme['name']}/people"
    parts = [rows(office.get(f"?page={number}")) for number in (1, 2, 3)]
    assert [len(part) for part in parts] == [2, 2, 1]
    text = " ".join(row for part in parts for row in part)
    people = [*observers, contest.secretary, contest.chair]
    assert [text.count(person["name"]) for person in people] == [1] * 5


def test_versions_of_the_rules(app: Any, contest: Contest):
    """Latest first."""
    edition = contest.draft()
    for _ in range(3):
        contest.rules(edition["id"])
    office = Office(app, contest, edition)
    parts = [rows(office.get(f"/rules?page={number}")) for number in (1, 2)]
    assert [row.split(" In")[0].split(" Su")[0] for part in parts for row in part] == [
        "Version 3",
        "Version 2",
        "Version 1",
    ]


def test_publications(app: Any, contest: Contest):
    """The latest with the runs, all of them on a page of their own."""
    edition = contest.final(("7", "5"))
    office = Office(app, contest, edition)
    shown = office.get("/results")
    assert "All publications" in shown.body
    assert [row[:2] for row in rows(shown)][-1] == "2."
    assert [row[:2] for row in rows(office.get("/publications"))] == ["2.", "1."]
    assert office.get("/publications", contest.entity().admin).status_code == 403
