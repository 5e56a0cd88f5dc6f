"""One whole edition of an award, in the browser, in Spanish, by pages alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.award.catalogue import GOOD
from tests.award.people import PDF
from tests.pages_contest.edition_office import (
    Chair,
    Secretary,
    approves,
    founds_the_programme,
    signs,
)
from tests.pages_contest.edition_outside import Citizen, Juror, Representative
from tests.pages_contest.walk import SignIn, Visitor, account, entered, later

from ckan.tests import factories

# Some two hundred pages: a minute, and more on a machine that does other things, too.
pytestmark = pytest.mark.timeout(900)

AYNA, LIRCAY = "Municipalidad de Ayna", "Municipalidad de Lircay"


@dataclass(frozen=True)
class People:
    """Everybody who takes part; each has a browser of their own."""

    ines: Visitor
    carmen: Secretary
    elsa: Chair
    hugo: Juror
    noemi: Juror
    tomas: Juror
    ana: Representative
    luis: Representative
    citizen: Citizen


@pytest.fixture
def people(
    clean_db: None,
    clean_index: None,
    browser: Browser,
    live_portal: str,
    sign_in: SignIn,
) -> Iterator[People]:
    """People with accounts, on a portal where two entities publish data."""
    account("ines", "Inés Quiroga", sysadmin=True)
    account("carmen", "Carmen Ibarra")
    account("elsa", "Elsa Barrientos")
    account("hugo", "Hugo Salvatierra")
    account("noemi", "Noemí Achával")
    account("tomas", "Tomás Urquiza")
    account("ana", "Ana Quispe")
    account("luis", "Luis Poma")
    entity("muni-ayna", AYNA, "ana", licences=["cc-by"])
    entity("muni-lircay", LIRCAY, "luis", licences=["cc-by", "notspecified"])
    pages = {
        name: entered(browser, live_portal, sign_in, name)
        for name in ("ines", "carmen", "elsa", "hugo", "noemi", "tomas", "ana", "luis")
    }
    pages["citizen"] = entered(browser, live_portal, sign_in)
    yield People(
        **{name: _ROLES[name](page) for name, page in pages.items()},  # type: ignore[arg-type]
    )
    for page in pages.values():
        page.context.close()


_ROLES: dict[str, type[Visitor]] = {
    "ines": Visitor,
    "carmen": Secretary,
    "elsa": Chair,
    **dict.fromkeys(("hugo", "noemi", "tomas"), Juror),
    **dict.fromkeys(("ana", "luis"), Representative),
    "citizen": Citizen,
}


def entity(name: str, title: str, admin: str, *, licences: list[str]) -> None:
    """An entity with an administrator, and a dataset for each licence."""
    users = [{"name": admin, "capacity": "admin"}]
    made: dict[str, Any] = factories.Organization(name=name, title=title, users=users)
    for number, licence in enumerate(licences):
        url = f"https://{name}.gob.pe/{number}.csv"
        factories.Dataset(
            **GOOD | {"license_id": licence},
            title=f"Gasto {number}",
            owner_org=made["id"],
            resources=[{"url": url, "format": "CSV"}],
        )


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A file to choose."""
    path = tmp_path / "documento.pdf"
    path.write_bytes(PDF)
    return path


def test_a_whole_edition(people: People, paper: Path, tmp_path: Path):
    """From an empty portal to final results that anybody can compute again."""
    the_call(people)
    enrolments(people, paper)
    evidence(people, paper)
    later(days=15)
    the_jury_meets(people)
    later(days=10)
    the_jury_judges(people)
    later(days=8)
    provisional_results(people)
    an_appeal(people)
    a_correction(people)
    later(days=12)
    final_results(people)
    computed, stated = people.citizen.recomputes(tmp_path)
    assert computed == stated


def the_call(people: People) -> None:
    """From a programme without anything to a published edition."""
    founds_the_programme(people.ines, secretary="carmen")
    people.carmen.prepares_the_programme(chair="elsa")
    people.carmen.sets_up_the_edition()
    people.carmen.publishes_the_edition()


def enrolments(people: People, paper: Path) -> None:
    """One is admitted at once, the other has something to correct first."""
    people.ana.enrols(AYNA, paper)
    people.luis.enrols(LIRCAY, paper)
    people.carmen.admits(AYNA)
    people.carmen.returns(LIRCAY, "La carta no está firmada")
    people.luis.corrects("La carta no está firmada", paper)
    people.carmen.admits(LIRCAY)


def evidence(people: People, paper: Path) -> None:
    """Both claim the highest level; one shows less."""
    people.ana.claims_by_file("completo", paper)
    people.luis.claims_by_text("completo", "Resolución 5 de 2026")
    people.carmen.accepts_evidence(AYNA, "completo")
    people.carmen.accepts_evidence(LIRCAY, "parcial", "No tiene fechas.")


def the_jury_meets(people: People) -> None:
    """The catalogue is frozen; jurors accept and are given what to judge."""
    people.carmen.freezes_the_catalogue()
    for name in ("hugo", "noemi", "tomas"):
        people.carmen.invites(name)
        getattr(people, name).accepts()
    people.carmen.gives_entries_to_jurors()


def the_jury_judges(people: People) -> None:
    """One has a conflict of interest, another abstains once."""
    people.tomas.declares_a_conflict(AYNA, "Trabajé allí el año pasado")
    people.elsa.confirms_the_conflict("Tomás Urquiza")
    people.hugo.scores(AYNA, "8", "alguno", "Muy buen trabajo.")
    people.noemi.scores(AYNA, "9", "sostenido")
    people.hugo.scores(LIRCAY, "6", "alguno")
    people.noemi.abstains_on_impact(LIRCAY, "No pude abrir los archivos", "alguno")
    people.tomas.scores(LIRCAY, "8", "alguno")


def provisional_results(people: People) -> None:
    """Approved by two and published: 30 + 30 + 17 + 15, and 15 + 15 + 14 + 10."""
    people.carmen.computes(1)
    approves(people.carmen, 1)
    approves(people.elsa, 1)
    people.carmen.publishes(1, "provisional")
    people.citizen.reads_results((AYNA, "92,00"), (LIRCAY, "54,00"))
    people.ana.reads_results("Muy buen trabajo.", "92,00")


def an_appeal(people: People) -> None:
    """Two people uphold it, and the juror who abstained scores."""
    people.luis.appeals("Artículo 12 de las bases", "Una jurado no abrió los archivos.")
    people.carmen.admits_the_appeal(LIRCAY)
    for person in (people.carmen, people.elsa):
        signs(person, LIRCAY, "uphold", "Los archivos se abren.")
    people.luis.reads_the_decision("Fundado", "Los archivos se abren.")
    people.elsa.reopens(LIRCAY, "Noemí Achával", "Los archivos se abren.")
    people.noemi.scores_again(LIRCAY, "10")


def a_correction(people: People) -> None:
    """Another run, approved by two, replaces the first; 15 + 15 + 16 + 10."""
    people.carmen.computes(2)
    approves(people.elsa, 2)
    approves(people.carmen, 2)
    people.carmen.publishes(2, "provisional", "Se evaluó lo que no se había abierto.")
    people.carmen.closes_the_appeal(LIRCAY)
    people.citizen.reads_results((AYNA, "92,00"), (LIRCAY, "56,00"))


def final_results(people: People) -> None:
    """Nothing is open any more; distinctions are announced."""
    people.carmen.publishes(2, "final")
    people.carmen.gives_distinctions(2)
    people.carmen.closes_the_edition()
    people.carmen.reads_the_trail()
    people.citizen.reads_results((AYNA, "Puesto 1 Oro"), (LIRCAY, "Bronce"))
