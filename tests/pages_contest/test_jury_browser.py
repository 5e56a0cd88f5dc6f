"""A juror's whole way in a real browser: in Spanish, with the keyboard, on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.contest.people import Contest

from ckan.model.types import make_uuid
from ckan.tests import factories

SignIn = Callable[[Page, str, str], None]
PASSWORD = "a long enough word"
RULES = """
merit: 1
id: premio
policy: {others: after_own}
root:
  of:
  - code: licence
    title: {es: Licencia abierta, en: Open licence}
    help: {es: Mire cada conjunto de datos., en: Look at each dataset.}
    scale: [0, 10]
    descriptors: {0: {es: Ninguno}, 10: {es: 'Todos, con su texto'}}
    panel: {quorum: 1}
  - code: format
    title: {es: Formatos, en: Formats}
    levels: {bajo: 0, medio: 0.5, alto: 1}
    descriptors: {bajo: {es: Solo PDF}, medio: {es: Hojas de cálculo}, alto: {es: CSV}}
    panel: {quorum: 1}
"""
WIDEST = """[...document.querySelectorAll('.merit-page, .merit-page *')]
    .reduce((most, item) => Math.max(most, item.getBoundingClientRect().right), 0)"""


@pytest.fixture
def jury(clean_db: None) -> dict[str, Any]:
    """A published edition, somebody invited to its jury, five entries."""
    contest = Contest()
    edition = contest.ready(title="Premio de datos 2026")
    contest.rules(edition["id"], RULES)
    contest.phase(edition["id"], "jury", -0.1, 5)
    edition = contest.act("merit_edition_publish", id=edition["id"])
    name = make_uuid()
    user = factories.User(name=name, email=f"{name}@gmail.com", password=PASSWORD)
    juror = contest.juror(edition["id"], who=user, state="invited")
    path = f"/es/contests/{contest.programme['name']}/{edition['slug']}/jury"
    entries = [contest.entered(edition["id"]) for _ in range(5)]
    return {
        "contest": contest,
        "edition": edition,
        "juror": juror,
        "user": user,
        "path": path,
        "entries": entries,
    }


def shot(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=str(folder / f"{name}.png"), full_page=True)


def press(page: Page, key: str) -> None:
    """Do what the access key does; a browser without a window has no such keys."""
    page.locator(f".merit-page [accesskey='{key}']").focus()
    page.keyboard.press("Enter")


def go(page: Page, key: str) -> None:
    """Do what leads to another page, and wait for that page."""
    with page.expect_navigation():
        press(page, key)


def to_scores(page: Page) -> None:
    """Go to the first score, as the page says."""
    press(page, "1")
    expect(page.locator("#scores")).to_be_focused()
    page.keyboard.press("Tab")


def accept(page: Page, folder: Path) -> None:
    """Find the invitation, and make both declarations."""
    page.goto("/es/contests/jury")
    page.get_by_role("link", name="Premio de datos 2026").click()
    shot(page, folder, "invitation")
    page.locator("#field-confidentiality").check()
    page.locator("#field-no_conflict").check()
    page.locator("button[value=accept]").click()


def test_a_juror_reviews_with_the_keyboard(
    page: Page, sign_in: SignIn, jury: dict[str, Any], tmp_path: Path
):
    """Accepts; scores three entries, abstains once, recuses once; submits."""
    sign_in(page, jury["user"]["name"], PASSWORD)
    accept(page, tmp_path)
    expect(page).to_have_url(re.compile(re.escape(jury["path"]) + "$"))
    contest, juror = jury["contest"], jury["juror"]
    for entry in jury["entries"]:
        contest.assigned(juror, entry)
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("tbody tr")).to_have_count(5)
    shot(page, tmp_path, "queue")
    go(page, "n")
    for value in ("7,5", "0"):
        to_scores(page)
        page.keyboard.type(value)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        shot(page, tmp_path, f"desk-{value}")
        go(page, "n")
        expect(page.locator(".alert-success")).to_be_visible()
    to_scores(page)
    page.keyboard.press("Tab")
    page.keyboard.type("No pude abrir los archivos")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    go(page, "n")
    expect(page.locator(".alert-success")).to_be_visible()
    page.locator("a[href$='/recuse']").click()
    page.locator("input[value=conflict]").check()
    page.locator("#field-reason").fill("Trabajé allí el año pasado")
    page.locator("#field-confirm").check()
    shot(page, tmp_path, "recuse")
    page.locator("button.btn-danger").click()
    expect(page.locator("tbody tr")).to_have_count(4)
    links = page.locator("tbody th a").all()
    for address in [str(link.get_attribute("href")) for link in links]:
        page.goto(address)
        filled = page.locator("[name='score:licence'], [id^=reason-]")
        if any(field.input_value() for field in filled.all()):
            go(page, "e")
            expect(page).to_have_url(re.compile("/submit$"))
            shot(page, tmp_path, "submit")
            go(page, "e")
            expect(page.locator(".alert-success")).to_be_visible()
    page.goto(jury["path"])
    expect(page.locator("#progress")).to_have_text("3 de 4 enviadas")
    shot(page, tmp_path, "done")
    mine = juror.act("merit_sheet_list", edition_id=jury["edition"]["id"])
    scores = [task["review"]["scores"] for task in mine if task["review"]]
    reason = {"abstain": "No pude abrir los archivos"}
    assert {str(item["licence"]) for item in scores} == {"7.5", "0", str(reason)}


@pytest.mark.parametrize("width", [360, 1280])
def test_jurors_pages_fit(
    page: Page, sign_in: SignIn, jury: dict[str, Any], tmp_path: Path, width: int
):
    """No page scrolls sideways, whatever was submitted."""
    contest, user = jury["contest"], jury["user"]
    juror = contest.juror(jury["edition"]["id"])
    waiting = jury["juror"].id
    jury["juror"].act(
        "merit_juror_accept", id=waiting, confidentiality=True, no_conflict=True
    )
    tasks = [contest.assigned(jury["juror"], entry) for entry in jury["entries"]]
    other = contest.assigned(juror, jury["entries"][0])
    juror.review(other, "5", "medio")
    jury["juror"].review(tasks[0], "7", "alto")
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, user["name"], PASSWORD)
    key = tasks[1]["id"]
    paths = (
        *("", f"/{key}", f"/{tasks[0]['id']}", f"/{key}/recuse", "/sheets"),
        *("/sheets?filled=1", "/import"),
    )
    for number, path in enumerate(paths):
        page.goto(jury["path"] + path)
        shot(page, tmp_path, f"{width}-{number}")
        assert page.evaluate(WIDEST) <= width, path
