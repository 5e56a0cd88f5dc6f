"""Editions: from draft to closed, their stages and categories."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest import phases
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import answers, metrics, rulebook, schema, trail
from ckanext.merit.logic.contest.addenda import addenda_of
from ckanext.merit.logic.contest.calendar import (
    as_domain,
    phases_of,
    problems_of,
)
from ckanext.merit.logic.contest.checks import misfits, sentence
from ckanext.merit.logic.contest.embargo import state_for
from ckanext.merit.logic.contest.listing import ORDER, PROGRAMME, listed
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.rule_sets import head_in_force, in_force
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.model.contest import (
    Category,
    Edition,
    Programme,
    Stage,
)

__all__ = [
    "merit_edition_cancel",
    "merit_edition_close",
    "merit_edition_create",
    "merit_edition_list",
    "merit_edition_publish",
    "merit_edition_show",
    "merit_edition_update",
    "parts_of",
]

Context = Any
Data = dict[str, Any]
_DESCRIBED = ("title", "summary", "contact")


@tk.validate_action_data(schema.edition_create)
@guarded
@transactional
def merit_edition_create(context: Context, data_dict: Data) -> Data:
    """Create an edition of a programme, as a draft. For the secretariat.

    :param programme_id: id of the programme
    :type programme_id: string
    :param slug: part of its address: lower-case letters, digits and hyphens
    :type slug: string
    :param kind: ``award`` or ``datathon``
    :type kind: string
    :param title: text, or texts by language
    :type title: string or dictionary
    :param summary: text, or texts by language (optional)
    :type summary: string or dictionary
    :param contact: how to reach the secretariat (optional)
    :type contact: string
    :param timezone: zone in which its instants are shown (default: America/Lima)
    :type timezone: string
    :param simulation: whether scores may be made up and nothing is real
    :type simulation: bool

    :returns: the edition
    :rtype: dictionary
    """
    tk.check_access("merit_edition_create", context, data_dict)
    load(Programme, data_dict["programme_id"])
    names = ("programme_id", "slug", "kind", "timezone", "simulation")
    row = Edition(**{name: data_dict[name] for name in names})
    for name in _DESCRIBED:
        setattr(row, name, data_dict.get(name))
    model.Session.add(row)
    model.Session.flush()
    after = answers.as_dict(row, answers.EDITION)
    change = trail.Change(states=(None, row.state), after=after)
    trail.note(context, "create", row, edition_id=row.id, change=change)
    return after


@tk.validate_action_data(schema.edition_update)
@guarded
@transactional
def merit_edition_update(context: Context, data_dict: Data) -> Data:
    """Change the description of an edition. For the secretariat.

    What isn't given stays. The zone can change only before publication.

    :param id: id of the edition
    :type id: string
    :param version: the version that you saw
    :type version: int
    :param title: text, or texts by language (optional)
    :type title: string or dictionary
    :param summary: text, or texts by language (optional)
    :type summary: string or dictionary
    :param contact: how to reach the secretariat (optional)
    :type contact: string
    :param timezone: zone in which its instants are shown (optional)
    :type timezone: string

    :returns: the edition
    :rtype: dictionary
    """
    tk.check_access("merit_edition_update", context, data_dict)
    row = lock(Edition, data_dict["id"])
    before = answers.as_dict(row, answers.EDITION)
    require_version(row, data_dict["version"], before)
    names = [name for name in (*_DESCRIBED, "timezone") if name in data_dict]
    if "timezone" in names and row.published_at is not None:
        raise ContestError("published", tk._("The edition is published already."))
    for name in names:
        setattr(row, name, data_dict[name])
    row.version += 1
    after = answers.as_dict(row, answers.EDITION)
    change = trail.Change(before=before, after=after)
    trail.note(context, "update", row, edition_id=row.id, change=change)
    return after


@tk.side_effect_free
@tk.validate_action_data(schema.addressed)
def merit_edition_show(context: Context, data_dict: Data) -> Data:
    """Return an edition with its calendar, stages, categories and addenda.

    A draft that you may not see is not found.

    :param id: id of the edition, or its address ``programme/slug``
    :type id: string

    :returns: the edition; ``status`` says what it is doing now, ``now`` is the instant
        of the answer; ``checks`` are what keeps a draft from being published, as codes
        with values, and ``problems`` the same in words
    :rtype: dictionary
    """
    try:
        tk.check_access("merit_edition_show", context, data_dict)
    except tk.NotAuthorized:
        raise tk.ObjectNotFound(tk._("Not found")) from None
    row = load(Edition, data_dict["id"])
    calendar = phases_of(row.id)
    now = clock()
    domain = [as_domain(phase) for phase in calendar]
    due = phases.next_change(domain, now=now)
    state = state_for(context, row)
    programme = load(Programme, row.programme_id)
    checks = _checks(row) if row.state == "draft" else []
    return answers.as_dict(row, answers.EDITION) | {
        "programme": answers.as_dict(programme, PROGRAMME),
        "state": state,
        "status": phases.status(state, domain, now=now),
        "now": now.isoformat(),
        "next_change": due and due.isoformat(),
        "phases": [answers.as_dict(item, answers.PHASE) for item in calendar],
        "stages": parts_of(Stage, row.id),
        "categories": parts_of(Category, row.id),
        "rule_set": head_in_force(row.id),
        "addenda": [
            answers.as_dict(item, answers.ADDENDUM) for item in addenda_of(row.id)
        ],
        "checks": checks,
        "problems": [sentence(check) for check in checks],
    }


@tk.side_effect_free
@tk.validate_action_data(schema.edition_list)
def merit_edition_list(context: Context, data_dict: Data) -> Data:
    """List the published editions: those under way first, then the latest.

    :param programme_id: only of this programme (optional)
    :type programme_id: string
    :param kind: only ``award`` or only ``datathon`` (optional)
    :type kind: string
    :param limit: number of editions to return (default: 20)
    :type limit: int
    :param offset: number of editions to pass over (default: 0)
    :type offset: int

    :returns: ``count`` and ``results``; ``status`` says what an edition is doing now
    :rtype: dictionary
    """
    tk.check_access("merit_edition_list", context, data_dict)
    found = (
        sa.select(Edition, Programme)
        .join(Programme, Programme.id == Edition.programme_id)
        .where(Edition.published_at.isnot(None))
    )
    for name in ("programme_id", "kind"):
        if data_dict.get(name):
            found = found.where(getattr(Edition, name) == data_dict[name])
    count = model.Session.scalar(
        sa.select(sa.func.count()).select_from(
            found.with_only_columns(Edition.id).subquery()
        )
    )
    rows = model.Session.execute(
        found.order_by(*ORDER).limit(data_dict["limit"]).offset(data_dict["offset"])
    )
    return {"count": count, "results": listed(rows.all())}


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_edition_publish(context: Context, data_dict: Data) -> Data:
    """Publish an edition: rules in force, calendar consistent, at least one category.

    :param id: id of the edition
    :type id: string

    :returns: the edition
    :rtype: dictionary
    """
    tk.check_access("merit_edition_publish", context, data_dict)
    row = lock(Edition, data_dict["id"])
    problems = [sentence(item) for item in _checks(row)] if row.state == "draft" else []
    if problems:
        raise tk.ValidationError({"problems": problems})
    row.published_at = clock()
    transit(context, row, "publish", edition_id=row.id, checked=("rule_set_complete",))
    return answers.as_dict(row, answers.EDITION)


@tk.validate_action_data(schema.reasoned)
@guarded
@transactional
def merit_edition_cancel(context: Context, data_dict: Data) -> Data:
    """Cancel an edition before its results are final. For the secretariat.

    :param id: id of the edition
    :type id: string
    :param reason: why; published with the edition
    :type reason: string

    :returns: the edition
    :rtype: dictionary
    """
    tk.check_access("merit_edition_cancel", context, data_dict)
    row = lock(Edition, data_dict["id"])
    transit(context, row, "cancel", edition_id=row.id, reason=data_dict["reason"])
    return answers.as_dict(row, answers.EDITION)


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_edition_close(context: Context, data_dict: Data) -> Data:
    """Close an edition whose results are final. For the secretariat.

    :param id: id of the edition
    :type id: string

    :returns: the edition
    :rtype: dictionary
    """
    tk.check_access("merit_edition_close", context, data_dict)
    row = lock(Edition, data_dict["id"])
    transit(context, row, "close", edition_id=row.id)
    return answers.as_dict(row, answers.EDITION)


def parts_of(table: Any, edition_id: str) -> list[Data]:
    """List the stages or categories of an edition in their order."""
    names = answers.STAGE if table is Stage else answers.CATEGORY
    rows = model.Session.scalars(
        sa.select(table)
        .where(table.edition_id == edition_id)
        .order_by(table.position, table.code)
    )
    return [answers.as_dict(row, names) for row in rows]


def require_version(row: Any, seen: int, current: Data) -> None:
    """Refuse an edit made on an older copy; the refusal carries the current one.

    Raises:
        ValidationError: 409 in the API.
    """
    if row.version != seen:
        text = tk._("Somebody else changed this meanwhile.")
        raise tk.ValidationError(
            {"version": [text], "current": [current]}, error_summary={"version": text}
        )


def _checks(row: Edition) -> list[Data]:
    """List what keeps a draft from being published, as codes with values."""
    found = [{"code": item.code, **item.detail} for item in problems_of(row)]
    rules = in_force(row.id)
    if rules is None:
        found.append({"code": "no_rules"})
    else:
        known = metrics.known()
        found += [
            {"code": "unknown_metric", "name": name}
            for name in rulebook.metrics_of(rules.body)
            if name not in known
        ]
        found += misfits(rules)
    if not parts_of(Category, row.id):
        found.append({"code": "no_category"})
    return found
