"""Tables that only awards have: evidence, and private files."""

from __future__ import annotations

import sqlalchemy as sa

import ckantoolkit as tk

from ckanext.merit.domain.contest import machines
from ckanext.merit.model.contest_parts import (
    INSTANT,
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

__all__ = ["KINDS", "PURPOSES", "Dispute", "EntryFile", "Evidence"]

#: What a piece of evidence can be.
KINDS = ("dataset", "resource", "url", "file", "text")
PURPOSES = ("letter", "evidence", "appeal")


class EntryFile(tk.BaseModel):
    """A file that those behind an entry gave; its bytes lie in the private folder."""

    __tablename__ = "merit_file"
    __table_args__ = (
        one_of("merit_file", "purpose", *PURPOSES),
        sa.CheckConstraint("size > 0", name="merit_file_size_check"),
    )

    id = key()
    entry_id = ref("merit_entry", index=True)
    purpose = column(sa.Text, nullable=False)
    #: As its owner called it; shown, never part of a path.
    name = column(sa.Text, nullable=False)
    #: Media type that its content has, whatever its name said.
    type = column(sa.Text, nullable=False)
    size = column(sa.BigInteger, nullable=False)
    sha256 = sha256()
    created_by = column(sa.Text, nullable=False)
    created_at = created()


class Evidence(tk.BaseModel):
    """What an entry shows for a criterion."""

    __tablename__ = "merit_evidence"
    __table_args__ = (
        unique("merit_evidence_key", "entry_id", "criterion", "n"),
        unique(
            "merit_evidence_replaces_key",
            "replaces",
            where="replaces IS NOT NULL AND state NOT IN ('draft', 'withdrawn')",
        ),
        state_check("merit_evidence", machines.EVIDENCE),
        one_of("merit_evidence", "kind", *KINDS),
        sa.CheckConstraint(
            "(kind = 'file') = (file_id IS NOT NULL)", name="merit_evidence_file_check"
        ),
    )

    id = key()
    entry_id = ref("merit_entry")
    criterion = column(sa.Text, nullable=False)
    #: Counts the pieces of an entry for a criterion.
    n = column(sa.Integer, nullable=False)
    kind = column(sa.Text, nullable=False)
    #: Id of a dataset or resource, an address, or text.
    reference = column(sa.Text)
    file_id = ref("merit_file", nullable=True)
    #: What the entity says about it.
    note = column(sa.Text)
    #: Level or number that the entity claims by it.
    claimed = column(sa.Text)
    #: The highest that it supports.
    accepted = column(sa.Text)
    state = state(machines.EVIDENCE)
    #: Why it was rejected, returned or accepted with less; shown to those behind it.
    reason = column(sa.Text)
    #: Until when a returned piece can be submitted again.
    due_at = column(INSTANT)
    #: The piece that it takes the place of once submitted.
    replaces = ref("merit_evidence", nullable=True)
    #: Of what was submitted.
    sha256 = sha256(nullable=True)
    submitted_by = column(sa.Text)
    submitted_at = column(INSTANT)
    decided_at = column(INSTANT)
    #: Grows with every edit.
    version = column(sa.Integer, nullable=False, server_default="1")
    created_at = created()


class Dispute(tk.BaseModel):
    """That an entity disagrees with the level accepted for its evidence."""

    __tablename__ = "merit_dispute"
    __table_args__ = (
        # A level is disputed once; what was taken back does not count.
        unique("merit_dispute_key", "evidence_id", where="state <> 'withdrawn'"),
        state_check("merit_dispute", machines.DISPUTE),
    )

    id = key()
    evidence_id = ref("merit_evidence")
    state = state(machines.DISPUTE)
    #: Why the entity disagrees.
    reason = column(sa.Text, nullable=False)
    opened_by = column(sa.Text, nullable=False)
    created_at = created()
    #: To whom it was handed.
    juror_id = ref("merit_juror", nullable=True)
    #: The level that the juror set, and why; shown to those behind the entry.
    level = column(sa.Text)
    decision = column(sa.Text)
    decided_at = column(INSTANT)
