"""Tables of those who compete: teams, entries, what was handed in and measured."""

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
    "PAST",
    "Entry",
    "EntryVersion",
    "Invitation",
    "Member",
    "Observation",
    "Snapshot",
    "Team",
]

#: States from which an entry never comes back; they don't stand in the way of a
#: new one. What an appeal could reinstate still does.
PAST = ("withdrawn", "lapsed")
_ACTIVE = "state NOT IN ('withdrawn', 'lapsed')"


class Team(tk.BaseModel):
    """Those who enter together: an organisation's officials, or citizens."""

    __tablename__ = "merit_team"
    __table_args__ = (
        unique(
            "merit_team_organization_key",
            *("edition_id", "organization_id"),
            where="state <> 'dissolved' AND organization_id IS NOT NULL",
        ),
        # So that members and entries can be tied to the same edition.
        sa.UniqueConstraint("id", "edition_id", name="merit_team_edition_key"),
        state_check("merit_team", machines.TEAM),
    )

    id = key()
    edition_id = ref("merit_edition", index=True)
    organization_id = column(sa.Text)
    name = column(sa.Text, nullable=False)
    #: The representative or captain.
    head_id = column(sa.Text)
    state = state(machines.TEAM)
    created_at = created()


class Member(tk.BaseModel):
    """Somebody's place in a team."""

    __tablename__ = "merit_member"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["team_id", "edition_id"],
            ["merit_team.id", "merit_team.edition_id"],
            name="merit_member_team_fkey",
            ondelete="RESTRICT",
        ),
        unique("merit_member_team_key", "team_id", "user_id", where="left_at IS NULL"),
        unique(
            "merit_member_edition_key",
            *("edition_id", "user_id"),
            where="exclusive AND left_at IS NULL",
        ),
    )

    id = key()
    team_id = column(sa.Text, nullable=False)
    edition_id = column(sa.Text, nullable=False)
    user_id = column(sa.Text, nullable=False)
    role = column(sa.Text, nullable=False)
    #: Whether the rules allow only one team per person in the edition.
    exclusive = column(sa.Boolean, nullable=False, server_default=sa.false())
    #: When the person accepted the rules.
    accepted_at = column(INSTANT)
    created_at = created()
    left_at = column(INSTANT)


class Entry(tk.BaseModel):
    """What competes in a category: an enrolment or a submission."""

    __tablename__ = "merit_entry"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["team_id", "edition_id"],
            ["merit_team.id", "merit_team.edition_id"],
            name="merit_entry_team_fkey",
            ondelete="RESTRICT",
        ),
        unique("merit_entry_team_key", "team_id", "category_id", where=_ACTIVE),
        # An organisation enters an award once; teams of citizens have none.
        unique(
            "merit_entry_organization_key",
            *("edition_id", "organization_id"),
            where=f"organization_id IS NOT NULL AND {_ACTIVE}",
        ),
        state_check("merit_entry", machines.ENTRY),
    )

    id = key()
    edition_id = ref("merit_edition", index=True)
    category_id = ref("merit_category", index=True)
    team_id = column(sa.Text, nullable=False)
    organization_id = column(sa.Text)
    title = column(sa.Text, nullable=False)
    state = state(machines.ENTRY)
    #: Why it is returned, rejected or disqualified; shown to those behind it.
    reason = column(sa.Text)
    #: Until when a returned entry can be submitted again.
    due_at = column(INSTANT)
    #: Grows with every edit of the draft.
    version = column(sa.Integer, nullable=False, server_default="1")
    #: What is being written; submitting copies it to a version.
    draft = body()
    created_at = created()


class EntryVersion(tk.BaseModel):
    """What was submitted, as it was; a trigger keeps it so."""

    __tablename__ = "merit_entry_version"
    __table_args__ = (unique("merit_entry_version_key", "entry_id", "n"),)

    id = key()
    entry_id = ref("merit_entry")
    n = column(sa.Integer, nullable=False)
    body = body()
    #: Printed on the receipt.
    sha256 = sha256()
    submitted_by = column(sa.Text, nullable=False)
    submitted_at = column(INSTANT, nullable=False)


class Invitation(tk.BaseModel):
    """A link that lets one address take one place, once."""

    __tablename__ = "merit_invitation"
    __table_args__ = (
        unique("merit_invitation_token_key", "token_sha256"),
        unique(
            "merit_invitation_pending_key",
            *("purpose", "target_id", "email_sha256"),
            where="state = 'pending'",
        ),
        state_check("merit_invitation", machines.INVITATION),
    )

    id = key()
    #: What accepting it does, and to what.
    purpose = column(sa.Text, nullable=False)
    target_id = column(sa.Text, nullable=False)
    email_sha256 = sha256()
    token_sha256 = sha256()
    state = state(machines.INVITATION)
    detail = body()
    created_by = column(sa.Text, nullable=False)
    created_at = created()
    expires_at = column(INSTANT, nullable=False)


class Snapshot(tk.BaseModel):
    """The catalogue as it stood at an instant; a trigger keeps it so."""

    __tablename__ = "merit_snapshot"
    __table_args__ = (
        unique(
            "merit_snapshot_key",
            *("edition_id", "coalesce(stage_id)", "kind", "sha256"),
        ),
        one_of("merit_snapshot", "kind", "baseline", "cut_off"),
    )

    id = key()
    edition_id = ref("merit_edition")
    stage_id = ref("merit_stage", nullable=True)
    kind = column(sa.Text, nullable=False)
    body = large()
    sha256 = sha256()
    taken_at = created()


class Observation(tk.BaseModel):
    """A value that no juror gave: read by a machine, accepted, or counted."""

    __tablename__ = "merit_observation"
    __table_args__ = (
        unique(
            "merit_observation_key",
            *("entry_id", "criterion", "coalesce(snapshot_id)"),
        ),
        sa.CheckConstraint(
            "value IS NULL OR value !~* '^[+-]?(nan|inf(inity)?)$'",
            name="merit_observation_value_check",
        ),
    )

    id = key()
    entry_id = ref("merit_entry")
    criterion = column(sa.Text, nullable=False)
    snapshot_id = ref("merit_snapshot", nullable=True)
    #: Decimal text or a level's label, exactly; NULL: could not be measured.
    value = column(sa.Text)
    detail = column(
        postgresql.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")
    )
    observed_at = created()
