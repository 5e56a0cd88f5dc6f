"""Parameters of the actions on entries."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.logic.contest import values
from ckanext.merit.logic.contest.schema import (
    NAME,
    REASON,
    identified,
    listed,
    listed_page,
)

Schema = dict[str, Any]
Validator = Any


@tk.validator_args
def prepare(not_empty: Validator, ignore_missing: Validator) -> Schema:
    """Begin an entry of an organisation."""
    return listed() | {
        "category_id": [not_empty, values.key],
        "organization_id": [not_empty, values.key],
        "head": [ignore_missing, values.key],
        "draft": [ignore_missing, values.document],
    }


@tk.validator_args
def update(
    not_empty: Validator,
    ignore_missing: Validator,
    natural_number_validator: Validator,
) -> Schema:
    """Change what is being written, as seen in a version."""
    return identified() | {
        "version": [not_empty, natural_number_validator],
        "title": [ignore_missing, values.text(NAME)],
        "head": [ignore_missing, values.key],
        "draft": [ignore_missing, values.document],
        "reason": [ignore_missing, values.text(REASON)],
    }


@tk.validator_args
def submit(ignore_empty: Validator, natural_number_validator: Validator) -> Schema:
    """Submit an entry, perhaps as seen in a version."""
    return identified() | {"version": [ignore_empty, natural_number_validator]}


@tk.validator_args
def give_back(not_empty: Validator) -> Schema:
    """Say what to correct, and until when."""
    return identified() | {
        "reason": [not_empty, values.text(REASON)],
        "due_at": [not_empty, values.instant],
    }


@tk.validator_args
def disqualify(not_empty: Validator) -> Schema:
    """Say why, and what those affected answered."""
    return identified() | {
        "reason": [not_empty, values.text(REASON)],
        "hearing": [not_empty, values.text(REASON)],
    }


@tk.validator_args
def roll(ignore_missing: Validator) -> Schema:
    """Choose among the admitted entries."""
    return listed_page() | {
        "category_id": [ignore_missing, values.key],
        "region": [ignore_missing, values.text(NAME)],
    }


@tk.validator_args
def screen(ignore_empty: Validator) -> Schema:
    """Choose among all entries."""
    return listed_page() | {
        "state": [ignore_empty, values.key],
        "category_id": [ignore_empty, values.key],
        "q": [ignore_empty, values.key],
    }
