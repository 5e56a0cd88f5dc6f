"""Files can belong to an appeal."""

from __future__ import annotations

from alembic import op

revision = "merit_017"
down_revision = "merit_016"
branch_labels = None
depends_on = None

REPLACE = """
ALTER TABLE merit_file DROP CONSTRAINT merit_file_purpose_check;
ALTER TABLE merit_file ADD CONSTRAINT merit_file_purpose_check
    CHECK (purpose IN ({purposes}));
"""
BEFORE = "'letter', 'evidence'"


def upgrade() -> None:
    """Allow the purpose."""
    op.execute(REPLACE.format(purposes=f"{BEFORE}, 'appeal'"))


def downgrade() -> None:
    """Count files of appeals as evidence that was never submitted: same readers."""
    # A trigger keeps rows of files as they were written.
    op.execute("ALTER TABLE merit_file DISABLE TRIGGER USER")
    op.execute("UPDATE merit_file SET purpose = 'evidence' WHERE purpose = 'appeal'")
    op.execute("ALTER TABLE merit_file ENABLE TRIGGER USER")
    op.execute(REPLACE.format(purposes=BEFORE))
