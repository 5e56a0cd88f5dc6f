"""The administration page in a real browser: buttons, dialogs, small screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.merit.model import work

pytestmark = pytest.mark.usefixtures("no_work")

SignIn = Callable[[Page, str, str], None]
PASSWORD = "correct horse battery"
ADDRESS = "/ckan-admin/merit"


@pytest.fixture
def signed_in(sign_in: SignIn) -> Callable[[Page], Page]:
    def sign(page: Page) -> Page:
        sign_in(page, factories.Sysadmin(password=PASSWORD)["name"], PASSWORD)
        page.goto(ADDRESS)
        return page

    return sign


def test_pausing_asks_first(page: Page, signed_in: Callable[[Page], Page]) -> None:
    """A real browser's request passes the guard once the dialog is confirmed."""
    signed_in(page)
    page.get_by_role("button", name="Pause work").click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Paused since")).to_be_visible()
    page.get_by_role("button", name="Resume work").click()
    expect(page.get_by_role("button", name="Pause work")).to_be_visible()


def test_works_without_javascript(
    browser: Browser, live_portal: str, signed_in: Callable[[Page], Page]
) -> None:
    """Every button is a form of its own."""
    context = browser.new_context(base_url=live_portal, java_script_enabled=False)
    page = signed_in(context.new_page())
    page.get_by_role("button", name="Pause work").click()
    expect(page.get_by_text("Paused since")).to_be_visible()
    page.get_by_role("button", name="Resume work").click()
    expect(page.get_by_role("button", name="Pause work")).to_be_visible()
    context.close()


def test_fits_a_small_screen(page: Page, signed_in: Callable[[Page], Page]) -> None:
    """At 360 pixels nothing has to be scrolled sideways, however long a key is."""
    work.mark(model.Session, "test.kind", ["x" * 200, "short"])
    model.Session.commit()
    page.set_viewport_size({"width": 360, "height": 700})
    signed_in(page)
    expect(page.get_by_text("short", exact=True)).to_be_visible()
    # CKAN's own rows are a few pixels too wide; what is ours must fit.
    widest = """[...document.querySelectorAll('.merit-page, .merit-page *')]
        .reduce((most, item) => Math.max(most, item.getBoundingClientRect().right), 0)
    """
    assert page.evaluate(widest) <= 360


def test_browser_keeps_other_sites_out(
    page: Page, signed_in: Callable[[Page], Page], live_portal: str
) -> None:
    """A page of another origin that posts with the user's cookie changes nothing."""
    signed_in(page)
    foreign = live_portal.replace("127.0.0.1", "localhost")
    page.goto(f"{foreign}/about")
    page.evaluate(
        """address => {
            const form = document.createElement("form");
            form.method = "post";
            form.action = address;
            document.body.append(form);
            form.submit();
        }""",
        f"{live_portal}{ADDRESS}/pause",
    )
    page.wait_for_url(f"**{ADDRESS}/pause")
    expect(page.get_by_text("This request comes from another site")).to_be_visible()
    assert call_action("merit_work_list")["paused"] is None
