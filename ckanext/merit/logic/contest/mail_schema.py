"""Parameters of the actions on messages and invitations."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.logic.contest import values
from ckanext.merit.logic.contest.mail_people import SEGMENTS
from ckanext.merit.logic.contest.schema import NAME, listed

Schema = dict[str, Any]
Validator = Any
TEXT = 10_000


@tk.validator_args
def message(not_empty: Validator, one_of: Any) -> Schema:
    """Write to a group of people."""
    return listed() | {
        "segment": [not_empty, values.key, one_of(list(SEGMENTS))],
        "subject": [not_empty, values.text(NAME), values.line, not_empty],
        "text": [not_empty, values.text(TEXT), not_empty],
    }
