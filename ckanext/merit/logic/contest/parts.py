"""Stages and categories of editions that aren't published yet, and cloning."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import answers, schema, trail
from ckanext.merit.logic.contest.calendar import require_draft
from ckanext.merit.logic.contest.rule_sets import in_force
from ckanext.merit.logic.contest.transaction import load, lock, transactional
from ckanext.merit.model.contest import Category, Edition, RuleSet, Stage

__all__ = [
    "merit_category_create",
    "merit_category_delete",
    "merit_category_update",
    "merit_edition_clone",
    "merit_stage_create",
    "merit_stage_delete",
    "merit_stage_update",
]

Context = Any
Data = dict[str, Any]


@tk.validate_action_data(schema.stage_create)
@guarded
@transactional
def merit_stage_create(context: Context, data_dict: Data) -> Data:
    """Add a stage to an edition that isn't published yet. For the secretariat.

    :param edition_id: id of the edition
    :type edition_id: string
    :param code: short name: lower-case letters, digits and hyphens
    :type code: string
    :param position: place among the stages
    :type position: int
    :param title: text, or texts by language
    :type title: string or dictionary
    :param weight: kept for files of other editions; how much a stage counts is said by
        the rules (default: 1)
    :type weight: string
    :param gate: who reaches it: ``{"kind": "none"}`` (default), ``admitted``, ``min``
        with ``points``, or ``top`` with ``n``
    :type gate: dictionary

    :returns: the stage
    :rtype: dictionary
    """
    tk.check_access("merit_stage_create", context, data_dict)
    names = ("edition_id", "code", "position", "title", "weight", "gate")
    return _create(context, Stage, data_dict, names=names)


@tk.validate_action_data(schema.stage_update)
@guarded
@transactional
def merit_stage_update(context: Context, data_dict: Data) -> Data:
    """Change a stage of an edition that isn't published yet. For the secretariat.

    What isn't given stays; the code stays in any case, for the rules name it.

    :param id: id of the stage
    :type id: string
    :param position: place among the stages (optional)
    :type position: int
    :param title: text, or texts by language (optional)
    :type title: string or dictionary
    :param weight: see ``merit_stage_create`` (optional)
    :type weight: string
    :param gate: who reaches it, see ``merit_stage_create`` (optional)
    :type gate: dictionary

    :returns: the stage
    :rtype: dictionary
    """
    tk.check_access("merit_stage_update", context, data_dict)
    return _update(context, Stage, data_dict)


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_stage_delete(context: Context, data_dict: Data) -> None:
    """Take a stage out of an edition that isn't published yet. For the secretariat.

    :param id: id of the stage
    :type id: string
    """
    tk.check_access("merit_stage_delete", context, data_dict)
    _delete(context, Stage, data_dict["id"])


@tk.validate_action_data(schema.category_create)
@guarded
@transactional
def merit_category_create(context: Context, data_dict: Data) -> Data:
    """Add a category to an edition that isn't published yet. For the secretariat.

    :param edition_id: id of the edition
    :type edition_id: string
    :param code: as in the rules: lower-case letters, digits and hyphens
    :type code: string
    :param position: place among the categories
    :type position: int
    :param title: text, or texts by language
    :type title: string or dictionary
    :param predicate: which organizations belong to it: fields of the profile (``type``,
        ``level``, ``region``, ``size_class``) with lists of values, ``any_of`` and
        ``none_of`` with lists of predicates (default: all)
    :type predicate: dictionary
    :param places: how many places it awards (optional)
    :type places: int

    :returns: the category
    :rtype: dictionary
    """
    tk.check_access("merit_category_create", context, data_dict)
    names = ("edition_id", "code", "position", "title", "predicate", "places")
    return _create(context, Category, data_dict, names=names)


@tk.validate_action_data(schema.category_update)
@guarded
@transactional
def merit_category_update(context: Context, data_dict: Data) -> Data:
    """Change a category of an edition that isn't published yet. For the secretariat.

    What isn't given stays; the code stays in any case, for the rules name it.

    :param id: id of the category
    :type id: string
    :param position: place among the categories (optional)
    :type position: int
    :param title: text, or texts by language (optional)
    :type title: string or dictionary
    :param predicate: which organizations belong to it, see
        ``merit_category_create`` (optional)
    :type predicate: dictionary
    :param places: how many places it awards; without it, as many as the rules name
    :type places: int

    :returns: the category
    :rtype: dictionary
    """
    tk.check_access("merit_category_update", context, data_dict)
    return _update(context, Category, data_dict | {"places": data_dict.get("places")})


@tk.validate_action_data(schema.identified)
@guarded
@transactional
def merit_category_delete(context: Context, data_dict: Data) -> None:
    """Take a category out of an edition that isn't published yet.

    :param id: id of the category
    :type id: string
    """
    tk.check_access("merit_category_delete", context, data_dict)
    _delete(context, Category, data_dict["id"])


@tk.validate_action_data(schema.edition_clone)
@guarded
@transactional
def merit_edition_clone(context: Context, data_dict: Data) -> Data:
    """Make a draft from an edition: its description, stages, categories and rules.

    The calendar is new each time and is not copied.

    :param id: id of the edition to copy
    :type id: string
    :param slug: part of the new address
    :type slug: string
    :param title: text, or texts by language
    :type title: string or dictionary

    :returns: the new edition
    :rtype: dictionary
    """
    tk.check_access("merit_edition_clone", context, data_dict)
    old = load(Edition, data_dict["id"])
    row = Edition(
        **{name: getattr(old, name) for name in ("programme_id", "kind", "timezone")},
        **{name: getattr(old, name) for name in ("summary", "contact", "simulation")},
        slug=data_dict["slug"],
        title=data_dict["title"],
        cloned_from=old.id,
    )
    model.Session.add(row)
    model.Session.flush()
    for table, names in ((Stage, answers.STAGE), (Category, answers.CATEGORY)):
        found = sa.select(table).where(table.edition_id == old.id)
        for part in model.Session.scalars(found).all():
            copied = {name: getattr(part, name) for name in names[2:]}
            model.Session.add(table(edition_id=row.id, **copied))
    rules = in_force(old.id)
    if rules is not None:
        copied = {name: getattr(rules, name) for name in ("source", "body", "sha256")}
        model.Session.add(RuleSet(edition_id=row.id, version=1, **copied))
    model.Session.flush()
    after = answers.as_dict(row, answers.EDITION)
    change = trail.Change(states=(None, row.state), after=after)
    trail.note(context, "clone", row, edition_id=row.id, change=change)
    return after


def _create(
    context: Context, table: Any, data: Data, *, names: tuple[str, ...]
) -> Data:
    edition = lock(Edition, data["edition_id"])
    require_draft(edition)
    row = table(**{name: data.get(name) for name in names})
    model.Session.add(row)
    model.Session.flush()
    shown = answers.STAGE if table is Stage else answers.CATEGORY
    after = answers.as_dict(row, shown)
    change = trail.Change(after=after)
    trail.note(context, "create", row, edition_id=edition.id, change=change)
    return after


def _update(context: Context, table: Any, data: Data) -> Data:
    row = load(table, data["id"])
    edition = lock(Edition, row.edition_id)
    require_draft(edition)
    shown = answers.STAGE if table is Stage else answers.CATEGORY
    before = answers.as_dict(row, shown)
    for name in shown[3:]:
        if name in data:
            setattr(row, name, data[name])
    model.Session.flush()
    after = answers.as_dict(row, shown)
    change = trail.Change(before=before, after=after)
    trail.note(context, "update", row, edition_id=edition.id, change=change)
    return after


def _delete(context: Context, table: Any, key: str) -> None:
    row = load(table, key)
    edition = lock(Edition, row.edition_id)
    require_draft(edition)
    shown = answers.STAGE if table is Stage else answers.CATEGORY
    change = trail.Change(before=answers.as_dict(row, shown))
    trail.note(context, "delete", row, edition_id=edition.id, change=change)
    model.Session.delete(row)
