"""Those who compete: teams, entries, what was handed in and measured."""

from __future__ import annotations

from alembic import op

revision = "merit_004"
down_revision = "merit_003"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE merit_team (
    id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    organization_id TEXT,
    name TEXT NOT NULL,
    head_id TEXT,
    state TEXT DEFAULT 'forming' NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_team_edition_key UNIQUE (id, edition_id),
    CONSTRAINT merit_team_state_check CHECK (state IN (
        'forming', 'ready', 'locked', 'dissolved'
    )),
    FOREIGN KEY(edition_id) REFERENCES merit_edition (id) ON DELETE RESTRICT
);
CREATE INDEX ix_merit_team_edition_id ON merit_team (edition_id);
CREATE UNIQUE INDEX merit_team_organization_key
    ON merit_team (edition_id, organization_id)
    WHERE state <> 'dissolved' AND organization_id IS NOT NULL;

CREATE TABLE merit_member (
    id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    exclusive BOOLEAN DEFAULT false NOT NULL,
    accepted_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    left_at TIMESTAMPTZ,
    PRIMARY KEY (id),
    CONSTRAINT merit_member_team_fkey FOREIGN KEY(team_id, edition_id)
        REFERENCES merit_team (id, edition_id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_member_edition_key
    ON merit_member (edition_id, user_id)
    WHERE exclusive AND left_at IS NULL;
CREATE UNIQUE INDEX merit_member_team_key
    ON merit_member (team_id, user_id)
    WHERE left_at IS NULL;

CREATE TABLE merit_entry (
    id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    category_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    organization_id TEXT,
    title TEXT NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    reason TEXT,
    due_at TIMESTAMPTZ,
    version INTEGER DEFAULT '1' NOT NULL,
    draft JSONB NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_entry_team_fkey FOREIGN KEY(team_id, edition_id)
        REFERENCES merit_team (id, edition_id) ON DELETE RESTRICT,
    CONSTRAINT merit_entry_state_check CHECK (state IN (
        'draft', 'submitted', 'returned', 'locked', 'admitted', 'not_admitted',
        'withdrawn', 'lapsed', 'disqualified'
    )),
    FOREIGN KEY(edition_id) REFERENCES merit_edition (id) ON DELETE RESTRICT,
    FOREIGN KEY(category_id) REFERENCES merit_category (id) ON DELETE RESTRICT
);
CREATE INDEX ix_merit_entry_category_id ON merit_entry (category_id);
CREATE INDEX ix_merit_entry_edition_id ON merit_entry (edition_id);
CREATE UNIQUE INDEX merit_entry_organization_key
    ON merit_entry (edition_id, organization_id)
    WHERE organization_id IS NOT NULL AND state NOT IN ('withdrawn', 'lapsed');
CREATE UNIQUE INDEX merit_entry_team_key
    ON merit_entry (team_id, category_id)
    WHERE state NOT IN ('withdrawn', 'lapsed');

CREATE TABLE merit_entry_version (
    id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    body JSONB NOT NULL,
    sha256 TEXT NOT NULL,
    submitted_by TEXT NOT NULL,
    submitted_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(entry_id) REFERENCES merit_entry (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_entry_version_key ON merit_entry_version (entry_id, n);

CREATE TABLE merit_invitation (
    id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    target_id TEXT NOT NULL,
    email_sha256 TEXT NOT NULL,
    token_sha256 TEXT NOT NULL,
    state TEXT DEFAULT 'pending' NOT NULL,
    detail JSONB NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_invitation_state_check CHECK (state IN (
        'pending', 'accepted', 'declined', 'revoked', 'expired'
    ))
);
CREATE UNIQUE INDEX merit_invitation_pending_key
    ON merit_invitation (purpose, target_id, email_sha256)
    WHERE state = 'pending';
CREATE UNIQUE INDEX merit_invitation_token_key ON merit_invitation (token_sha256);

CREATE TABLE merit_snapshot (
    id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    stage_id TEXT,
    kind TEXT NOT NULL,
    body JSONB NOT NULL,
    sha256 TEXT NOT NULL,
    taken_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_snapshot_kind_check CHECK (kind IN ('baseline', 'cut_off')),
    FOREIGN KEY(edition_id) REFERENCES merit_edition (id) ON DELETE RESTRICT,
    FOREIGN KEY(stage_id) REFERENCES merit_stage (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_snapshot_key
    ON merit_snapshot (edition_id, coalesce(stage_id, ''), kind, sha256);

CREATE TABLE merit_observation (
    id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    criterion TEXT NOT NULL,
    snapshot_id TEXT,
    value TEXT,
    detail JSONB DEFAULT '{}'::jsonb NOT NULL,
    observed_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_observation_value_check
        CHECK (value IS NULL OR value !~* '^[+-]?(nan|inf(inity)?)$'),
    FOREIGN KEY(entry_id) REFERENCES merit_entry (id) ON DELETE RESTRICT,
    FOREIGN KEY(snapshot_id) REFERENCES merit_snapshot (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_observation_key
    ON merit_observation (entry_id, criterion, coalesce(snapshot_id, ''));

CREATE TRIGGER merit_entry_version_keep BEFORE UPDATE ON merit_entry_version
    FOR EACH ROW EXECUTE FUNCTION merit_keep();
CREATE TRIGGER merit_snapshot_keep BEFORE UPDATE ON merit_snapshot
    FOR EACH ROW EXECUTE FUNCTION merit_keep();
"""

DOWN = """
DROP TABLE merit_observation;
DROP TABLE merit_snapshot;
DROP TABLE merit_invitation;
DROP TABLE merit_entry_version;
DROP TABLE merit_entry;
DROP TABLE merit_member;
DROP TABLE merit_team;
"""


def upgrade() -> None:
    """Create the tables and what guards them."""
    op.execute(UP)


def downgrade() -> None:
    """Drop them."""
    op.execute(DOWN)
