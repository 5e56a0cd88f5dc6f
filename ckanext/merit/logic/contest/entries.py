"""Entries by those who compete: prepare, write, submit, withdraw."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckan.plugins as p
import ckantoolkit as tk
from ckan import authz, model

from ckanext.merit.domain.canonical import digest
from ckanext.merit.domain.contest.eligibility import Profile, matches
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.permissions import clashes
from ckanext.merit.guard import guarded
from ckanext.merit.interfaces import IMeritEntries
from ckanext.merit.logic.contest import (
    answers,
    entry_schema,
    languages,
    schema,
    trail,
)
from ckanext.merit.logic.contest.actors import judging_letters, user_of
from ckanext.merit.logic.contest.calendar import require_open
from ckanext.merit.logic.contest.editions import require_version
from ckanext.merit.logic.contest.embargo import require_running
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.model.contest import (
    Category,
    Edition,
    OrganizationProfile,
    Programme,
)
from ckanext.merit.model.contest_entry import Entry, EntryVersion, Team

__all__ = [
    "merit_entry_prepare",
    "merit_entry_submit",
    "merit_entry_update",
    "merit_entry_withdraw",
]

Context = Any
Data = dict[str, Any]

ENTERING = {"award": {"enrolment"}, "datathon": {"submission"}}
_WRITABLE = ("draft", "returned", "submitted")


@tk.validate_action_data(entry_schema.prepare)
@guarded
@transactional
def merit_entry_prepare(context: Context, data_dict: Data) -> Data:
    """Begin the entry of an organization in an award, as a draft.

    For the organization's admins, and for the secretariat on its behalf; only the
    organization itself can submit it.

    :param edition_id: id of the edition
    :type edition_id: string
    :param category_id: id of a category that admits the organization
    :type category_id: string
    :param organization_id: id of the organization
    :type organization_id: string
    :param head: name or id of its representative (optional)
    :type head: string
    :param draft: what is to be submitted (optional)
    :type draft: dictionary

    :returns: the entry
    :rtype: dictionary
    """
    tk.check_access("merit_entry_prepare", context, data_dict)
    edition = lock(Edition, data_dict["edition_id"], share=True)
    require_open(edition, ENTERING[edition.kind])
    if edition.kind != "award":
        raise ContestError("kind", tk._("Organizations enter awards."))
    organization = _organization(data_dict["organization_id"])
    category = load(Category, data_dict["category_id"])
    _require_eligible(edition, category, organization.id)
    team = _team_of(edition, organization)
    if data_dict.get("head"):
        team.head_id = representative(edition, data_dict["head"], organization.id)
    row = Entry(
        edition_id=edition.id,
        category_id=category.id,
        team_id=team.id,
        organization_id=organization.id,
        title=organization.title or organization.name,
        draft=data_dict.get("draft") or {},
    )
    model.Session.add(row)
    model.Session.flush()
    languages.remember(user_of(context))
    change = trail.Change(states=(None, row.state), after=row.draft)
    trail.note(context, "prepare", row, edition_id=edition.id, change=change)
    return answers.as_dict(row, answers.ENTRY)


@tk.validate_action_data(entry_schema.update)
@guarded
@transactional
def merit_entry_update(context: Context, data_dict: Data) -> Data:
    """Change what is being written; what was submitted stays until submitted again.

    :param id: id of the entry
    :type id: string
    :param version: the version that you saw
    :type version: int
    :param title: its name in lists (optional)
    :type title: string
    :param head: name or id of the new representative (optional)
    :type head: string
    :param reason: why the representative changes (optional)
    :type reason: string
    :param draft: what is to be submitted (optional)
    :type draft: dictionary

    :returns: the entry
    :rtype: dictionary
    """
    tk.check_access("merit_entry_update", context, data_dict)
    edition = lock(Edition, load(Entry, data_dict["id"]).edition_id, share=True)
    row = lock(Entry, data_dict["id"])
    before = answers.as_dict(row, answers.ENTRY)
    require_version(row, data_dict["version"], before)
    if row.state not in _WRITABLE:
        raise ContestError("locked", tk._("This entry can no longer be changed."))
    _require_time(edition, row)
    if data_dict.get("head"):
        team = lock(Team, row.team_id)
        team.head_id = representative(edition, data_dict["head"], row.organization_id)
    for name in ("title", "draft"):
        if data_dict.get(name) is not None:
            setattr(row, name, data_dict[name])
    row.version += 1
    change = trail.Change(
        reason=data_dict.get("reason"), before=before["draft"], after=row.draft
    )
    trail.note(context, "update", row, edition_id=edition.id, change=change)
    return answers.as_dict(row, answers.ENTRY)


@tk.validate_action_data(entry_schema.submit)
@guarded
@transactional
def merit_entry_submit(context: Context, data_dict: Data) -> Data:
    """Submit what is written; the answer is the receipt.

    Submitting the same again changes nothing and gives the same receipt. What counts
    is the last version submitted before the close.

    :param id: id of the entry
    :type id: string
    :param version: the version that you saw; another one is refused (optional)
    :type version: int

    :returns: the receipt: number of the version, digest, and the server's time
    :rtype: dictionary
    """
    tk.check_access("merit_entry_submit", context, data_dict)
    edition = lock(Edition, load(Entry, data_dict["id"]).edition_id, share=True)
    row = lock(Entry, data_dict["id"])
    if data_dict.get("version") is not None:
        seen = data_dict["version"]
        require_version(row, seen, answers.as_dict(row, answers.ENTRY))
    last = last_version(row.id)
    if row.state == "submitted" and last is not None and last.body == row.draft:
        return answers.as_dict(last, answers.ENTRY_VERSION)
    guard = _require_time(edition, row)
    _require_complete(edition, row)
    user = user_of(context)
    version = EntryVersion(
        entry_id=row.id,
        n=(last.n if last else 0) + 1,
        body=row.draft,
        sha256=digest(row.draft),
        submitted_by=user.id if user else trail.SYSTEM,
        submitted_at=clock(),
    )
    model.Session.add(version)
    languages.remember(user)
    row.reason = row.due_at = None
    transit(context, row, "submit", edition_id=edition.id, checked=(guard, "complete"))
    return answers.as_dict(version, answers.ENTRY_VERSION)


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_entry_withdraw(context: Context, data_dict: Data) -> Data:
    """Withdraw an entry, before provisional results are published.

    :param id: id of the entry
    :type id: string

    :returns: the entry
    :rtype: dictionary
    """
    tk.check_access("merit_entry_withdraw", context, data_dict)
    edition = lock(Edition, load(Entry, data_dict["id"]).edition_id, share=True)
    row = lock(Entry, data_dict["id"])
    require_running(edition, by_entrant=True)
    transit(
        context,
        row,
        "withdraw",
        edition_id=edition.id,
        checked=("before_provisional",),
    )
    return answers.as_dict(row, answers.ENTRY)


def last_version(entry_id: str) -> EntryVersion | None:
    """Find the last submitted version of an entry."""
    return model.Session.scalars(
        sa.select(EntryVersion)
        .where(EntryVersion.entry_id == entry_id)
        .order_by(EntryVersion.n.desc())
        .limit(1)
    ).first()


def _require_time(edition: Edition, row: Entry) -> str:
    """Refuse an act that comes too late; names the guard that was checked."""
    if row.state != "returned":
        require_open(edition, ENTERING[edition.kind])
        return "phase_open"
    if row.due_at is None or clock() >= row.due_at:
        raise ContestError("due", tk._("The time for corrections is over."))
    return "due_open"


def _require_complete(edition: Edition, row: Entry) -> None:
    problems = [
        problem
        for plugin in p.PluginImplementations(IMeritEntries)
        for problem in plugin.merit_entry_problems(edition.kind, row.draft, row.id)
    ]
    if problems:
        raise tk.ValidationError({"problems": problems})


def _organization(key: str) -> model.Group:
    found = model.Group.get(key)
    if found is None or not found.is_organization or found.state != "active":
        raise tk.ValidationError({"organization_id": [tk._("Not found")]})
    return found


def _require_eligible(edition: Edition, category: Category, key: str) -> None:
    if category.edition_id != edition.id:
        raise tk.ValidationError({"category_id": [tk._("Not found")]})
    programme = load(Programme, edition.programme_id)
    if key in programme.co_recognisers:
        text = tk._("An organization that recognises the results cannot compete.")
        raise ContestError("co_recogniser", text)
    known = model.Session.get(OrganizationProfile, key)
    profile = Profile(
        **{name: getattr(known, name, None) for name in answers.PROFILE[1:]}
    )
    if not matches(category.predicate, profile):
        text = tk._("This category does not admit the organization.")
        raise ContestError("category", text)


def _team_of(edition: Edition, organization: model.Group) -> Team:
    """Find the team of an earlier entry that was withdrawn, or make one."""
    team = model.Session.scalars(
        sa.select(Team).where(
            Team.edition_id == edition.id,
            Team.organization_id == organization.id,
            Team.state != "dissolved",
        )
    ).first()
    if team is None:
        team = Team(
            edition_id=edition.id,
            organization_id=organization.id,
            name=organization.title or organization.name,
        )
        model.Session.add(team)
        model.Session.flush()
    return team


def representative(edition: Edition, name: str, organization_id: str | None) -> str:
    """Find somebody who may represent an entry: one of its people who doesn't judge.

    Raises:
        ValidationError: the same for all others, so that nobody learns who judges.
    """
    user = model.User.get(name)
    if user is not None and user.state == "active":
        roles = authz.users_role_for_group_or_org
        belongs = organization_id is None or roles(organization_id, user.name)
        if belongs and not list(clashes(judging_letters(user.id, edition), "R")):
            return user.id
    text = tk._(
        "Name somebody who belongs to the organization and neither judges nor runs the "
        "edition."
    )
    raise tk.ValidationError({"head": [text]})
