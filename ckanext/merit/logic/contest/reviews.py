"""Reviews by their jurors: write, submit; reopened by the chair."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.permissions import decide
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import answers, jury_schema, schema
from ckanext.merit.logic.contest.actors import actor_of, user_of
from ckanext.merit.logic.contest.calendar import require_open
from ckanext.merit.logic.contest.criteria import (
    ABSTAIN,
    checked_scores,
    criteria_of,
    rules_in_force,
)
from ckanext.merit.logic.contest.editions import require_version
from ckanext.merit.logic.contest.inference import is_blocked
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.trail import Change, note
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Assignment, Juror, Review, Score
from ckanext.merit.model.contest_result import Appeal, ScoreRun

__all__ = [
    "merit_review_reopen",
    "merit_review_save",
    "merit_review_submit",
    "own_review",
    "scores_of",
]

Context = Any
Data = dict[str, Any]
_WORDS = ("comment", "feedback", "note")
#: A review that deliberation reopened is submitted again while it lasts.
_KINDS = {"jury", "deliberation"}


@tk.validate_action_data(jury_schema.save)
@guarded
@transactional
def merit_review_save(context: Context, data_dict: Data) -> Data:
    """Write your review of an entry that was assigned to you, as a draft.

    Every save is a version of its own, and the older ones are kept. Nobody can write
    a review for somebody else.

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
    desk = _Desk(context, data_dict["assignment_id"])
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
    if desk.assignment.state == "assigned":
        desk.transit(desk.assignment, "start", "no_conflict", "phase_open")
    # The trail tells that a review was saved, never what is in it: not even a digest
    # of a handful of possible scores.
    note(context, "save", review, edition_id=desk.edition.id, change=Change())
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
    desk = _Desk(context, data_dict["assignment_id"])
    desk.require_version(data_dict["version"])
    review = desk.review
    if review is None:
        raise ContestError("empty_review", tk._("There is nothing to submit yet."))
    if review.state == "submitted":
        return own_review(review)
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
    if not _appealed(task.entry_id):
        require_open(edition, _KINDS, stage_id=task.stage_id)
        if _is_counted(edition, task.stage_id):
            text = tk._("A run that counts it is approved.")
            raise ContestError("approved", text)
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


def own_review(review: Review) -> Data:
    """Give a review to its juror, the private note included."""
    return answers.as_dict(review, (*answers.REVIEW, "note")) | {
        "scores": scores_of(review)
    }


def scores_of(review: Review) -> Data:
    """Give the scores of the current version of a review, by criterion."""
    rows = model.Session.scalars(
        sa.select(Score).where(
            Score.review_id == review.id, Score.version == review.version
        )
    )
    return {
        row.criterion: row.value
        if row.abstain_reason is None
        else {ABSTAIN: row.abstain_reason}
        for row in rows
    }


class _Desk:
    """A juror, an entry and the review between them, locked and admissible."""

    def __init__(self, context: Context, assignment_id: str) -> None:
        self.context = context
        key = load(Assignment, assignment_id)
        juror = load(Juror, key.juror_id)
        self.edition = lock(Edition, juror.edition_id, share=True)
        self.entry = lock(Entry, key.entry_id, share=True)
        self.assignment = lock(Assignment, assignment_id)
        self.review = model.Session.scalars(
            sa.select(Review)
            .where(Review.assignment_id == assignment_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).first()
        _require_juror(context, self.edition, juror)
        if is_blocked(juror.id, self.entry.id):
            text = tk._("You have a conflict of interest with this entry.")
            raise ContestError("conflict_of_interest", text)
        self._require_time()

    def _require_time(self) -> None:
        again = _appealed(self.entry.id)
        states = {"published", "provisional"} if again else {"published"}
        if self.entry.state != "admitted" or self.edition.state not in states:
            raise ContestError("over", tk._("This entry is not being evaluated."))
        if again:
            return
        due = self.assignment.due_at
        if due is not None and clock() >= due:
            raise ContestError("due", tk._("The time for this review is over."))
        require_open(self.edition, _KINDS, stage_id=self.assignment.stage_id)

    def require_version(self, seen: int) -> None:
        """Refuse what was written on an older copy."""
        if self.review is not None:
            require_version(self.review, seen, own_review(self.review))

    def write(
        self, data: Data, scores: dict[str, tuple[str | None, str | None]]
    ) -> Review:
        """Add a version with these scores."""
        review = self.review
        if review is None:
            review = self.review = Review(assignment_id=self.assignment.id, version=0)
            model.Session.add(review)
        review.version += 1
        for name in _WORDS:
            if name in data:
                setattr(review, name, data[name])
        model.Session.flush()
        for code, (value, reason) in scores.items():
            model.Session.add(
                Score(
                    review_id=review.id,
                    version=review.version,
                    criterion=code,
                    value=value,
                    abstain_reason=reason,
                )
            )
        model.Session.flush()
        return review

    def transit(self, row: Any, act: str, *checked: str) -> None:
        """Make a transition of the review or the assignment."""
        transit(self.context, row, act, edition_id=self.edition.id, checked=checked)


def _require_juror(context: Context, edition: Edition, juror: Juror) -> None:
    """Only the juror writes; holds where authorization is skipped, too.

    Raises:
        NotAuthorized: for everybody else, sysadmins and secretariat included.
    """
    actor = actor_of(user_of(context), edition=edition, juror=juror)
    active = juror.state in {"accepted", "active"}
    if not active or not decide("score", roles=actor.roles, own=actor.own).allowed:
        raise tk.NotAuthorized(tk._("You are not allowed to do this"))


def _require_complete(desk: _Desk, review: Review) -> None:
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


def _appealed(entry_id: str) -> bool:
    """Say whether an upheld appeal lets reviews be done again, whatever the phase."""
    found = sa.exists().where(
        Appeal.entry_id == entry_id,
        Appeal.target == "score",
        Appeal.state.in_(["upheld", "partly_upheld"]),
    )
    return model.Session.execute(sa.select(found)).scalar_one()
