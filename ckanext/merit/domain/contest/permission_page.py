"""The permission table as a page of the documentation."""

from __future__ import annotations

from ckanext.merit.domain.contest.permission_table import CONDITIONS, ROLES
from ckanext.merit.domain.contest.permissions import Cell, rules

__all__ = ["permission_page"]

_MARKS = {"all": "✔", "own": "•", "none": "-", "never": "**never**"}

_HEAD = """# Who may do what

This page is written from the table in the code that decides; a test compares them.

✔ allowed · • only for what is one's own or assigned · - not by this role (another
role that the person holds may permit it) · **never**: whatever else the person holds.
"""


def permission_page() -> str:
    """Write the page in Markdown."""
    numbers = {name: number for number, name in enumerate(CONDITIONS, start=1)}
    return "\n".join(
        [
            _HEAD,
            *(f"- **{letter}** {title}" for letter, title in ROLES.items()),
            "",
            f"| Act | {' | '.join(ROLES)} |",
            f"|--|{'--|' * len(ROLES)}",
            *(
                f"| {rule.title} | "
                + " | ".join(_mark(rule.cells[role], numbers) for role in ROLES)
                + " |"
                for rule in rules().values()
            ),
            "",
            "Conditions:",
            "",
            *(f"{numbers[name]}. {text}" for name, text in CONDITIONS.items()),
            "",
        ]
    )


def _mark(cell: Cell, numbers: dict[str, int]) -> str:
    mark = _MARKS[cell.grant]
    marks = [mark, *(f"({numbers[name]})" for name in cell.conditions)]
    return " ".join(marks)
