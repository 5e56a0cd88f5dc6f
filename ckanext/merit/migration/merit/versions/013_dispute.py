"""Disputes over the level accepted for evidence."""

from __future__ import annotations

from alembic import op

revision = "merit_013"
down_revision = "merit_012"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE merit_dispute (
    id TEXT NOT NULL,
    evidence_id TEXT NOT NULL,
    state TEXT DEFAULT 'open' NOT NULL,
    reason TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    juror_id TEXT,
    level TEXT,
    decision TEXT,
    decided_at TIMESTAMPTZ,
    PRIMARY KEY (id),
    CONSTRAINT merit_dispute_state_check CHECK (state IN (
        'open', 'handed', 'decided', 'withdrawn'
    )),
    FOREIGN KEY(evidence_id) REFERENCES merit_evidence (id) ON DELETE RESTRICT,
    FOREIGN KEY(juror_id) REFERENCES merit_juror (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_dispute_key ON merit_dispute (evidence_id)
    WHERE state <> 'withdrawn';
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(UP)


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE merit_dispute")
