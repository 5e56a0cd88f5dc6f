"""Tables that people send as CSV, line by line, whatever program wrote them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Problem", "TableError", "read_table"]

_DELIMITERS = ",;\t"
_MOST_ROWS = 20_000
_LINE_END = re.compile(r"[\r\n]")


@dataclass(frozen=True)
class Problem:
    """What is wrong in a line: a code, and the words that belong to it."""

    line: int
    code: str
    about: str = ""


class TableError(ValueError):
    """The file has bad lines; ``problems`` are in their order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} bad lines")


def read_table(
    text: str, columns: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the lines after the header as cells by column; none where some lack.

    Comma, semicolon or tab, any kind of line end; the order of columns is free, and
    more of them than asked for do no harm.

    Raises:
        TableError: codes ``empty``, ``header`` (about: the missing columns), ``csv``,
            ``long``.
    """
    text = text.removeprefix("\ufeff")
    first = _LINE_END.split(text, maxsplit=1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names: list[str] = []
    try:
        for number, cells in enumerate(reader):
            if number > _MOST_ROWS:
                raise TableError([Problem(reader.line_num, "long")])
            if not names:
                names = _names(cells, columns)
            elif any(cell.strip() for cell in cells):
                named = zip(names, map(_restored, cells), strict=False)
                yield reader.line_num, dict(named) if len(cells) >= len(names) else {}
    except csv.Error as error:
        raise TableError([Problem(reader.line_num, "csv", str(error))]) from error
    if not names:
        raise TableError([Problem(1, "empty")])


def _names(cells: list[str], columns: Sequence[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    missing = [name for name in columns if name not in names]
    if missing:
        raise TableError([Problem(1, "header", ", ".join(missing))])
    return names


def _restored(cell: str) -> str:
    """Take off the apostrophe that keeps spreadsheets from seeing a formula."""
    return cell.removeprefix("'").strip()
