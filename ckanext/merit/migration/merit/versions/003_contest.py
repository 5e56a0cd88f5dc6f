"""The frame of a contest: programmes, editions, rules, calendar."""

from __future__ import annotations

from alembic import op

revision = "merit_003"
down_revision = "merit_002"
branch_labels = None
depends_on = None

UP = """
-- Refuses to change a row, except in the columns that it is given.
CREATE OR REPLACE FUNCTION merit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := coalesce(TG_ARGV, '{}');
BEGIN
    IF to_jsonb(OLD) - free <> to_jsonb(NEW) - free THEN
        RAISE EXCEPTION '% is kept as it was', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
-- A range of one text lets EXCLUDE compare texts without any extension.
DO $$ BEGIN
    IF to_regtype('merit_textrange') IS NULL THEN
        CREATE TYPE merit_textrange AS RANGE (subtype = text);
    END IF;
END $$;

CREATE TABLE merit_programme (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    title JSONB NOT NULL,
    owner_org TEXT,
    co_recognisers JSONB DEFAULT '[]'::jsonb NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX merit_programme_name_key ON merit_programme (name);

CREATE TABLE merit_organization (
    organization_id TEXT NOT NULL,
    type TEXT,
    level TEXT,
    region TEXT,
    size_class TEXT,
    PRIMARY KEY (organization_id)
);

CREATE TABLE merit_membership (
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    since TIMESTAMPTZ,
    until TIMESTAMPTZ,
    PRIMARY KEY (id)
);
CREATE INDEX merit_membership_organization_idx ON merit_membership (organization_id);
CREATE UNIQUE INDEX merit_membership_present_key
    ON merit_membership (user_id, organization_id)
    WHERE until IS NULL;

CREATE TABLE merit_edition (
    id TEXT NOT NULL,
    programme_id TEXT NOT NULL,
    slug TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    timezone TEXT DEFAULT 'America/Lima' NOT NULL,
    title JSONB NOT NULL,
    summary JSONB,
    contact TEXT,
    simulation BOOLEAN DEFAULT false NOT NULL,
    cloned_from TEXT,
    published_at TIMESTAMPTZ,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_edition_state_check CHECK (state IN (
        'draft', 'published', 'provisional', 'final', 'closed', 'cancelled'
    )),
    CONSTRAINT merit_edition_kind_check CHECK (kind IN ('award', 'datathon')),
    FOREIGN KEY(programme_id) REFERENCES merit_programme (id) ON DELETE RESTRICT,
    FOREIGN KEY(cloned_from) REFERENCES merit_edition (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_edition_slug_key ON merit_edition (programme_id, slug);

CREATE TABLE merit_role (
    id TEXT NOT NULL,
    programme_id TEXT NOT NULL,
    edition_id TEXT,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    ended_at TIMESTAMPTZ,
    PRIMARY KEY (id),
    CONSTRAINT merit_role_role_check CHECK (role IN (
        'secretariat', 'chair', 'deputy', 'observer', 'co_recogniser', 'mentor'
    )),
    FOREIGN KEY(programme_id) REFERENCES merit_programme (id) ON DELETE RESTRICT,
    FOREIGN KEY(edition_id) REFERENCES merit_edition (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_role_key
    ON merit_role (programme_id, coalesce(edition_id, ''), user_id, role)
    WHERE ended_at IS NULL;
CREATE INDEX merit_role_user_idx ON merit_role (user_id);

CREATE TABLE merit_rule_set (
    id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    source TEXT NOT NULL,
    body JSONB NOT NULL,
    sha256 TEXT NOT NULL,
    created_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    in_force_at TIMESTAMPTZ,
    PRIMARY KEY (id),
    CONSTRAINT merit_rule_set_state_check CHECK (state IN (
        'draft', 'in_force', 'superseded'
    )),
    FOREIGN KEY(edition_id) REFERENCES merit_edition (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_rule_set_force_key
    ON merit_rule_set (edition_id)
    WHERE state = 'in_force';
CREATE UNIQUE INDEX merit_rule_set_version_key
    ON merit_rule_set (edition_id, version);

CREATE TABLE merit_addendum (
    id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    rule_set_id TEXT,
    reason TEXT NOT NULL,
    diff JSONB NOT NULL,
    author_id TEXT NOT NULL,
    effective_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_addendum_kind_check CHECK (kind IN ('rules', 'calendar')),
    CONSTRAINT merit_addendum_rule_set_check
        CHECK ((kind = 'rules') = (rule_set_id IS NOT NULL)),
    FOREIGN KEY(edition_id) REFERENCES merit_edition (id) ON DELETE RESTRICT,
    FOREIGN KEY(rule_set_id) REFERENCES merit_rule_set (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_addendum_number_key ON merit_addendum (edition_id, number);

CREATE TABLE merit_stage (
    id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    code TEXT NOT NULL,
    position INTEGER NOT NULL,
    title JSONB NOT NULL,
    weight NUMERIC DEFAULT '1' NOT NULL,
    gate JSONB NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_stage_weight_check CHECK (weight > 0 AND weight < 'NaN'),
    FOREIGN KEY(edition_id) REFERENCES merit_edition (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_stage_code_key ON merit_stage (edition_id, code);
CREATE UNIQUE INDEX merit_stage_position_key ON merit_stage (edition_id, position);

CREATE TABLE merit_phase (
    id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    stage_id TEXT,
    kind TEXT NOT NULL,
    opens_at TIMESTAMPTZ NOT NULL,
    closes_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT merit_phase_lasts_check CHECK (opens_at < closes_at),
    FOREIGN KEY(edition_id) REFERENCES merit_edition (id) ON DELETE RESTRICT,
    FOREIGN KEY(stage_id) REFERENCES merit_stage (id) ON DELETE RESTRICT
);
CREATE INDEX merit_phase_edition_idx ON merit_phase (edition_id);

CREATE TABLE merit_category (
    id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    code TEXT NOT NULL,
    position INTEGER NOT NULL,
    title JSONB NOT NULL,
    predicate JSONB NOT NULL,
    places INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(edition_id) REFERENCES merit_edition (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX merit_category_code_key ON merit_category (edition_id, code);

ALTER TABLE merit_phase ADD CONSTRAINT merit_phase_overlap_excl EXCLUDE USING gist (
    merit_textrange(edition_id, edition_id, '[]') WITH &&,
    merit_textrange(kind, kind, '[]') WITH &&,
    merit_textrange(coalesce(stage_id, ''), coalesce(stage_id, ''), '[]') WITH &&,
    tstzrange(opens_at, closes_at) WITH &&
);
CREATE TRIGGER merit_rule_set_keep BEFORE UPDATE ON merit_rule_set
    FOR EACH ROW WHEN (OLD.state <> 'draft')
    EXECUTE FUNCTION merit_keep('state');
CREATE TRIGGER merit_addendum_keep BEFORE UPDATE ON merit_addendum
    FOR EACH ROW EXECUTE FUNCTION merit_keep();
"""

DOWN = """
DROP TABLE merit_category;
DROP TABLE merit_phase;
DROP TABLE merit_stage;
DROP TABLE merit_addendum;
DROP TABLE merit_rule_set;
DROP TABLE merit_role;
DROP TABLE merit_edition;
DROP TABLE merit_membership;
DROP TABLE merit_organization;
DROP TABLE merit_programme;
DROP TYPE merit_textrange;
DROP FUNCTION merit_keep();
"""


def upgrade() -> None:
    """Create the tables and what guards them."""
    op.execute(UP)


def downgrade() -> None:
    """Drop them."""
    op.execute(DOWN)
