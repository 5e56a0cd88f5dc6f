"""Parameters of the actions on runs, results, appeals and distinctions."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.logic.contest import values
from ckanext.merit.logic.contest.schema import NAME, REASON, identified, listed, paged

Schema = dict[str, Any]
Validator = Any
TEXT = 20_000


@tk.validator_args
def compute(ignore_missing: Validator) -> Schema:
    """Choose what is computed."""
    return listed() | {
        "stage_id": [ignore_missing, values.key],
        "snapshot_id": [ignore_missing, values.key],
    }


@tk.validator_args
def run_diff(ignore_empty: Validator) -> Schema:
    """Name two runs."""
    return identified() | {"other_id": [ignore_empty, values.key]}


@tk.validator_args
def simulate(default: Any) -> Schema:
    """Name a run, and the weights that are others."""
    return identified() | {"weights": [default({}), values.document, values.weights]}


@tk.validator_args
def publish(not_empty: Validator, one_of: Any, ignore_missing: Validator) -> Schema:
    """Publish an approved run."""
    return identified() | {
        "kind": [not_empty, one_of(["provisional", "final"])],
        "visible_from": [ignore_missing, values.instant],
        "notice": [ignore_missing, values.text(REASON)],
    }


@tk.validator_args
def trail(not_empty: Validator) -> Schema:
    """Name the edition, and the part of the trail."""
    return listed() | paged()


@tk.validator_args
def head(ignore_empty: Validator) -> Schema:
    """Choose chains, and give a head that was kept outside."""
    return {
        "chain": [ignore_empty, values.key],
        "seq": [ignore_empty, tk.get_validator("is_positive_integer")],
        "hash": [ignore_empty, values.text(64)],
    }


@tk.validator_args
def tick(not_empty: Validator) -> Schema:
    """Name what may be due."""
    return {"keys": [not_empty, values.list_of_text]}


@tk.validator_args
def file_appeal(not_empty: Validator, ignore_missing: Validator, one_of: Any) -> Schema:
    """Say what is attacked, and why."""
    return {
        "entry_id": [not_empty, values.key],
        "target": [
            not_empty,
            one_of(
                [
                    *("admission", "eligibility", "evidence", "score", "rank"),
                    *("disqualification", "distinction"),
                ]
            ),
        ],
        "target_id": [not_empty, values.key],
        "ground": [not_empty, values.text(NAME)],
        "text": [not_empty, values.text(TEXT)],
        "files": [ignore_missing, values.list_of_text],
    }


@tk.validator_args
def decide_appeal(not_empty: Validator, one_of: Any) -> Schema:
    """Sign a decision."""
    return identified() | {
        "decision": [not_empty, one_of(["uphold", "uphold_partly", "dismiss"])],
        "reason": [not_empty, values.text(TEXT)],
    }
