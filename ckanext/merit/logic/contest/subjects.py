"""What an action is about: the edition behind an id, and who stands how to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit.logic.contest import links, review_sight
from ckanext.merit.logic.contest.actors import Actor, actor_of, behind, chairs
from ckanext.merit.logic.contest.inference import is_blocked
from ckanext.merit.logic.contest.subject import Subject
from ckanext.merit.logic.contest.transaction import kept
from ckanext.merit.model import contest, contest_entry, contest_jury, contest_result

__all__ = ["SUBJECTS", "find", "impartial", "own_juror"]


User = Any

#: States of an assignment in which its juror has to do with the entry.
LIVE = frozenset({"assigned", "in_progress", "completed"})
Finder = Callable[[User, dict[str, Any]], "Subject | None"]


def find(kind: str, user: User, data: dict[str, Any]) -> Subject | None:
    """Find the subject that the parameters of an action name; None: there is none."""
    return SUBJECTS[kind](user, data)


def _portal(user: User, data: dict[str, Any]) -> Subject:
    return Subject(actor_of(user))


def _programme(user: User, data: dict[str, Any]) -> Subject | None:
    key = data.get("programme_id") or data.get("id")
    row = _get(contest.Programme, key)
    if row is None:
        return None
    return Subject(actor_of(user, programme_id=row.id), row=row)


def _role(user: User, data: dict[str, Any]) -> Subject | None:
    row = _get(contest.RoleHolder, data.get("id"))
    if row is None:
        return None
    edition = _get(contest.Edition, row.edition_id)
    actor = actor_of(user, programme_id=row.programme_id, edition=edition)
    return Subject(actor, edition, row)


def _edition(user: User, data: dict[str, Any]) -> Subject | None:
    row = _get(contest.Edition, data.get("edition_id") or data.get("id"))
    if row is None:
        return None
    organization_id = data.get("organization_id")
    return Subject(
        actor_of(user, edition=row, organization_id=organization_id), row, row
    )


def _child(table: Any) -> Finder:
    """Find a row that names its edition."""

    def finder(user: User, data: dict[str, Any]) -> Subject | None:
        row = _get(table, data.get("id"))
        if row is None:
            return None
        edition = _get(contest.Edition, row.edition_id)
        return Subject(actor_of(user, edition=edition), edition, row)

    return finder


def _entry(user: User, data: dict[str, Any]) -> Subject | None:
    row = _get(contest_entry.Entry, data.get("entry_id") or data.get("id"))
    if row is None:
        return None
    return _about_entry(user, row, row)


def _about_entry(
    user: User,
    entry: contest_entry.Entry,
    row: Any,
    *,
    met: frozenset[str] = frozenset(),
) -> Subject:
    edition = _get(contest.Edition, entry.edition_id)
    actor = actor_of(user, edition=edition, entry=entry)
    return Subject(actor, edition, row, met | impartial(user, entry))


def impartial(user: User, entry: contest_entry.Entry) -> frozenset[str]:
    """Give the condition ``no_conflict`` where somebody is free towards an entry."""
    if user is None or behind(user, entry):
        return frozenset()
    juror = own_juror(user, entry.edition_id)
    blocked = juror is not None and is_blocked(juror.id, entry.id)
    return frozenset() if blocked else frozenset({"no_conflict"})


def _juror(user: User, data: dict[str, Any]) -> Subject | None:
    row = _get(contest_jury.Juror, data.get("juror_id") or data.get("id"))
    if row is None:
        return None
    edition = _get(contest.Edition, row.edition_id)
    actor = actor_of(user, edition=edition, juror=row)
    if user is not None and row.user_id == user.id:
        # Who is invited is not yet a juror, but may answer.
        actor = Actor(actor.user_id, actor.roles | {"J"}, actor.own | {"J"})
    return Subject(actor, edition, row)


def _conflict(user: User, data: dict[str, Any]) -> Subject | None:
    row = _get(contest_jury.Conflict, data.get("id"))
    if row is None:
        return None
    juror = _get(contest_jury.Juror, row.juror_id)
    edition = _get(contest.Edition, juror.edition_id)
    # Nobody whom the chair appointed decides about the chair, nor the reverse.
    own = juror.user_id in chairs(edition)
    met = frozenset({"chairs_own" if own else "not_own_conflict"})
    return Subject(actor_of(user, edition=edition), edition, row, met)


def _assignment(user: User, data: dict[str, Any]) -> Subject | None:
    row = _get(contest_jury.Assignment, data.get("assignment_id") or data.get("id"))
    return None if row is None else _about_assignment(user, row, row)


def _about_assignment(
    user: User, assignment: contest_jury.Assignment, row: Any
) -> Subject:
    juror = _get(contest_jury.Juror, assignment.juror_id)
    edition = _get(contest.Edition, juror.edition_id)
    live = assignment.state in LIVE and not is_blocked(juror.id, assignment.entry_id)
    actor = actor_of(user, edition=edition, juror=juror if live else None)
    met = impartial(user, _get(contest_entry.Entry, assignment.entry_id))
    if user is None or juror.user_id != user.id:
        met |= {"not_own_review"}
    return Subject(actor, edition, row, met)


def own_juror(user: User, edition_id: str) -> contest_jury.Juror | None:
    """Find somebody's appointment to the jury of an edition."""
    if user is None:
        return None
    return model.Session.scalars(
        sa.select(contest_jury.Juror).where(
            contest_jury.Juror.edition_id == edition_id,
            contest_jury.Juror.user_id == user.id,
        )
    ).first()


def _own_jury(user: User, data: dict[str, Any]) -> Subject | None:
    """The edition, or an entry's, as seen by its juror."""
    entry = _get(contest_entry.Entry, data.get("entry_id"))
    key = entry.edition_id if entry else data.get("edition_id")
    edition = _get(contest.Edition, key)
    if edition is None:
        return None
    juror = own_juror(user, edition.id)
    return Subject(actor_of(user, edition=edition, juror=juror), edition, juror)


def _review(user: User, data: dict[str, Any]) -> Subject | None:
    row = _get(contest_jury.Review, data.get("id"))
    if row is None:
        return None
    assignment = _get(contest_jury.Assignment, row.assignment_id)
    return _about_assignment(user, assignment, row)


def _run(user: User, data: dict[str, Any]) -> Subject | None:
    subject = _child(contest_result.ScoreRun)(user, data)
    if subject is None:
        return None
    approved = contest_result.Approval
    others = sa.exists().where(
        approved.run_id == subject.row.id, approved.user_id == subject.actor.user_id
    )
    again = model.Session.execute(sa.select(others)).scalar_one()
    met: frozenset[str] = frozenset() if again else frozenset({"one_of_two"})
    return Subject(subject.actor, subject.edition, subject.row, met)


def _appeal(user: User, data: dict[str, Any]) -> Subject | None:
    row = _get(contest_result.Appeal, data.get("id"))
    if row is None:
        return None
    entry = _get(contest_entry.Entry, row.entry_id)
    scored = user is not None and _has_scored(user.id, entry.id)
    met = frozenset() if scored else frozenset({"not_scorer"})
    return _about_entry(user, entry, row, met=met)


def _has_scored(user_id: str, entry_id: str) -> bool:
    jury = contest_jury
    scored = sa.exists().where(
        jury.Review.assignment_id == jury.Assignment.id,
        jury.Assignment.juror_id == jury.Juror.id,
        jury.Assignment.entry_id == entry_id,
        jury.Juror.user_id == user_id,
        jury.Review.state != "draft",
    )
    return model.Session.execute(sa.select(scored)).scalar_one()


def _invitation(user: User, data: dict[str, Any]) -> Subject | None:
    """An invitation by link, as those see it who may send such."""
    row = _get(contest_entry.Invitation, data.get("id"))
    edition = _get(contest.Edition, row.target_id) if row else None
    if row is None or edition is None:
        return None
    return Subject(actor_of(user, edition=edition), edition, row)


def _link(user: User, data: dict[str, Any]) -> Subject | None:
    """An invitation by link, as who holds the link sees it; the action asks whose."""
    row = links.found(data.get("token"))
    edition = _get(contest.Edition, row.target_id) if row else None
    if row is None or edition is None or user is None:
        return None
    actor = actor_of(user, edition=edition)
    if user.email and links.hashed(user.email) == row.email_sha256:
        actor = Actor(actor.user_id, actor.roles | {"U"}, actor.own | {"U"})
    return Subject(actor, edition, row)


def _get(table: Any, key: Any) -> Any:
    if not isinstance(key, str) or not key:
        return None
    return kept(model.Session.get(table, key))


SUBJECTS: dict[str, Finder] = {
    "portal": _portal,
    "programme": _programme,
    "role": _role,
    "edition": _edition,
    "phase": _child(contest.Phase),
    "stage": _child(contest.Stage),
    "category": _child(contest.Category),
    "rule_set": _child(contest.RuleSet),
    "entry": _entry,
    "juror": _juror,
    "own_jury": _own_jury,
    "conflict": _conflict,
    "assignment": _assignment,
    "review": _review,
    "reviews": review_sight.find,
    "run": _run,
    "invitation": _invitation,
    "link": _link,
    "publication": _child(contest_result.Publication),
    "appeal": _appeal,
    "distinction": _child(contest_result.Distinction),
    "announcement": _child(contest_result.Announcement),
}
