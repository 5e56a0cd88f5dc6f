"""Results: runs, publications, appeals, distinctions, and the outbox."""

from __future__ import annotations

from alembic import op

revision = "merit_006"
down_revision = "merit_005"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE merit_score_run (
    id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    stage_id TEXT,
    rule_set_id TEXT NOT NULL,
    snapshot_id TEXT,
    algorithm TEXT NOT NULL,
    input_sha256 TEXT NOT NULL,
    digest TEXT NOT NULL,
    bundle JSONB NOT NULL,
    bundle_approvable BOOLEAN DEFAULT false NOT NULL,
    diagnostics JSONB,
    state TEXT DEFAULT 'computed' NOT NULL,
    computed_by TEXT NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_score_run_state_check CHECK (state IN (
        'computed', 'approved', 'published', 'superseded', 'discarded'
    )),
    FOREIGN KEY(edition_id) REFERENCES merit_edition (id) ON DELETE RESTRICT,
    FOREIGN KEY(stage_id) REFERENCES merit_stage (id) ON DELETE RESTRICT,
    FOREIGN KEY(rule_set_id) REFERENCES merit_rule_set (id) ON DELETE RESTRICT,
    FOREIGN KEY(snapshot_id) REFERENCES merit_snapshot (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_score_run_number_key
    ON merit_score_run (edition_id, number);

CREATE TABLE merit_run_row (
    run_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    points JSONB NOT NULL,
    total TEXT,
    rank INTEGER,
    flags JSONB NOT NULL,
    PRIMARY KEY (run_id, entry_id),
    FOREIGN KEY(run_id) REFERENCES merit_score_run (id) ON DELETE RESTRICT,
    FOREIGN KEY(entry_id) REFERENCES merit_entry (id) ON DELETE RESTRICT
);

CREATE TABLE merit_approval (
    id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(run_id) REFERENCES merit_score_run (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_approval_role_key ON merit_approval (run_id, role);
CREATE UNIQUE INDEX merit_approval_user_key ON merit_approval (run_id, user_id);

CREATE TABLE merit_publication (
    id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    stage_id TEXT,
    kind TEXT NOT NULL,
    run_id TEXT NOT NULL,
    visible_from TIMESTAMPTZ NOT NULL,
    body JSONB NOT NULL,
    sha256 TEXT NOT NULL,
    supersedes INTEGER,
    notice TEXT,
    published_by TEXT NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_publication_kind_check CHECK (kind IN ('provisional', 'final')),
    FOREIGN KEY(edition_id) REFERENCES merit_edition (id) ON DELETE RESTRICT,
    FOREIGN KEY(stage_id) REFERENCES merit_stage (id) ON DELETE RESTRICT,
    FOREIGN KEY(run_id) REFERENCES merit_score_run (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_publication_number_key
    ON merit_publication (edition_id, number);

CREATE TABLE merit_appeal (
    id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    target TEXT NOT NULL,
    target_id TEXT NOT NULL,
    ground TEXT NOT NULL,
    text TEXT NOT NULL,
    files JSONB DEFAULT '[]'::jsonb NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    decision TEXT,
    filed_by TEXT NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    filed_at TIMESTAMPTZ,
    PRIMARY KEY (id),
    CONSTRAINT merit_appeal_target_check CHECK (target IN (
        'admission', 'eligibility', 'evidence', 'score', 'rank', 'disqualification',
        'distinction'
    )),
    CONSTRAINT merit_appeal_state_check CHECK (state IN (
        'draft', 'filed', 'admitted', 'inadmissible', 'upheld', 'partly_upheld',
        'dismissed', 'closed'
    )),
    FOREIGN KEY(entry_id) REFERENCES merit_entry (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_appeal_open_key
    ON merit_appeal (entry_id, target, target_id)
    WHERE state IN ('draft', 'filed', 'admitted');

CREATE TABLE merit_signature (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    act TEXT NOT NULL,
    reason TEXT,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX merit_signature_key
    ON merit_signature (subject, subject_id, user_id);

CREATE TABLE merit_distinction (
    id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    category_id TEXT,
    type TEXT NOT NULL,
    place INTEGER,
    entry_id TEXT NOT NULL,
    run_id TEXT,
    citation JSONB,
    state TEXT DEFAULT 'proposed' NOT NULL,
    reason TEXT,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_distinction_type_check CHECK (type IN (
        'place', 'level', 'mention', 'special', 'regional', 'public', 'participation'
    )),
    CONSTRAINT merit_distinction_place_check
        CHECK (type <> 'place' OR (place >= 1 AND category_id IS NOT NULL)),
    CONSTRAINT merit_distinction_state_check CHECK (state IN (
        'proposed', 'verifying', 'confirmed', 'forfeited', 'announced', 'revoked'
    )),
    FOREIGN KEY(edition_id) REFERENCES merit_edition (id) ON DELETE RESTRICT,
    FOREIGN KEY(category_id) REFERENCES merit_category (id) ON DELETE RESTRICT,
    FOREIGN KEY(entry_id) REFERENCES merit_entry (id) ON DELETE RESTRICT,
    FOREIGN KEY(run_id) REFERENCES merit_score_run (id) ON DELETE RESTRICT
);
CREATE INDEX ix_merit_distinction_edition_id ON merit_distinction (edition_id);
CREATE INDEX merit_distinction_entry_idx ON merit_distinction (entry_id);
CREATE UNIQUE INDEX merit_distinction_place_key
    ON merit_distinction (category_id, entry_id)
    WHERE type = 'place' AND state NOT IN ('forfeited', 'revoked');

CREATE TABLE merit_announcement (
    id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT,
    asked_by TEXT,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    published_at TIMESTAMPTZ,
    PRIMARY KEY (id),
    CONSTRAINT merit_announcement_kind_check CHECK (kind IN (
        'news', 'faq', 'question', 'addendum'
    )),
    FOREIGN KEY(edition_id) REFERENCES merit_edition (id) ON DELETE RESTRICT
);
CREATE INDEX merit_announcement_edition_idx
    ON merit_announcement (edition_id, published_at);

CREATE TABLE merit_outbox (
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload JSONB NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    sent_at TIMESTAMPTZ,
    PRIMARY KEY (key)
);

CREATE TABLE merit_idempotency (
    user_id TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    body_sha256 TEXT NOT NULL,
    answer JSONB,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (user_id, route, key)
);

CREATE TRIGGER merit_score_run_keep BEFORE UPDATE ON merit_score_run
    FOR EACH ROW EXECUTE FUNCTION merit_keep('state');
CREATE TRIGGER merit_run_row_keep BEFORE UPDATE ON merit_run_row
    FOR EACH ROW EXECUTE FUNCTION merit_keep();
CREATE TRIGGER merit_approval_keep BEFORE UPDATE ON merit_approval
    FOR EACH ROW EXECUTE FUNCTION merit_keep();
CREATE TRIGGER merit_publication_keep BEFORE UPDATE ON merit_publication
    FOR EACH ROW EXECUTE FUNCTION merit_keep();
CREATE TRIGGER merit_signature_keep BEFORE UPDATE ON merit_signature
    FOR EACH ROW EXECUTE FUNCTION merit_keep();
"""

DOWN = """
DROP TABLE merit_idempotency;
DROP TABLE merit_outbox;
DROP TABLE merit_announcement;
DROP TABLE merit_distinction;
DROP TABLE merit_signature;
DROP TABLE merit_appeal;
DROP TABLE merit_publication;
DROP TABLE merit_approval;
DROP TABLE merit_run_row;
DROP TABLE merit_score_run;
"""


def upgrade() -> None:
    """Create the tables and what guards them."""
    op.execute(UP)


def downgrade() -> None:
    """Drop them."""
    op.execute(DOWN)
