"""Tables of those who judge: jurors, conflicts, assignments, reviews, scores."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

import ckantoolkit as tk

from ckanext.merit.domain.contest import machines
from ckanext.merit.model.contest_parts import (
    INSTANT,
    column,
    created,
    key,
    one_of,
    ref,
    state,
    state_check,
    unique,
)

__all__ = ["Assignment", "Conflict", "Juror", "Review", "Score"]


class Juror(tk.BaseModel):
    """An appointment to the jury of an edition."""

    __tablename__ = "merit_juror"
    __table_args__ = (
        unique("merit_juror_user_key", "edition_id", "user_id"),
        state_check("merit_juror", machines.JUROR),
        sa.Index("merit_juror_user_idx", "user_id"),
    )

    id = key()
    edition_id = ref("merit_edition")
    user_id = column(sa.Text, nullable=False)
    institution = column(sa.Text)
    #: The institution on this portal, for the inference of conflicts.
    organization_id = column(sa.Text)
    state = state(machines.JUROR)
    #: Ids of the stages and categories it is limited to; NULL: all.
    stages = column(postgresql.JSONB(none_as_null=True))
    categories = column(postgresql.JSONB(none_as_null=True))
    #: Most entries to be assigned; NULL: no limit.
    capacity = column(sa.Integer)
    expires_at = column(INSTANT, nullable=False)
    #: Text and version of the declaration, and when it was made.
    declaration = column(postgresql.JSONB(none_as_null=True))
    declared_at = column(INSTANT)
    created_at = created()


class Conflict(tk.BaseModel):
    """A reason to keep a juror from an entry."""

    __tablename__ = "merit_conflict"
    __table_args__ = (
        unique("merit_conflict_origin_key", "juror_id", "entry_id", "origin"),
        one_of("merit_conflict", "origin", "declared", "inferred", "reported"),
        state_check("merit_conflict", machines.CONFLICT),
        sa.Index("merit_conflict_entry_idx", "entry_id"),
    )

    id = key()
    juror_id = ref("merit_juror")
    entry_id = ref("merit_entry")
    origin = column(sa.Text, nullable=False)
    kind = column(sa.Text, nullable=False)
    detail = column(sa.Text)
    state = state(machines.CONFLICT)
    reported_by = column(sa.Text)
    #: Why it was confirmed or dismissed.
    reason = column(sa.Text)
    created_at = created()


class Assignment(tk.BaseModel):
    """An entry that a juror reviews."""

    __tablename__ = "merit_assignment"
    __table_args__ = (
        unique(
            "merit_assignment_key",
            *("juror_id", "entry_id", "coalesce(stage_id)", "calibration"),
        ),
        state_check("merit_assignment", machines.ASSIGNMENT),
        sa.Index("merit_assignment_entry_idx", "entry_id"),
    )

    id = key()
    juror_id = ref("merit_juror")
    entry_id = ref("merit_entry")
    stage_id = ref("merit_stage", nullable=True)
    #: A review for practice: it is compared with others' and never counts.
    calibration = column(sa.Boolean, nullable=False, server_default=sa.false())
    due_at = column(INSTANT)
    state = state(machines.ASSIGNMENT)
    reason = column(sa.Text)
    created_at = created()


class Review(tk.BaseModel):
    """A juror's judgement of an entry; its scores are rows of their own."""

    __tablename__ = "merit_review"
    __table_args__ = (
        unique("merit_review_assignment_key", "assignment_id"),
        state_check("merit_review", machines.REVIEW),
    )

    id = key()
    assignment_id = ref("merit_assignment")
    #: Grows with every save; a save names the version that it saw.
    version = column(sa.Integer, nullable=False, server_default="1")
    state = state(machines.REVIEW)
    #: To the jury, to the applicant, to oneself.
    comment = column(sa.Text)
    feedback = column(sa.Text)
    note = column(sa.Text)
    #: A sheet typed by staff is a draft that the juror confirms.
    typed_by = column(sa.Text)
    created_at = created()
    submitted_at = column(INSTANT)


class Score(tk.BaseModel):
    """One value, or one abstention, of one version of a review; versions stay."""

    __tablename__ = "merit_score"
    __table_args__ = (
        sa.CheckConstraint(
            "(value IS NULL) <> (abstain_reason IS NULL)",
            name="merit_score_either_check",
        ),
        sa.CheckConstraint(
            "value IS NULL OR value !~* '^[+-]?(nan|inf(inity)?)$'",
            name="merit_score_value_check",
        ),
    )

    review_id = column(
        sa.Text,
        sa.ForeignKey("merit_review.id", ondelete="RESTRICT"),
        primary_key=True,
    )
    version = column(sa.Integer, primary_key=True)
    criterion = column(sa.Text, primary_key=True)
    #: Decimal text or a level's label, exactly as given.
    value = column(sa.Text)
    abstain_reason = column(sa.Text)
