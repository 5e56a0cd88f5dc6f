"""The pictures of the guides, and how each is taken; runs in a CKAN environment."""

from __future__ import annotations

import argparse
import json
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page, sync_playwright

_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
_RUNNING = "/contests/premio-andara/2026"
_FINISHED = "/contests/premio-andara/2025"
_MARGIN = 12
_PHONE = 360
_COLOURS = 32


@dataclass(frozen=True)
class Picture:
    """One picture of a page.

    Attributes:
        name: Of its file.
        account: Who looks at the page; empty: somebody without an account.
        path: Address of the page.
        steps: CSS of what to click from there, one after the other; boxes are ticked.
        top: CSS of the uppermost thing in it.
        height: Pixels at most.
        width: Of the window.
    """

    name: str
    account: str
    path: str
    steps: tuple[str, ...] = ()
    top: str = ".merit-page h1"
    height: int = 600
    width: int = 1280


_SECRETARY, _ENTITY, _JUROR = "demo-secretaria", "demo-entidad1-admin", "demo-jurado2"
_OFFICE = f"{_RUNNING}/office"
_CHOSEN = "tr:has-text('Ministerio de Salud') a"
_STANDING = "a[href$='/standing']"
PICTURES = (
    Picture("office", _SECRETARY, _OFFICE),
    Picture("screening", _SECRETARY, f"{_OFFICE}/entries?state=admitted", (_CHOSEN,)),
    Picture(
        "evidence-decision", _SECRETARY, f"{_OFFICE}/evidence", ("th a",), height=760
    ),
    Picture("coverage", _SECRETARY, f"{_OFFICE}/jury/coverage"),
    Picture(
        "diagnostics",
        _SECRETARY,
        f"{_FINISHED}/office/results",
        ("th a",),
        top="#diagnostics",
    ),
    Picture("appeal", _SECRETARY, f"{_OFFICE}/appeals", ("th a",)),
    Picture("quality", "", "/dataset/gasto-en-medicamentos-esenciales/quality"),
    Picture("entry", _ENTITY, f"{_RUNNING}/enrol", ("section a",)),
    Picture(
        "evidence", _ENTITY, f"{_RUNNING}/enrol", ("section a", "a[href$='/evidence']")
    ),
    Picture(
        "standing",
        _ENTITY,
        f"{_RUNNING}/enrol",
        ("section a", _STANDING, "input[name=fix]", "form[method=get] .btn-primary"),
    ),
    Picture("queue", _JUROR, f"{_RUNNING}/jury"),
    Picture("desk", _JUROR, f"{_RUNNING}/jury", (_CHOSEN,), height=760),
    Picture(
        "desk-phone", _JUROR, f"{_RUNNING}/jury", (_CHOSEN,), "#scores", width=_PHONE
    ),
    Picture("results", "", f"{_FINISHED}/results"),
)


def main() -> None:
    """Take the pictures of the portal at --url."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--accounts", required=True, type=Path)
    parser.add_argument("--folder", required=True, type=Path)
    parser.add_argument("--language", default="en")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    passwords = {
        row["name"]: row["password"] for row in json.loads(options.accounts.read_text())
    }
    options.folder.mkdir(parents=True, exist_ok=True)
    with _browser() as browser:
        for account in dict.fromkeys(picture.account for picture in PICTURES):
            wanted = [
                picture
                for picture in PICTURES
                if picture.account == account
                and picture.name in (options.names or [picture.name])
            ]
            if wanted:
                page = _entered(browser, options.url, account, passwords)
                for picture in wanted:
                    file = options.folder / f"{picture.name}.png"
                    file.write_bytes(_taken(page, picture, options.language))
                    print(f"{file.name}: {file.stat().st_size // 1000} kB")
                page.context.close()


@contextmanager
def _browser() -> Generator[Browser, None, None]:
    chosen = os.environ.get("MERIT_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chosen, args=_FLAGS)
        yield browser
        browser.close()


def _entered(
    browser: Browser, url: str, account: str, passwords: dict[str, str]
) -> Page:
    """A page of somebody who has signed in, unless without an account."""
    page = browser.new_context(base_url=url, locale="en-GB").new_page()
    if account:
        page.goto("/user/login")
        page.fill("#field-login", account)
        page.fill("#field-password", passwords[account])
        page.click("form:has(#field-password) button[type=submit]")
        page.wait_for_url(lambda address: "/user/login" not in address)
    return page


def _taken(page: Page, picture: Picture, language: str) -> bytes:
    page.set_viewport_size({"width": picture.width, "height": 900})
    page.goto(f"/{language}{picture.path}")
    for step in picture.steps:
        thing = page.locator(f"#content {step}").first
        if step.startswith("input"):
            thing.check()
        else:
            with page.expect_navigation():
                thing.click()
    return _reduced(page.screenshot(full_page=True, clip=_clip(page, picture)))


def _reduced(picture: bytes) -> bytes:
    """The picture with the few colours that a page needs."""
    found, small = Image.open(BytesIO(picture)).convert("RGB"), BytesIO()
    found.quantize(_COLOURS, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def _clip(page: Page, picture: Picture) -> FloatRect:
    """From the uppermost thing to the end of the page's own part, or less."""
    # An address with an anchor may still be scrolling.
    page.evaluate("window.scrollTo({top: 0, behavior: 'instant'})")
    whole = page.locator(".merit-page").first.bounding_box()
    first = page.locator(picture.top).first.bounding_box()
    if whole is None or first is None:
        raise RuntimeError(f"{picture.name}: nothing is shown at {page.url}")
    left, top = max(0, whole["x"] - _MARGIN), first["y"] - _MARGIN
    return {
        "x": left,
        "y": max(0, top),
        "width": min(picture.width - left, whole["width"] + 2 * _MARGIN),
        "height": min(whole["y"] + whole["height"] - top, picture.height),
    }


if __name__ == "__main__":
    main()
