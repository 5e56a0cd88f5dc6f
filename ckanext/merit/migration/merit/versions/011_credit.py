"""Who agreed to be named for the datasets that they created."""

from __future__ import annotations

from alembic import op

revision = "merit_011"
down_revision = "merit_010"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE merit_credit (
    id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    given_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    PRIMARY KEY (id),
    FOREIGN KEY(entry_id) REFERENCES merit_entry (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_credit_key ON merit_credit (entry_id, user_id)
    WHERE withdrawn_at IS NULL;
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(UP)


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE merit_credit")
