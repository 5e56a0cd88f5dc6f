"""Tables of assessments, their history, suspensions, and titles that make twins."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

import ckantoolkit as tk

__all__ = ["Assessment", "AssessmentHistory", "DatasetTitle", "Suspension"]

_INSTANT = sa.DateTime(timezone=True)


class Assessment(tk.BaseModel):
    """The current result of one dataset under the active profile.

    A row changes only when the result, the rules behind it or the badge's validity
    change, so ``assessed_at`` is the time of the check that gave this result.
    """

    __tablename__ = "merit_assessment"
    __table_args__ = (
        sa.Index("merit_assessment_due_idx", "next_due_at"),
        sa.Index("merit_assessment_score_idx", "score"),
    )

    package_id = sa.Column(sa.Text, primary_key=True)
    profile_id = sa.Column(sa.Text, nullable=False)
    profile_version = sa.Column(sa.Text, nullable=False)
    profile_sha256 = sa.Column(sa.Text, nullable=False)
    engine_version = sa.Column(sa.Text, nullable=False)
    #: "rated", "provisional" or "suspended".
    status = sa.Column(sa.Text, nullable=False)
    #: 0-100, cut (never rounded up) to twelve decimals; the exact one is in result.
    score = sa.Column(sa.Numeric(15, 12))
    band = sa.Column(sa.Text)
    coverage = sa.Column(sa.Numeric(7, 6), nullable=False)
    #: The largest gain of one fix in points of score, cut like score, and whose.
    top_gain = sa.Column(sa.Numeric(15, 12))
    top_fix = sa.Column(sa.Text)
    #: Points lost per indicator of the profile in thousandths; null where the
    #: indicator doesn't count. In the profile's order.
    lost = sa.Column(postgresql.ARRAY(sa.Integer), nullable=False)
    result = sa.Column(postgresql.JSONB, nullable=False)
    #: Digest of the result, so that an unchanged one is neither read nor written.
    digest = sa.Column(sa.Text, nullable=False)
    assessed_at = sa.Column(_INSTANT, nullable=False)
    issued_at = sa.Column(_INSTANT)
    valid_until = sa.Column(_INSTANT)
    next_due_at = sa.Column(_INSTANT)


class AssessmentHistory(tk.BaseModel):
    """One row for every change of a dataset's score, band or profile; append-only."""

    __tablename__ = "merit_assessment_history"
    __table_args__ = (
        sa.Index("merit_assessment_history_idx", "package_id", "assessed_at"),
    )

    id = sa.Column(sa.BigInteger, primary_key=True)
    package_id = sa.Column(sa.Text, nullable=False)
    profile_id = sa.Column(sa.Text, nullable=False)
    profile_version = sa.Column(sa.Text, nullable=False)
    profile_sha256 = sa.Column(sa.Text, nullable=False)
    engine_version = sa.Column(sa.Text, nullable=False)
    status = sa.Column(sa.Text, nullable=False)
    score = sa.Column(sa.Numeric(15, 12))
    band = sa.Column(sa.Text)
    coverage = sa.Column(sa.Numeric(7, 6), nullable=False)
    #: {indicator: value as exact text, or the state where nothing was measured}
    measured = sa.Column(postgresql.JSONB, nullable=False)
    assessed_at = sa.Column(_INSTANT, nullable=False)


class DatasetTitle(tk.BaseModel):
    """The title of a dataset as a key: equal keys of one organisation are twins."""

    __tablename__ = "merit_dataset_title"
    __table_args__ = (
        sa.Index("merit_dataset_title_idx", "organization_id", "title_key"),
    )

    package_id = sa.Column(sa.Text, primary_key=True)
    organization_id = sa.Column(sa.Text)
    #: Digest of the normalised title, since a title may be too long for an index.
    title_key = sa.Column(sa.Text)
    public = sa.Column(sa.Boolean, nullable=False)


class Suspension(tk.BaseModel):
    """An incident that an administrator confirmed: no badge until it is lifted.

    At most one is open for a dataset; those that ended stay as its record.
    """

    __tablename__ = "merit_suspension"
    __table_args__ = (
        sa.Index(
            "merit_suspension_open_key",
            "package_id",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id = sa.Column(sa.BigInteger, primary_key=True)
    package_id = sa.Column(sa.Text, nullable=False)
    #: What is wrong, for those who may edit the dataset; never public.
    note = sa.Column(sa.Text, nullable=False)
    started_at = sa.Column(_INSTANT, nullable=False)
    started_by = sa.Column(sa.Text, nullable=False)
    ended_at = sa.Column(_INSTANT)
    ended_by = sa.Column(sa.Text)
