"""Who somebody is in an edition: the letters of the permission table they hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ckan import authz, model

from ckanext.merit.model.contest import Edition, RoleHolder
from ckanext.merit.model.contest_entry import Entry, Member, Team
from ckanext.merit.model.contest_jury import Juror

__all__ = [
    "LETTERS",
    "Actor",
    "actor_in",
    "actor_of",
    "behind",
    "chairs",
    "judging_letters",
    "user_of",
]

LETTERS = {
    "secretariat": "S",
    "chair": "H",
    "deputy": "H",
    "observer": "O",
    "co_recogniser": "P",
    "mentor": "T",
}
_JUROR = "juror"
JUDGING_STATES = ("accepted", "active")


@dataclass(frozen=True)
class Actor:
    """Somebody, seen from an edition and perhaps an object in it.

    Attributes:
        user_id: None for anonymous.
        roles: Letters held.
        own: Those by which the object is their own or assigned to them.
    """

    user_id: str | None
    roles: frozenset[str]
    own: frozenset[str] = frozenset()


def user_of(context: Any) -> model.User | None:
    """Find the user of a context; None for anonymous."""
    known = context.get("auth_user_obj")
    if isinstance(known, model.User):
        return known
    return model.User.get(context["user"]) if context.get("user") else None


def actor_in(context: Any, edition: Edition) -> Actor:
    """Say who the caller is in an edition; known where authorization has looked."""
    user = user_of(context)
    known = context.get("merit_subject")
    # Only where it looked at the edition itself: its objects give other letters.
    if known is None or known.row is not edition or known.actor.own:
        return actor_of(user, edition=edition)
    same = known.actor.user_id == (user.id if user else None)
    return known.actor if same else actor_of(user, edition=edition)


def actor_of(
    user: model.User | None,
    *,
    programme_id: str | None = None,
    edition: Edition | None = None,
    entry: Entry | None = None,
    organization_id: str | None = None,
    juror: Juror | None = None,
) -> Actor:
    """Collect the letters that somebody holds.

    Args:
        user: None for anonymous.
        programme_id: Where no edition is given.
        edition: The edition.
        entry: The entry in question; it may be the user's own.
        organization_id: The organisation in question where there is no entry yet.
        juror: The appointment in question; it may be the user's own.
    """
    if user is None or user.state != "active":
        return Actor(None, frozenset("A"))
    programme_id = edition.programme_id if edition else programme_id
    roles = _appointed(user.id, programme_id, edition.id if edition else None)
    own = set(_as_competitor(user, entry, organization_id))
    roles |= own
    if juror is not None and juror.user_id == user.id:
        own |= roles & {"J", "H"}
    if user.sysadmin:
        roles.add("X")
    return Actor(user.id, frozenset(roles or "U"), frozenset(own))


def behind(user: model.User, entry: Entry) -> frozenset[str]:
    """Letters by which somebody competes with an entry."""
    return frozenset(_as_competitor(user, entry, None))


def judging_letters(user_id: str, edition: Edition) -> frozenset[str]:
    """Letters by which somebody judges or runs an edition."""
    return frozenset(_appointed(user_id, edition.programme_id, edition.id))


def chairs(edition: Edition) -> frozenset[str]:
    """User ids of the chair and the deputies."""
    return frozenset(
        model.Session.scalars(
            sa.select(RoleHolder.user_id).where(
                RoleHolder.role.in_(["chair", "deputy"]),
                _holds(edition.programme_id, edition.id),
            )
        )
    )


def _holds(programme_id: str | None, edition_id: str | None) -> Any:
    scope = RoleHolder.edition_id.is_(None)
    if edition_id is not None:
        scope = sa.or_(scope, RoleHolder.edition_id == edition_id)
    return sa.and_(
        RoleHolder.programme_id == programme_id, RoleHolder.ended_at.is_(None), scope
    )


def _appointed(
    user_id: str, programme_id: str | None, edition_id: str | None
) -> set[str]:
    """Find by one statement the letters of roles, and that of jurors."""
    if programme_id is None:
        return set()
    held: Any = sa.select(RoleHolder.role).where(
        RoleHolder.user_id == user_id, _holds(programme_id, edition_id)
    )
    if edition_id is not None:
        jury = sa.select(sa.literal(_JUROR)).where(
            Juror.user_id == user_id,
            Juror.edition_id == edition_id,
            Juror.state.in_(JUDGING_STATES),
        )
        held = held.union_all(jury)
    letters = {**LETTERS, _JUROR: "J"}
    return {letters[role] for role in model.Session.execute(held).scalars()}


def _as_competitor(
    user: model.User, entry: Entry | None, organization_id: str | None
) -> Iterable[str]:
    if entry is not None:
        organization_id = entry.organization_id
        yield from _in_team(user.id, entry)
    if organization_id is not None:
        capacity = authz.users_role_for_group_or_org(organization_id, user.name)
        # Who left the organisation represents it no longer.
        if capacity == "admin" or (capacity and _heads(user.id, entry)):
            yield "R"
        elif capacity == "editor":
            yield "E"


def _heads(user_id: str, entry: Entry | None) -> bool:
    team = model.Session.get(Team, entry.team_id) if entry else None
    return team is not None and team.head_id == user_id


def _in_team(user_id: str, entry: Entry) -> Iterable[str]:
    if _heads(user_id, entry) and not entry.organization_id:
        yield "C"
    member = sa.exists().where(
        Member.team_id == entry.team_id,
        Member.user_id == user_id,
        Member.left_at.is_(None),
        Member.accepted_at.isnot(None),
    )
    if model.Session.execute(sa.select(member)).scalar_one():
        yield "M"
