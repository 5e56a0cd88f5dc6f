"""Tables of the frame of a contest: programmes, editions, rules, calendar."""

from __future__ import annotations

from typing import Any

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
    one_of,
    ref,
    sha256,
    state,
    state_check,
    unique,
)

__all__ = [
    "ROLES",
    "Addendum",
    "Category",
    "Edition",
    "Membership",
    "OrganizationProfile",
    "Phase",
    "Programme",
    "RoleHolder",
    "RuleSet",
    "Stage",
    "edition_id",
]

#: Roles that are granted by appointment; jurors have a table of their own.
ROLES = ("secretariat", "chair", "deputy", "observer", "co_recogniser", "mentor")


class Programme(tk.BaseModel):
    """What the editions of a contest have in common."""

    __tablename__ = "merit_programme"
    __table_args__ = (unique("merit_programme_name_key", "name"),)

    id = key()
    name = column(sa.Text, nullable=False)
    #: {language: text}
    title = body()
    #: Organisation that runs it; its staff are presumed in conflict with its entry.
    owner_org = column(sa.Text)
    #: Organisations that recognise the results and so cannot compete.
    co_recognisers = column(
        postgresql.JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")
    )
    created_at = created()


class OrganizationProfile(tk.BaseModel):
    """What categories ask of an organisation and CKAN does not know."""

    __tablename__ = "merit_organization"

    organization_id = column(sa.Text, primary_key=True)
    type = column(sa.Text)
    level = column(sa.Text)
    region = column(sa.Text)
    size_class = column(sa.Text)


class Membership(tk.BaseModel):
    """Who belonged to which organisation and when, since CKAN keeps no dates."""

    __tablename__ = "merit_membership"
    __table_args__ = (
        unique(
            "merit_membership_present_key",
            *("user_id", "organization_id"),
            where="until IS NULL",
        ),
        sa.Index("merit_membership_organization_idx", "organization_id"),
    )

    id = key()
    user_id = column(sa.Text, nullable=False)
    organization_id = column(sa.Text, nullable=False)
    since = column(INSTANT)
    until = column(INSTANT)


class Edition(tk.BaseModel):
    """One award or datathon, from draft to closed."""

    __tablename__ = "merit_edition"
    __table_args__ = (
        unique("merit_edition_slug_key", "programme_id", "slug"),
        state_check("merit_edition", machines.EDITION),
        one_of("merit_edition", "kind", "award", "datathon"),
    )

    id = key()
    programme_id = ref("merit_programme")
    slug = column(sa.Text, nullable=False)
    kind = column(sa.Text, nullable=False)
    state = state(machines.EDITION)
    #: Name of the zone in which instants are shown.
    timezone = column(sa.Text, nullable=False, server_default="America/Lima")
    title = body()
    summary = body(nullable=True)
    contact = column(sa.Text)
    #: Only in these may scores be made up; nothing of them is ever a real result.
    simulation = column(sa.Boolean, nullable=False, server_default=sa.false())
    cloned_from = ref("merit_edition", nullable=True)
    #: Since when everybody may see it.
    published_at = column(INSTANT)
    #: Grows with every edit; an edit names the version that it saw.
    version = column(sa.Integer, nullable=False, server_default="1")
    created_at = created()


class RoleHolder(tk.BaseModel):
    """Somebody's role in all editions of a programme, or in one."""

    __tablename__ = "merit_role"
    __table_args__ = (
        unique(
            "merit_role_key",
            *("programme_id", "coalesce(edition_id)", "user_id", "role"),
            where="ended_at IS NULL",
        ),
        one_of("merit_role", "role", *ROLES),
        sa.Index("merit_role_user_idx", "user_id"),
    )

    id = key()
    programme_id = ref("merit_programme")
    edition_id = ref("merit_edition", nullable=True)
    user_id = column(sa.Text, nullable=False)
    role = column(sa.Text, nullable=False)
    created_at = created()
    ended_at = column(INSTANT)


class RuleSet(tk.BaseModel):
    """One version of the rules; a trigger keeps it as it was once in force."""

    __tablename__ = "merit_rule_set"
    __table_args__ = (
        unique("merit_rule_set_version_key", "edition_id", "version"),
        unique("merit_rule_set_force_key", "edition_id", where="state = 'in_force'"),
        state_check("merit_rule_set", machines.RULE_SET),
    )

    id = key()
    edition_id = ref("merit_edition")
    version = column(sa.Integer, nullable=False)
    state = state(machines.RULE_SET)
    #: The file as written; what is computed is read from it.
    source = column(sa.Text, nullable=False)
    #: The same as a JSON value, for pages and differences.
    body = body()
    sha256 = sha256()
    created_at = created()
    in_force_at = column(INSTANT)


class Addendum(tk.BaseModel):
    """A published change of rules or dates, with its reason and what it changed."""

    __tablename__ = "merit_addendum"
    __table_args__ = (
        unique("merit_addendum_number_key", "edition_id", "number"),
        one_of("merit_addendum", "kind", "rules", "calendar"),
        sa.CheckConstraint(
            "(kind = 'rules') = (rule_set_id IS NOT NULL)",
            name="merit_addendum_rule_set_check",
        ),
    )

    id = key()
    edition_id = ref("merit_edition")
    number = column(sa.Integer, nullable=False)
    kind = column(sa.Text, nullable=False)
    #: The rules that it put in force.
    rule_set_id = ref("merit_rule_set", nullable=True)
    reason = column(sa.Text, nullable=False)
    #: [{path, before, after}]
    diff = body()
    author_id = column(sa.Text, nullable=False)
    effective_at = column(INSTANT, nullable=False)


class Stage(tk.BaseModel):
    """A part of an edition with a weight and a gate of its own."""

    __tablename__ = "merit_stage"
    __table_args__ = (
        unique("merit_stage_position_key", "edition_id", "position"),
        unique("merit_stage_code_key", "edition_id", "code"),
        sa.CheckConstraint(
            "weight > 0 AND weight < 'NaN'", name="merit_stage_weight_check"
        ),
    )

    id = key()
    edition_id = ref("merit_edition")
    code = column(sa.Text, nullable=False)
    position = column(sa.Integer, nullable=False)
    title = body()
    weight = column(sa.Numeric, nullable=False, server_default="1")
    gate = body()


class Phase(tk.BaseModel):
    """A half-open interval of the calendar.

    The migration adds EXCLUDE: the same kind and stage never overlap.
    """

    __tablename__ = "merit_phase"
    __table_args__ = (
        sa.CheckConstraint("opens_at < closes_at", name="merit_phase_lasts_check"),
        sa.Index("merit_phase_edition_idx", "edition_id"),
    )

    id = key()
    edition_id = ref("merit_edition")
    stage_id = ref("merit_stage", nullable=True)
    kind = column(sa.Text, nullable=False)
    opens_at = column(INSTANT, nullable=False)
    closes_at = column(INSTANT, nullable=False)


class Category(tk.BaseModel):
    """A class of entries that compete with each other."""

    __tablename__ = "merit_category"
    __table_args__ = (unique("merit_category_code_key", "edition_id", "code"),)

    id = key()
    edition_id = ref("merit_edition")
    code = column(sa.Text, nullable=False)
    position = column(sa.Integer, nullable=False)
    title = body()
    #: See domain/contest/eligibility.py.
    predicate = body()
    #: How many places it awards; none: as many as the rules name.
    places = column(sa.Integer)


def edition_id(session: Any, programme: str, slug: str) -> str | None:
    """Find an edition by the names in its address."""
    found = (
        sa.select(Edition.id)
        .join(Programme, Programme.id == Edition.programme_id)
        .where(Programme.name == programme, Edition.slug == slug)
    )
    return session.scalar(found)
