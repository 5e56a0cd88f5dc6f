"""Parameters of the actions on the jury."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.logic.contest import values
from ckanext.merit.logic.contest.schema import (
    NAME,
    REASON,
    SOURCE,
    identified,
    listed,
    listed_page,
)

Schema = dict[str, Any]
Validator = Any
TEXT = 20_000
FILE = 2_000_000


@tk.validator_args
def invite(
    not_empty: Validator,
    ignore_missing: Validator,
    ignore_empty: Validator,
    natural_number_validator: Validator,
) -> Schema:
    """Invite somebody to the jury."""
    return listed() | {
        "user": [not_empty, values.key],
        "institution": [ignore_missing, values.text(NAME)],
        "organization_id": [ignore_missing, values.key],
        "stages": [ignore_missing, values.list_of_text],
        "categories": [ignore_missing, values.list_of_text],
        "capacity": [ignore_empty, natural_number_validator],
        "expires_at": [not_empty, values.instant],
    }


@tk.validator_args
def accept(not_empty: Validator) -> Schema:
    """Declare what a juror must declare."""
    return identified() | {
        "confidentiality": [not_empty, values.truth],
        "no_conflict": [not_empty, values.truth],
    }


@tk.validator_args
def remove(not_empty: Validator, ignore_missing: Validator) -> Schema:
    """Say why, and what becomes of what was submitted."""
    return identified() | {
        "reason": [not_empty, values.text(REASON)],
        "discard_reviews": [ignore_missing, values.truth],
    }


@tk.validator_args
def declare(not_empty: Validator) -> Schema:
    """Name an entry towards which one isn't free."""
    return {
        "entry_id": [not_empty, values.key],
        "detail": [not_empty, values.text(REASON)],
    }


@tk.validator_args
def report(not_empty: Validator) -> Schema:
    """Name a juror and an entry towards which the juror may not be free."""
    return declare() | {"juror_id": [not_empty, values.key]}


@tk.validator_args
def decide(not_empty: Validator, one_of: Any) -> Schema:
    """Decide on a conflict."""
    return identified() | {
        "decision": [not_empty, one_of(["admit", "confirm", "dismiss"])],
        "reason": [not_empty, values.text(REASON)],
    }


@tk.validator_args
def assign(
    not_empty: Validator,
    ignore_missing: Validator,
    default: Any,
) -> Schema:
    """Give an entry to a juror."""
    return {
        "juror_id": [not_empty, values.key],
        "entry_id": [not_empty, values.key],
        "stage_id": [ignore_missing, values.key],
        "due_at": [ignore_missing, values.instant],
        "calibration": [default(False), values.truth],
    }


@tk.validator_args
def plan(
    not_empty: Validator,
    ignore_missing: Validator,
    natural_number_validator: Validator,
    default: Any,
) -> Schema:
    """Give all admitted entries to jurors, by rule."""
    return listed() | {
        "per_entry": [not_empty, natural_number_validator],
        "seed": [not_empty, values.text(NAME)],
        "stage_id": [ignore_missing, values.key],
        "due_at": [ignore_missing, values.instant],
        "dry_run": [default(False), values.truth],
    }


@tk.validator_args
def import_assignments(not_empty: Validator, ignore_missing: Validator) -> Schema:
    """Give many entries to jurors, by a list."""
    return listed() | {
        "csv": [not_empty, values.text(SOURCE, strip=False)],
        "stage_id": [ignore_missing, values.key],
        "due_at": [ignore_missing, values.instant],
    }


@tk.validator_args
def coverage(ignore_empty: Validator) -> Schema:
    """Choose a part of the map of entries and jurors."""
    return listed_page() | {"stage_id": [ignore_empty, values.key]}


@tk.validator_args
def extend(not_empty: Validator) -> Schema:
    """Give an assignment that expired another instant."""
    return identified() | {
        "due_at": [not_empty, values.instant],
        "reason": [not_empty, values.text(REASON)],
    }


@tk.validator_args
def save(
    not_empty: Validator,
    natural_number_validator: Validator,
    ignore_missing: Validator,
) -> Schema:
    """Write a review, as seen in a version (0: none yet)."""
    words = [ignore_missing, values.text(TEXT)]
    return {
        "assignment_id": [not_empty, values.key],
        "version": [not_empty, natural_number_validator],
        "scores": [ignore_missing, values.document],
        **dict.fromkeys(("comment", "feedback", "note"), words),
    }


@tk.validator_args
def submit(not_empty: Validator, natural_number_validator: Validator) -> Schema:
    """Submit the version of a review that one saw."""
    return {
        "assignment_id": [not_empty, values.key],
        "version": [not_empty, natural_number_validator],
    }


@tk.validator_args
def mine(default: Any) -> Schema:
    """Choose among one's own assignments in an edition."""
    choice = [default(False), values.truth]
    return listed() | {"ended": choice, "everything": choice}


@tk.validator_args
def sheets(not_empty: Validator) -> Schema:
    """Hand in a file of score sheets."""
    return listed() | {"csv": [not_empty, values.text(FILE, strip=False)]}


@tk.validator_args
def of_entry(not_empty: Validator) -> Schema:
    """Name an entry."""
    return {"entry_id": [not_empty, values.key]}


@tk.validator_args
def review_list(not_empty: Validator, default: Any) -> Schema:
    """Name an entry, and say which of its reviews."""
    return {
        "entry_id": [not_empty, values.key],
        "calibration": [default(False), values.truth],
    }


@tk.validator_args
def of_assignment(not_empty: Validator) -> Schema:
    """Name an assignment."""
    return {"assignment_id": [not_empty, values.key]}
