"""Parameters of the actions of awards."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.domain.award.evidence import KINDS
from ckanext.merit.domain.contest.machines import DISPUTE
from ckanext.merit.logic.contest import values
from ckanext.merit.logic.contest.schema import REASON, identified, listed, paged
from ckanext.merit.logic.paging import whole_number
from ckanext.merit.model.award import PURPOSES

Schema = dict[str, Any]
Validator = Any
LEVEL = 100
REFERENCE = 20_000
VERSIONS = 10**6
STATES = ("submitted", "accepted", "rejected", "returned", "superseded", "withdrawn")


def upload(value: Any) -> Any:
    """Refuse what is no uploaded file."""
    if not getattr(value, "filename", None) or not hasattr(value, "stream"):
        raise tk.Invalid(tk._("Choose a file"))
    return value


@tk.validator_args
def file_create(not_empty: Validator, one_of: Any) -> Schema:
    """Give a file of an entry."""
    return {
        "entry_id": [not_empty, values.key],
        "purpose": [not_empty, one_of(list(PURPOSES))],
        "upload": [not_empty, upload],
    }


@tk.validator_args
def of_entry(not_empty: Validator) -> Schema:
    """Name an entry."""
    return {"entry_id": [not_empty, values.key]}


@tk.validator_args
def evidence_save(not_empty: Validator, ignore_empty: Validator, one_of: Any) -> Schema:
    """Write a piece of evidence."""
    return {
        "id": [ignore_empty, values.key],
        "version": [ignore_empty, whole_number(VERSIONS)],
        "entry_id": [ignore_empty, values.key],
        "criterion": [ignore_empty, values.key],
        "kind": [not_empty, one_of(list(KINDS))],
        "reference": [ignore_empty, values.text(REFERENCE)],
        "file_id": [ignore_empty, values.key],
        "note": [ignore_empty, values.text(REASON)],
        "claimed": [ignore_empty, values.text(LEVEL)],
        "replaces": [ignore_empty, values.key],
    }


@tk.validator_args
def evidence_accept(ignore_empty: Validator) -> Schema:
    """Say what a piece of evidence supports."""
    return identified() | {
        "level": [ignore_empty, values.text(LEVEL)],
        "reason": [ignore_empty, values.text(REASON)],
    }


@tk.validator_args
def dispute_hand(not_empty: Validator) -> Schema:
    """Hand a dispute to a juror."""
    return identified() | {"juror_id": [not_empty, values.key]}


@tk.validator_args
def dispute_decide(not_empty: Validator) -> Schema:
    """Decide a dispute."""
    return identified() | {
        "level": [not_empty, values.text(LEVEL)],
        "reason": [not_empty, values.text(REASON)],
    }


@tk.validator_args
def disputes(ignore_empty: Validator, one_of: Any) -> Schema:
    """Choose disputes of an edition."""
    return listed() | paged() | {"state": [ignore_empty, one_of(list(DISPUTE.states))]}


@tk.validator_args
def screening(ignore_empty: Validator, one_of: Any) -> Schema:
    """Choose pieces of evidence of an edition."""
    return (
        listed()
        | paged()
        | {
            "state": [ignore_empty, one_of(list(STATES))],
            "criterion": [ignore_empty, values.key],
            "entry_id": [ignore_empty, values.key],
        }
    )


@tk.validator_args
def chances(ignore_empty: Validator) -> Schema:
    """Name an edition, and perhaps one organisation."""
    return listed() | {"organization_id": [ignore_empty, values.key]}


@tk.validator_args
def representative(not_empty: Validator, ignore_empty: Validator) -> Schema:
    """Name the new representative of an entry."""
    return identified() | {
        "head": [not_empty, values.key],
        "letter": [ignore_empty, values.key],
        "reason": [not_empty, values.text(REASON)],
    }
