"""In which language people are written to."""

from __future__ import annotations

from alembic import op

revision = "merit_012"
down_revision = "merit_011"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE merit_language (
    user_id TEXT NOT NULL,
    language TEXT NOT NULL,
    PRIMARY KEY (user_id)
);
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(UP)


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE merit_language")
