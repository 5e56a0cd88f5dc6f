"""Reviews by their jurors: write, submit; reopened by the chair."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import answers, jury_schema, schema
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.appealed import appealed
from ckanext.merit.logic.contest.calendar import require_open
from ckanext.merit.logic.contest.criteria import (
    checked_scores,
    criteria_of,
    rules_in_force,
)
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.review_desk import (
    JUDGING,
    Desk,
    own_review,
    scores_of,
)
from ckanext.merit.logic.contest.trail import Change, note
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_jury import Assignment, Juror, Review
from ckanext.merit.model.contest_result import ScoreRun

__all__ = [
    "merit_review_confirm",
    "merit_review_reopen",
    "merit_review_save",
    "merit_review_submit",
    "merit_review_type",
]

Context = Any
Data = dict[str, Any]
#: What a paper sheet has besides scores; private notes are nobody's to type.
_TYPED = ("comment", "feedback")


@tk.validate_action_data(jury_schema.save)
@guarded
@transactional
def merit_review_save(context: Context, data_dict: Data) -> Data:
    """Write your review of an entry that was assigned to you, as a draft.

    Every save is a version of its own, and the older ones are kept. Nobody can write
    a review for somebody else; a sheet that staff typed becomes yours by saving it.

    :param assignment_id: id of the assignment
    :type assignment_id: string
    :param version: the version that you saw; 0 if there is none yet
    :type version: int
    :param scores: by criterion: decimal text, a level's label, or
        ``{"abstain": reason}``; criteria that aren't named have no score
    :type scores: dictionary
    :param comment: to the jury (optional)
    :type comment: string
    :param feedback: to those behind the entry (optional)
    :type feedback: string
    :param note: to yourself (optional)
    :type note: string

    :returns: the review with its ``scores``
    :rtype: dictionary
    """
    tk.check_access("merit_review_save", context, data_dict)
    desk = Desk(context, data_dict["assignment_id"])
    desk.require_version(data_dict["version"])
    if desk.review is not None and desk.review.state not in {"draft", "reopened"}:
        raise ContestError("submitted", tk._("The review is submitted."))
    found = checked_scores(
        rules_in_force(desk.edition).body,
        desk.entry,
        desk.assignment.stage_id,
        scores=data_dict.get("scores") or {},
    )
    review = desk.write(data_dict, found)
    # Whoever rewrites a sheet that staff typed has made it an own draft.
    review.typed_by = None
    desk.begin()
    # The trail tells that a review was saved, never what is in it: not even a digest
    # of a handful of possible scores.
    note(context, "save", review, edition_id=desk.edition.id, change=Change())
    return own_review(review)


@tk.validate_action_data(jury_schema.save)
@guarded
@transactional
def merit_review_type(context: Context, data_dict: Data) -> Data:
    """Type a juror's paper sheet as a draft. For the secretariat.

    It counts only once the juror has confirmed and submitted it, and a review that the
    juror has begun is out of reach.

    :param assignment_id: id of the assignment
    :type assignment_id: string
    :param version: the version of the typed draft that you saw; 0 if there is none yet
    :type version: int
    :param scores: by criterion: decimal text, a level's label, or
        ``{"abstain": reason}``
    :type scores: dictionary
    :param comment: to the jury (optional)
    :type comment: string
    :param feedback: to those behind the entry (optional)
    :type feedback: string

    :returns: the typed draft with its ``scores``
    :rtype: dictionary
    """
    tk.check_access("merit_review_type", context, data_dict)
    desk = Desk(context, data_dict["assignment_id"], act="type_sheet")
    if desk.review is not None and not is_typed(desk.review):
        text = tk._("The juror has begun this review; nobody else can write it.")
        raise ContestError("begun", text)
    desk.require_version(data_dict["version"])
    found = checked_scores(
        rules_in_force(desk.edition).body,
        desk.entry,
        desk.assignment.stage_id,
        scores=data_dict.get("scores") or {},
    )
    words = {name: data_dict[name] for name in _TYPED if name in data_dict}
    review = desk.write(words, found)
    user = user_of(context)
    review.typed_by = user.id if user else None
    desk.begin()
    note(context, "type", review, edition_id=desk.edition.id, change=Change())
    return own_review(review)


@tk.validate_action_data(jury_schema.submit)
@guarded
@transactional
def merit_review_confirm(context: Context, data_dict: Data) -> Data:
    """Confirm that a sheet which staff typed says what you wrote on paper.

    It is your own draft then. Confirming it again changes nothing.

    :param assignment_id: id of the assignment
    :type assignment_id: string
    :param version: the version that you compared
    :type version: int

    :returns: the review with its ``scores``
    :rtype: dictionary
    """
    tk.check_access("merit_review_confirm", context, data_dict)
    desk = Desk(context, data_dict["assignment_id"])
    desk.require_version(data_dict["version"])
    review = desk.review
    if review is None:
        raise ContestError("empty_review", tk._("There is nothing to confirm yet."))
    if is_typed(review):
        review.typed_by = None
        note(context, "confirm", review, edition_id=desk.edition.id, change=Change())
    return own_review(review)


@tk.validate_action_data(jury_schema.submit)
@guarded
@transactional
def merit_review_submit(context: Context, data_dict: Data) -> Data:
    """Submit your review as you saw it: every criterion has a score or an abstention.

    Submitting the same version again changes nothing.

    :param assignment_id: id of the assignment
    :type assignment_id: string
    :param version: the version that you saw
    :type version: int

    :returns: the review with its ``scores``
    :rtype: dictionary
    """
    tk.check_access("merit_review_submit", context, data_dict)
    desk = Desk(context, data_dict["assignment_id"])
    desk.require_version(data_dict["version"])
    review = desk.review
    if review is None:
        raise ContestError("empty_review", tk._("There is nothing to submit yet."))
    if review.state == "submitted":
        return own_review(review)
    if is_typed(review):
        text = tk._("Confirm first that the typed sheet says what you wrote.")
        raise ContestError("unconfirmed", text)
    _require_complete(desk, review)
    checked = ("no_conflict", "phase_open")
    review.submitted_at = clock()
    desk.transit(review, "submit", *checked, "complete")
    desk.transit(desk.assignment, "complete", *checked)
    return own_review(review)


@tk.validate_action_data(schema.reasoned)
@guarded
@transactional
def merit_review_reopen(context: Context, data_dict: Data) -> Data:
    """Reopen a submitted review of another juror. For the chair.

    A deadline of its own that has passed no longer holds.

    :param id: id of the review
    :type id: string
    :param reason: why
    :type reason: string

    :returns: ``id`` and ``state`` of the review
    :rtype: dictionary
    """
    tk.check_access("merit_review_reopen", context, data_dict)
    assignment = load(Assignment, load(Review, data_dict["id"]).assignment_id)
    juror = load(Juror, assignment.juror_id)
    edition = lock(Edition, juror.edition_id, share=True)
    task = lock(Assignment, assignment.id)
    row = lock(Review, data_dict["id"])
    user = user_of(context)
    if user is not None and user.id == juror.user_id:
        raise ContestError("own_review", tk._("Not your own review."))
    if not appealed(task.entry_id):
        require_open(edition, set(JUDGING), stage_id=task.stage_id)
        if _is_counted(edition, task.stage_id):
            text = tk._("A run that counts it is approved.")
            raise ContestError("approved", text)
    task.reason = data_dict["reason"]
    if task.due_at is not None and task.due_at <= clock():
        task.due_at = None
    for item in (row, task):
        transit(
            context,
            item,
            "reopen",
            edition_id=edition.id,
            checked=("not_approved",),
            reason=data_dict["reason"],
        )
    return answers.as_dict(row, ("id", "state"))


def is_typed(review: Review) -> bool:
    """Say whether a review is a sheet that staff typed and nobody confirmed."""
    return review.state == "draft" and review.typed_by is not None


def _require_complete(desk: Desk, review: Review) -> None:
    body = rules_in_force(desk.edition).body
    _, known, _ = criteria_of(body, desk.entry, desk.assignment.stage_id)
    missing = sorted(set(known) - set(scores_of(review)))
    if missing:
        text = tk._("Neither scored nor abstained: {0}").format(", ".join(missing))
        raise ContestError("incomplete", text)


def _is_counted(edition: Edition, stage_id: str | None) -> bool:
    found = sa.exists().where(
        ScoreRun.edition_id == edition.id,
        sa.or_(ScoreRun.stage_id.is_(None), ScoreRun.stage_id == stage_id),
        ScoreRun.state.in_(["approved", "published"]),
    )
    return model.Session.execute(sa.select(found)).scalar_one()
