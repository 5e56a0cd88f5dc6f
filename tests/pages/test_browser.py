"""The main path in a real browser, in Spanish, on a phone and on a desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ckan.tests import factories
from ckan.tests.helpers import call_action

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

PASSWORD = "a long enough word"


def shot(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=str(folder / f"{name}.png"), full_page=True)


def score(page: Page) -> float:
    text = page.locator(".merit-score-number").inner_text()
    return float(text.split()[0].replace(",", "."))


@pytest.mark.parametrize("width", [360, 1280])
def test_a_citizen_finds_good_data(
    page: Page, publish: Callable[..., Any], tmp_path: Path, width: int
):
    """Search, filter by badge, open the dataset, read why: all without an account."""
    publish(title="Camas de hospital por día", notes="")
    good = publish(
        title="Distritos sanitarios de la provincia",
        tags=[{"name": name} for name in ("salud", "distritos", "mapas")],
        maintainer_email="datos@salud.test",
        extras=[
            {"key": "frequency", "value": "annual"},
            {"key": "theme", "value": "HEAL"},
            {"key": "spatial", "value": "PE"},
            {"key": "temporal", "value": "2019-01-01/2024-12-31"},
        ],
    )
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/es/dataset/")
    facet = page.locator(".nav-facet a", has_text="Plata")
    page.goto(str(facet.get_attribute("href")))
    expect(page.locator(".dataset-heading a")).to_have_text(good["title"])
    expect(page.locator(".merit-item")).to_contain_text("Plata")
    shot(page, tmp_path, "search")
    page.locator(".dataset-heading a").click()
    expect(page.locator(".merit-summary")).to_contain_text("Calidad de los metadatos")
    shot(page, tmp_path, "dataset")
    page.locator(".merit-summary a").click()
    expect(page.locator(".merit-page h1")).to_contain_text(good["title"])
    shot(page, tmp_path, "quality")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["", "/league", "/methodology"])
def test_portal_pages_fit_a_phone(
    page: Page, publish: Callable[..., Any], tmp_path: Path, path: str
):
    """No page about the portal scrolls sideways at 360 pixels."""
    publish()
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"/es/quality{path}")
    shot(page, tmp_path, "portal")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


BROKEN_WORDS = """() => {
  const broken = [];
  for (const cell of document.querySelectorAll('.merit-table thead th')) {
    const text = cell.firstChild;
    for (const found of text.data.matchAll(/[^ ]+/g)) {
      const range = document.createRange();
      range.setStart(text, found.index);
      range.setEnd(text, found.index + found[0].length);
      if (range.getClientRects().length > 1) broken.push(found[0]);
    }
  }
  return broken;
}"""


def test_columns_are_wide_enough_for_their_words(
    page: Page, publish: Callable[..., Any]
):
    """No heading of the league is broken inside a word to make place for others."""
    publish(title="Camas de hospital por día")
    page.set_viewport_size({"width": 800, "height": 800})
    page.goto("/es/quality/league")
    expect(page.locator("thead th").first).to_be_visible()
    assert page.evaluate(BROKEN_WORDS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 800


def test_an_editor_raises_a_score(
    page: Page,
    entity: Any,
    publish: Callable[..., Any],
    sign_in: Callable[[Page, str, str], None],
    tmp_path: Path,
):
    """A fix's link opens the form at the field; after saving, a new check shows it."""
    dataset = publish()
    editor = factories.User(password=PASSWORD)
    call_action(
        "organization_member_create",
        id=entity.organization["id"],
        username=editor["name"],
        role="editor",
    )
    sign_in(page, editor["name"], PASSWORD)
    page.goto(f"/es/dataset/{dataset['name']}/quality")
    before = score(page)
    page.locator("#R4 a.btn").click()
    expect(page).to_have_url(re.compile("#field-maintainer-email$"))
    page.fill("#field-maintainer-email", "datos@salud.test")
    page.locator("button.btn-primary[name=save]").click()
    page.goto(f"/es/dataset/{dataset['name']}/quality")
    page.locator("form button.btn-sm").click()
    expect(page.locator(".flash-messages")).to_contain_text("se revisó de nuevo")
    shot(page, tmp_path, "raised")
    assert score(page) > before
