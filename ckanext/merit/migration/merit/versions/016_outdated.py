"""Distinctions that corrected results left behind are superseded or corrected."""

from __future__ import annotations

from alembic import op

revision = "merit_016"
down_revision = "merit_015"
branch_labels = None
depends_on = None

REPLACE = """
ALTER TABLE merit_distinction DROP CONSTRAINT merit_distinction_state_check;
ALTER TABLE merit_distinction ADD CONSTRAINT merit_distinction_state_check
    CHECK (state IN ({states}));
DROP INDEX merit_distinction_place_key;
CREATE UNIQUE INDEX merit_distinction_place_key
    ON merit_distinction (category_id, entry_id)
    WHERE type = 'place' AND state NOT IN ({ended});
"""
BEFORE = "'proposed', 'verifying', 'confirmed', 'forfeited', 'announced', 'revoked'"
ENDED = "'forfeited', 'revoked'"
ADDED = "'superseded', 'corrected'"


def upgrade() -> None:
    """Allow the two states; they hold no place."""
    op.execute(
        REPLACE.format(states=f"{BEFORE}, {ADDED}", ended=f"{ENDED}, {ADDED}"),
    )


def downgrade() -> None:
    """Forget what was superseded; what was corrected counts as revoked."""
    op.execute("DELETE FROM merit_distinction WHERE state = 'superseded'")
    op.execute(
        "UPDATE merit_distinction SET state = 'revoked' WHERE state = 'corrected'"
    )
    op.execute(REPLACE.format(states=BEFORE, ended=ENDED))
