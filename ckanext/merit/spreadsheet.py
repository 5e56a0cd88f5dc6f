"""Tables as CSV for spreadsheets: no cell can start a formula, numbers stay numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from io import StringIO

Cell = str | int | float | Decimal | None

BOM = "\ufeff"

# Characters with which Excel, LibreOffice or Google Sheets may start a formula or a
# command (DDE); their wide forms count as the plain ones there. The apostrophe is one
# of them so that taking one off again is always right.
_PLAIN = "=+-@|%'"
TRIGGERS = (*_PLAIN, *(chr(ord(sign) + 0xFEE0) for sign in _PLAIN), *"\t\r\n")


class Written(Decimal):
    """A number that stays as it was written, down to its last zero."""

    def __str__(self) -> str:
        """Give all digits, never an exponent."""
        return format(Decimal(self), "f")


def safe(cell: Cell) -> Cell:
    """`cell` such that no spreadsheet takes it for a formula.

    Text that starts with one of `TRIGGERS`, perhaps after spaces, gets an apostrophe
    in front. Whoever reads the file back takes one leading apostrophe off: `restored`.
    """
    if not isinstance(cell, str):
        return cell
    start = cell.lstrip(" \u00a0\ufeff\u200b")
    return f"'{cell}" if start.startswith(TRIGGERS) else cell


def restored(cell: str) -> str:
    """The text before `safe` changed it."""
    return cell[1:] if cell.startswith("'") else cell


def lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The CSV text row by row: a byte order mark, `header`, then `rows`.

    Text is quoted and its quotes are doubled, as in RFC 4180; numbers are bare.
    """
    yield BOM + _line(header)
    for row in rows:
        yield _line(row)


def _line(row: Sequence[Cell]) -> str:
    buffer = StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(["" if cell is None else safe(cell) for cell in row])
    return buffer.getvalue()
