"""Score sheets on paper and as files: what a juror's rows say, line by line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

__all__ = [
    "HEADER",
    "WORDS",
    "Problem",
    "Row",
    "Sheet",
    "SheetError",
    "plain_number",
    "read_sheets",
]

#: Columns of the file; the others are for people, and any order will do.
HEADER = ("assignment", "version", "criterion", "value", "abstention")
#: Rows that hold no score but words, named so that no criterion can be mistaken.
WORDS = {"(comment)": "comment", "(feedback)": "feedback", "(note)": "note"}
_DELIMITERS = ",;\t"
_MOST_ROWS = 20_000
_COMMA = re.compile(r"[+-]?\d+,\d+")
_VERSION = re.compile(r"\d{1,9}")


@dataclass(frozen=True)
class Problem:
    """What is wrong in a line: a code, and the words that belong to it."""

    line: int
    code: str
    about: str = ""


class SheetError(ValueError):
    """The file has bad lines; ``problems`` are in their order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} bad lines")


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
        SheetError: codes ``empty``, ``header`` (about: the missing columns), ``csv``,
            ``long``, ``cells``, ``assignment``, ``version``, ``versions``, ``twice``,
            ``both`` (about: the criterion).
    """
    sheets: dict[str, Sheet] = {}
    problems: list[Problem] = []
    for line, cells in _lines(text):
        problem = _found(sheets, line, cells) or _added(sheets, line, cells)
        if problem is not None:
            problems.append(problem)
    if problems:
        raise SheetError(problems)
    return list(sheets.values())


def _lines(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the lines after the header as cells by column; none where some lack."""
    text = text.removeprefix("\ufeff")
    first = text.split("\n", maxsplit=1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: list[str] = []
    try:
        for number, cells in enumerate(reader):
            if number > _MOST_ROWS:
                raise SheetError([Problem(reader.line_num, "long")])
            if not columns:
                columns = _columns(cells)
            elif any(cell.strip() for cell in cells):
                named = zip(columns, map(_restored, cells), strict=False)
                yield (
                    reader.line_num,
                    dict(named) if len(cells) >= len(columns) else {},
                )
    except csv.Error as error:
        raise SheetError([Problem(reader.line_num, "csv", str(error))]) from error
    if not columns:
        raise SheetError([Problem(1, "empty")])


def _columns(cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    missing = [name for name in HEADER if name not in names]
    if missing:
        raise SheetError([Problem(1, "header", ", ".join(missing))])
    return names


def _restored(cell: str) -> str:
    """Take off the apostrophe that keeps spreadsheets from seeing a formula."""
    return cell.removeprefix("'").strip()


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
