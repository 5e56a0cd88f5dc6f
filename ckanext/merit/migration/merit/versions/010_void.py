"""A place that is declared void is a distinction without an entry."""

from __future__ import annotations

from alembic import op

revision = "merit_010"
down_revision = "merit_009"
branch_labels = None
depends_on = None

UP = """
ALTER TABLE merit_distinction ALTER COLUMN entry_id DROP NOT NULL;
ALTER TABLE merit_distinction ADD CONSTRAINT merit_distinction_void_check
    CHECK (entry_id IS NOT NULL OR type = 'place');
"""

DOWN = """
DELETE FROM merit_distinction WHERE entry_id IS NULL;
ALTER TABLE merit_distinction DROP CONSTRAINT merit_distinction_void_check;
ALTER TABLE merit_distinction ALTER COLUMN entry_id SET NOT NULL;
"""


def upgrade() -> None:
    """Allow places without an entry."""
    op.execute(UP)


def downgrade() -> None:
    """Forget the places that were declared void."""
    op.execute(DOWN)
