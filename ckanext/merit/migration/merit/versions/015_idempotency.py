"""No table for keys of repeated requests: each action knows what it did already."""

from __future__ import annotations

from alembic import op

revision = "merit_015"
down_revision = "merit_014"
branch_labels = None
depends_on = None

DOWN = """
CREATE TABLE merit_idempotency (
    user_id TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    body_sha256 TEXT NOT NULL,
    answer JSONB,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (user_id, route, key)
);
"""


def upgrade() -> None:
    """Drop the table, which nothing ever used."""
    op.execute("DROP TABLE merit_idempotency")


def downgrade() -> None:
    """Make it again, empty as it was."""
    op.execute(DOWN)
