"""Those who judge: jurors, conflicts, assignments, reviews, scores."""

from __future__ import annotations

from alembic import op

revision = "merit_005"
down_revision = "merit_004"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE merit_juror (
    id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    institution TEXT,
    organization_id TEXT,
    state TEXT DEFAULT 'invited' NOT NULL,
    stages JSONB,
    categories JSONB,
    capacity INTEGER,
    expires_at TIMESTAMPTZ NOT NULL,
    declaration JSONB,
    declared_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_juror_state_check CHECK (state IN (
        'invited', 'accepted', 'declined', 'revoked', 'expired', 'active', 'ended',
        'removed'
    )),
    FOREIGN KEY(edition_id) REFERENCES merit_edition (id) ON DELETE RESTRICT
);
CREATE INDEX merit_juror_user_idx ON merit_juror (user_id);
CREATE UNIQUE INDEX merit_juror_user_key ON merit_juror (edition_id, user_id);

CREATE TABLE merit_conflict (
    id TEXT NOT NULL,
    juror_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    origin TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT,
    state TEXT DEFAULT 'open' NOT NULL,
    reported_by TEXT,
    reason TEXT,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_conflict_origin_check CHECK (origin IN (
        'declared', 'inferred', 'reported'
    )),
    CONSTRAINT merit_conflict_state_check CHECK (state IN (
        'open', 'reported', 'confirmed', 'dismissed'
    )),
    FOREIGN KEY(juror_id) REFERENCES merit_juror (id) ON DELETE RESTRICT,
    FOREIGN KEY(entry_id) REFERENCES merit_entry (id) ON DELETE RESTRICT
);
CREATE INDEX merit_conflict_entry_idx ON merit_conflict (entry_id);
CREATE UNIQUE INDEX merit_conflict_origin_key
    ON merit_conflict (juror_id, entry_id, origin);

CREATE TABLE merit_assignment (
    id TEXT NOT NULL,
    juror_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    stage_id TEXT,
    calibration BOOLEAN DEFAULT false NOT NULL,
    due_at TIMESTAMPTZ,
    state TEXT DEFAULT 'assigned' NOT NULL,
    reason TEXT,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_assignment_state_check CHECK (state IN (
        'assigned', 'in_progress', 'completed', 'recused', 'declined', 'reassigned',
        'expired', 'cancelled'
    )),
    FOREIGN KEY(juror_id) REFERENCES merit_juror (id) ON DELETE RESTRICT,
    FOREIGN KEY(entry_id) REFERENCES merit_entry (id) ON DELETE RESTRICT,
    FOREIGN KEY(stage_id) REFERENCES merit_stage (id) ON DELETE RESTRICT
);
CREATE INDEX merit_assignment_entry_idx ON merit_assignment (entry_id);
CREATE UNIQUE INDEX merit_assignment_key
    ON merit_assignment (juror_id, entry_id, coalesce(stage_id, ''), calibration);

CREATE TABLE merit_review (
    id TEXT NOT NULL,
    assignment_id TEXT NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    comment TEXT,
    feedback TEXT,
    note TEXT,
    typed_by TEXT,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    submitted_at TIMESTAMPTZ,
    PRIMARY KEY (id),
    CONSTRAINT merit_review_state_check CHECK (state IN (
        'draft', 'reopened', 'submitted', 'locked', 'void'
    )),
    FOREIGN KEY(assignment_id) REFERENCES merit_assignment (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_review_assignment_key ON merit_review (assignment_id);

CREATE TABLE merit_score (
    review_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    criterion TEXT NOT NULL,
    value TEXT,
    abstain_reason TEXT,
    PRIMARY KEY (review_id, version, criterion),
    CONSTRAINT merit_score_either_check
        CHECK ((value IS NULL) <> (abstain_reason IS NULL)),
    CONSTRAINT merit_score_value_check
        CHECK (value IS NULL OR value !~* '^[+-]?(nan|inf(inity)?)$'),
    FOREIGN KEY(review_id) REFERENCES merit_review (id) ON DELETE RESTRICT
);

CREATE TRIGGER merit_score_keep BEFORE UPDATE ON merit_score
    FOR EACH ROW EXECUTE FUNCTION merit_keep();
"""

DOWN = """
DROP TABLE merit_score;
DROP TABLE merit_review;
DROP TABLE merit_assignment;
DROP TABLE merit_conflict;
DROP TABLE merit_juror;
"""


def upgrade() -> None:
    """Create the tables and what guards them."""
    op.execute(UP)


def downgrade() -> None:
    """Drop them."""
    op.execute(DOWN)
