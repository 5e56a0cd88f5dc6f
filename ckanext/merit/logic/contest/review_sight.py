"""Who may see what others scored: conditions that depend on reviews and policy."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.logic.contest.actors import Actor, actor_of
from ckanext.merit.logic.contest.calendar import phases_of
from ckanext.merit.logic.contest.inference import is_blocked
from ckanext.merit.logic.contest.rule_sets import in_force
from ckanext.merit.logic.contest.subject import Subject
from ckanext.merit.logic.contest.transaction import clock
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Assignment, Juror, Review

__all__ = ["counting_reviews", "find"]

_DONE = frozenset({"submitted", "locked"})
_LIVE = ("assigned", "in_progress", "completed")


def find(user: Any, data: dict[str, Any]) -> Subject | None:
    """Find the reviews of an entry, and the conditions under which they are seen.

    Whoever has a conflict with the entry finds nothing, whatever the role.
    """
    key = data.get("entry_id")
    entry = model.Session.get(Entry, key) if isinstance(key, str) else None
    if entry is None:
        return None
    edition = model.Session.get(Edition, entry.edition_id)
    juror = _juror(user, entry)
    if juror is not None and is_blocked(juror.id, entry.id):
        return None
    states = _own_states(juror, entry)
    own = juror is not None and bool(states)
    actor = actor_of(user, edition=edition, juror=juror if own else None)
    return Subject(actor, edition, entry, frozenset(_met(actor, entry, states)))


def counting_reviews(entry_id: str) -> list[tuple[Review, Assignment]]:
    """List the reviews of an entry that could count, oldest first."""
    found = model.Session.execute(
        sa.select(Review, Assignment)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .where(
            Assignment.entry_id == entry_id,
            Assignment.calibration.is_(False),
            Review.state != "void",
        )
        .order_by(Review.created_at, Review.id)
    )
    return [(review, assignment) for review, assignment in found]


def _met(actor: Actor, entry: Entry, states: set[str]) -> Any:
    reviews = [review.state for review, _ in counting_reviews(entry.id)]
    if reviews and set(reviews) == {"locked"}:
        yield "after_lock"
    done = states <= _DONE
    if done:
        yield "own_first"
    if "J" not in actor.roles:
        return
    rules = in_force(entry.edition_id)
    policy = rules.body.get("policy", {}).get("others") if rules else None
    closed = policy == "after_close" and _is_over(entry.edition_id)
    if (policy == "after_own" and done) or closed:
        yield "review_policy"


def _is_over(edition_id: str) -> bool:
    now = clock()
    judging = [p for p in phases_of(edition_id) if p.kind in {"jury", "deliberation"}]
    return all(phase.closes_at <= now for phase in judging)


def _juror(user: Any, entry: Entry) -> Juror | None:
    if user is None:
        return None
    return model.Session.scalars(
        sa.select(Juror).where(
            Juror.edition_id == entry.edition_id, Juror.user_id == user.id
        )
    ).first()


def _own_states(juror: Juror | None, entry: Entry) -> set[str]:
    """States of the juror's own reviews of the entry; `none` where not begun."""
    if juror is None:
        return set()
    found = model.Session.execute(
        sa.select(Review.state)
        .select_from(Assignment)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(
            Assignment.juror_id == juror.id,
            Assignment.entry_id == entry.id,
            Assignment.calibration.is_(False),
            Assignment.state.in_(_LIVE),
        )
    )
    return {state or "none" for (state,) in found}
