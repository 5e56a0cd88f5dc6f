"""Facts about jurors and entries, and the conflicts that they suggest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.merit import config
from ckanext.merit.domain.contest.conflicts import (
    BLOCKING,
    PUBLIC_DOMAINS,
    EntryFacts,
    Hint,
    JurorFacts,
    Membership,
    infer,
)
from ckanext.merit.logic.contest.hints import stored
from ckanext.merit.logic.contest.transaction import clock
from ckanext.merit.model import contest_membership
from ckanext.merit.model.contest_entry import Entry, Member, Team
from ckanext.merit.model.contest_jury import Conflict, Juror

__all__ = ["blocked_pairs", "hints", "is_blocked", "note_hints", "noted_pairs"]


def hints(juror: Juror, entries: Iterable[Entry]) -> dict[str, tuple[Hint, ...]]:
    """List for each entry why a juror may not be free, by the entry's id.

    The log of memberships is read as it is: refresh it before.
    """
    known = _juror_facts(juror)
    window = config.conflict_window()
    public = {
        *PUBLIC_DOMAINS,
        *(name.lower() for name in config.public_mail_domains()),
    }
    now = clock()
    return {
        entry.id: infer(
            known, _entry_facts(entry), now=now, window=window, public_domains=public
        )
        for entry in entries
    }


def note_hints(juror: Juror, entry: Entry, found: Iterable[Hint]) -> Conflict | None:
    """Keep what was inferred as an open conflict, unless it is noted already."""
    listed = list(found)
    noted = sa.exists().where(
        Conflict.juror_id == juror.id,
        Conflict.entry_id == entry.id,
        Conflict.origin == "inferred",
    )
    if not listed or model.Session.execute(sa.select(noted)).scalar_one():
        return None
    row = Conflict(
        juror_id=juror.id,
        entry_id=entry.id,
        origin="inferred",
        kind=listed[0].kind,
        detail=stored(listed),
        state="open",
    )
    model.Session.add(row)
    model.Session.flush()
    return row


def is_blocked(juror_id: str, entry_id: str) -> bool:
    """Say whether a conflict keeps a juror from an entry."""
    found = sa.exists().where(
        Conflict.juror_id == juror_id,
        Conflict.entry_id == entry_id,
        Conflict.state.in_(BLOCKING),
    )
    return model.Session.execute(sa.select(found)).scalar_one()


def blocked_pairs(edition_id: str) -> set[tuple[str, str]]:
    """List the (juror, entry) pairs of an edition that conflicts keep apart."""
    found = model.Session.execute(
        sa.select(Conflict.juror_id, Conflict.entry_id)
        .join(Juror, Juror.id == Conflict.juror_id)
        .where(Juror.edition_id == edition_id, Conflict.state.in_(BLOCKING))
    )
    return {(juror_id, entry_id) for juror_id, entry_id in found}


def noted_pairs(edition_id: str) -> set[tuple[str, str]]:
    """List the pairs for which something was inferred, even if it was dismissed."""
    found = model.Session.execute(
        sa.select(Conflict.juror_id, Conflict.entry_id)
        .join(Juror, Juror.id == Conflict.juror_id)
        .where(Juror.edition_id == edition_id, Conflict.origin == "inferred")
    )
    return {(juror_id, entry_id) for juror_id, entry_id in found}


def _juror_facts(juror: Juror) -> JurorFacts:
    user = model.User.get(juror.user_id)
    log = contest_membership.of_user(model.Session, juror.user_id)
    return JurorFacts(
        user=juror.user_id,
        emails=_texts([user.email] if user else []),
        memberships=tuple(
            Membership(row.organization_id, row.since, row.until) for row in log
        ),
        institution=juror.organization_id,
    )


def _entry_facts(entry: Entry) -> EntryFacts:
    team = model.Session.get(Team, entry.team_id)
    members = model.Session.scalars(
        sa.select(Member.user_id).where(
            Member.team_id == entry.team_id, Member.left_at.is_(None)
        )
    )
    people = _texts([team.head_id if team else None, *members])
    organization = model.Group.get(entry.organization_id or "")
    if organization is None:
        return EntryFacts(users=people, emails=_emails(people))
    admins = _texts(_admins(organization.id))
    return EntryFacts(
        organization=organization.id,
        related=_relatives(organization),
        users=people,
        emails=_emails(people | admins),
        maintainers=_maintainers(organization.id),
    )


def _relatives(organization: Any) -> frozenset[str]:
    above = organization.get_parent_group_hierarchy(type="organization")
    below = organization.get_children_group_hierarchy(type="organization")
    return frozenset((*(group.id for group in above), *(row[0] for row in below)))


def _admins(organization_id: str) -> Iterable[str | None]:
    return model.Session.scalars(
        sa.select(model.Member.table_id).where(
            model.Member.group_id == organization_id,
            model.Member.table_name == "user",
            model.Member.capacity == "admin",
            model.Member.state == "active",
        )
    )


def _emails(users: Iterable[str]) -> frozenset[str]:
    found = sa.select(model.User.email).where(model.User.id.in_(list(users)))
    return _texts(model.Session.scalars(found))


def _maintainers(organization_id: str) -> frozenset[str]:
    package = model.Package
    rows = model.Session.execute(
        sa.select(
            package.creator_user_id, package.maintainer_email, package.author_email
        )
        .where(package.owner_org == organization_id, package.state == "active")
        .distinct()
    )
    return _texts(value for row in rows for value in row)


def _texts(values: Iterable[str | None]) -> frozenset[str]:
    return frozenset(value for value in values if value)
