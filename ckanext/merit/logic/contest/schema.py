"""Parameters of the actions on the frame of a contest."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.logic.contest import values
from ckanext.merit.logic.paging import page
from ckanext.merit.model.contest import ROLES

Schema = dict[str, Any]
Validator = Any

NAME = 100
REASON = 2000
SOURCE = 500_000
#: Roles that `merit_role_grant` gives; the others have actions of their own.
GRANTED = [role for role in ROLES if role not in {"secretariat", "deputy"}]


@tk.validator_args
def identified(not_empty: Validator) -> Schema:
    """Name one object."""
    return {"id": [not_empty, values.key]}


@tk.validator_args
def addressed(not_empty: Validator) -> Schema:
    """Name an edition, by its id or its address."""
    return {"id": [not_empty, values.key, values.edition]}


@tk.validator_args
def reasoned(not_empty: Validator) -> Schema:
    """Name one object and a reason."""
    return identified() | {"reason": [not_empty, values.text(REASON)]}


def paged() -> Schema:
    """Choose a part of a list."""
    return page()


@tk.validator_args
def office_list(ignore_empty: Validator) -> Schema:
    """Choose among one's programmes."""
    return paged() | {"name": [ignore_empty, values.key]}


@tk.validator_args
def programme_create(not_empty: Validator) -> Schema:
    """Describe a new programme."""
    return _programme() | {"name": [not_empty, values.slug]}


@tk.validator_args
def programme_update() -> Schema:
    """Describe a programme anew."""
    return identified() | _programme()


@tk.validator_args
def _programme(
    not_empty: Validator, ignore_empty: Validator, ignore_missing: Validator
) -> Schema:
    return {
        "title": [not_empty, values.languages],
        "owner_org": [ignore_empty, values.key],
        "co_recognisers": [ignore_missing, values.list_of_text],
    }


@tk.validator_args
def role_grant(
    not_empty: Validator,
    ignore_missing: Validator,
    one_of: Any,
) -> Schema:
    """Give somebody a role."""
    return secretariat_appoint() | {"role": [not_empty, one_of(GRANTED)]}


@tk.validator_args
def secretariat_appoint(not_empty: Validator, ignore_missing: Validator) -> Schema:
    """Give somebody a place in a programme or one of its editions."""
    return {
        "programme_id": [not_empty, values.key],
        "edition_id": [ignore_missing, values.key],
        "user": [not_empty, values.key],
    }


@tk.validator_args
def deputy_appoint(not_empty: Validator) -> Schema:
    """Give somebody the place of a conflicted chair."""
    return {
        "edition_id": [not_empty, values.key],
        "user": [not_empty, values.key],
    }


@tk.validator_args
def role_list(not_empty: Validator, ignore_missing: Validator) -> Schema:
    """Name a programme."""
    return {"programme_id": [not_empty, values.key]}


@tk.validator_args
def edition_create(
    not_empty: Validator,
    one_of: Any,
    default: Any,
) -> Schema:
    """Describe an edition."""
    return {
        "programme_id": [not_empty, values.key],
        "slug": [not_empty, values.slug],
        "kind": [not_empty, one_of(["award", "datathon"])],
        "simulation": [default(False), values.truth],
        **_described(),
        "title": [not_empty, values.languages],
        "timezone": [default("America/Lima"), values.zone],
    }


@tk.validator_args
def _described(ignore_missing: Validator) -> Schema:
    return {
        "title": [ignore_missing, values.languages],
        "summary": [ignore_missing, values.languages],
        "contact": [ignore_missing, values.text(NAME)],
        "timezone": [ignore_missing, values.zone],
    }


@tk.validator_args
def edition_update(not_empty: Validator, natural_number_validator: Any) -> Schema:
    """Change the description of an edition, as seen in a version."""
    return (
        identified() | _described() | {"version": [not_empty, natural_number_validator]}
    )


@tk.validator_args
def edition_list(ignore_missing: Validator, one_of: Any) -> Schema:
    """Choose editions."""
    return paged() | {
        "programme_id": [ignore_missing, values.key],
        "kind": [ignore_missing, one_of(["award", "datathon"])],
    }


@tk.validator_args
def edition_clone(not_empty: Validator) -> Schema:
    """Name an edition and describe the new one."""
    return identified() | {
        "slug": [not_empty, values.slug],
        "title": [not_empty, values.languages],
    }


@tk.validator_args
def stage_create(
    not_empty: Validator,
    default: Any,
    natural_number_validator: Any,
) -> Schema:
    """Describe a stage."""
    return {
        "edition_id": [not_empty, values.key],
        "code": [not_empty, values.slug],
        "position": [not_empty, natural_number_validator],
        "title": [not_empty, values.languages],
        "weight": [default("1"), values.weight],
        "gate": [default({"kind": "none"}), values.gate],
    }


@tk.validator_args
def category_create(
    not_empty: Validator,
    natural_number_validator: Any,
    default: Any,
    ignore_empty: Validator,
) -> Schema:
    """Describe a category."""
    return {
        "edition_id": [not_empty, values.key],
        "code": [not_empty, values.slug],
        "position": [not_empty, natural_number_validator],
        "title": [not_empty, values.languages],
        "predicate": [default({}), values.predicate],
        "places": [ignore_empty, natural_number_validator],
    }


@tk.validator_args
def stage_update(
    ignore_missing: Validator, ignore_empty: Validator, natural_number_validator: Any
) -> Schema:
    """Change a stage; what isn't given stays."""
    return identified() | {
        "position": [ignore_empty, natural_number_validator],
        "title": [ignore_missing, values.languages],
        "weight": [ignore_missing, values.weight],
        "gate": [ignore_missing, values.gate],
    }


@tk.validator_args
def category_update(
    ignore_missing: Validator, ignore_empty: Validator, natural_number_validator: Any
) -> Schema:
    """Change a category; what isn't given stays, places excepted."""
    return identified() | {
        "position": [ignore_empty, natural_number_validator],
        "title": [ignore_missing, values.languages],
        "predicate": [ignore_missing, values.predicate],
        "places": [ignore_empty, natural_number_validator],
    }


@tk.validator_args
def phase_create(not_empty: Validator, ignore_missing: Validator) -> Schema:
    """Describe a phase."""
    return {
        "edition_id": [not_empty, values.key],
        "kind": [not_empty, values.key],
        "stage_id": [ignore_missing, values.key],
        "opens_at": [not_empty, values.instant],
        "closes_at": [not_empty, values.instant],
        "reason": [ignore_missing, values.text(REASON)],
    }


@tk.validator_args
def calendar_update(not_empty: Validator, ignore_missing: Validator) -> Schema:
    """Change dates of phases together."""
    return {
        "edition_id": [not_empty, values.key],
        "phases": [not_empty, values.date_changes],
        "reason": [ignore_missing, values.text(REASON)],
    }


@tk.validator_args
def rule_set_create(not_empty: Validator) -> Schema:
    """Write a new version of the rules."""
    return {
        "edition_id": [not_empty, values.key],
        "source": [not_empty, values.text(SOURCE, strip=False)],
    }


@tk.validator_args
def rule_set_update(not_empty: Validator) -> Schema:
    """Rewrite a draft of the rules."""
    return identified() | {"source": [not_empty, values.text(SOURCE, strip=False)]}


@tk.validator_args
def rule_set_diff(ignore_missing: Validator) -> Schema:
    """Name two versions."""
    return identified() | {"other_id": [ignore_missing, values.key]}


@tk.validator_args
def rule_set_put_in_force(ignore_missing: Validator) -> Schema:
    """Name a draft, and a reason where it replaces another version."""
    return identified() | {"reason": [ignore_missing, values.text(REASON)]}


@tk.validator_args
def listed(not_empty: Validator) -> Schema:
    """Name the edition whose things are listed."""
    return {"edition_id": [not_empty, values.key]}


@tk.validator_args
def profile_update(not_empty: Validator, ignore_empty: Validator) -> Schema:
    """Describe an organisation."""
    field = [ignore_empty, values.text(NAME)]
    return {
        "programme_id": [not_empty, values.key],
        "organization": [not_empty, values.key],
        **dict.fromkeys(("type", "level", "region", "size_class"), field),
    }


@tk.validator_args
def profile_list(ignore_empty: Validator, default: Any) -> Schema:
    """Choose organisations by their profile."""
    return (
        role_list()
        | paged()
        | {
            "q": [ignore_empty, values.key],
            "missing": [default(False), values.truth],
        }
    )


@tk.validator_args
def profile_import(not_empty: Validator) -> Schema:
    """Describe many organisations."""
    return {
        "programme_id": [not_empty, values.key],
        "csv": [not_empty, values.text(SOURCE, strip=False)],
    }


def listed_page() -> Schema:
    """Name the edition whose things are listed, and the part of the list."""
    return listed() | paged()


@tk.validator_args
def edition_export(default: Any, one_of: Any) -> Schema:
    """Name an edition, and how its dates are written."""
    dates = one_of(["offsets", "instants"])
    return addressed() | {"dates": [default("offsets"), values.key, dates]}


@tk.validator_args
def edition_import(not_empty: Validator, ignore_empty: Validator) -> Schema:
    """Name a programme and give the file of an edition."""
    return {
        "programme_id": [not_empty, values.key],
        "slug": [not_empty, values.slug],
        "source": [not_empty, values.text(SOURCE, strip=False)],
        "starts_on": [ignore_empty, values.key],
    }
