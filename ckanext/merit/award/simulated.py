"""People of a simulated award: accounts, calls on their behalf, made-up scores."""

from __future__ import annotations

import io
import random
import secrets
from typing import Any

from werkzeug.datastructures import FileStorage

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.award.enrolment import read_enrolment
from ckanext.merit.domain.scoring.rules import Levels, Measure, Raw, Scale

__all__ = [
    "SIMULATED",
    "RefusedError",
    "account",
    "call",
    "enrolment",
    "file",
    "score",
    "system",
]

SIMULATED = "Simulated"
_FILE = b"%PDF-1.4\n% simulated: nobody wrote or signed anything\n"
#: Of a scale that has none.
_STEPS = 10


class RefusedError(Exception):
    """The simulation cannot be run there."""


def score(measure: Measure, dice: random.Random) -> str:
    """Make up a score that a criterion's measure allows."""
    if isinstance(measure, Levels):
        return dice.choice(sorted(measure.values))
    if not isinstance(measure, (Raw, Scale)):
        return "0"
    low, high = measure.low, measure.high
    step = measure.step if isinstance(measure, Scale) else None
    step = step or (high - low) / _STEPS
    value = low + step * dice.randint(0, int((high - low) / step))
    return f"{float(value):.6f}".rstrip("0").rstrip(".")


def enrolment(entry_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Make up what the rules want in an enrolment."""
    wanted = read_enrolment(body)
    draft: dict[str, Any] = {
        "team": [
            {"name": SIMULATED, "role": role, "email": "nobody@simulation.example"}
            for role in wanted.roles
        ],
        "declarations": {item.code: True for item in wanted.declarations},
    }
    if wanted.letter:
        draft["letter"] = file(entry_id, "letter")
    return draft


def file(entry_id: str, purpose: str) -> str:
    """Give a file that holds nothing; its id."""
    upload = FileStorage(io.BytesIO(_FILE), filename="simulated.pdf")
    data = {"entry_id": entry_id, "purpose": purpose, "upload": upload}
    return system("merit_award_file_create", **data)["id"]


def account(role: str) -> str:
    """Find or make an account that nobody can sign in with; give its name."""
    name = f"merit-simulated-{role}"
    if model.User.get(name) is None:
        system(
            "user_create",
            name=name,
            fullname=f"{SIMULATED} {role}",
            email=f"{name}@simulation.example",
            password=secrets.token_urlsafe(32),
        )
    return name


def system(action: str, /, **data: Any) -> Any:
    site = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    context: Any = {"ignore_auth": True, "user": site["name"]}
    return _told(action, context, data)


def call(who: str, action: str, /, **data: Any) -> Any:
    user = model.User.get(who)
    context: Any = {"user": who, "auth_user_obj": user, "ignore_auth": False}
    return _told(action, context, data)


def _told(action: str, context: Any, data: dict[str, Any]) -> Any:
    try:
        return tk.get_action(action)(context, data)
    except tk.ValidationError as error:
        raise RefusedError(f"{action}: {error.error_dict}") from error
