"""Rule sets: drafts, putting them in force, and what changed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.changes import (
    rule_changes,
    touches_quorum,
    touches_scoring,
)
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import answers, metrics, rulebook, schema, trail
from ckanext.merit.logic.contest.addenda import add_addendum
from ckanext.merit.logic.contest.checks import require_fitting
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.model.contest import Edition, RuleSet
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Assignment, Review

__all__ = [
    "head_in_force",
    "in_force",
    "merit_rule_set_create",
    "merit_rule_set_diff",
    "merit_rule_set_list",
    "merit_rule_set_put_in_force",
    "merit_rule_set_show",
    "merit_rule_set_update",
    "scoring_started",
]

Context = Any
Data = dict[str, Any]
#: All but the text, which may be long.
_HEAD = [getattr(RuleSet, name) for name in answers.RULE_SET]


@tk.validate_action_data(schema.rule_set_create)
@guarded
@transactional
def merit_rule_set_create(context: Context, data_dict: Data) -> Data:
    """Write a new version of an edition's rules, as a draft.

    :param edition_id: id of the edition
    :type edition_id: string
    :param source: the rule file (YAML)
    :type source: string

    :returns: the rule set
    :rtype: dictionary
    """
    tk.check_access("merit_rule_set_create", context, data_dict)
    edition = lock(Edition, data_dict["edition_id"])
    book = rulebook.read(data_dict["source"])
    version = model.Session.scalar(
        sa.select(sa.func.coalesce(sa.func.max(RuleSet.version), 0) + 1).where(
            RuleSet.edition_id == edition.id
        )
    )
    row = RuleSet(
        edition_id=edition.id,
        version=version,
        source=data_dict["source"],
        body=book.body,
        sha256=book.sha256,
    )
    model.Session.add(row)
    change = trail.Change(after=book.body)
    trail.note(context, "create", row, edition_id=edition.id, change=change)
    return _answer(row)


@tk.validate_action_data(schema.rule_set_update)
@guarded
@transactional
def merit_rule_set_update(context: Context, data_dict: Data) -> Data:
    """Rewrite a draft of the rules; those in force never change.

    :param id: id of the rule set
    :type id: string
    :param source: the rule file (YAML)
    :type source: string

    :returns: the rule set
    :rtype: dictionary
    """
    tk.check_access("merit_rule_set_update", context, data_dict)
    row = lock(RuleSet, data_dict["id"])
    if row.state != "draft":
        raise ContestError(
            "in_force", tk._("These rules are in force; write a new version.")
        )
    book = rulebook.read(data_dict["source"])
    change = trail.Change(before=row.body, after=book.body)
    row.source, row.body, row.sha256 = data_dict["source"], book.body, book.sha256
    trail.note(context, "update", row, edition_id=row.edition_id, change=change)
    return _answer(row)


@tk.validate_action_data(schema.rule_set_put_in_force)
@guarded
@transactional
def merit_rule_set_put_in_force(context: Context, data_dict: Data) -> Data:
    """Put a draft of the rules in force, for good.

    Where another version is in force this is an addendum: it needs a reason, and once
    the first review is submitted it can no longer change criteria or weights. Texts
    still change then, and the quorum until a run has locked reviews.

    :param id: id of the rule set
    :type id: string
    :param reason: why the rules change; needed for an addendum
    :type reason: string

    :returns: the rule set and its ``addendum`` (null for the first version)
    :rtype: dictionary
    """
    tk.check_access("merit_rule_set_put_in_force", context, data_dict)
    edition = lock(Edition, load(RuleSet, data_dict["id"]).edition_id)
    row = lock(RuleSet, data_dict["id"])
    if edition.state not in {"draft", "published"}:
        raise ContestError("over", tk._("Results are published under these rules."))
    metrics.require_applicable(row.body)
    require_fitting(row)
    old = in_force(edition.id)
    addendum = _replace(context, edition, old, row, data_dict.get("reason"))
    row.in_force_at = clock()
    transit(
        context,
        row,
        "put_in_force",
        edition_id=edition.id,
        checked=("rule_set_complete",),
        reason=data_dict.get("reason"),
    )
    return _answer(row) | {
        "addendum": addendum and answers.as_dict(addendum, answers.ADDENDUM)
    }


@tk.side_effect_free
@tk.validate_action_data(schema.identified)
def merit_rule_set_show(context: Context, data_dict: Data) -> Data:
    """Return a version of the rules; drafts only to those who may write them.

    :param id: id of the rule set
    :type id: string

    :returns: the rule set with its ``source`` and ``body``
    :rtype: dictionary
    """
    row = _visible("merit_rule_set_show", context, data_dict)
    return _answer(row)


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_rule_set_list(context: Context, data_dict: Data) -> list[Data]:
    """List the versions of an edition's rules; drafts only to those who write them.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: rule sets without their text
    :rtype: list of dictionaries
    """
    tk.check_access("merit_rule_set_list", context, data_dict)
    rows = model.Session.execute(
        sa.select(*_HEAD)
        .where(RuleSet.edition_id == data_dict["edition_id"])
        .order_by(RuleSet.version)
    )
    drafts = _may_write(context, data_dict["edition_id"])
    return [
        answers.as_dict(row, answers.RULE_SET)
        for row in rows
        if drafts or row.state != "draft"
    ]


@tk.side_effect_free
@tk.validate_action_data(schema.rule_set_diff)
def merit_rule_set_diff(context: Context, data_dict: Data) -> list[Data]:
    """Say what changed between two versions of the rules.

    :param id: id of the newer rule set
    :type id: string
    :param other_id: id of the older one, perhaps of another edition (optional,
        default: the version in force)
    :type other_id: string

    :returns: ``path``, ``before`` and ``after`` of each change
    :rtype: list of dictionaries
    """
    row = _visible("merit_rule_set_diff", context, data_dict)
    if data_dict.get("other_id"):
        key = {"id": data_dict["other_id"]}
        other = _visible("merit_rule_set_show", context, key)
    else:
        other = in_force(row.edition_id)
    return _diff(other.body if other else {}, row.body)


def in_force(edition_id: str) -> RuleSet | None:
    """Find the rules in force of an edition."""
    return model.Session.scalars(
        sa.select(RuleSet).where(
            RuleSet.edition_id == edition_id, RuleSet.state == "in_force"
        )
    ).first()


def head_in_force(edition_id: str) -> Data | None:
    """Describe the rules in force of an edition, without reading their text."""
    row = model.Session.execute(
        sa.select(*_HEAD).where(
            RuleSet.edition_id == edition_id, RuleSet.state == "in_force"
        )
    ).first()
    return answers.as_dict(row, answers.RULE_SET) if row else None


def scoring_started(edition_id: str) -> bool:
    """Say whether a review of an edition was ever submitted."""
    return _is_there(edition_id, Review.submitted_at.isnot(None))


def _is_there(edition_id: str, reviews: Any) -> bool:
    """Say whether there is such a review that counts."""
    found = sa.exists().where(
        reviews,
        Review.assignment_id == Assignment.id,
        Assignment.calibration.is_(False),
        Assignment.entry_id == Entry.id,
        Entry.edition_id == edition_id,
    )
    return model.Session.execute(sa.select(found)).scalar_one()


def _require_bearable(edition: Edition, old: Any, new: Any) -> None:
    """Refuse what would change the meaning of what was scored already."""
    if touches_scoring(old, new):
        if scoring_started(edition.id):
            text = tk._(
                "A review is submitted: criteria and weights can no longer change."
            )
            raise ContestError("scoring_started", text)
    elif touches_quorum(old, new) and _is_there(edition.id, Review.state == "locked"):
        text = tk._("A run has locked reviews: the quorum can no longer change.")
        raise ContestError("reviews_locked", text)


def _replace(
    context: Context,
    edition: Edition,
    old: RuleSet | None,
    new: RuleSet,
    reason: str | None,
) -> Any:
    if old is None:
        return None
    _require_bearable(edition, old.body, new.body)
    transit(context, old, "supersede", edition_id=edition.id, reason=reason)
    model.Session.flush()
    return add_addendum(
        context,
        edition,
        kind="rules",
        reason=reason or "",
        diff=_diff(old.body, new.body),
        rule_set_id=new.id,
    )


def _diff(before: Any, after: Any) -> list[Data]:
    return [
        {"path": change.path, "before": change.before, "after": change.after}
        for change in rule_changes(before, after)
    ]


def _visible(action: str, context: Context, data: Data) -> RuleSet:
    try:
        tk.check_access(action, context, data)
    except tk.NotAuthorized:
        raise tk.ObjectNotFound(tk._("Not found")) from None
    row = load(RuleSet, data["id"])
    if row.state == "draft" and not _may_write(context, row.edition_id):
        raise tk.ObjectNotFound(tk._("Not found"))
    return row


def _may_write(context: Context, edition_id: str) -> bool:
    data = {"edition_id": edition_id, "source": ""}
    try:
        tk.check_access("merit_rule_set_create", tk.fresh_context(context), data)
    except tk.NotAuthorized:
        return False
    return True


def _answer(row: RuleSet) -> Data:
    return answers.as_dict(row, (*answers.RULE_SET, "source", "body"))
