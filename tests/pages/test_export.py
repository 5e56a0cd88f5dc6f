"""CSV for spreadsheets: formula-safe, and readable back by one written rule."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit import spreadsheet as export

# PostgreSQL has no NUL in text.
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


def read(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text.removeprefix(export.BOM), newline="")))


@pytest.mark.parametrize("start", export.TRIGGERS)
def test_text_never_starts_a_formula(start: str):
    """A text that could start a formula gets an apostrophe in front."""
    assert export.safe(f"{start}cmd") == f"'{start}cmd"


@pytest.mark.parametrize("start", [" ", "\u00a0", "\ufeff", " \u200b"])
def test_spaces_do_not_hide_a_formula(start: str):
    """Spaces before a formula character change nothing."""
    assert export.safe(f"{start}=1+1") == f"'{start}=1+1"


@pytest.mark.parametrize("number", [-5, -0.5, Decimal("-72.2"), 0])
def test_numbers_stay_numbers(number: export.Cell):
    """Numeric cells are written as they are, also negative ones."""
    assert "".join(export.lines(["n"], [[number]])) == (f'\ufeff"n"\r\n{number}\r\n')


def test_file_form():
    """Byte order mark, quoted text, doubled quotes, empty for nothing, CR LF."""
    text = "".join(export.lines(["a", "b"], [['say "hi"', None], ["=1", "-5"]]))
    assert text == ('\ufeff"a","b"\r\n"say ""hi""",""\r\n"\'=1","\'-5"\r\n')


@given(st.lists(TEXT, min_size=1))
def test_reading_back_gives_the_original(row: list[str]):
    """Taking one leading apostrophe off each cell gives the texts as they were."""
    back = read("".join(export.lines(["h"], [row])))[1]
    assert [export.restored(cell) for cell in back] == row


@given(st.lists(TEXT, min_size=1))
def test_no_cell_of_any_text_starts_a_formula(row: list[str]):
    """Whatever the text, no cell of the file starts with a formula character."""
    back = read("".join(export.lines(["h"], [row])))[1]
    starts = [cell[:1] for cell in back]
    assert [s for s in starts if s in export.TRIGGERS and s not in {"'", ""}] == []


@pytest.mark.parametrize("number", ["-1.00", "75.00", "0.000000000000", "12"])
def test_a_written_number_stays_as_it_is(number: str):
    """A number to the spreadsheet, with the digits that were published."""
    (_, line) = export.lines(["a"], [[export.Written(number)]])
    assert line == f"{number}\r\n"
