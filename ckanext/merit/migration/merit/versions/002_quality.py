"""Assessments, their history, and the titles that twins are found by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "merit_002"
down_revision = "merit_001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "merit_assessment",
        sa.Column("package_id", sa.Text, primary_key=True),
        sa.Column("profile_id", sa.Text, nullable=False),
        sa.Column("profile_version", sa.Text, nullable=False),
        sa.Column("profile_sha256", sa.Text, nullable=False),
        sa.Column("engine_version", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("score", sa.Numeric(15, 12)),
        sa.Column("band", sa.Text),
        sa.Column("coverage", sa.Numeric(7, 6), nullable=False),
        sa.Column("top_gain", sa.Numeric(15, 12)),
        sa.Column("top_fix", sa.Text),
        sa.Column("lost", postgresql.ARRAY(sa.Integer), nullable=False),
        sa.Column("result", postgresql.JSONB, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("assessed_at", instant, nullable=False),
        sa.Column("issued_at", instant),
        sa.Column("valid_until", instant),
        sa.Column("next_due_at", instant),
    )
    op.create_index("merit_assessment_due_idx", "merit_assessment", ["next_due_at"])
    op.create_index("merit_assessment_score_idx", "merit_assessment", ["score"])
    op.create_table(
        "merit_assessment_history",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("package_id", sa.Text, nullable=False),
        sa.Column("profile_id", sa.Text, nullable=False),
        sa.Column("profile_version", sa.Text, nullable=False),
        sa.Column("profile_sha256", sa.Text, nullable=False),
        sa.Column("engine_version", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("score", sa.Numeric(15, 12)),
        sa.Column("band", sa.Text),
        sa.Column("coverage", sa.Numeric(7, 6), nullable=False),
        sa.Column("measured", postgresql.JSONB, nullable=False),
        sa.Column("assessed_at", instant, nullable=False),
    )
    op.create_index(
        "merit_assessment_history_idx",
        "merit_assessment_history",
        ["package_id", "assessed_at"],
    )
    op.create_table(
        "merit_dataset_title",
        sa.Column("package_id", sa.Text, primary_key=True),
        sa.Column("organization_id", sa.Text),
        sa.Column("title_key", sa.Text),
        sa.Column("public", sa.Boolean, nullable=False),
    )
    op.create_index(
        "merit_dataset_title_idx",
        "merit_dataset_title",
        ["organization_id", "title_key"],
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("merit_dataset_title")
    op.drop_table("merit_assessment_history")
    op.drop_table("merit_assessment")
