"""The table of background work and the portal's switches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "merit_001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "merit_work",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("requested", sa.BigInteger, nullable=False, server_default="1"),
        sa.Column("due_at", instant, nullable=False, server_default=sa.func.now()),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("lease_until", instant),
        sa.Column("lease_token", sa.Text),
        sa.Column("last_error", sa.Text),
        sa.Column("parked_at", instant),
        sa.Column("marked_at", instant, nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint(
            "(lease_until IS NULL) = (lease_token IS NULL)",
            name="merit_work_lease_check",
        ),
    )
    op.create_index(
        "merit_work_due_idx",
        "merit_work",
        ["kind", "attempts", "due_at"],
        postgresql_where=sa.text("parked_at IS NULL"),
    )
    op.create_table(
        "merit_setting",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("merit_setting")
    op.drop_table("merit_work")
