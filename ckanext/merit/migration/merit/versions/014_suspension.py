"""Suspensions of badges."""

from __future__ import annotations

from alembic import op

revision = "merit_014"
down_revision = "merit_013"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE merit_suspension (
    id BIGSERIAL NOT NULL,
    package_id TEXT NOT NULL,
    note TEXT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    started_by TEXT NOT NULL,
    ended_at TIMESTAMPTZ,
    ended_by TEXT,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX merit_suspension_open_key ON merit_suspension (package_id)
    WHERE ended_at IS NULL;
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(UP)


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE merit_suspension")
