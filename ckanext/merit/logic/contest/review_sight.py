"""Who may see what others scored: conditions that depend on reviews and policy."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.logic.contest.actors import Actor, actor_of, behind
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

    Those that count or, asked for by ``calibration``, those of practice. Whoever has a
    conflict with the entry, or is behind it, finds nothing, whatever the role.
    """
    key = data.get("entry_id")
    entry = model.Session.get(Entry, key) if isinstance(key, str) else None
    if entry is None:
        return None
    edition = model.Session.get(Edition, entry.edition_id)
    if user is not None and behind(user, entry):
        return None
    juror = _juror(user, entry)
    if juror is not None and is_blocked(juror.id, entry.id):
        return None
    # Actions give what they have read; anything else asks for what counts.
    calibration = data.get("calibration") is True
    mine = Assignment.juror_id == juror.id if juror is not None else sa.false()
    states = _states(entry, calibration, mine)
    own = juror is not None and bool(states)
    actor = actor_of(user, edition=edition, juror=juror if own else None)
    met = _met_in_practice if calibration else _met
    return Subject(actor, edition, entry, frozenset(met(actor, entry, states)))


def counting_reviews(
    entry_id: str, *, calibration: bool = False
) -> list[tuple[Review, Assignment]]:
    """List the reviews of an entry that could count, or were practice; oldest first."""
    found = model.Session.execute(
        sa.select(Review, Assignment)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .where(
            Assignment.entry_id == entry_id,
            Assignment.calibration.is_(calibration),
            Review.state != "void",
        )
        .order_by(Review.created_at, Review.id)
    )
    return [(review, assignment) for review, assignment in found]


def _met(actor: Actor, entry: Entry, states: set[str]) -> Any:
    if _is_locked(entry):
        yield "after_lock"
    done = states <= _DONE
    if done:
        yield "own_first"
    if "J" not in actor.roles:
        return
    policy = _policy(entry)
    closed = policy == "after_close" and _is_over(entry.edition_id)
    if (policy == "after_own" and done) or closed:
        yield "review_policy"


def _met_in_practice(actor: Actor, entry: Entry, states: set[str]) -> Any:
    """Practice is compared once all have handed it in, if others' may be seen."""
    if states <= _DONE:
        yield "own_first"
    allowed = "J" in actor.roles and _policy(entry) in {"after_own", "after_close"}
    if allowed and _states(entry, True) <= _DONE:
        yield "review_policy"


def _policy(entry: Entry) -> str | None:
    rules = in_force(entry.edition_id)
    return rules.body.get("policy", {}).get("others") if rules else None


def _is_locked(entry: Entry) -> bool:
    """Say whether what counts is locked, and nothing more can come.

    Nobody waits for the draft of an assignment that has ended, nor for one that its
    juror left when the jury's time was over.
    """
    states = {
        review.state
        for review, task in counting_reviews(entry.id)
        if task.state in _LIVE
    }
    if _is_over(entry.edition_id):
        states.discard("draft")
    return states == {"locked"}


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


def _states(entry: Entry, calibration: bool, *mine: Any) -> set[str]:
    """States of reviews in live assignments of the entry; `none` where not begun."""
    found = model.Session.execute(
        sa.select(Review.state)
        .select_from(Assignment)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(
            Assignment.entry_id == entry.id,
            Assignment.calibration.is_(calibration),
            Assignment.state.in_(_LIVE),
            *mine,
        )
    )
    return {state or "none" for (state,) in found}
