"""Criteria of an edition that take evidence, when, and what was accepted for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.award.evidence import Criterion, best, criteria, lower
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.phases import open_phases
from ckanext.merit.domain.scoring.rules import Rules
from ckanext.merit.logic.contest import rulebook
from ckanext.merit.logic.contest.calendar import as_domain, phases_of
from ckanext.merit.logic.contest.criteria import rules_in_force, stage_nodes
from ckanext.merit.logic.contest.embargo import require_running
from ckanext.merit.logic.contest.transaction import clock, load
from ckanext.merit.model.award import Evidence
from ckanext.merit.model.contest import Category, Edition, Stage
from ckanext.merit.model.contest_entry import Entry, Observation

__all__ = ["Book", "book_of", "require_criterion", "require_time", "settle"]


@dataclass(frozen=True)
class Book:
    """The rules of an edition, and the criteria by which an entry can give evidence."""

    body: dict[str, Any]
    rules: Rules
    criteria: dict[str, Criterion]


def book_of(edition: Edition, entry: Entry) -> Book:
    """Read the rules in force for an entry."""
    body = rules_in_force(edition).body
    rules = rulebook.rules_of(body)
    category = load(Category, entry.category_id).code
    found = criteria(body, rules, category=category)
    return Book(body, rules, {item.code: item for item in found})


def require_criterion(book: Book, code: str | None) -> Criterion:
    """Give a criterion that takes evidence.

    Raises:
        ValidationError: if it is none.
    """
    found = book.criteria.get(code or "")
    if found is None:
        text = tk._("This criterion takes no evidence")
        raise tk.ValidationError({"criterion": [text]})
    return found


def require_time(edition: Edition, book: Book, row: Evidence) -> str:
    """Refuse evidence that comes too late; names the guard that was checked.

    A returned piece has its own deadline, others the phase of their stage. The time is
    looked at first: after it the answer is the same whether there are results or not.

    Raises:
        ContestError: ``due``, ``phase_closed`` or ``over``.
    """
    guard = _open(edition, book, row)
    require_running(edition, by_entrant=True)
    return guard


def _open(edition: Edition, book: Book, row: Evidence) -> str:
    if row.state == "returned":
        if row.due_at is None or clock() >= row.due_at:
            raise ContestError("due", tk._("The time for corrections is over."))
        return "due_open"
    calendar = [as_domain(item) for item in phases_of(edition.id)]
    now = clock()
    for stage_id in (None, *_stages(edition, book, row.criterion)):
        if open_phases(calendar, "evidence", now=now, stage=stage_id):
            return "phase_open"
    raise ContestError("phase_closed", "no phase of evidence is open")


def settle(edition: Edition, entry: Entry, criterion: Criterion) -> None:
    """Write the value that the accepted evidence of a criterion gives.

    Of several accepted pieces the best counts; without any there is no value, which
    the rules count as 0.
    """
    if not criterion.claims:
        return
    accepted = model.Session.scalars(
        sa.select(Evidence).where(
            Evidence.entry_id == entry.id,
            Evidence.criterion == criterion.code,
            Evidence.state == "accepted",
        )
    ).all()
    values = {
        row.id: lower(criterion.measure, row.claimed, row.accepted) for row in accepted
    }
    value = best(criterion.measure, values.values())
    known = model.Session.scalars(
        sa.select(Observation).where(
            Observation.entry_id == entry.id,
            Observation.criterion == criterion.code,
            Observation.snapshot_id.is_(None),
        )
    ).first()
    if value is None:
        if known is not None:
            model.Session.delete(known)
        return
    if known is None:
        known = Observation(entry_id=entry.id, criterion=criterion.code)
        model.Session.add(known)
    known.value, known.detail = value, {"evidence": values}
    known.observed_at = clock()


def _stages(edition: Edition, book: Book, code: str) -> list[str]:
    """Ids of the stages to which a criterion belongs."""
    ids = model.Session.scalars(
        sa.select(Stage.id)
        .where(Stage.edition_id == edition.id)
        .order_by(Stage.position)
    ).all()
    return [key for key in ids if code in stage_nodes(book.body, book.rules, key)]
