"""Score sheets as files: every spreadsheet's CSV is read, every bad line is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.merit.domain.contest.sheets import (
    HEADER,
    Row,
    plain_number,
    read_sheets,
)
from ckanext.merit.domain.contest.tables import Problem, TableError

TOP = ",".join(HEADER)


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(TableError) as refused:
        read_sheets(text)
    return refused.value.problems


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_any_spreadsheet_will_do(delimiter: str, mark: str):
    """Comma, semicolon, tab; with and without byte order mark; decimal comma."""
    lines = [
        ["entry", *HEADER],
        ["Lima", "t1", "2", "licence", '"7,5"', ""],
        ["Lima", "t1", "2", "format", "", "No abre"],
        ["Lima", "t1", "2", "(comment)", "'=Bien", ""],
        ["", "", "", "", "", ""],
        ["Cusco", "t2", "0", "licence", "", ""],
    ]
    text = mark + "\r\n".join(delimiter.join(line) for line in lines)
    filled, blank = read_sheets(text)
    assert (filled.assignment, filled.version, filled.line) == ("t1", 2, 2)
    assert filled.rows == {
        "licence": Row(2, "licence", "7.5"),
        "format": Row(3, "format", "", "No abre"),
    }
    assert filled.words == {"comment": "=Bien"}
    assert (filled.is_blank, blank.is_blank) == (False, True)


def test_words_alone_are_something():
    """A sheet with a comment and no score isn't blank; an empty comment is."""
    said, silent = read_sheets(f"{TOP}\na,0,(note),mía,\nb,0,(note),,\n")
    assert (said.is_blank, silent.is_blank) == (False, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Problem(1, "empty")),
        ("a,b\n", Problem(1, "header", ", ".join(HEADER))),
        (f"{TOP}\nt,0,c\n", Problem(2, "cells")),
        (f"{TOP}\n,0,c,1,\n", Problem(2, "assignment")),
        (f"{TOP}\nt,x,c,1,\n", Problem(2, "version", "x")),
        (f"{TOP}\nt,0,c,1,\nt,1,d,1,\n", Problem(3, "versions", "1")),
        (f"{TOP}\nt,0,c,1,\nt,0,c,2,\n", Problem(3, "twice", "c")),
        (f"{TOP}\nt,0,(note),1,\nt,0,(note),2,\n", Problem(3, "twice", "(note)")),
        (f"{TOP}\nt,0,c,1,no\n", Problem(2, "both", "c")),
    ],
)
def test_bad_lines_are_named(text: str, expected: Problem):
    """With their number in the file."""
    assert problems(text) == (expected,)


def test_all_bad_lines_are_named_at_once():
    """Nobody has to try again for each."""
    assert [item.line for item in problems(f"{TOP}\n,0,c,1,\nt,x,c,1,\n")] == [2, 3]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_system_will_do(end: str):
    """Whatever it ends lines with."""
    text = end.join((";".join(HEADER), "t;0;c;7,5;", ""))
    (sheet,) = read_sheets(text)
    assert sheet.rows == {"c": Row(2, "c", "7.5")}


def test_a_cell_too_large_is_refused():
    """What the CSV reader cannot hold is a bad line, not a failure."""
    (problem,) = problems(f"{TOP}\nt,0,c,{'x' * 200_000},\n")
    assert problem.code == "csv"


def test_a_file_too_long_is_refused():
    """No jury has that many criteria."""
    (problem,) = problems(TOP + "\n,,,," * 20_001)
    assert problem.code == "long"


@pytest.mark.parametrize(
    ("text", "number"),
    [("7,5", "7.5"), (" 8 ", "8"), ("-1,25", "-1.25"), ("1,2,3", "1,2,3"), ("a", "a")],
)
def test_a_decimal_comma_is_a_point(text: str, number: str):
    """Only where the whole text is one number."""
    assert plain_number(text) == number


@given(st.text())
def test_whatever_comes_is_read_or_refused(text: str):
    """No other error, and a refusal names a line."""
    try:
        lines = [sheet.line for sheet in read_sheets(text)]
    except TableError as error:
        lines = [problem.line for problem in error.problems]
    assert min(lines, default=1) >= 0
