"""Parameters of the actions on distinctions and announcements."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.logic.contest import values
from ckanext.merit.logic.contest.schema import (
    NAME,
    identified,
    listed,
    listed_page,
    reasoned,
)

Schema = dict[str, Any]
Validator = Any
TEXT = 20_000


@tk.validator_args
def create(not_empty: Validator, one_of: Any) -> Schema:
    """Propose what no rank decides."""
    types = ["mention", "special", "regional", "public", "participation"]
    return {
        "entry_id": [not_empty, values.key],
        "type": [not_empty, one_of(types)],
        "citation": [not_empty, values.languages],
    }


@tk.validator_args
def void(not_empty: Validator) -> Schema:
    """Name a category, and the place that nobody gets."""
    return reasoned() | {"place": [not_empty, values.place]}


@tk.validator_args
def announce(not_empty: Validator, one_of: Any) -> Schema:
    """Tell everybody something."""
    return listed() | {
        "kind": [not_empty, one_of(["news", "faq"])],
        "title": [not_empty, values.text(NAME), not_empty],
        "text": [not_empty, values.text(TEXT), not_empty],
    }


@tk.validator_args
def ask(not_empty: Validator) -> Schema:
    """Ask about the rules."""
    return listed() | {"title": [not_empty, values.text(500), not_empty]}


@tk.validator_args
def answer(not_empty: Validator, ignore_missing: Validator) -> Schema:
    """Answer a question for everybody."""
    return identified() | {
        "title": [ignore_missing, values.text(500)],
        "text": [not_empty, values.text(TEXT), not_empty],
    }


@tk.validator_args
def news(ignore_missing: Validator) -> Schema:
    """Choose what to read of what was announced."""
    return listed_page() | {"kinds": [ignore_missing, values.list_of_text]}
