"""Score sheets for work without a network: printed, filled in, typed, handed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.sheets import Sheet, read_sheets
from ckanext.merit.domain.contest.tables import TableError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import jury_schema, names, tables, texts
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.criteria import (
    ABSTAIN,
    criteria_of,
    rubric_of,
    rules_in_force,
)
from ckanext.merit.logic.contest.review_desk import own_review, scores_of_all
from ckanext.merit.logic.contest.reviews import is_typed
from ckanext.merit.logic.contest.subjects import LIVE, own_juror
from ckanext.merit.logic.contest.tasks import Task, Window, as_dict, tasks_where
from ckanext.merit.logic.contest.transaction import load, transactional
from ckanext.merit.model.contest import Edition, RuleSet
from ckanext.merit.model.contest_jury import Assignment, Juror

__all__ = [
    "merit_sheet_import",
    "merit_sheet_list",
    "merit_sheet_open_list",
    "merit_sheet_show",
    "merit_sheet_type",
]

Context = Any
Data = dict[str, Any]


@tk.side_effect_free
@tk.validate_action_data(jury_schema.listed)
def merit_sheet_list(context: Context, data_dict: Data) -> list[Data]:
    """List all your assignments in an edition with their criteria and your reviews.

    For printing and for work without a network.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: assignments as `merit_assignment_mine` gives them, with ``criteria`` and
        ``review`` (null at first)
    :rtype: list of dictionaries
    """
    tk.check_access("merit_sheet_list", context, data_dict)
    juror = own_juror(user_of(context), data_dict["edition_id"])
    if juror is None:
        return []
    edition = load(Edition, juror.edition_id)
    tasks = [
        task
        for task in tasks_where(
            Assignment.juror_id == juror.id, Assignment.state.in_(LIVE)
        )
        if not task.blocked
    ]
    scores = scores_of_all([task.review for task in tasks if task.review])
    window, rubrics = Window(edition), _Rubrics(edition)
    return [
        as_dict(task, window)
        | {
            "criteria": rubrics.of(task),
            "review": task.review and own_review(task.review, scores),
        }
        for task in tasks
    ]


@tk.side_effect_free
@tk.validate_action_data(jury_schema.listed)
def merit_sheet_open_list(context: Context, data_dict: Data) -> list[Data]:
    """List the sheets that can still be typed from paper. For the secretariat.

    Those that their jurors began themselves are not among them.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: ``id`` of the assignment, ``title`` of the entry, its ``category``, the
        ``juror`` by name, whether it is ``typed`` already, and ``until`` when
    :rtype: list of dictionaries
    """
    tk.check_access("merit_sheet_open_list", context, data_dict)
    edition = load(Edition, data_dict["edition_id"])
    jurors = {
        row.id: row.user_id
        for row in model.Session.scalars(
            sa.select(Juror).where(Juror.edition_id == edition.id)
        )
    }
    people = names.of_users(jurors.values())
    window = Window(edition)
    found = []
    for task in tasks_where(
        Assignment.juror_id.in_(list(jurors)),
        Assignment.state.in_(["assigned", "in_progress"]),
    ):
        when = window.of(task.assignment, task.entry)
        if task.blocked or not when["open"] or not _is_free(task):
            continue
        found.append(
            {
                "id": task.assignment.id,
                "title": task.entry.title,
                "category": task.category.title,
                "juror": people[jurors[task.assignment.juror_id]],
                "typed": task.review is not None,
                "until": when["until"],
            }
        )
    return sorted(found, key=lambda row: (row["juror"]["fullname"], row["title"]))


@tk.side_effect_free
@tk.validate_action_data(jury_schema.of_assignment)
def merit_sheet_show(context: Context, data_dict: Data) -> Data:
    """Return the sheet of a juror and an entry, for typing. For the secretariat.

    What the juror wrote is never in it, only what staff typed and nobody confirmed.

    :param assignment_id: id of the assignment
    :type assignment_id: string

    :returns: ``title``, ``category``, the ``juror`` by name, ``criteria``, the
        ``review`` that was typed (null: none) and whether it is ``typable`` now
    :rtype: dictionary
    """
    tk.check_access("merit_sheet_show", context, data_dict)
    (task,) = tasks_where(Assignment.id == data_dict["assignment_id"])
    juror = load(Juror, task.assignment.juror_id)
    edition = load(Edition, juror.edition_id)
    free = _is_free(task)
    window = Window(edition).of(task.assignment, task.entry)
    return {
        "id": task.assignment.id,
        "title": task.entry.title,
        "category": task.category.title,
        "juror": names.of_users([juror.user_id])[juror.user_id],
        "criteria": _Rubrics(edition).of(task),
        "review": own_review(task.review) if task.review and free else None,
        "typable": free and window["open"] and not task.blocked,
        "until": window["until"],
    }


@tk.validate_action_data(jury_schema.sheets)
@guarded
@transactional
def merit_sheet_import(context: Context, data_dict: Data) -> Data:
    """Read your score sheets from a file: every sheet is saved as a draft, or none is.

    A sheet replaces the draft that it was made from, and is refused when that draft
    was changed since. Sheets on which nothing is filled in are passed over.

    :param edition_id: id of the edition
    :type edition_id: string
    :param csv: the file, with the columns assignment, version, criterion, value and
        abstention
    :type csv: string

    :returns: ``saved``: ids of the assignments; ``blank``: the number passed over
    :rtype: dictionary
    """
    tk.check_access("merit_sheet_import", context, data_dict)
    return _imported(context, data_dict, "merit_review_save")


@tk.validate_action_data(jury_schema.sheets)
@guarded
@transactional
def merit_sheet_type(context: Context, data_dict: Data) -> Data:
    """Read jurors' typed sheets from a file, as drafts that they confirm.

    For the secretariat. Every sheet is saved, or none is.

    :param edition_id: id of the edition
    :type edition_id: string
    :param csv: the file, with the columns assignment, version, criterion, value and
        abstention
    :type csv: string

    :returns: ``saved``: ids of the assignments; ``blank``: the number passed over
    :rtype: dictionary
    """
    tk.check_access("merit_sheet_type", context, data_dict)
    return _imported(context, data_dict, "merit_review_type")


def _is_free(task: Task) -> bool:
    """Whether staff may type it: the juror has not begun the review."""
    return task.review is None or is_typed(task.review)


class _Rubrics:
    """The criteria by category and stage: the rules are read once for each."""

    def __init__(self, edition: Edition) -> None:
        self.rules: RuleSet = rules_in_force(edition)
        self.known: dict[tuple[str, str | None], list[Data]] = {}

    def of(self, task: Task) -> list[Data]:
        key = (task.entry.category_id, task.assignment.stage_id)
        if key not in self.known:
            body = self.rules.body
            _, known, _ = criteria_of(body, task.entry, task.assignment.stage_id)
            self.known[key] = rubric_of(body, known)
        return self.known[key]


def _imported(context: Context, data: Data, action: str) -> Data:
    """Hand each sheet to the action that writes a review; all refusals at once."""
    try:
        sheets = read_sheets(data["csv"])
    except TableError as error:
        found = list(tables.sentences(error.problems))
        raise tk.ValidationError({"csv": found}) from error
    filled = [sheet for sheet in sheets if not sheet.is_blank]
    here = _in_edition(data["edition_id"], [sheet.assignment for sheet in filled])
    problems: list[tuple[int, str]] = []
    for sheet in filled:
        if sheet.assignment not in here:
            problems.append((sheet.line, tk._("Not an assignment of this jury.")))
            continue
        problems += _written(context, action, sheet)
    if problems:
        raise tk.ValidationError(
            {"csv": [tables.sentence(*item) for item in sorted(problems)]}
        )
    return {
        "saved": [sheet.assignment for sheet in filled],
        "blank": len(sheets) - len(filled),
    }


def _written(context: Context, action: str, sheet: Sheet) -> Iterator[tuple[int, str]]:
    """Write one sheet; give what is wrong in its lines."""
    inner = tk.fresh_context(context) | {"defer_commit": True}
    data = {
        "assignment_id": sheet.assignment,
        "version": sheet.version,
        "scores": {
            code: row.value if row.value else {ABSTAIN: row.abstention}
            for code, row in sheet.rows.items()
        },
        **sheet.words,
    }
    try:
        tk.get_action(action)(inner, data)
    except tk.NotAuthorized:
        yield sheet.line, tk._("Not an assignment of this jury.")
    except ContestError as error:
        yield sheet.line, texts.rule_text(error)
    except tk.ValidationError as error:
        yield from _lines_of(sheet, error.error_dict)


def _lines_of(sheet: Sheet, errors: Data) -> Iterator[tuple[int, str]]:
    if "version" in errors:
        yield sheet.line, tk._("This review was changed after the sheet was made.")
        return
    for item in errors.get("scores", ()):
        for code, found in item.items() if isinstance(item, dict) else ():
            yield sheet.rows[code].line, f"{code}: {' '.join(found)}"
    for name in set(errors) - {"scores", "current"}:
        yield sheet.line, f"{name}: {' '.join(str(text) for text in errors[name])}"


def _in_edition(edition_id: str, keys: Iterable[str]) -> set[str]:
    found = sa.select(Assignment.id).join(Juror, Juror.id == Assignment.juror_id)
    return set(
        model.Session.scalars(
            found.where(Juror.edition_id == edition_id, Assignment.id.in_(list(keys)))
        )
    )
