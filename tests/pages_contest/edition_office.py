"""What administrators, the secretariat and the chair do in the walk of an edition."""

from __future__ import annotations

from tests.pages_contest.walk import Visitor, local

__all__ = ["Chair", "Secretary", "approves", "founds_the_programme", "signs"]

#: Days from now: kind of phase, opens, closes.
CALENDAR = (
    ("enrolment", -1, 10),
    ("evidence", -1, 12),
    ("screening", -1, 14),
    ("jury", 20, 30),
    ("provisional", 32, 34),
    ("appeals", 32, 42),
    ("ceremony", 50, 51),
)
PROFILES = """organization,type,level,region,size_class
muni-ayna,municipality,local,Ayacucho,small
muni-lircay,municipality,local,Huancavelica,small
"""
RULES = """merit: 1
id: premio-2026
title: {es: Bases del premio, en: Rules}
stages: {publicacion: publicacion, uso: uso}
policy: {feedback: with_provisional}
prizes: {places: 1, levels: {gold: 85, silver: 70, bronze: 55}}
enrolment:
  letter: true
  roles: [head, data_officer]
  declarations:
  - {code: rules, title: {es: Aceptamos las bases., en: We accept the rules.}}
root:
  of:
  - code: publicacion
    weight: 60
    title: {es: Publicación, en: Publication}
    of:
    - code: licences
      source: auto
      metric: open_licences
      missing: zero
      title: {es: Licencias abiertas, en: Open licences}
      goalposts: [0, 1]
    - code: plan
      source: evidence
      missing: zero
      title: {es: Plan de datos abiertos, en: Open data plan}
      help: {es: "¿Hay un plan aprobado?", en: "Is there an approved plan?"}
      levels: {ninguno: 0, parcial: 0.5, completo: 1}
  - code: uso
    weight: 40
    title: {es: Uso, en: Use}
    of:
    - code: impact
      title: {es: Impacto, en: Impact}
      help: {es: "¿Qué cambió gracias a los datos?", en: "What changed?"}
      scale: [0, 10]
      panel: {quorum: 2}
    - code: reuse
      title: {es: Reutilización, en: Reuse}
      levels: {ninguno: 0, alguno: 0.5, sostenido: 1}
      descriptors: {ninguno: {es: Nadie}, sostenido: {es: Todos los meses}}
      panel: {quorum: 2}
"""


def founds_the_programme(admin: Visitor, secretary: str) -> None:
    """The administrator makes the programme and appoints its secretariat."""
    admin.open("/es/contests")
    admin.follow("Escritorio")
    admin.follow("Nuevo programa")
    admin.write(title_es="Premio de Datos Abiertos", name="premio")
    admin.press("Crear el programa")
    admin.hears("El programa está creado.")
    admin.write(user=secretary, role="secretariat")
    admin.press("Otorgar el rol")
    admin.hears("El rol fue otorgado.")


class Secretary(Visitor):
    """Runs the edition from call to final results."""

    def prepares_the_programme(self, chair: str) -> None:
        """Says who presides over the jury, and what organisations are."""
        self.open("/es/contests")
        self.follow("Escritorio")
        self.follow("Premio de Datos Abiertos")
        self.follow("Personas")
        self.write(user=chair, role="chair")
        self.press("Otorgar el rol")
        self.follow("Organizaciones")
        self.follow("Leerlas de un CSV")
        self.write(csv=PROFILES)
        self.press("Leerlas")
        self.hears("Perfiles leídos: 2")

    def sets_up_the_edition(self) -> None:
        """Begins an edition, and gives it all its parts."""
        self.open("/es/contests/office/premio")
        self.follow("Nueva edición")
        self.write(title_es="Premio 2026", slug="2026", contact="premio@example.org")
        self.press("Crear la edición")
        self.reads("Antes de poder publicarla")
        self._adds_stages_and_category()
        self._writes_the_calendar()
        self._puts_rules_in_force()

    def _adds_stages_and_category(self) -> None:
        for code, title in (("publicacion", "Publicación"), ("uso", "Uso")):
            self.open("/office/stages")
            self.follow("Agregar una etapa")
            self.write(title_es=title, code=code)
            self.press("Guardar")
        self.follow("Categorías")
        self.follow("Agregar una categoría")
        self.write(title_es="Gobiernos locales", code="locales", level="local")
        self.press("Guardar")

    def _writes_the_calendar(self) -> None:
        self.follow("Calendario")
        for kind, opens, closes in CALENDAR:
            self.write(kind=kind, opens_at=local(opens), closes_at=local(closes))
            self.press("Agregar la fase")

    def _puts_rules_in_force(self) -> None:
        self.follow("Bases")
        self.follow("Escribir una nueva versión")
        self.write(source=RULES)
        self.press("Revisar y guardar")
        self.follow("Poner en vigencia")
        self.confirm("Poner en vigencia")

    def publishes_the_edition(self) -> None:
        """Nothing is missing, so everybody may see it."""
        self.open("/office")
        self.follow("Publicar la edición")
        self.confirm("Publicar la edición")
        self.hears("La edición fue publicada.")

    def returns(self, entity: str, reason: str) -> None:
        """Sends an enrolment back, with what to correct."""
        self._screens(entity)
        self.follow("Devolver para subsanación")
        self.write(reason=reason, due_at=local(5))
        self.press("Devolver para subsanación")
        self.hears("La postulación fue devuelta.")

    def admits(self, entity: str) -> None:
        """Lets an entity compete."""
        self._screens(entity)
        self.reads("Luz Rojas, Responsable de datos", "Aceptamos las bases.")
        self.follow("Admitir")
        self.press("Admitir")
        self.hears("La postulación fue admitida.")

    def _screens(self, entity: str) -> None:
        self.open("/office")
        self.follow("Postulaciones con admisibilidad pendiente")
        self.follow(entity)

    def accepts_evidence(self, entity: str, level: str, reason: str = "") -> None:
        """Says which level a piece of evidence supports."""
        self.open("/office")
        self.follow("Evidencia")
        self.follow(entity)
        self.write(level=level, reason=reason)
        self.press("Aceptar")
        self.hears("La evidencia fue aceptada.")

    def freezes_the_catalogue(self) -> None:
        """Takes the snapshot on which machines measure."""
        self.open("/office")
        self.follow("Instantáneas")
        self.write(kind="cut_off")
        self.confirm("Tomar")

    def invites(self, juror: str) -> None:
        """Asks somebody to be a juror."""
        self.open("/office/jury")
        self.follow("Invitar a un jurado")
        self.write(user=juror, institution="Universidad", expires_at=local(5))
        self.press("Invitar")

    def gives_entries_to_jurors(self) -> None:
        """Looks at the plan, then carries it out."""
        self.open("/office/jury")
        self.follow("Asignar postulaciones automáticamente")
        self.press("Vista previa")
        self.reads("Postulaciones que se asignarían: 6")
        self.press("Asignarlas a los jurados")

    def computes(self, number: int) -> None:
        """Computes a run on the snapshot, and looks at what the numbers say."""
        self.open("/office/results")
        self.press("Calcular")
        self.reads(f"Cálculo {number}", "Antes de aprobar", "Alfa de Krippendorff")

    def publishes(self, number: int, kind: str, notice: str = "") -> None:
        """Publishes an approved run."""
        self.open("/office/results")
        self.follow(f"Cálculo {number}")
        self.follow("Publicar los resultados")
        self.write(kind=kind, notice=notice)
        self.confirm("Publicar los resultados")
        self.hears("Los resultados fueron publicados.")

    def admits_the_appeal(self, entity: str) -> None:
        """Finds that it must be decided on its merits."""
        self.open("/office/appeals")
        self.follow(entity)
        self.follow("Admitir el reclamo")
        self.press("Admitir el reclamo")

    def closes_the_appeal(self, entity: str) -> None:
        """The decision was carried out."""
        self.open("/office/appeals")
        self.follow(entity)
        self.follow("Cerrar el reclamo")
        self.press("Cerrar el reclamo")

    def gives_distinctions(self, number: int) -> None:
        """Proposes what the rules give; verifies, confirms and announces each."""
        self.open("/office/distinctions")
        self.press(f"Proponer lo que las bases otorgan según el cálculo {number}")
        for name in ("Puesto 1", "Nivel: Oro", "Nivel: Bronce"):
            for act in ("Comenzar la verificación", "Confirmar", "Anunciar"):
                self.follow(act, row=name)
                self.press(act)

    def closes_the_edition(self) -> None:
        """Everything is announced."""
        self.open("/office")
        self.follow("Cerrar la edición")
        self.confirm("Cerrar la edición")
        self.hears("La edición fue cerrada.")

    def reads_the_trail(self) -> None:
        """Everything is on record, and nothing was changed afterwards."""
        self.open("/office")
        self.follow("Registro de auditoría")
        self.reads("La cadena está íntegra.")


class Chair(Visitor):
    """Presides over the jury."""

    def confirms_the_conflict(self, juror: str) -> None:
        """Decides that a juror may not judge an entry."""
        self.open("/office/jury")
        self.follow("Conflictos de interés")
        self.follow("Confirmar el conflicto de interés", row=juror)
        self.write(reason="Trabajó allí el año pasado")
        self.confirm("Confirmar el conflicto de interés")

    def reopens(self, entity: str, juror: str, reason: str) -> None:
        """Gives a review back to its juror."""
        self.open("/office/appeals")
        self.follow(entity)
        self.follow("Las evaluaciones de esta postulación")
        section = self.main.locator("section").filter(has_text=juror)
        with self.page.expect_navigation():
            section.get_by_role("link", name="Reabrir").click()
        self.write(reason=reason)
        self.confirm("Reabrir")


def approves(person: Visitor, number: int) -> None:
    """Looks at a run, and approves it."""
    person.open("/office/results")
    person.follow(f"Cálculo {number}")
    person.follow("Aprobar el cálculo")
    person.confirm("Aprobar el cálculo")
    person.hears("Su aprobación quedó registrada.")


def signs(person: Visitor, entity: str, decision: str, reason: str) -> None:
    """Signs a decision on an appeal."""
    person.open("/office/appeals")
    person.follow(entity)
    person.follow("Firmar una decisión")
    person.write(decision=decision, reason=reason)
    person.confirm("Firmar una decisión")
