"""What the clock changes in contests: rows whose time has come."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckanext.merit.model.contest import Edition, Phase
from ckanext.merit.model.contest_entry import Entry, Invitation
from ckanext.merit.model.contest_jury import Assignment, Juror

__all__ = ["due"]

_NOW = sa.func.clock_timestamp()


def due(entering: dict[str, set[str]]) -> Any:
    """Select keys ``entry/ID``, ``juror/ID``, … of rows that are due.

    Args:
        entering: Kinds of phases in which one enters, by kind of edition.
    """
    return sa.union_all(
        _entries(entering),
        _keys("juror", Juror).where(Juror.state == "invited", Juror.expires_at <= _NOW),
        _keys("invitation", Invitation)
        .join(Edition, Edition.id == Invitation.target_id)
        .where(Invitation.state == "pending", Invitation.expires_at <= _NOW),
        _keys("assignment", Assignment).where(
            Assignment.state.in_(["assigned", "in_progress"]),
            Assignment.due_at <= _NOW,
        ),
    )


def _keys(kind: str, table: Any) -> Any:
    return sa.select((sa.literal(f"{kind}/") + table.id).label("key"))


def _entries(entering: dict[str, set[str]]) -> Any:
    late = sa.or_(
        *(
            sa.and_(Edition.kind == kind, ~_open_or_ahead(phases))
            for kind, phases in entering.items()
        )
    )
    return (
        _keys("entry", Entry)
        .join(Edition, Edition.id == Entry.edition_id)
        .where(
            Edition.published_at.isnot(None),
            sa.or_(
                sa.and_(Entry.state == "draft", late),
                sa.and_(Entry.state == "returned", Entry.due_at <= _NOW),
                sa.and_(Entry.state == "submitted", Edition.kind == "datathon", late),
            ),
        )
    )


def _open_or_ahead(phases: set[str]) -> Any:
    return (
        sa.exists()
        .where(
            Phase.edition_id == Edition.id,
            Phase.kind.in_(sorted(phases)),
            Phase.closes_at > _NOW,
        )
        .correlate(Edition)
    )
