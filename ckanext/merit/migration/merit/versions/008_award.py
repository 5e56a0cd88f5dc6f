"""What only awards have: evidence and private files."""

from __future__ import annotations

from alembic import op

revision = "merit_008"
down_revision = "merit_007"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE merit_file (
    id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_file_purpose_check CHECK (purpose IN ('letter', 'evidence')),
    CONSTRAINT merit_file_size_check CHECK (size > 0),
    FOREIGN KEY(entry_id) REFERENCES merit_entry (id) ON DELETE RESTRICT
);
CREATE INDEX ix_merit_file_entry_id ON merit_file (entry_id);

CREATE TABLE merit_evidence (
    id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    criterion TEXT NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT,
    file_id TEXT,
    note TEXT,
    claimed TEXT,
    accepted TEXT,
    state TEXT DEFAULT 'draft' NOT NULL,
    reason TEXT,
    due_at TIMESTAMPTZ,
    replaces TEXT,
    sha256 TEXT,
    submitted_by TEXT,
    submitted_at TIMESTAMPTZ,
    decided_at TIMESTAMPTZ,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_evidence_state_check CHECK (state IN (
        'draft', 'submitted', 'accepted', 'rejected', 'returned', 'superseded',
        'withdrawn'
    )),
    CONSTRAINT merit_evidence_kind_check CHECK (kind IN (
        'dataset', 'resource', 'url', 'file', 'text'
    )),
    CONSTRAINT merit_evidence_file_check
        CHECK ((kind = 'file') = (file_id IS NOT NULL)),
    FOREIGN KEY(entry_id) REFERENCES merit_entry (id) ON DELETE RESTRICT,
    FOREIGN KEY(file_id) REFERENCES merit_file (id) ON DELETE RESTRICT,
    FOREIGN KEY(replaces) REFERENCES merit_evidence (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_evidence_key ON merit_evidence (entry_id, criterion, n);
CREATE UNIQUE INDEX merit_evidence_replaces_key ON merit_evidence (replaces)
    WHERE replaces IS NOT NULL AND state NOT IN ('draft', 'withdrawn');

CREATE TRIGGER merit_file_keep BEFORE UPDATE ON merit_file
    FOR EACH ROW EXECUTE FUNCTION merit_keep();
"""

DOWN = """
DROP TABLE merit_evidence;
DROP TABLE merit_file;
"""


def upgrade() -> None:
    """Create the tables and what guards them."""
    op.execute(UP)


def downgrade() -> None:
    """Drop them."""
    op.execute(DOWN)
