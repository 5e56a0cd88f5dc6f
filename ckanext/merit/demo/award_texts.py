"""What the sample award says and holds: texts, calendar, scores, evidence."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

__all__ = [
    "CALENDAR",
    "CATEGORIES",
    "EVIDENCE",
    "FEEDBACK",
    "JUDGED",
    "LARGE_CALENDAR",
    "LARGE_JUDGED",
    "LARGE_RULES",
    "LETTER",
    "LOCAL",
    "MOST_ENTITIES",
    "PEOPLE",
    "PROGRAMME",
    "QUESTIONS",
    "REGIONS",
    "RULES",
    "STAGES",
    "SUMMARY",
    "TITLE",
    "ZONE",
]

PROGRAMME = "premio-andara"
TITLE = {
    "es": "Premio Andara de Datos Abiertos",
    "en": "Andara Open Data Award",
}
SUMMARY = {
    "es": "Reconoce a las entidades públicas que mejor abren sus datos y a las que "
    "logran que se usen.",
    "en": "Recognises the public entities that open their data best and those whose "
    "data are used.",
}
RULES = Path(__file__).with_name("sample") / "award.yaml"
#: Rules with machine criteria and evidence, for a portal that has the award.
LARGE_RULES = Path(__file__).parents[1] / "rules" / "award" / "example-two-stages.yaml"
#: Days from the opening of the edition: opens, closes.
CALENDAR = {
    "enrolment": (0, 30),
    "screening": (20, 45),
    "jury": (50, 70),
    "provisional": (72, 75),
    "appeals": (75, 85),
    "ceremony": (95, 96),
}
#: Besides, where the award is.
LARGE_CALENDAR = {"publication_window": (-300, 46), "evidence": (0, 48)}
STAGES = (
    ("publication", {"es": "Publicación", "en": "Publication"}),
    ("use", {"es": "Uso", "en": "Use"}),
)
CATEGORIES = (
    ("nacional", {"es": "Gobierno nacional", "en": "National government"}, "national"),
    (
        "territorial",
        {"es": "Gobiernos regionales y locales", "en": "Regional and local government"},
        "local",
    ),
)
#: Words in the names of entities that are not of the national government.
LOCAL = ("municipal", "regional", "gobierno de", "intendencia", "provincia")
#: Words in the names of local entities, and the region that they are in.
REGIONS = {
    "valle alto": "Valle Alto",
    "san jacinto": "Valle Alto",
    "puerto lirio": "Costa Norte",
}
#: Where the edition's days begin.
ZONE = ZoneInfo("America/Lima")
JUDGED: dict[str, tuple[str, ...]] = {
    "openness": ("2", "3", "4", "5"),
    "documentation": ("1", "2", "3", "4", "5"),
    "priority": ("2", "3", "4"),
    "reuse": ("ninguno", "alguno", "varios", "sostenido"),
    "participation": ("ninguna", "consulta", "diálogo"),
}
LARGE_JUDGED: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("relevance", "impact", "participation", "sustainability"),
    ("1", "2", "3", "4", "5"),
)
#: Criterion, level that is claimed, and what shows it.
EVIDENCE = (
    ("plan", "aprobado", "https://andara.example/plan-de-datos-abiertos.pdf"),
    ("inventory", "parcial", "https://andara.example/inventario"),
    ("reuse", "varios", "https://andara.example/usos"),
)
PEOPLE = (("head", "Elena Paredes"), ("data_officer", "Marco Quispe"))
LETTER = b"%PDF-1.4\n% carta de muestra\n"
QUESTIONS = (
    (
        "¿Puede participar una empresa pública?",
        "Sí, si tiene una organización propia en el portal.",
    ),
    (
        "¿Cuentan los conjuntos publicados antes de la convocatoria?",
        "Cuentan para la calidad, no para los conjuntos nuevos.",
    ),
)
FEEDBACK = (
    "Muy buena publicación. Falta un diccionario de datos en dos conjuntos.",
    "Los datos son valiosos; conviene anunciar cada cuánto se actualizan.",
    "Se nota el trabajo con la ciudadanía. Sugerimos publicar también en CSV.",
)
MOST_ENTITIES = 8
