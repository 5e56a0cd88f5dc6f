"""An entity's whole way in a real browser: in Spanish, also on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.award.catalogue import publish
from tests.award.people import PDF, Award, submit, value
from tests.contest.people import Entity, iso, person

import ckantoolkit as tk
from ckan.model.types import make_uuid
from ckan.tests import factories

SignIn = Callable[[Page, str, str], None]
PASSWORD = "a long enough word"
RULES = """
merit: 1
id: premio
title: {es: Bases, en: Rules}
enrolment:
  letter: true
  roles: [head, data_officer]
  declarations:
  - {code: terms, title: {es: Aceptamos las bases., en: We accept the rules.}}
root:
  of:
  - code: plan
    source: evidence
    missing: zero
    title: {es: Plan de datos abiertos, en: Open data plan}
    help: {es: "¿Hay un plan aprobado?", en: "Is there an approved plan?"}
    levels: {ninguno: 0, parcial: 0.5, completo: 1}
  - code: licences
    source: auto
    metric: open_licences
    title: {es: Licencias abiertas, en: Open licences}
    goalposts: [0, 1]
"""
WIDEST = """[...document.querySelectorAll('.merit-page, .merit-page *')]
    .reduce((most, item) => Math.max(most, item.getBoundingClientRect().right), 0)"""


class Premio(Award):
    """An award with a criterion of evidence and one that machines measure."""

    def rules(self, edition_id: str, source: str = RULES) -> dict[str, Any]:
        """Put our rules in force."""
        return super().rules(edition_id, source)


@pytest.fixture
def award(clean_db: None, clean_index: None) -> Premio:
    """A programme of its own."""
    return Premio()


def official(entity: Entity) -> dict[str, Any]:
    """Make somebody who administers the organisation and can sign in."""
    name = make_uuid()
    email = f"{name}@gmail.com"
    user = factories.User(
        name=name, email=email, password=PASSWORD, fullname="Ana Quispe"
    )
    tk.get_action("organization_member_create")(
        {"ignore_auth": True, "user": entity.contest.sysadmin["name"]},
        {"id": entity.id, "username": name, "role": "admin"},
    )
    return user


def shot(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=str(folder / f"{name}.png"), full_page=True)


def pdf(folder: Path, name: str) -> str:
    """Make a file to choose."""
    path = folder / name
    path.write_bytes(PDF)
    return str(path)


def enrol(page: Page, folder: Path) -> None:
    """From the award's page to the receipt."""
    page.get_by_role("link", name="Participar").click()
    page.locator("input[type=radio]").check()
    shot(page, folder, "1-enrol")
    page.get_by_role("button", name="Comenzar la inscripción").click()
    for number, name in enumerate(("Ana Quispe", "Luz Rojas")):
        page.locator(f"#field-team-{number}-name").fill(name)
        page.locator(f"#field-team-{number}-email").fill("datos@muni.gob.pe")
    page.locator("#field-letter").set_input_files(pdf(folder, "carta.pdf"))
    shot(page, folder, "2-form")
    page.get_by_label("Aceptamos las bases.").check()
    page.get_by_role("button", name="Guardar y revisar").click()
    shot(page, folder, "3-preview")
    page.locator(".merit-page button.btn-primary").click()
    expect(page.locator("code").first).to_have_text(re.compile("^[0-9a-f]{64}$"))
    shot(page, folder, "4-receipt")


def give(page: Page, folder: Path) -> None:
    """A file for the plan, submitted."""
    page.get_by_role("link", name="Presentar evidencias").click()
    shot(page, folder, "5-evidence")
    page.locator("section a.btn-primary").click()
    page.locator("#field-claimed").select_option("completo")
    page.locator("#field-kind").select_option("file")
    page.locator("#field-upload").set_input_files(pdf(folder, "plan.pdf"))
    shot(page, folder, "6-piece")
    page.get_by_role("button", name="Guardar y pasar al envío").click()
    shot(page, folder, "7-submit")
    page.locator(".merit-page button.btn-primary").click()
    expect(page.locator(".merit-band").first).to_have_text("Enviada")


def test_an_entity_enrols_gives_evidence_and_reads_its_standing(
    page: Page, sign_in: SignIn, award: Premio, tmp_path: Path
):
    """In Spanish, with a letter and a file; then what fixing a licence would give."""
    edition = award.published(title="Premio de datos 2026")
    entity = award.entity()
    user = official(entity)
    good = publish(entity)
    closed = publish(entity, "Cerrado", license_id="notspecified")
    ids = [good["id"], closed["id"]]
    tk.get_action("merit_quality_assess")({"ignore_auth": True}, {"ids": ids})
    sign_in(page, user["name"], PASSWORD)
    page.goto(f"/es/contests/{award.programme['name']}/{edition['slug']}")
    enrol(page, tmp_path)
    page.locator("p.merit-actions a").click()
    shot(page, tmp_path, "4b-dashboard")
    give(page, tmp_path)
    page.goto(page.url.removesuffix("/evidence"))
    page.get_by_role("link", name="Cómo vamos").click()
    shot(page, tmp_path, "8-standing")
    expect(page.locator(".merit-page")).to_contain_text("25,00 de 50")
    page.get_by_label("Cerrado").check()
    page.locator(".merit-page button.btn-primary").click()
    expect(page.locator("#whatif")).to_contain_text("25,00 → 50,00")
    shot(page, tmp_path, "9-whatif")
    entry_id = page.url.partition("/entry/")[2].partition("/")[0]
    (row,) = entity.act("merit_award_evidence_list", entry_id=entry_id)
    assert (row["state"], row["file"]["name"]) == ("submitted", "plan.pdf")
    award.act("merit_award_evidence_accept", id=row["id"], level="completo")
    assert value({"id": entry_id}) == "completo"


@pytest.mark.parametrize("width", [360, 1280])
def test_the_entitys_pages_fit(
    page: Page, sign_in: SignIn, award: Premio, tmp_path: Path, width: int
):
    """No page scrolls sideways, whatever was written."""
    edition = award.published(title="Premio de datos 2026")
    entry = award.enrolled(edition["id"])
    user = official(entry["entity"])
    long = "https://muni.gob.pe/" + "x" * 200
    row = submit(entry, kind="url", reference=long, claimed="completo", note="n" * 90)
    award.act(
        "merit_award_evidence_return",
        id=row["id"],
        reason="Firme " + "y" * 120,
        due_at=iso(2),
    )
    rejected = submit(entry, reference="Resolución 5", claimed="completo")
    award.act("merit_award_evidence_reject", id=rejected["id"], reason="Vencida")
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, user["name"], PASSWORD)
    root = f"/es/contests/{award.programme['name']}/{edition['slug']}"
    own = f"{root}/entry/{entry['id']}"
    paths = (
        *(own, f"{own}/preview", f"{own}/receipt", f"{own}/withdraw"),
        *(f"{own}/representative", f"{own}/evidence", f"{own}/evidence/{row['id']}"),
        *(f"{own}/evidence/new?criterion=plan", f"{own}/standing", f"{own}/appeal"),
        f"{root}/enrol",
    )
    for number, path in enumerate(paths):
        page.goto(path)
        shot(page, tmp_path, f"{width}-{number}")
        assert (path, page.evaluate(WIDEST) <= width) == (path, True)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_office_of_evidence_fits(
    page: Page, sign_in: SignIn, award: Premio, tmp_path: Path, width: int
):
    """The list and a piece, for the secretariat."""
    edition = award.published(title="Premio de datos 2026")
    row = submit(award.enrolled(edition["id"]), claimed="completo", note="n" * 90)
    user = person()
    boss = factories.User(
        name=make_uuid(), password=PASSWORD, email=user["email"] + "x"
    )
    tk.get_action("merit_secretariat_appoint")(
        {"ignore_auth": True, "user": award.sysadmin["name"]},
        {"programme_id": award.programme["id"], "user": boss["name"]},
    )
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, boss["name"], PASSWORD)
    root = f"/es/contests/{award.programme['name']}/{edition['slug']}"
    for number, path in enumerate(("", f"/{row['id']}")):
        page.goto(f"{root}/office/evidence{path}")
        shot(page, tmp_path, f"office-{width}-{number}")
        assert page.evaluate(WIDEST) <= width, path
