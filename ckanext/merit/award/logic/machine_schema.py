"""Parameters of the actions on snapshots, findings and standings."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.logic.contest import values
from ckanext.merit.logic.contest.schema import REASON, identified, listed, paged
from ckanext.merit.logic.fixes import fixes
from ckanext.merit.logic.paging import whole_number

Schema = dict[str, Any]
Validator = Any

MOST_KEYS = 1_000
MOST_PARTS = 10**6
MOST_FIXES = 200
MOST_POINTS = 100
STATES = ("open", "heard", "upheld", "dismissed")


def keys_of_work(value: Any) -> list[str]:
    """Read keys of background work."""
    found = values.list_of_text(value)
    if len(found) > MOST_KEYS:
        raise tk.Invalid(tk._("Must have at most %d items") % MOST_KEYS)
    return found


@tk.validator_args
def snapshot_take(not_empty: Validator, ignore_empty: Validator, one_of: Any) -> Schema:
    """Say what to freeze."""
    return listed() | {
        "kind": [not_empty, one_of(["baseline", "cut_off"])],
        "stage_id": [ignore_empty, values.key],
        "scope": [ignore_empty, one_of(["catalogue", "entries"])],
    }


@tk.validator_args
def keys(not_empty: Validator) -> Schema:
    """Name pieces of background work."""
    return {"keys": [not_empty, keys_of_work]}


@tk.validator_args
def snapshot_show(default: Any, ignore_empty: Validator) -> Schema:
    """Name a snapshot and what of it to show."""
    return identified() | {
        "organization_id": [ignore_empty, values.key],
        "n": [default(1), whole_number(MOST_PARTS)],
        "verify": [default(False), values.truth],
    }


@tk.validator_args
def finding_list(ignore_empty: Validator, one_of: Any) -> Schema:
    """Choose findings of an edition."""
    return (
        listed()
        | paged()
        | {
            "state": [ignore_empty, one_of(list(STATES))],
            "entry_id": [ignore_empty, values.key],
            "finding_id": [ignore_empty, values.key],
        }
    )


@tk.validator_args
def of_entry(not_empty: Validator) -> Schema:
    """Name an entry."""
    return {"entry_id": [not_empty, values.key]}


@tk.validator_args
def finding_answer(not_empty: Validator) -> Schema:
    """Answer a finding."""
    return identified() | {"text": [not_empty, values.text(REASON)]}


@tk.validator_args
def finding_decide(
    not_empty: Validator, ignore_empty: Validator, one_of: Any
) -> Schema:
    """Decide a finding."""
    return identified() | {
        "outcome": [not_empty, one_of(["uphold", "dismiss"])],
        "reason": [not_empty, values.text(REASON)],
        "datasets": [ignore_empty, values.list_of_text],
    }


@tk.validator_args
def whatif(not_empty: Validator) -> Schema:
    """Name an entry and what would be fixed."""
    return of_entry() | {"fixes": [not_empty, fixes(MOST_FIXES)]}


@tk.validator_args
def travel(not_empty: Validator, one_of: Any) -> Schema:
    """Name an instant of a simulated calendar."""
    return listed() | {
        "kind": [not_empty, values.key],
        "bound": [not_empty, one_of(["opens", "closes"])],
    }


@tk.validator_args
def kpis(default: Any) -> Schema:
    """Name an edition, and when an entity counts as improved."""
    return listed() | {"delta": [default(5), whole_number(MOST_POINTS)]}


@tk.validator_args
def board(ignore_empty: Validator) -> Schema:
    """Name an edition, and perhaps a category of it."""
    return listed() | paged() | {"category": [ignore_empty, values.key]}
