"""What a juror has to do: assignments with their entries, and until when."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.domain.contest.conflicts import BLOCKING
from ckanext.merit.logic.contest import answers
from ckanext.merit.logic.contest.appealed import appealed_in
from ckanext.merit.logic.contest.calendar import phases_of
from ckanext.merit.logic.contest.review_desk import JUDGING
from ckanext.merit.logic.contest.transaction import clock
from ckanext.merit.model.contest import Category, Edition, Stage
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Assignment, Conflict, Review

__all__ = ["Task", "Window", "as_dict", "listed_where", "tasks_where"]

#: A list of hundreds costs more to make objects of than to read.
_LISTED: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Assignment, answers.ASSIGNMENT),
    (Entry, ("id", "title", "state")),
    (Category, ("title",)),
    (Stage, ("title",)),
    (Review, ("state", "typed_by")),
)
_PARTS = tuple(namedtuple(table.__name__, names) for table, names in _LISTED)


@dataclass(frozen=True)
class Task:
    """An assignment with what it is about; ``blocked``: a conflict closes it."""

    assignment: Assignment
    entry: Entry
    category: Category
    stage: Stage | None
    review: Review | None
    blocked: bool


def tasks_where(*conditions: Any) -> list[Task]:
    """Find assignments, by the title of the entry: an order that tells nothing."""
    rows = _found((Assignment, Entry, Category, Stage, Review), conditions)
    return [Task(*row) for row in rows]


def listed_where(*conditions: Any) -> list[Task]:
    """Find the same for a list, which may be long: only what ``as_dict`` says."""
    columns = [
        getattr(table, name).label(f"{table.__tablename__}_{name}")
        for table, names in _LISTED
        for name in names
    ]
    return [_listed(row) for row in _found(columns, conditions)]


def _listed(row: Any) -> Task:
    values = iter(row)
    parts: list[Any] = [
        part._make(islice(values, len(part._fields))) for part in _PARTS
    ]
    return Task(*parts, blocked=next(values))


def _found(columns: Iterable[Any], conditions: Iterable[Any]) -> Any:
    blocked = sa.exists().where(
        Conflict.juror_id == Assignment.juror_id,
        Conflict.entry_id == Assignment.entry_id,
        Conflict.state.in_(BLOCKING),
    )
    return model.Session.execute(
        sa.select(*columns, blocked)
        .select_from(Assignment)
        .join(Entry, Entry.id == Assignment.entry_id)
        .join(Category, Category.id == Entry.category_id)
        .outerjoin(Stage, Stage.id == Assignment.stage_id)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(*conditions)
        .order_by(Entry.title, Stage.position.nullsfirst(), Assignment.id)
    )


def as_dict(task: Task, window: Window) -> dict[str, Any]:
    """Describe a task to its juror: how far it is, never what was scored."""
    return answers.as_dict(task.assignment, answers.ASSIGNMENT) | {
        "title": task.entry.title,
        "category": task.category.title,
        "stage": task.stage.title if task.stage else None,
        "review_state": task.review.state if task.review else None,
        "typed": task.review is not None and task.review.typed_by is not None,
        **window.of(task.assignment, task.entry),
    }


class Window:
    """When reviews of an edition can be written, by the database's clock."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.now: datetime = clock()
        self.phases = [p for p in phases_of(edition.id) if p.kind in JUDGING]
        self.appealed = appealed_in(edition.id)
        self._known: dict[tuple[Any, ...], dict[str, Any]] = {}

    def of(self, assignment: Assignment, entry: Entry) -> dict[str, Any]:
        """Say whether a review is ``open``, ``until`` when, or when it ``opens_at``."""
        admitted = entry.state == "admitted"
        if entry.id in self.appealed:
            running = self.edition.state in {"published", "provisional"}
            return {"open": running and admitted, "until": None, "opens_at": None}
        # The same for most of a juror's hundreds of entries.
        key = (admitted, assignment.stage_id, assignment.due_at)
        if key not in self._known:
            self._known[key] = self._planned(*key)
        return self._known[key]

    def _planned(
        self, admitted: bool, stage_id: str | None, due_at: datetime | None
    ) -> dict[str, Any]:
        mine = [p for p in self.phases if p.stage_id in {None, stage_id}]
        closing = [p.closes_at for p in mine if p.opens_at <= self.now < p.closes_at]
        ahead = [p.opens_at for p in mine if p.opens_at > self.now]
        due = [due_at] if due_at else []
        last = max((p.closes_at for p in mine), default=None)
        until = min([max(closing), *due] if closing else due, default=last)
        ready = self.edition.state == "published" and admitted
        late = bool(due) and due[0] <= self.now
        return {
            "open": bool(closing) and ready and not late,
            "until": until.isoformat() if until else None,
            "opens_at": min(ahead).isoformat() if ahead and not closing else None,
        }
