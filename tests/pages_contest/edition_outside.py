"""What entities, jurors and citizens do in the walk of an edition."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.pages_contest.walk import Visitor

__all__ = ["Citizen", "Juror", "Representative"]


class Representative(Visitor):
    """Speaks for an entity."""

    def enrols(self, entity: str, letter: Path) -> None:
        """From the award's page to the receipt."""
        self.open("/es/contests")
        self.follow("Premio 2026")
        self.follow("Participar")
        self.reads(entity)
        self.tick("Gobiernos locales")
        self.press("Comenzar la inscripción")
        for number, name in enumerate(("Ana Quispe", "Luz Rojas")):
            self.write(**{f"team-{number}-name": name})
            self.write(**{f"team-{number}-email": "datos@muni.gob.pe"})
        self.give("letter", letter)
        self.tick("Aceptamos las bases.")
        self.press("Guardar y revisar")
        self.press("Enviar")
        self.reads("Comprobante", "Se recibió la versión 1.")

    def corrects(self, reason: str, letter: Path) -> None:
        """Reads what is wrong with the enrolment, mends it and submits it again."""
        self._opens_the_entry()
        self.reads("Por subsanar:", reason)
        self.follow("Inscripción")
        self.give("letter", letter)
        self.press("Guardar y revisar")
        self.press("Enviar")
        self.reads("Se recibió la versión 2.")

    def claims_by_file(self, level: str, file: Path) -> None:
        """Shows the plan by a file."""
        self._begins_evidence()
        self.write(claimed=level, kind="file", note="Vea la página 2.")
        self.give("upload", file)
        self._submits_evidence()

    def claims_by_text(self, level: str, text: str) -> None:
        """Shows the plan by words."""
        self._begins_evidence()
        self.write(claimed=level, kind="text", reference_text=text)
        self._submits_evidence()

    def _begins_evidence(self) -> None:
        self._opens_the_entry()
        self.follow("Presentar evidencias")
        self.follow("Presentar evidencias")

    def _submits_evidence(self) -> None:
        self.press("Guardar y pasar al envío")
        self.press("Enviar")
        self.reads("Enviada")

    def reads_results(self, *texts: str) -> None:
        """Finds points and rank on the entry's own page."""
        self._opens_the_entry()
        self.reads(*texts)

    def appeals(self, ground: str, text: str) -> None:
        """Asks for the score to be looked at again."""
        self._opens_the_entry()
        self.follow("Reclamo")
        self.page.locator("#field-target").select_option(label="Nuestro puntaje")
        self.write(ground=ground, text=text)
        self.press("Presentar el reclamo")
        self.hears("El reclamo fue presentado.")

    def reads_the_decision(self, *texts: str) -> None:
        """Finds what became of the appeal."""
        self._opens_the_entry()
        self.follow("Reclamo")
        self.reads(*texts)

    def _opens_the_entry(self) -> None:
        self.open("/enrol")
        self.follow("Ir a la postulación")


class Juror(Visitor):
    """Judges entries."""

    def accepts(self) -> None:
        """Finds the invitation, and makes both declarations."""
        self.open("/es/contests/jury")
        self.follow("Premio de Datos Abiertos · Premio 2026")
        self.page.locator("#field-confidentiality").check()
        self.page.locator("#field-no_conflict").check()
        self.press("Aceptar la invitación")

    def scores(self, entity: str, impact: str, reuse: str, feedback: str = "") -> None:
        """Fills in the desk and submits."""
        self._opens(entity)
        self.reads("Luz Rojas, Responsable de datos")
        self.page.locator("[name='score:impact']").fill(impact)
        self._goes_on(reuse, feedback)

    def abstains_on_impact(self, entity: str, reason: str, reuse: str) -> None:
        """Leaves one criterion without a score, and says why."""
        self._opens(entity)
        self.page.locator("[name='reason:impact']").fill(reason)
        self._goes_on(reuse)

    def _opens(self, entity: str) -> None:
        self.open("/jury")
        self.follow(entity)

    def _goes_on(self, reuse: str, feedback: str = "") -> None:
        levels = self.main.get_by_role("group").filter(has_text="Reutilización")
        levels.get_by_label(reuse).check()
        self.write(feedback=feedback)
        self._submits()

    def _submits(self) -> None:
        self.press("Enviar…")
        self.press("Enviar definitivamente")

    def scores_again(self, entity: str, impact: str) -> None:
        """Gives a number after the chair reopened the review."""
        self._opens(entity)
        self.reads("La presidencia del jurado reabrió esta evaluación.")
        self.page.locator("[name='reason:impact']").fill("")
        self.page.locator("[name='score:impact']").fill(impact)
        self._submits()

    def declares_a_conflict(self, entity: str, reason: str) -> None:
        """Gives an entry back."""
        self._opens(entity)
        self.follow("Conflicto de interés o imposibilidad de evaluar")
        self.page.locator("input[value=conflict]").check()
        self.write(reason=reason)
        self.confirm("No evaluar esta postulación")


class Citizen(Visitor):
    """Looks from outside, without an account."""

    def reads_results(self, *rows: tuple[str, str]) -> None:
        """Finds the table of results: entities with what stands in their rows."""
        self.open("")
        self.follow("Ver los resultados")
        for entity, text in rows:
            found = " ".join(self.row(entity).inner_text().split())
            assert text in found

    def recomputes(self, folder: Path) -> tuple[str, str]:
        """Downloads the bundle and computes it again; gives both digests."""
        self.open("/results")
        with self.page.expect_download() as download:
            self.main.get_by_role("link", name="Paquete de resultados (JSON)").click()
        file = folder / download.value.suggested_filename
        download.value.save_as(file)
        command = self.main.locator("code", has_text="recompute").inner_text().split()
        done = subprocess.run(
            [sys.executable, *command[1:]],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        stated = self.main.locator("dt", has_text="Huella digital del acta")
        return done.stdout.strip(), stated.locator("+ dd").inner_text()
