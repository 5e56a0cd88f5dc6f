"""The juror's desk: what is assigned, what is scored, and others' reviews."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.logic.contest import answers, jury_schema, schema
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.criteria import criteria_of, rules_in_force
from ckanext.merit.logic.contest.entries import last_version
from ckanext.merit.logic.contest.inference import is_blocked
from ckanext.merit.logic.contest.review_sight import counting_reviews
from ckanext.merit.logic.contest.reviews import own_review, scores_of
from ckanext.merit.logic.contest.subjects import LIVE, own_juror
from ckanext.merit.logic.contest.transaction import load
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Assignment, Review

__all__ = ["merit_assignment_mine", "merit_assignment_show", "merit_review_list"]

Context = Any
Data = dict[str, Any]


@tk.side_effect_free
@tk.validate_action_data(schema.listed)
def merit_assignment_mine(context: Context, data_dict: Data) -> list[Data]:
    """List what is assigned to you in an edition, without what a conflict closed.

    :param edition_id: id of the edition
    :type edition_id: string

    :returns: assignments with the entry's ``title``
    :rtype: list of dictionaries
    """
    tk.check_access("merit_assignment_mine", context, data_dict)
    juror = own_juror(user_of(context), data_dict["edition_id"])
    if juror is None:
        return []
    rows = model.Session.execute(
        sa.select(Assignment, Entry)
        .join(Entry, Entry.id == Assignment.entry_id)
        .where(Assignment.juror_id == juror.id, Assignment.state.in_(LIVE))
        # The order tells nothing of anybody's scores.
        .order_by(Entry.title, Assignment.id)
    )
    return [
        answers.as_dict(task, answers.ASSIGNMENT) | {"title": entry.title}
        for task, entry in rows
        if not is_blocked(juror.id, entry.id)
    ]


@tk.side_effect_free
@tk.validate_action_data(schema.identified)
def merit_assignment_show(context: Context, data_dict: Data) -> Data:
    """Return an entry that is assigned to you, the rubric, and your review.

    :param id: id of the assignment
    :type id: string

    :returns: the assignment with the ``entry`` (its last submitted version), the
        ``criteria`` as the rules say them, and the ``review`` (null at first)
    :rtype: dictionary
    """
    tk.check_access("merit_assignment_show", context, data_dict)
    task = load(Assignment, data_dict["id"])
    entry = load(Entry, task.entry_id)
    body = rules_in_force(load(Edition, entry.edition_id)).body
    _, known, _ = criteria_of(body, entry, task.stage_id)
    version = last_version(entry.id)
    review = model.Session.scalars(
        sa.select(Review).where(Review.assignment_id == task.id)
    ).first()
    return answers.as_dict(task, answers.ASSIGNMENT) | {
        "entry": {
            "id": entry.id,
            "title": entry.title,
            "category_id": entry.category_id,
            "body": version.body if version else {},
        },
        "criteria": [leaf for leaf in _leaves(body["root"]) if leaf["code"] in known],
        "review": own_review(review) if review else None,
    }


@tk.side_effect_free
@tk.validate_action_data(jury_schema.of_entry)
def merit_review_list(context: Context, data_dict: Data) -> list[Data]:
    """List the reviews of an entry, as far as you may see them.

    Jurors by the policy of the rules, the chair after an own review, the secretariat
    and observers when all are locked; nobody with a conflict. Private notes are never
    listed.

    :param entry_id: id of the entry
    :type entry_id: string

    :returns: reviews with ``juror_id`` and ``scores``
    :rtype: list of dictionaries
    """
    tk.check_access("merit_review_list", context, data_dict)
    return [
        answers.as_dict(review, answers.REVIEW)
        | {"juror_id": task.juror_id, "scores": scores_of(review)}
        for review, task in counting_reviews(data_dict["entry_id"])
        if review.state != "draft"
    ]


def _leaves(node: Data) -> list[Data]:
    """List the leaves of a tree in its order."""
    children = node.get("of")
    if children is None:
        return [node]
    return [leaf for child in children for leaf in _leaves(child)]
