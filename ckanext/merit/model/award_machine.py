"""Tables of what machines do in awards: snapshots in the making, findings."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

import ckantoolkit as tk

from ckanext.merit.domain.award.gaming import DETECTORS
from ckanext.merit.domain.contest import machines
from ckanext.merit.model.contest_parts import (
    INSTANT,
    body,
    column,
    created,
    key,
    one_of,
    ref,
    sha256,
    state,
    state_check,
    unique,
)

__all__ = ["Credit", "Finding", "Part", "Taking"]


class Taking(tk.BaseModel):
    """A snapshot in the making; its id becomes the snapshot's.

    It is read in parts, entity by entity, and goes on where it was interrupted.
    """

    __tablename__ = "merit_taking"
    __table_args__ = (
        # One at a time, and one for each boundary of a phase.
        unique(
            "merit_taking_open_key",
            *("edition_id", "coalesce(stage_id)", "kind"),
            where="finished_at IS NULL",
        ),
        unique("merit_taking_due_key", "phase_id", "kind", "due_at"),
        one_of("merit_taking", "kind", "baseline", "cut_off"),
        one_of("merit_taking", "scope", "entries", "catalogue"),
    )

    id = key()
    edition_id = ref("merit_edition")
    stage_id = ref("merit_stage", nullable=True)
    kind = column(sa.Text, nullable=False)
    #: Whose datasets: of the entries only, or of every organisation.
    scope = column(sa.Text, nullable=False)
    #: The window in which datasets are new.
    opens_at = column(INSTANT, nullable=False)
    closes_at = column(INSTANT, nullable=False)
    #: The phase whose opening or closing asked for it; no reference, for a phase that
    #: didn't begin can be deleted.
    phase_id = column(sa.Text)
    due_at = column(INSTANT)
    #: Ids of the organisations, in order; how many are done, and where the next one
    #: stands: its part, and the last dataset of the part before.
    organizations = body()
    done = column(sa.Integer, nullable=False, server_default="0")
    part = column(sa.Integer, nullable=False, server_default="1")
    after = column(sa.Text, nullable=False, server_default="")
    datasets = column(sa.Integer, nullable=False, server_default="0")
    requested_by = column(sa.Text, nullable=False)
    created_at = created()
    finished_at = column(INSTANT)
    #: When somebody last looked which of its datasets were deleted since.
    watched_at = column(INSTANT)


class Part(tk.BaseModel):
    """Some datasets of one entity in a snapshot; a trigger keeps it as read."""

    __tablename__ = "merit_snapshot_part"

    taking_id = column(
        sa.Text, sa.ForeignKey("merit_taking.id", ondelete="RESTRICT"), primary_key=True
    )
    organization_id = column(sa.Text, primary_key=True)
    n = column(sa.Integer, primary_key=True)
    #: {salt, by: {dataset: user}}: who created which; public only with consent.
    creators = body()
    #: {organization_id, n, read_at, creators_sha256, rows}
    body = body()
    sha256 = sha256()


class Finding(tk.BaseModel):
    """A sign of gaming in the datasets of an entry."""

    __tablename__ = "merit_finding"
    __table_args__ = (
        # The same sign is noted once for a snapshot.
        unique(
            "merit_finding_key", *("snapshot_id", "entry_id", "kind", "datasets_sha256")
        ),
        one_of("merit_finding", "kind", *DETECTORS),
        state_check("merit_finding", machines.FINDING),
        sa.Index("merit_finding_entry_idx", "entry_id"),
    )

    id = key()
    entry_id = ref("merit_entry")
    snapshot_id = ref("merit_snapshot")
    kind = column(sa.Text, nullable=False)
    #: Ids of the datasets in question.
    datasets = column(postgresql.JSONB, nullable=False)
    datasets_sha256 = sha256()
    evidence = body()
    state = state(machines.FINDING)
    #: Until when those behind the entry can answer.
    due_at = column(INSTANT, nullable=False)
    answer = column(sa.Text)
    answered_by = column(sa.Text)
    #: Why it was upheld or dismissed; shown to those behind the entry.
    reason = column(sa.Text)
    #: Ids of the datasets for which it was upheld.
    upheld = column(postgresql.JSONB)
    decided_by = column(sa.Text)
    decided_at = column(INSTANT)
    created_at = created()


class Credit(tk.BaseModel):
    """Somebody's consent to be named for the datasets of an entry."""

    __tablename__ = "merit_credit"
    __table_args__ = (
        unique("merit_credit_key", "entry_id", "user_id", where="withdrawn_at IS NULL"),
    )

    id = key()
    entry_id = ref("merit_entry")
    user_id = column(sa.Text, nullable=False)
    given_at = created()
    withdrawn_at = column(INSTANT)
