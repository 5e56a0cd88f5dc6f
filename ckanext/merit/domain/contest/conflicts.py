"""Conflicts of interest that can be inferred before anybody declares them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = [
    "BLOCKING",
    "PUBLIC_DOMAINS",
    "EntryFacts",
    "Hint",
    "JurorFacts",
    "Membership",
    "blocks",
    "infer",
    "mail_domain",
]

# States of a conflict that keep a juror from an entry.
BLOCKING = frozenset({"open", "confirmed"})

# An address here says nothing about where somebody works; portals add their own.
PUBLIC_DOMAINS = frozenset(
    (
        *("aol.com", "fastmail.com", "gmail.com", "gmx.com", "gmx.net"),
        *("googlemail.com", "hotmail.com", "hotmail.es", "icloud.com", "live.com"),
        *("live.com.ar", "live.com.mx", "mac.com", "mail.com", "me.com"),
        *("msn.com", "outlook.com", "outlook.es", "outlook.pe", "pm.me"),
        *("proton.me", "protonmail.com", "terra.com.pe", "tutanota.com"),
        *("yahoo.com", "yahoo.com.ar", "yahoo.com.mx", "yahoo.es", "ymail.com"),
        *("zoho.com"),
    )
)


@dataclass(frozen=True)
class Membership:
    """Somebody belongs, or belonged, to an organisation; ends open: until now."""

    organization: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class JurorFacts:
    """What is known of a juror.

    Attributes:
        user: User id.
        emails: Addresses, in any case.
        memberships: Organisations, present and past, by our own log.
        institution: Organisation that the appointment names, if it is on the portal.
    """

    user: str
    emails: frozenset[str] = frozenset()
    memberships: tuple[Membership, ...] = ()
    institution: str | None = None


@dataclass(frozen=True)
class EntryFacts:
    """What is known of an entry.

    Attributes:
        organization: The organisation that enters, if one does.
        related: Its parents and children, near and far.
        users: People behind the entry: representative and team.
        emails: Addresses of these people and of the organisation.
        maintainers: Users or addresses that maintain its datasets.
    """

    organization: str | None = None
    related: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    maintainers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Hint:
    """One reason to presume a conflict, and what it was seen in."""

    kind: str
    detail: str


def blocks(states: Iterable[str]) -> bool:
    """Say whether conflicts in these states keep the juror from the entry."""
    return not BLOCKING.isdisjoint(states)


def mail_domain(address: str) -> str | None:
    """Give the domain of an address in lower case; None when it has none."""
    name, separator, domain = address.strip().rpartition("@")
    domain = domain.rstrip(".").casefold()
    return domain if separator and name and domain else None


def infer(
    juror: JurorFacts,
    entry: EntryFacts,
    *,
    now: datetime,
    window: timedelta = timedelta(days=730),
    public_domains: Collection[str] = PUBLIC_DOMAINS,
) -> tuple[Hint, ...]:
    """List the reasons to presume that a juror is not free towards an entry.

    Args:
        juror: Facts of the juror.
        entry: Facts of the entry.
        now: The instant of the question (aware).
        window: How long a membership that ended still counts.
        public_domains: Mail domains that say nothing, in lower case.

    Returns:
        Hints of the kinds ``own_entry``, ``same_organization``,
        ``related_organization``, ``past_membership``, ``email_domain`` and
        ``dataset_maintainer``; none when nothing speaks against the juror.
    """
    hints = (
        *_own(juror, entry),
        *_organizations(juror, entry, now=now, window=window),
        *_domains(juror, entry, public=frozenset(public_domains)),
        *_maintainers(juror, entry),
    )
    return tuple(dict.fromkeys(hints))


def _own(juror: JurorFacts, entry: EntryFacts) -> Iterator[Hint]:
    if juror.user in entry.users:
        yield Hint("own_entry", juror.user)


def _organizations(
    juror: JurorFacts, entry: EntryFacts, *, now: datetime, window: timedelta
) -> Iterator[Hint]:
    current = [Membership(juror.institution)] if juror.institution else []
    for item in (*current, *juror.memberships):
        if item.organization not in {entry.organization, *entry.related}:
            continue
        if item.until is not None and item.until <= now:
            if now - item.until <= window:
                yield Hint("past_membership", item.organization)
        elif item.organization == entry.organization:
            yield Hint("same_organization", item.organization)
        else:
            yield Hint("related_organization", item.organization)


def _domains(
    juror: JurorFacts, entry: EntryFacts, *, public: frozenset[str]
) -> Iterator[Hint]:
    ours = {mail_domain(address) for address in juror.emails}
    theirs = {mail_domain(address) for address in entry.emails}
    for domain in sorted(d for d in ours & theirs if d is not None):
        if domain not in public:
            yield Hint("email_domain", domain)


def _maintainers(juror: JurorFacts, entry: EntryFacts) -> Iterator[Hint]:
    known = {name.casefold() for name in entry.maintainers}
    mine = (juror.user, *sorted(juror.emails))
    if any(name.casefold() in known for name in mine):
        yield Hint("dataset_maintainer", juror.user)
