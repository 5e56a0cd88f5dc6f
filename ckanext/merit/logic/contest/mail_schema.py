"""Parameters of the actions on messages and invitations by link."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.logic.contest import values
from ckanext.merit.logic.contest.links import JUROR
from ckanext.merit.logic.contest.mail_people import SEGMENTS
from ckanext.merit.logic.contest.schema import GRANTED, NAME, listed

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


@tk.validator_args
def invite(not_empty: Validator, ignore_missing: Validator, one_of: Any) -> Schema:
    """Invite an address."""
    return listed() | {
        "email": [not_empty, values.address],
        "role": [not_empty, values.key, one_of([JUROR, *GRANTED])],
        "institution": [ignore_missing, values.text(NAME)],
        "language": [ignore_missing, values.key, values.language],
    }


@tk.validator_args
def link(not_empty: Validator) -> Schema:
    """Name an invitation by the secret part of its link."""
    return {"token": [not_empty, values.key]}


@tk.validator_args
def register(not_empty: Validator, ignore_missing: Validator) -> Schema:
    """Describe the account of somebody who was invited."""
    return link() | {
        "email": [not_empty, values.address],
        "name": [not_empty, values.key],
        "fullname": [ignore_missing, values.text(NAME), values.line],
        "password": [not_empty, values.text(NAME, strip=False)],
    }
