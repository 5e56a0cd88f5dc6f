"""What all pages of an edition share."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contest.people import Contest, call

from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("clean_db")


def address(edition: dict[str, Any], path: str = "") -> str:
    shown = call("merit_edition_list", None)["results"]
    (name,) = {row["programme"]["name"] for row in shown if row["id"] == edition["id"]}
    return f"/contests/{name}/{edition['slug']}{path}"


def test_a_published_edition_has_a_page(app: Any):
    """Everybody finds it in the list and can open it."""
    edition = Contest().published()
    listed = app.get("/contests")
    assert listed.status_code == 200
    assert address(edition) in listed.body
    assert app.get(address(edition)).status_code == 200


def test_a_portal_without_contests_says_so(app: Any):
    """An empty list is no empty page."""
    assert "No contest has been published yet." in app.get("/contests").body


def test_a_draft_is_not_found(app: Any, as_user: Any):
    """Drafts exist for those who write them only; unknown editions for nobody."""
    contest = Contest()
    edition = contest.draft()
    name = call("merit_programme_list", None)["results"][0]["name"]
    path = f"/contests/{name}/{edition['slug']}"
    stranger = as_user(factories.User())
    assert app.get(path).status_code == 404
    assert app.get(path, headers=stranger).status_code == 404
    assert app.get(f"/contests/{name}/no-such").status_code == 404
    assert app.get("/contests/no-such/no-such").status_code == 404


def test_access_names_what_roles_permit():
    """Anonymous may look; the secretariat may edit, and never score."""
    contest = Contest()
    edition = contest.published()
    nobody = call("merit_edition_access_show", None, id=edition["id"])
    assert nobody["roles"] == ["A"]
    assert "edit_edition" not in nobody["acts"]
    office = contest.act("merit_edition_access_show", id=edition["id"])
    assert "S" in office["roles"]
    assert "edit_edition" in office["acts"]
    assert "score" not in office["acts"]
