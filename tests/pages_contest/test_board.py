"""The public page of the standing by machine criteria."""

from __future__ import annotations

from typing import Any

import pytest
from tests.award.catalogue import Machines
from tests.award.test_board import Boards, running
from tests.pages_contest.public_kit import address, opened, words


@pytest.fixture
def contest(non_clean_db: None) -> Boards:
    """A programme whose rules allow it."""
    return Boards()


def test_it_says_that_it_is_no_result(app: Any, contest: Boards):
    """And when it was taken; the results page leads to it."""
    edition = running(contest, 1, 3)
    place = address(contest, edition, "/board")
    links = opened(app, address(contest, edition, "/results")).select("a")
    assert place in [link["href"] for link in links]
    page = words(opened(app, place))
    assert "This is not a result." in page
    assert "Taken" in page
    rows = opened(app, place).select("tbody tr")
    assert [words(row)[0] for row in rows] == ["1", "2"]
    assert [row.th.get_text(strip=True) for row in rows] == [
        entry["title"] for entry in reversed(edition["entries"])
    ]


def test_a_category_alone(app: Any, contest: Boards):
    """The filter keeps what was chosen; other words are no categories."""
    edition = running(contest, 1)
    place = address(contest, edition, "/board")
    chosen = opened(app, f"{place}?category=all")
    assert chosen.select_one("option[selected]")["value"] == "all"
    assert app.get(f"{place}?category=x").status_code == 404


def test_without_the_rule_there_is_no_page(app: Any, non_clean_db: None):
    """Nor a link to it."""
    contest = Machines()
    edition = running(contest, 1)
    place = address(contest, edition, "/board")
    assert app.get(place).status_code == 404
    results = app.get(address(contest, edition, "/results"))
    assert place not in results.body
