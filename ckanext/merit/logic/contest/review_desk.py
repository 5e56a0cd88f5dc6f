"""What writing a review needs: the juror, the entry, and the review, locked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.permissions import decide
from ckanext.merit.logic.contest import answers
from ckanext.merit.logic.contest.actors import actor_of, user_of
from ckanext.merit.logic.contest.appealed import appealed
from ckanext.merit.logic.contest.calendar import require_open
from ckanext.merit.logic.contest.criteria import ABSTAIN
from ckanext.merit.logic.contest.editions import require_version
from ckanext.merit.logic.contest.inference import is_blocked
from ckanext.merit.logic.contest.moves import transit
from ckanext.merit.logic.contest.transaction import clock, load, lock
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_jury import Assignment, Juror, Review, Score

__all__ = ["JUDGING", "Desk", "own_review", "scores_of", "scores_of_all"]

Context = Any
Data = dict[str, Any]
WORDS = ("comment", "feedback", "note")
#: A review that deliberation reopened is submitted again while it lasts.
JUDGING = frozenset({"jury", "deliberation"})


class Desk:
    """A juror, an entry and the review between them, locked and admissible."""

    def __init__(
        self, context: Context, assignment_id: str, *, act: str = "score"
    ) -> None:
        """Lock what is written, and refuse whoever may not.

        Args:
            context: CKAN's.
            assignment_id: Id of the assignment.
            act: ``score``, for the juror, or ``type_sheet``, for the secretariat.

        Raises:
            NotAuthorized: if the user may not, sysadmins and callers that skip
                authorization included.
            ContestError: ``conflict_of_interest``, ``over``, ``due``, ``phase_closed``.
        """
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
        _require_person(context, self.edition, juror, act=act)
        if is_blocked(juror.id, self.entry.id):
            text = tk._("There is a conflict of interest with this entry.")
            raise ContestError("conflict_of_interest", text)
        self._require_time()

    def _require_time(self) -> None:
        again = appealed(self.entry.id)
        states = {"published", "provisional"} if again else {"published"}
        if self.entry.state != "admitted" or self.edition.state not in states:
            raise ContestError("over", tk._("This entry is not being evaluated."))
        if again:
            return
        due = self.assignment.due_at
        if due is not None and clock() >= due:
            raise ContestError("due", tk._("The time for this review is over."))
        require_open(self.edition, set(JUDGING), stage_id=self.assignment.stage_id)

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
        for name in WORDS:
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

    def begin(self) -> None:
        """Note that the assignment is being worked on."""
        if self.assignment.state == "assigned":
            self.transit(self.assignment, "start", "no_conflict", "phase_open")

    def transit(self, row: Any, act: str, *checked: str) -> None:
        """Make a transition of the review or the assignment."""
        transit(self.context, row, act, edition_id=self.edition.id, checked=checked)


def _require_person(
    context: Context, edition: Edition, juror: Juror, *, act: str
) -> None:
    """Only the juror scores, and only the secretariat types sheets."""
    own = juror if act == "score" else None
    actor = actor_of(user_of(context), edition=edition, juror=own)
    active = juror.state in {"accepted", "active"}
    if not active or not decide(act, roles=actor.roles, own=actor.own).allowed:
        raise tk.NotAuthorized(tk._("You are not allowed to do this"))


def own_review(review: Review, scores: dict[str, Data] | None = None) -> Data:
    """Give a review to its juror, the private note included.

    Args:
        review: The review.
        scores: What `scores_of_all` found, where many reviews are given.
    """
    found = scores_of(review) if scores is None else scores.get(review.id, {})
    return answers.as_dict(review, (*answers.REVIEW, "note")) | {
        "scores": found,
        "typed": review.typed_by is not None,
    }


def scores_of(review: Review) -> Data:
    """Give the scores of the current version of a review, by criterion."""
    return scores_of_all([review]).get(review.id, {})


def scores_of_all(reviews: Iterable[Review]) -> dict[str, Data]:
    """Give the scores of the current versions of reviews, by review and criterion."""
    current = [(review.id, review.version) for review in reviews]
    if not current:
        return {}
    key = sa.tuple_(Score.review_id, Score.version)
    found: dict[str, Data] = {}
    for row in model.Session.scalars(sa.select(Score).where(key.in_(current))):
        plain = row.abstain_reason is None
        value = row.value if plain else {ABSTAIN: row.abstain_reason}
        found.setdefault(row.review_id, {})[row.criterion] = value
    return found
