"""What machines do in awards: snapshots in the making, findings."""

from __future__ import annotations

from alembic import op

revision = "merit_009"
down_revision = "merit_008"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE merit_taking (
    id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    stage_id TEXT,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    opens_at TIMESTAMPTZ NOT NULL,
    closes_at TIMESTAMPTZ NOT NULL,
    phase_id TEXT,
    due_at TIMESTAMPTZ,
    organizations JSONB NOT NULL,
    done INTEGER DEFAULT '0' NOT NULL,
    part INTEGER DEFAULT '1' NOT NULL,
    after TEXT DEFAULT '' NOT NULL,
    datasets INTEGER DEFAULT '0' NOT NULL,
    requested_by TEXT NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    finished_at TIMESTAMPTZ,
    watched_at TIMESTAMPTZ,
    PRIMARY KEY (id),
    CONSTRAINT merit_taking_kind_check CHECK (kind IN ('baseline', 'cut_off')),
    CONSTRAINT merit_taking_scope_check CHECK (scope IN ('entries', 'catalogue')),
    FOREIGN KEY(edition_id) REFERENCES merit_edition (id) ON DELETE RESTRICT,
    FOREIGN KEY(stage_id) REFERENCES merit_stage (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_taking_due_key ON merit_taking (phase_id, kind, due_at);
CREATE UNIQUE INDEX merit_taking_open_key
    ON merit_taking (edition_id, coalesce(stage_id, ''), kind)
    WHERE finished_at IS NULL;

CREATE TABLE merit_snapshot_part (
    taking_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    body JSONB NOT NULL,
    sha256 TEXT NOT NULL,
    creators JSONB NOT NULL,
    PRIMARY KEY (taking_id, organization_id, n),
    FOREIGN KEY(taking_id) REFERENCES merit_taking (id) ON DELETE RESTRICT
);

CREATE TABLE merit_finding (
    id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    snapshot_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    datasets JSONB NOT NULL,
    datasets_sha256 TEXT NOT NULL,
    evidence JSONB NOT NULL,
    state TEXT DEFAULT 'open' NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    answer TEXT,
    answered_by TEXT,
    reason TEXT,
    upheld JSONB,
    decided_by TEXT,
    decided_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_finding_kind_check CHECK (kind IN (
        'duplicates', 'split', 'unusable', 'last_day', 'mass_edit', 'removed',
        'deleted'
    )),
    CONSTRAINT merit_finding_state_check CHECK (state IN (
        'open', 'heard', 'upheld', 'dismissed'
    )),
    FOREIGN KEY(entry_id) REFERENCES merit_entry (id) ON DELETE RESTRICT,
    FOREIGN KEY(snapshot_id) REFERENCES merit_snapshot (id) ON DELETE RESTRICT
);
CREATE INDEX merit_finding_entry_idx ON merit_finding (entry_id);
CREATE UNIQUE INDEX merit_finding_key
    ON merit_finding (snapshot_id, entry_id, kind, datasets_sha256);

CREATE TRIGGER merit_snapshot_part_keep BEFORE UPDATE ON merit_snapshot_part
    FOR EACH ROW EXECUTE FUNCTION merit_keep();
"""

DOWN = """
DROP TABLE merit_finding;
DROP TABLE merit_snapshot_part;
DROP TABLE merit_taking;
"""


def upgrade() -> None:
    """Create the tables and what guards them."""
    op.execute(UP)


def downgrade() -> None:
    """Drop them."""
    op.execute(DOWN)
