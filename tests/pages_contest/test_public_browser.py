"""A citizen with a phone, in Spanish: from the home page to checked results."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.contest.people import Contest
from tests.pages_contest.public_kit import RULES

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def fits(page: Page, folder: Path, name: str) -> None:
    """Keep a picture; nothing scrolls sideways."""
    page.screenshot(path=str(folder / f"{name}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_citizen_checks_the_results(page: Page, tmp_path: Path):
    """Finds the edition, reads rules and results, downloads and recomputes them."""
    contest = Contest()
    final = contest.final(
        ("10", "0"),
        ("4", "8"),
        title={"es": "Premio de Datos Abiertos"},
        summary={"es": "Reconoce a las entidades que publican datos útiles."},
    )
    winner = final["entries"][0]["title"]
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/es/contests")
    fits(page, tmp_path, "list")
    page.get_by_role("link", name="Premio de Datos Abiertos", exact=True).click()
    expect(page.locator("h1", has_text="Premio de Datos Abiertos")).to_be_visible()
    fits(page, tmp_path, "overview")
    tabs = page.locator(".merit-nav").first
    for path in ("/calendar", "/rules", "/entries", "/news", "/questions"):
        tabs.locator(f"a[href$='{path}']").click()
        expect(page.locator(".merit-page h1")).to_have_count(1)
        fits(page, tmp_path, path.strip("/"))
    tabs.locator("a[href$='/results']").click()
    first = page.locator("table tbody tr").first
    expect(first).to_contain_text(winner)
    expect(first).to_contain_text("75,00")
    fits(page, tmp_path, "results")
    first.locator("a").click()
    expect(page.locator("h1", has_text=winner)).to_be_visible()
    fits(page, tmp_path, "entry")
    page.go_back()
    with page.expect_download() as download:
        page.locator("a[href$='/bundle.json']").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    command = page.locator("code", has_text="recompute").inner_text().split()
    assert command[:4] == ["python", "-m", "ckanext.merit", "recompute"]
    assert command[4] == file.name
    done = subprocess.run(
        [sys.executable, *command[1:]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert final["run"]["digest"] in done.stdout
    expect(page.locator("dd", has_text=final["run"]["digest"])).to_be_visible()


def test_long_rules_fit_a_phone(page: Page, tmp_path: Path):
    """Levels, addresses and digests wrap."""
    contest = Contest()
    edition = contest.ready()
    contest.rules(edition["id"], RULES)
    contest.act("merit_edition_publish", id=edition["id"])
    contest.rules(edition["id"], RULES.replace("weight: 3", "weight: 4"))
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"/es/contests/{contest.programme['name']}/{edition['slug']}/rules")
    expect(page.locator("#licence")).to_contain_text("Licencia")
    fits(page, tmp_path, "rules")
