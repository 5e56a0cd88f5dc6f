"""The secretariat's way in a real browser, in Spanish, with the forms alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from tests.contest.people import RULES, Contest, call, person

from ckan.model.types import make_uuid
from ckan.tests import factories

SignIn = Callable[[Page, str, str], None]
PASSWORD = "a long enough word"
ZONE = ZoneInfo("America/Lima")
WIDEST = """[...document.querySelectorAll('.merit-page, .merit-page *')]
    .filter(item => !item.closest('.merit-scroll') && !item.closest('.merit-lines'))
    .reduce((most, item) => Math.max(most, item.getBoundingClientRect().right), 0)"""


def account(**values: Any) -> dict[str, Any]:
    """A user who can sign in."""
    name = make_uuid()
    email = f"{name}@gmail.com"
    return factories.User(name=name, email=email, password=PASSWORD, **values)


def local(days: int) -> str:
    """Some days from now, as the field of a form takes it."""
    when = datetime.now(timezone.utc) + timedelta(days=days)
    return when.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


def confirm(page: Page, button: str) -> None:
    """Tick the box, and do it."""
    page.locator("#field-confirm").check()
    page.get_by_role("button", name=button, exact=True).click()


@pytest.fixture
def secretary(clean_db: None) -> dict[str, Any]:
    """A programme whose secretariat can sign in."""
    sysadmin, user = factories.Sysadmin(), account()
    programme = call(
        "merit_programme_create", sysadmin, name="premio", title={"es": "Premio"}
    )
    data = {"programme_id": programme["id"], "user": user["name"]}
    call("merit_secretariat_appoint", sysadmin, **data)
    return user


def test_an_edition_from_nothing_to_a_screened_entry(
    page: Page, sign_in: SignIn, secretary: dict[str, Any]
) -> None:
    """Calendar, category, rules, publish; then an entity's entry is admitted."""
    sign_in(page, secretary["name"], PASSWORD)
    page.goto("/es/contests/office")
    page.get_by_role("link", name="Premio").click()
    page.get_by_role("link", name="Nueva edición").click()
    page.locator("#field-title_es").fill("Premio 2026")
    page.locator("#field-slug").fill("2026")
    page.get_by_role("button", name="Crear la edición").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Qué está pendiente")
    assert page.url.endswith("/es/contests/premio/2026/office")

    page.get_by_role("link", name="Calendario", exact=True).last.click()
    page.locator("#field-kind").select_option("enrolment")
    page.locator("#field-opens_at").fill(local(-1))
    page.locator("#field-closes_at").fill(local(10))
    page.get_by_role("button", name="Agregar la fase").click()
    expect(
        page.locator("main, .primary").get_by_text("Inscripción").first
    ).to_be_visible()

    page.goto("/es/contests/premio/2026/office/categories/new")
    page.locator("#field-title_es").fill("Todas")
    page.locator("#field-code").fill("all")
    page.locator(".merit-page form button[type=submit]").click()
    expect(page.get_by_role("row", name="Todas")).to_be_visible()

    page.goto("/es/contests/premio/2026/office/rules/new")
    page.locator("#field-source").fill("merit: 1\nid: x\nroot: 5\n")
    page.get_by_role("button", name="Revisar y guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("Línea 3")
    page.locator("#field-source").fill(RULES)
    page.get_by_role("button", name="Revisar y guardar").click()
    page.get_by_role("link", name="Poner en vigencia").click()
    confirm(page, "Poner en vigencia")

    page.goto("/es/contests/premio/2026/office")
    page.get_by_role("link", name="Publicar la edición").click()
    confirm(page, "Publicar la edición")
    expect(page.get_by_text("La edición fue publicada.")).to_be_visible()

    entry = entered()
    page.goto("/es/contests/premio/2026/office")
    page.get_by_role("link", name="Postulaciones con admisibilidad pendiente").click()
    page.get_by_role("link", name=entry["title"]).click()
    page.get_by_role("link", name=re.compile("^Admitir")).click()
    page.get_by_role("button", name="Admitir", exact=True).click()
    shown = call("merit_entry_show", secretary, id=entry["id"])
    assert shown["state"] == "admitted"
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ("", "/calendar", "/categories", "/rules", "/entries", "/audit"):
        page.goto(f"/es/contests/premio/2026/office{path}")
        assert (path, page.evaluate(WIDEST) <= 360) == (path, True)


def entered() -> dict[str, Any]:
    """An entity enters the edition by itself."""
    admin = person()
    organization = factories.Organization(
        title="Municipalidad de Prueba",
        users=[{"name": admin["name"], "capacity": "admin"}],
    )
    edition = call("merit_edition_show", None, id="premio/2026")
    entry = call(
        "merit_entry_prepare",
        admin,
        edition_id=edition["id"],
        category_id=edition["categories"][0]["id"],
        organization_id=organization["id"],
        draft={"plan": "x"},
    )
    call("merit_entry_submit", admin, id=entry["id"])
    return entry


def test_from_a_run_to_provisional_results(
    page: Page, sign_in: SignIn, clean_db: None
) -> None:
    """Computed, approved by the secretary and by the chair, published."""
    contest = Contest()
    people = {role: account() for role in ("secretariat", "chair")}
    edition = contest.scored(("9", "1"), ("5", "8"))
    call(
        "merit_secretariat_appoint",
        contest.sysadmin,
        programme_id=contest.programme["id"],
        user=people["secretariat"]["name"],
    )
    contest.act(
        "merit_role_grant",
        programme_id=contest.programme["id"],
        user=people["chair"]["name"],
        role="chair",
    )
    root = f"/es/contests/{contest.programme['name']}/{edition['slug']}/office"
    sign_in(page, people["secretariat"]["name"], PASSWORD)
    page.goto(f"{root}/results")
    page.get_by_role("button", name="Calcular", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cálculo 1")
    run = page.url
    approve(page, run)
    sign_out(page)
    sign_in(page, people["chair"]["name"], PASSWORD)
    approve(page, run)
    sign_out(page)
    sign_in(page, people["secretariat"]["name"], PASSWORD)
    page.goto(run)
    page.get_by_role("link", name="Publicar los resultados").click()
    page.locator("#field-kind").select_option("provisional")
    confirm(page, "Publicar los resultados")
    expect(page.get_by_text("Los resultados fueron publicados.")).to_be_visible()
    expect(page.get_by_text("1. Resultados preliminares")).to_be_visible()
    page.goto(f"{run}/record")
    shown = call("merit_publication_list", None, edition_id=edition["id"])
    expect(page.get_by_text(shown[0]["sha256"])).to_be_visible()


def approve(page: Page, run: str) -> None:
    """Look at the run, and approve it."""
    page.goto(run)
    page.get_by_role("link", name="Aprobar el cálculo").click()
    confirm(page, "Aprobar el cálculo")
    expect(page.get_by_role("heading", level=1)).to_have_text("Resultados")


def sign_out(page: Page) -> None:
    """Forget who is signed in."""
    page.context.clear_cookies()
