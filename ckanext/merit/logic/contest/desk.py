"""The juror's desk: what is assigned, what is scored, and others' reviews."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.logic.contest import answers, jury_schema, materials, schema
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.criteria import (
    criteria_of,
    rubric_of,
    rules_in_force,
)
from ckanext.merit.logic.contest.entries import last_version
from ckanext.merit.logic.contest.review_desk import own_review, scores_of
from ckanext.merit.logic.contest.review_sight import counting_reviews
from ckanext.merit.logic.contest.subjects import LIVE, own_juror
from ckanext.merit.logic.contest.tasks import (
    Window,
    as_dict,
    listed_where,
    tasks_where,
)
from ckanext.merit.logic.contest.transaction import load
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_jury import Assignment

__all__ = ["merit_assignment_mine", "merit_assignment_show", "merit_review_list"]

Context = Any
Data = dict[str, Any]
#: Ends of an assignment that its juror is told of.
_ENDED = frozenset({"recused", "declined", "expired"})


@tk.side_effect_free
@tk.validate_action_data(jury_schema.mine)
def merit_assignment_mine(context: Context, data_dict: Data) -> list[Data]:
    """List what is assigned to you in an edition, without what a conflict closed.

    :param edition_id: id of the edition
    :type edition_id: string
    :param ended: instead, what you recused yourself from or declined, what expired
        and what a conflict closed (default: false)
    :type ended: bool
    :param everything: both, in one list (default: false)
    :type everything: bool

    :returns: assignments with the entry's ``title``, its ``category``, the ``stage``
        (null: none), your review's ``review_state`` (null: not begun), whether it is
        ``typed`` by staff, whether it is ``open`` now, and ``until`` when or when it
        ``opens_at``, and whether it ``ended``; by title
    :rtype: list of dictionaries
    """
    tk.check_access("merit_assignment_mine", context, data_dict)
    juror = own_juror(user_of(context), data_dict["edition_id"])
    if juror is None:
        return []
    window = Window(load(Edition, juror.edition_id))
    everything, ended = data_dict["everything"], data_dict["ended"]
    wanted = LIVE | _ENDED if everything or ended else LIVE
    found = [
        (task, task.blocked or task.assignment.state in _ENDED)
        for task in listed_where(
            Assignment.juror_id == juror.id, Assignment.state.in_(wanted)
        )
    ]
    return [
        as_dict(task, window) | {"ended": is_ended}
        for task, is_ended in found
        if everything or is_ended == ended
    ]


@tk.side_effect_free
@tk.validate_action_data(schema.identified)
def merit_assignment_show(context: Context, data_dict: Data) -> Data:
    """Return an entry that is assigned to you, the rubric, and your review.

    :param id: id of the assignment
    :type id: string

    :returns: the assignment as in the list, with the ``entry`` (its last submitted
        version, without contacts), the ``materials`` that come with it, the
        ``criteria`` as the rules say them, and the ``review`` (null at first)
    :rtype: dictionary
    """
    tk.check_access("merit_assignment_show", context, data_dict)
    (task,) = tasks_where(Assignment.id == data_dict["id"])
    entry = task.entry
    edition = load(Edition, entry.edition_id)
    body = rules_in_force(edition).body
    _, known, _ = criteria_of(body, entry, task.assignment.stage_id)
    version = last_version(entry.id)
    submitted = version.body if version else {}
    return as_dict(task, Window(edition)) | {
        "entry": {
            "id": entry.id,
            "title": entry.title,
            "category_id": entry.category_id,
            "body": materials.without_contacts(submitted),
        },
        "materials": [
            materials.as_dict(number, material)
            for number, material in enumerate(materials.materials_of(edition, entry), 1)
        ],
        "criteria": rubric_of(body, known),
        "review": own_review(task.review) if task.review else None,
    }


@tk.side_effect_free
@tk.validate_action_data(jury_schema.review_list)
def merit_review_list(context: Context, data_dict: Data) -> list[Data]:
    """List the reviews of an entry, as far as you may see them.

    Jurors by the policy of the rules, the chair after an own review, the secretariat
    and observers those that are locked, when all are that can be; nobody with a
    conflict. Private notes are never listed.

    :param entry_id: id of the entry
    :type entry_id: string
    :param calibration: those of practice instead, for the chair, and for jurors who
        have the entry to practise once all have handed in, if the policy shows others'
        (default: false)
    :type calibration: bool

    :returns: reviews with ``juror_id`` and ``scores``
    :rtype: list of dictionaries
    """
    tk.check_access("merit_review_list", context, data_dict)
    after_lock = context.get("merit_role") in {"S", "O"}
    seen = {"locked"} if after_lock else {"submitted", "locked", "reopened"}
    found = counting_reviews(
        data_dict["entry_id"], calibration=data_dict["calibration"]
    )
    return [
        answers.as_dict(review, answers.REVIEW)
        | {"juror_id": task.juror_id, "scores": scores_of(review)}
        for review, task in found
        if review.state in seen
    ]
