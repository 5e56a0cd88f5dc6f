"""Validators of single values in the parameters of contests' actions."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.canonical import canonical
from ckanext.merit.domain.contest.eligibility import check_predicate
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.gates import read_gate
from ckanext.merit.model import contest

__all__ = [
    "address",
    "date_changes",
    "document",
    "edition",
    "gate",
    "instant",
    "json_value",
    "key",
    "language",
    "languages",
    "line",
    "list_of_text",
    "place",
    "predicate",
    "slug",
    "text",
    "truth",
    "weight",
    "weights",
    "whole",
    "zone",
]

Action = Callable[[Any, dict[str, Any]], Any]

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
_ADDRESS = re.compile(r"[^\s@,;:<>\"()\[\]\\]{1,64}@[^\s@,;:<>\"()\[\]\\]{1,190}")
TITLE_LENGTH = 300
KEY_LENGTH = 200
DOCUMENT_SIZE = 200_000
MAGNITUDE = 12
PLACE_DIGITS = 3


def whole(name: str) -> Callable[[Action], Action]:
    """Keep a list of dictionaries in one piece until its validator reads it.

    CKAN 2.11 takes such a list apart before validation, and refuses the pieces; as
    JSON text it passes. For actions, outside ``validate_action_data``.
    """

    def decorate(action: Action) -> Action:
        @functools.wraps(action)
        def wrapper(context: Any, data_dict: dict[str, Any]) -> Any:
            given = data_dict.get(name)
            if isinstance(given, list):
                data_dict = {**data_dict, name: json.dumps(given, default=str)}
            return action(context, data_dict)

        return wrapper

    return decorate


def text(limit: int, *, strip: bool = True) -> Callable[[Any], str]:
    """Make a validator of text with at most ``limit`` characters."""

    def validator(value: Any) -> str:
        if not isinstance(value, str) or not _is_storable(value):
            raise tk.Invalid(tk._("Must be text"))
        if len(value) > limit:
            raise tk.Invalid(tk._("Must have at most %d characters") % limit)
        return value.strip() if strip else value

    return validator


def line(value: str) -> str:
    """Refuse text of more than one line, and other control characters."""
    if any(sign < " " or sign in "\x7f\x85\u2028\u2029" for sign in value):
        raise tk.Invalid(tk._("Must be one line of text"))
    return value


def address(value: Any) -> str:
    """Read one mail address, and nothing but an address."""
    read = key(value)
    if not _ADDRESS.fullmatch(read):
        raise tk.Invalid(tk._("Must be one mail address"))
    return read


def language(value: str) -> str:
    """Refuse what cannot be the code of a language."""
    if not _LANGUAGE.fullmatch(value):
        raise tk.Invalid(tk._("Unknown language"))
    return value


def key(value: Any) -> str:
    """Read an id or a name that is looked up."""
    return text(KEY_LENGTH)(value)


def edition(value: Any) -> Any:
    """Turn the address of an edition, ``programme/slug``, into its id."""
    programme, slash, name = str(value).partition("/")
    found = contest.edition_id(model.Session, programme, name) if slash else None
    return found or value


def slug(value: Any) -> str:
    """Refuse what cannot be part of an address."""
    if not isinstance(value, str) or not _SLUG.fullmatch(value):
        raise tk.Invalid(tk._("Must be lower-case letters, digits and hyphens"))
    return value


def zone(value: Any) -> str:
    """Refuse names that are no time zone."""
    try:
        return str(ZoneInfo(str(value)))
    except (KeyError, ValueError, OSError):
        raise tk.Invalid(tk._("Unknown time zone")) from None


def instant(value: Any) -> datetime:
    """Read an ISO 8601 instant; one without zone is refused, not guessed."""
    try:
        read = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        raise tk.Invalid(tk._("Must be an instant in ISO 8601")) from None
    if read.utcoffset() is None:
        raise tk.Invalid(tk._("An instant needs its time zone"))
    return read


def weight(value: Any) -> Decimal:
    """Read a decimal number above zero, exactly."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise tk.Invalid(tk._("Must be a number")) from None
    if not number.is_finite() or number <= 0:
        raise tk.Invalid(tk._("Must be greater than zero"))
    return number


def place(value: Any) -> int:
    """Read a place: 1, 2, 3, …, no more than anybody awards."""
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
        raise tk.Invalid(tk._("Must be a whole number"))
    if len(text) > PLACE_DIGITS or int(text) < 1:
        raise tk.Invalid(tk._("Must be a place from 1 on"))
    return int(text)


def weights(value: Any) -> dict[str, str]:
    """Read weights by code, each a decimal number above zero."""
    if not isinstance(value, dict):
        raise tk.Invalid(tk._("Must be JSON"))
    numbers = {code: weight(given) for code, given in value.items()}
    # Written out in full, an exponent could fill the memory.
    if any(abs(number.adjusted()) > MAGNITUDE for number in numbers.values()):
        raise tk.Invalid(tk._("Must be a number"))
    return {code: f"{number:f}" for code, number in numbers.items()}


def json_value(value: Any) -> Any:
    """Read JSON text; a value that is no text is taken as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise tk.Invalid(tk._("Must be JSON")) from None


def truth(value: Any) -> bool:
    """Read yes or no; CKAN 2.11's own validator fails on lists and numbers."""
    if isinstance(value, bool):
        return value
    words = {"true": True, "yes": True, "on": True, "1": True}
    words |= {"false": False, "no": False, "off": False, "0": False, "": False}
    if not isinstance(value, str) or value.lower() not in words:
        raise tk.Invalid(tk._("Must be true or false"))
    return words[value.lower()]


def document(value: Any) -> dict[str, Any]:
    """Read a JSON object that can be sealed: no floats, not too large."""
    read = json_value(value)
    if not isinstance(read, dict):
        raise tk.Invalid(tk._("Must be JSON"))
    try:
        size = len(canonical(read))
    except (TypeError, ValueError, RecursionError) as error:
        raise tk.Invalid(str(error)) from error
    if not all(_is_storable(item) for item in _texts(read)):
        raise tk.Invalid(tk._("Must be text"))
    if size > DOCUMENT_SIZE:
        raise tk.Invalid(tk._("Must have at most %d characters") % DOCUMENT_SIZE)
    return read


def date_changes(value: Any) -> list[dict[str, Any]]:
    """Read new dates of phases: ``id`` with ``opens_at``, ``closes_at`` or both."""
    read = json_value(value)
    if not isinstance(read, list) or not read:
        raise tk.Invalid(tk._("Must be a list of dictionaries"))
    return [_date_change(item) for item in read]


def _date_change(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        raise tk.Invalid(tk._("Must be a list of dictionaries"))
    dates = {
        name: instant(item[name])
        for name in ("opens_at", "closes_at")
        if item.get(name) is not None
    }
    return {"id": item["id"], **dates}


def languages(value: Any) -> dict[str, str]:
    """Read ``{language: text}``; plain text is in the portal's language."""
    if isinstance(value, str) and not value.lstrip().startswith("{"):
        value = {str(tk.config["ckan.locale_default"]): value}
    read = json_value(value)
    if not isinstance(read, dict) or not read:
        raise tk.Invalid(tk._("Must be texts by language"))
    limited = text(TITLE_LENGTH)
    for language, content in read.items():
        if not _LANGUAGE.fullmatch(str(language)) or not limited(content):
            raise tk.Invalid(tk._("Must be texts by language"))
    return {language: limited(content) for language, content in read.items()}


def list_of_text(value: Any) -> list[str]:
    """Read a list of texts; JSON text is read, plain text is a list of one."""
    if isinstance(value, str) and not value.lstrip().startswith("["):
        value = [value]
    read = json_value(value)
    if not isinstance(read, list) or not all(isinstance(x, str) and x for x in read):
        raise tk.Invalid(tk._("Must be a list of texts"))
    return [key(item) for item in dict.fromkeys(read)]


def predicate(value: Any) -> dict[str, Any]:
    """Read a predicate on organisation profiles."""
    read = json_value(value)
    try:
        check_predicate(read)
    except ContestError as error:
        raise tk.Invalid(error.message) from error
    return document(read)


def gate(value: Any) -> dict[str, Any]:
    """Read a stage gate."""
    read = json_value(value)
    if not isinstance(read, dict):
        raise tk.Invalid(tk._("Must be JSON"))
    try:
        read_gate(read)
    except ContestError as error:
        raise tk.Invalid(error.message) from error
    return read


def _is_storable(value: str) -> bool:
    """Say whether PostgreSQL can hold a text: no NUL, no lone surrogates."""
    try:
        return b"\x00" not in value.encode()
    except UnicodeEncodeError:
        return False


def _texts(value: Any) -> Iterator[str]:
    """List all texts in a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
