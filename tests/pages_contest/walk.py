"""People in tests who go from page to page, each in a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page, expect

from ckan import model
from ckan.tests import factories

from ckanext.merit.model.contest import Edition, Phase

__all__ = ["PASSWORD", "ROOT", "Visitor", "account", "entered", "later", "local"]

SignIn = Callable[[Page, str, str], None]
PASSWORD = "a long enough word"
ROOT = "/es/contests/premio/2026"
ZONE = ZoneInfo("America/Lima")
_ASSETS = re.compile(r"\.(css|js|woff2?|png|svg|ico)(\?|$)")
_READ = "el => el.tagName === 'SELECT'"


def account(name: str, fullname: str, **values: Any) -> dict[str, Any]:
    """Make somebody who can sign in, at a mail domain that tells nothing."""
    email = f"{name}@gmail.com"
    return factories.User(
        name=name, fullname=fullname, email=email, password=PASSWORD, **values
    )


def local(days: float) -> str:
    """Some days from now, as the field of a form takes it."""
    when = datetime.now(timezone.utc) + timedelta(days=days)
    return when.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


def later(days: float) -> None:
    """Let days pass: no test can wait for them, so the calendar moves instead.

    Only dates of phases are changed, below the actions, for all editions alike.
    """
    gone = timedelta(days=days)
    shifted = {"opens_at": Phase.opens_at - gone, "closes_at": Phase.closes_at - gone}
    known = sa.select(Edition.id)
    model.Session.execute(
        sa.update(Phase).where(Phase.edition_id.in_(known)).values(shifted),
        execution_options={"synchronize_session": False},
    )
    model.Session.commit()


class Visitor:
    """Somebody in front of a browser; every page is expected to be whole."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def main(self) -> Locator:
        """What a page says, without the portal's frame."""
        return self.page.locator(".merit-page")

    def open(self, path: str) -> None:
        """Go to an address below the edition, or to a whole one."""
        answer = self.page.goto(path if path.startswith("/es/") else ROOT + path)
        self._check(answer)

    def follow(self, link: str, *, row: str = "") -> None:
        """Follow a link by the words it begins with, perhaps in a row of a table.

        Of several with these words the last: one's own menus stand below the public's.
        """
        name = re.compile(f"^{re.escape(link)}")
        self._go(self._within(row).get_by_role("link", name=name).last)

    def press(self, button: str, *, row: str = "") -> None:
        """Press a button that leads on."""
        within = self._within(row)
        self._go(within.get_by_role("button", name=button, exact=True).first)

    def confirm(self, button: str) -> None:
        """Tick the box that asks once more, and press."""
        self.page.locator("#field-confirm").check()
        self.press(button)

    def write(self, **values: str) -> None:
        """Fill in fields by name; of a select, choose the value."""
        for name, value in values.items():
            field = self.page.locator(f"[id='field-{name.replace('__', '-')}']")
            if field.evaluate(_READ):
                field.select_option(value)
            else:
                field.fill(value)

    def tick(self, *labels: str) -> None:
        """Tick boxes by their words."""
        for label in labels:
            self.main.get_by_label(label).check()

    def give(self, field: str, file: Path) -> None:
        """Choose a file."""
        self.page.locator(f"#field-{field}").set_input_files(str(file))

    def hears(self, text: str) -> None:
        """Be told that something is done."""
        expect(self.page.locator(".alert-success")).to_contain_text(text)

    def reads(self, *texts: str) -> None:
        """Find words on the page."""
        for text in texts:
            expect(self.main).to_contain_text(text)

    def row(self, text: str) -> Locator:
        """The row of a table in which something stands."""
        return self.main.get_by_role("row").filter(has_text=text).first

    def _within(self, row: str) -> Locator:
        return self.row(row) if row else self.main

    def _go(self, what: Locator) -> None:
        """Click, and wait for the page to which it leads."""
        with self.page.expect_navigation() as leads:
            what.click()
        self._check(leads.value)

    def _check(self, answer: Any) -> None:
        """In Spanish, without an error; what is wrong is in the failure."""
        wrong = self.page.locator(".merit-errors, .alert-error, .alert-danger")
        said = wrong.all_inner_texts()
        status = answer.status if answer else None
        assert (self.page.url, status, said) == (self.page.url, 200, [])
        assert self.page.locator("html").get_attribute("lang") == "es"


def entered(browser: Browser, portal: str, sign_in: SignIn, name: str = "") -> Page:
    """Somebody opens a browser that nobody else uses, and signs in unless nameless."""
    context = browser.new_context(
        base_url=portal, locale="es-PE", java_script_enabled=False
    )
    # How pages look is another test's; here a portal of few processes serves nine.
    context.route(_ASSETS, lambda route: route.abort())
    page = context.new_page()
    page.set_default_timeout(45_000)
    if name:
        sign_in(page, name, PASSWORD)
    return page
