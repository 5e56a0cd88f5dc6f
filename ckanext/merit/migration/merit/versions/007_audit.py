"""The audit trail, which nobody changes."""

from __future__ import annotations

from alembic import op

revision = "merit_007"
down_revision = "merit_006"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE merit_audit (
    chain TEXT NOT NULL,
    seq BIGINT NOT NULL,
    v INTEGER NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    actor TEXT NOT NULL,
    role TEXT,
    act TEXT NOT NULL,
    object_type TEXT NOT NULL,
    object_id TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT,
    reason TEXT,
    before_sha256 TEXT,
    after_sha256 TEXT,
    request_id TEXT,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
);
CREATE INDEX merit_audit_object_idx ON merit_audit (object_type, object_id);

CREATE OR REPLACE FUNCTION merit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER merit_audit_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON merit_audit
    FOR EACH STATEMENT EXECUTE FUNCTION merit_refuse();
"""

DOWN = """
DROP TABLE merit_audit;
DROP FUNCTION merit_refuse();
"""


def upgrade() -> None:
    """Create the tables and what guards them."""
    op.execute(UP)


def downgrade() -> None:
    """Drop them."""
    op.execute(DOWN)
