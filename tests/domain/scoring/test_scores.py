"""The score sheet: what is refused, with every line that is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.scoring import kit

from ckanext.merit.domain.scoring import (
    Mark,
    Problem,
    ScoreError,
    check_marks,
    read_marks,
)

RULES = """
merit: 1
id: x
root:
  of:
  - {code: size, goalposts: [0, 10]}
  - {code: jury, scale: [0, 5], step: 0.5, panel: {}}
  - {code: level, levels: {low: 0, high: 1}, missing: skip}
  - {code: rural, scale: [0, 1], categories: [rural], missing: skip}
"""
HEADER = "object,juror,criterion,value,category\n"


def problems(text: str) -> list[Problem]:
    with pytest.raises(ScoreError) as caught:
        check_marks(kit.rules(RULES), read_marks(text))
    return list(caught.value.problems)


def messages(rows: str) -> list[str]:
    return [f"{p.line}: {p.message}" for p in problems(HEADER + rows)]


def test_rows_are_read_with_their_lines():
    """A quoted cell may span lines; each row keeps the line it starts on."""
    text = 'object,juror,criterion,value\n"A\nB",j,c,1\n\nC,,d,\n'
    assert read_marks(text) == [
        Mark("A\nB", "j", "c", "1", line=2),
        Mark("C", "", "d", "", line=5),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1: the file is empty"),
        ("a,b\n", "1: the header must be object,juror,criterion,value[,category]"),
        ("object;juror;criterion;value\n", "1: the header must be object,juror,"),
        (HEADER + "A,,size,1\n", "2: 4 cells instead of 5"),
        (HEADER + 'A,"j" k,size,1,x\n', "2: broken CSV: "),
    ],
)
def test_broken_files_are_refused(text: str, expected: str):
    """A file that isn't a score sheet is refused by line."""
    with pytest.raises(ScoreError) as caught:
        read_marks(text)
    problem = caught.value.problems[0]
    assert f"{problem.line}: {problem.message}".startswith(expected)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("A,,zz,1,x", '"zz" is no criterion of the rules'),
        ("A,j,size,1,x", '"size" takes a single value, no juror'),
        ("A,,jury,1,x", '"jury" needs a juror'),
        ("A,j,jury,6,x", "6 is out of range, 0 to 5"),
        ("A,j,jury,1.2,x", "1.2 is off the step of 0.5"),
        ("A,j,jury,1e0,x", '"1e0" is not a number'),
        ("A,,level,mid,x", '"mid" is not one of the levels'),
        ("A,,rural,1,x", '"rural" does not apply to "x"'),
        ("A,,rural,,x", '"rural" does not apply to "x"'),
        (",,size,1,x", "no object"),
        ("A,,size,1,", "a category is needed"),
        ("A ,,size,1,x", "object: space at an end"),
        ("A,,size,1 ,x", "value: space at an end"),
        ("A,\x1bj,jury,1,x", "juror: control character"),
    ],
)
def test_bad_rows_are_named(row: str, expected: str):
    """A row out of place is reported with its line."""
    assert f"2: {expected}" in messages(row + "\n")


def test_all_bad_rows_are_reported_in_order():
    """One run shows everything that is wrong."""
    rows = "A,,size,1,x\nA,,zz,1,x\nA,j,jury,9,x\nA,,size,1,y\n"
    assert messages(rows) == [
        '3: "zz" is no criterion of the rules',
        "4: 9 is out of range, 0 to 5",
        '5: "A" has category "x" in another row',
        "5: this object, juror and criterion were already given",
    ]


def test_a_repeated_blank_is_a_duplicate():
    """A juror's abstention can be given once, like a score."""
    assert messages("A,j,jury,,x\nA,j,jury,2,x\n") == [
        "3: this object, juror and criterion were already given"
    ]


def test_min_max_needs_different_values():
    """Extremes that coincide give no scale."""
    rules = kit.rules("merit: 1\nid: x\nroot: {of: [{code: m, minmax: true}]}\n")
    with pytest.raises(ScoreError, match=r'^0: "m": minmax needs at least two'):
        check_marks(rules, kit.marks("A - m 3\nB - m 3.0"))


def test_min_max_without_values_is_missing():
    """Extremes of nothing are no error; the values are missing."""
    rules = kit.rules("merit: 1\nid: x\nroot: {of: [{code: m, minmax: true}]}\n")
    assert check_marks(rules, kit.marks("A - m -")).given == {"m": {}}


def test_jurors_are_those_who_gave_something():
    """Abstaining is not giving."""
    rows = kit.marks("A k jury 1 x\nA j jury - x\nA - size 3 x\nA b jury 2 x")
    assert check_marks(kit.rules(RULES), rows).jurors == ("b", "k")


def is_right(marks: list[Mark]) -> bool:
    try:
        check_marks(kit.rules(RULES), marks)
    except ScoreError:
        return False
    return True


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str):
    """No score sheet crashes the reader."""
    try:
        marks = read_marks(text)
    except ScoreError:
        return
    assert is_right(marks) in (True, False)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A", "B", "", "B "]),
            st.sampled_from(["", "j", "k"]),
            st.sampled_from(["size", "jury", "level", "rural", "zz"]),
            st.sampled_from(["", "0", "1", "1.5", "9", "low", "x", "-1", "1" * 70]),
            st.sampled_from(["rural", "urban", ""]),
        ),
        max_size=12,
    )
)
def test_any_rows_are_checked_alike_in_any_order(rows: list[tuple[str, ...]]):
    """Whether a sheet is right doesn't depend on the order of its rows."""
    marks = [Mark(*row) for row in rows]
    assert is_right(marks) == is_right(marks[::-1])
