"""Tables of results: runs, publications, appeals, distinctions, and the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

import ckantoolkit as tk

from ckanext.merit.domain.contest import machines
from ckanext.merit.model.contest_parts import (
    INSTANT,
    body,
    column,
    created,
    key,
    large,
    one_of,
    ref,
    sha256,
    state,
    state_check,
    unique,
)

__all__ = [
    "Announcement",
    "Appeal",
    "Approval",
    "Distinction",
    "Language",
    "Outbox",
    "Publication",
    "RunRow",
    "ScoreRun",
    "Signature",
]


class ScoreRun(tk.BaseModel):
    """One computation from locked reviews, observations and rules."""

    __tablename__ = "merit_score_run"
    __table_args__ = (
        unique("merit_score_run_number_key", "edition_id", "number"),
        state_check("merit_score_run", machines.RUN),
    )

    id = key()
    edition_id = ref("merit_edition")
    number = column(sa.Integer, nullable=False)
    stage_id = ref("merit_stage", nullable=True)
    rule_set_id = ref("merit_rule_set")
    snapshot_id = ref("merit_snapshot", nullable=True)
    algorithm = column(sa.Text, nullable=False)
    #: Of reviews, observations and entries that went in.
    input_sha256 = sha256()
    #: Of the sealed bundle: printed on the record.
    digest = sha256()
    #: Pseudonymised inputs, parameters and rows: what anyone can recompute.
    bundle = large()
    #: Whether it is official arithmetic: no analysis, all jurors comparable.
    bundle_approvable = column(sa.Boolean, nullable=False, server_default=sa.false())
    diagnostics = body(nullable=True)
    state = state(machines.RUN)
    computed_by = column(sa.Text, nullable=False)
    created_at = created()


class RunRow(tk.BaseModel):
    """An entry in a run; a trigger keeps it as computed."""

    __tablename__ = "merit_run_row"

    run_id = column(
        sa.Text,
        sa.ForeignKey("merit_score_run.id", ondelete="RESTRICT"),
        primary_key=True,
    )
    entry_id = column(
        sa.Text,
        sa.ForeignKey("merit_entry.id", ondelete="RESTRICT"),
        primary_key=True,
    )
    #: {line: points as published}
    points = body()
    #: As published; NULL: no total, and so no rank.
    total = column(sa.Text)
    rank = column(sa.Integer)
    flags = body()


class Approval(tk.BaseModel):
    """One of the two approvals of a run: another person and another role."""

    __tablename__ = "merit_approval"
    __table_args__ = (
        unique("merit_approval_user_key", "run_id", "user_id"),
        unique("merit_approval_role_key", "run_id", "role"),
    )

    id = key()
    run_id = ref("merit_score_run")
    user_id = column(sa.Text, nullable=False)
    role = column(sa.Text, nullable=False)
    created_at = created()


class Publication(tk.BaseModel):
    """Results as they were published; a trigger keeps them so."""

    __tablename__ = "merit_publication"
    __table_args__ = (
        unique("merit_publication_number_key", "edition_id", "number"),
        one_of("merit_publication", "kind", "provisional", "final"),
    )

    id = key()
    edition_id = ref("merit_edition")
    number = column(sa.Integer, nullable=False)
    stage_id = ref("merit_stage", nullable=True)
    kind = column(sa.Text, nullable=False)
    run_id = ref("merit_score_run")
    #: Nobody outside sees anything of it before this instant.
    visible_from = column(INSTANT, nullable=False)
    body = large()
    sha256 = sha256()
    #: Number of the publication that this one corrects, and why.
    supersedes = column(sa.Integer)
    notice = column(sa.Text)
    published_by = column(sa.Text, nullable=False)
    created_at = created()


class Appeal(tk.BaseModel):
    """A request to change a decision or a result."""

    __tablename__ = "merit_appeal"
    __table_args__ = (
        unique(
            "merit_appeal_open_key",
            *("entry_id", "target", "target_id"),
            where="state IN ('draft', 'filed', 'admitted')",
        ),
        one_of(
            "merit_appeal",
            "target",
            *("admission", "eligibility", "evidence", "score", "rank"),
            *("disqualification", "distinction"),
        ),
        state_check("merit_appeal", machines.APPEAL),
    )

    id = key()
    entry_id = ref("merit_entry")
    target = column(sa.Text, nullable=False)
    target_id = column(sa.Text, nullable=False)
    ground = column(sa.Text, nullable=False)
    text = column(sa.Text, nullable=False)
    files = column(
        postgresql.JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")
    )
    state = state(machines.APPEAL)
    #: The reasoned decision, shown to the appellant.
    decision = column(sa.Text)
    filed_by = column(sa.Text, nullable=False)
    created_at = created()
    filed_at = column(INSTANT)


class Signature(tk.BaseModel):
    """One of the people whose agreement an act takes, and to what they agreed."""

    __tablename__ = "merit_signature"
    __table_args__ = (
        unique("merit_signature_key", "subject", "subject_id", "user_id"),
    )

    id = key()
    #: Kind and id of the row: an appeal, a conflict of the chair, an override.
    subject = column(sa.Text, nullable=False)
    subject_id = column(sa.Text, nullable=False)
    user_id = column(sa.Text, nullable=False)
    act = column(sa.Text, nullable=False)
    reason = column(sa.Text)
    created_at = created()


class Distinction(tk.BaseModel):
    """A place, level, mention or prize, from proposal to announcement."""

    __tablename__ = "merit_distinction"
    __table_args__ = (
        unique(
            "merit_distinction_place_key",
            *("category_id", "entry_id"),
            where="type = 'place' AND state NOT IN "
            "('forfeited', 'revoked', 'superseded', 'corrected')",
        ),
        one_of(
            "merit_distinction",
            "type",
            *("place", "level", "mention", "special", "regional", "public"),
            "participation",
        ),
        sa.CheckConstraint(
            "type <> 'place' OR (place >= 1 AND category_id IS NOT NULL)",
            name="merit_distinction_place_check",
        ),
        sa.CheckConstraint(
            "entry_id IS NOT NULL OR type = 'place'",
            name="merit_distinction_void_check",
        ),
        state_check("merit_distinction", machines.DISTINCTION),
        sa.Index("merit_distinction_entry_idx", "entry_id"),
    )

    id = key()
    edition_id = ref("merit_edition", index=True)
    category_id = ref("merit_category", nullable=True)
    type = column(sa.Text, nullable=False)
    place = column(sa.Integer)
    #: None: the place is declared void.
    entry_id = ref("merit_entry", nullable=True)
    run_id = ref("merit_score_run", nullable=True)
    citation = body(nullable=True)
    state = state(machines.DISTINCTION)
    reason = column(sa.Text)
    created_at = created()


class Announcement(tk.BaseModel):
    """What the secretariat tells everybody, answered questions included."""

    __tablename__ = "merit_announcement"
    __table_args__ = (
        one_of("merit_announcement", "kind", "news", "faq", "question", "addendum"),
        sa.Index("merit_announcement_edition_idx", "edition_id", "published_at"),
    )

    id = key()
    edition_id = ref("merit_edition")
    kind = column(sa.Text, nullable=False)
    title = column(sa.Text, nullable=False)
    #: The text; for questions and frequent ones the answer.
    text = column(sa.Text)
    #: Who asked a question; never published.
    asked_by = column(sa.Text)
    created_at = created()
    published_at = column(INSTANT)


class Outbox(tk.BaseModel):
    """What leaves the portal after the transaction that decided it."""

    __tablename__ = "merit_outbox"

    #: Stable, so that the same message is never written twice.
    key = column(sa.Text, primary_key=True)
    kind = column(sa.Text, nullable=False)
    payload = body()
    created_at = created()
    sent_at = column(INSTANT)


class Language(tk.BaseModel):
    """The language of the pages with which somebody last acted in a contest."""

    __tablename__ = "merit_language"

    user_id = column(sa.Text, primary_key=True)
    language = column(sa.Text, nullable=False)
