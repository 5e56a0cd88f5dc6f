"""The test portal is a real CKAN: database, index, sign-in and browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from ckan import model
from ckan.tests import factories


@pytest.mark.usefixtures("clean_db", "clean_index")
def test_a_dataset_is_found_through_the_index(app: Any):
    """What is created through the actions is found by the search page."""
    dataset = factories.Dataset(title="Canoe rentals")
    page = app.get("/dataset/?q=canoe")
    assert (page.status_code, dataset["title"] in page.body) == (200, True)


@pytest.mark.usefixtures("non_clean_db")
def test_as_user_signs_a_request_in(
    app: Any, as_user: Callable[[dict[str, Any]], dict[str, str]]
):
    """The headers of `as_user` act with this user's rights."""
    sysadmin, user = factories.Sysadmin(), factories.User()
    answers = [
        app.get("/ckan-admin/config", headers=as_user(each)).status_code
        for each in (sysadmin, user)
    ]
    assert answers == [200, 403]


def test_clean_db_makes_the_tables_of_merit(clean_db: None):
    """The migration chain of `merit` has been run on the empty database."""
    heads = model.Session.execute(sa.text("SELECT count(*) FROM merit_alembic_version"))
    assert heads.scalar() == 1


@pytest.mark.usefixtures("clean_db", "clean_index")
def test_a_person_signs_in_with_a_browser(
    page: Page, sign_in: Callable[[Page, str, str], None]
):
    """CKAN's own login form works in Chromium against the live portal."""
    user = factories.User(password="a long enough word")
    sign_in(page, user["name"], "a long enough word")
    assert page.locator(".account .username").inner_text() == user["display_name"]
