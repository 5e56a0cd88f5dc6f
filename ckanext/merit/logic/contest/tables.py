"""Tables that people send as CSV, and what is wrong in them, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import ckantoolkit as tk

from ckanext.merit.domain.contest.tables import Problem, TableError, read_table

__all__ = ["rows_of", "sentence", "sentences"]


def rows_of(text: str, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Give the number of each line and its cells by column.

    Raises:
        ValidationError: ``csv``; says what is wrong in which line.
    """
    try:
        rows = list(read_table(text, columns))
    except TableError as error:
        raise tk.ValidationError({"csv": list(sentences(error.problems))}) from error
    short = [Problem(line, "cells") for line, cells in rows if not cells]
    if short:
        raise tk.ValidationError({"csv": list(sentences(short))})
    return rows


def sentences(problems: Iterable[Problem]) -> Iterator[str]:
    """Say what is wrong."""
    words = {
        "empty": tk._("The file is empty."),
        "header": tk._("Columns are missing: {about}."),
        "csv": tk._("This is no CSV file: {about}."),
        "long": tk._("The file is too long."),
        "cells": tk._("Cells are missing."),
        "assignment": tk._("The assignment is missing."),
        "version": tk._("The version is no number: {about}."),
        "versions": tk._("The sheet has two versions: {about}."),
        "twice": tk._("The criterion is there twice: {about}."),
        "both": tk._("Either a score or an abstention: {about}."),
    }
    for problem in problems:
        yield sentence(problem.line, words[problem.code].format(about=problem.about))


def sentence(line: int, text: str) -> str:
    """Say what is wrong in a line."""
    return tk._("Line {number}: {sentence}").format(number=line, sentence=text)
