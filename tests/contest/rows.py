"""Rows of contests for tests of tables: the least that the constraints ask for."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa

from ckan import model
from ckan.model.types import make_uuid

from ckanext.merit.model import contest, contest_entry, contest_jury, contest_result

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)


def add(row: Any) -> Any:
    """Insert a row at once, in the order of the test."""
    model.Session.add(row)
    model.Session.flush()
    return row


def programme(**values: Any) -> contest.Programme:
    """Make a programme."""
    return add(contest.Programme(**{"name": make_uuid(), "title": {}, **values}))


def edition(**values: Any) -> contest.Edition:
    """Make an edition of a programme of its own."""
    if "programme_id" not in values:
        values["programme_id"] = programme().id
    return add(
        contest.Edition(**{"slug": make_uuid(), "kind": "award", "title": {}, **values})
    )


def rule_set(edition_id: str, **values: Any) -> contest.RuleSet:
    """Make the first version of an edition's rules."""
    values = {"version": 1, "source": "", "body": {}, "sha256": "0", **values}
    return add(contest.RuleSet(edition_id=edition_id, **values))


def stage(edition_id: str, **values: Any) -> contest.Stage:
    """Make a stage without gate."""
    values = {"code": "one", "position": 1, "title": {}, **values}
    return add(contest.Stage(edition_id=edition_id, gate={"kind": "none"}, **values))


def phase(edition_id: str, opens: int, closes: int, **values: Any) -> contest.Phase:
    """Make a phase of some days."""
    return add(
        contest.Phase(
            edition_id=edition_id,
            opens_at=NOW + timedelta(days=opens),
            closes_at=NOW + timedelta(days=closes),
            **{"kind": "jury", **values},
        )
    )


def category(edition_id: str, **values: Any) -> contest.Category:
    """Make a category for everybody."""
    values = {"code": make_uuid(), "position": 1, "title": {}, "predicate": {}} | values
    return add(contest.Category(edition_id=edition_id, **values))


def team(edition_id: str, **values: Any) -> contest_entry.Team:
    """Make a team."""
    return add(contest_entry.Team(edition_id=edition_id, **{"name": "t", **values}))


def entry(edition_id: str, **values: Any) -> contest_entry.Entry:
    """Make an entry with a team and category of its own."""
    for name, make in (("team_id", team), ("category_id", category)):
        values.setdefault(name, None)
        values[name] = values[name] or make(edition_id).id
    values = {"title": "t", "draft": {}, **values}
    return add(contest_entry.Entry(edition_id=edition_id, **values))


def juror(edition_id: str, **values: Any) -> contest_jury.Juror:
    """Make a juror."""
    values = {"user_id": make_uuid(), "expires_at": NOW, **values}
    return add(contest_jury.Juror(edition_id=edition_id, **values))


def assignment(**values: Any) -> contest_jury.Assignment:
    """Make an assignment in an edition of its own."""
    if "juror_id" not in values:
        home = edition().id
        values |= {"juror_id": juror(home).id, "entry_id": entry(home).id}
    return add(contest_jury.Assignment(**values))


def run(edition_id: str, **values: Any) -> contest_result.ScoreRun:
    """Make a run under rules of its own."""
    if "rule_set_id" not in values:
        values["rule_set_id"] = rule_set(edition_id).id
    values = {
        "number": 1,
        "algorithm": "test",
        "input_sha256": "0",
        "digest": "0",
        "bundle": {},
        "computed_by": "somebody",
        **values,
    }
    return add(contest_result.ScoreRun(edition_id=edition_id, **values))


def show(publication_id: str) -> None:
    """Let the instant of results be over, as nobody can: below the trigger."""
    for command in (
        "ALTER TABLE merit_publication DISABLE TRIGGER USER",
        "UPDATE merit_publication SET visible_from = clock_timestamp() WHERE id = :id",
        "ALTER TABLE merit_publication ENABLE TRIGGER USER",
    ):
        given = {"id": publication_id} if ":id" in command else {}
        model.Session.execute(sa.text(command), given)
    model.Session.commit()
