"""Score sheets on paper and as files: what a juror's rows say, line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ckanext.merit.domain.contest.tables import Problem, TableError, read_table

__all__ = [
    "HEADER",
    "WORDS",
    "Row",
    "Sheet",
    "plain_number",
    "read_sheets",
]

#: Columns of the file; the others are for people, and any order will do.
HEADER = ("assignment", "version", "criterion", "value", "abstention")
#: Rows that hold no score but words, named so that no criterion can be mistaken.
WORDS = {"(comment)": "comment", "(feedback)": "feedback", "(note)": "note"}
_COMMA = re.compile(r"[+-]?\d+,\d+")
_VERSION = re.compile(r"\d{1,9}")


@dataclass(frozen=True)
class Row:
    """One line that says something: a value, or why there is none."""

    line: int
    criterion: str
    value: str = ""
    abstention: str = ""


@dataclass
class Sheet:
    """All lines of one assignment.

    Attributes:
        assignment: Id.
        version: Of the review that the sheet was made from.
        line: The first.
        rows: Scores and abstentions, by criterion.
        words: Comment, feedback, note: those that the file has rows for.
    """

    assignment: str
    version: int
    line: int
    rows: dict[str, Row] = field(default_factory=dict[str, Row])
    words: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def is_blank(self) -> bool:
        """Whether nobody filled it in."""
        return not self.rows and not any(self.words.values())


def plain_number(text: str) -> str:
    """Read a decimal comma as people in half of the world write it.

    >>> plain_number("7,5")
    '7.5'
    """
    text = text.strip()
    return text.replace(",", ".") if _COMMA.fullmatch(text) else text


def read_sheets(text: str) -> list[Sheet]:
    """Read a file of score sheets: CSV with comma, semicolon or tab.

    Raises:
        TableError: codes ``empty``, ``header`` (about: the missing columns), ``csv``,
            ``long``, ``cells``, ``assignment``, ``version``, ``versions``, ``twice``,
            ``both`` (about: the criterion).
    """
    sheets: dict[str, Sheet] = {}
    problems: list[Problem] = []
    for line, cells in read_table(text, HEADER):
        problem = _found(sheets, line, cells) or _added(sheets, line, cells)
        if problem is not None:
            problems.append(problem)
    if problems:
        raise TableError(problems)
    return list(sheets.values())


def _found(
    sheets: dict[str, Sheet], line: int, cells: dict[str, str]
) -> Problem | None:
    """Find or begin the sheet that a line belongs to; say what keeps it from that."""
    if not cells:
        return Problem(line, "cells")
    key, version = cells["assignment"], cells["version"]
    if not key:
        return Problem(line, "assignment")
    if not _VERSION.fullmatch(version):
        return Problem(line, "version", version)
    sheet = sheets.setdefault(key, Sheet(key, int(version), line))
    if sheet.version != int(version):
        return Problem(line, "versions", version)
    return None


def _added(
    sheets: dict[str, Sheet], line: int, cells: dict[str, str]
) -> Problem | None:
    """Add a line to its sheet; say what keeps it from that."""
    sheet = sheets[cells["assignment"]]
    criterion, value = cells["criterion"], cells["value"]
    if criterion in sheet.rows or WORDS.get(criterion) in sheet.words:
        return Problem(line, "twice", criterion)
    if criterion in WORDS:
        sheet.words[WORDS[criterion]] = value
    elif value and cells["abstention"]:
        return Problem(line, "both", criterion)
    elif value or cells["abstention"]:
        row = Row(line, criterion, plain_number(value), cells["abstention"])
        sheet.rows[criterion] = row
    return None
