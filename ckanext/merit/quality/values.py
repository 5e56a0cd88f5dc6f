"""Single values of a dataset's fields as plain text, lists of text, columns, dates.

Portals keep the same fact as text, number, list, object, or any of these as JSON text
in an extra; whichever it is, it reads the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

from ckanext.merit.domain.dates import parse_date
from ckanext.merit.domain.facts import Column

__all__ = ["JSON_MARKS", "TEXT_LIMIT", "columns", "instant", "part", "text", "texts"]

#: Longer texts are cut; a megabyte says nothing more about quality.
TEXT_LIMIT = 65_536
_JSON_LIMIT = 1_000_000
_MAX_COLUMNS = 5_000
_MAX_ITEMS = 5_000
_COLUMN_TEXT = 500
_USUAL = 20_000
JSON_MARKS = ("[", "{")


def text(value: Any, language: str = "en") -> str:
    """Read one text.

    Args:
        value: anything that JSON can hold, or JSON as text.
        language: preferred where a text has several languages.

    Returns:
        The trimmed text; of a list the first non-empty item; an object or a list of
        numbers (a box, a point) as canonical JSON.
    """
    if isinstance(value, str):
        stripped = value[:TEXT_LIMIT].strip()
        if stripped[:1] not in JSON_MARKS:
            return stripped
        value = _parsed(value)
        if isinstance(value, str):
            return stripped
    if isinstance(value, list):
        return _first(value, language)
    if isinstance(value, dict):
        return _of_object(value, language)
    return "" if value is None else str(value)


def texts(value: Any, language: str = "en") -> list[str]:
    """Read a list of non-empty texts; a single text is a list of one."""
    if isinstance(value, str) and value.lstrip()[:1] == "[":
        value = _parsed(value)
    items = value[:_MAX_ITEMS] if isinstance(value, list) else [value]
    found = [text(item, language) for item in items]
    return [item for item in found if item]


def part(value: Any, path: tuple[str, ...]) -> list[Any]:
    """Return what objects, lists of them or either as JSON text have under a path."""
    return [found for found in _walk(value, path) if found not in (None, "", [], {})]


def _walk(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, str) and value.lstrip()[:1] in JSON_MARKS:
        value = _parsed(value)
    items = value[:_MAX_ITEMS] if isinstance(value, list) else (value,)
    name, *rest = path
    for item in items:
        if isinstance(item, dict) and name in item:
            if rest:
                yield from _walk(item[name], tuple(rest))
            else:
                yield item[name]


def columns(value: Any) -> tuple[Column, ...]:
    """Read a data dictionary.

    Args:
        value: a list of objects such as Andino's or the datastore's, or an object
            with such a list under `fields` (Table Schema); either as JSON text too.

    Returns:
        Columns with a name; anything else is left out.
    """
    if isinstance(value, str):
        return _written_columns(value) if len(value) <= _USUAL else _columns(value)
    return _columns(value)


@lru_cache(maxsize=512)
def _written_columns(value: str) -> tuple[Column, ...]:
    # Files of one series share their data dictionary.
    return _columns(value)


def _columns(value: Any) -> tuple[Column, ...]:
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, dict):
        value = value.get("fields")
    if not isinstance(value, list):
        return ()
    found = [_column(item) for item in value[:_MAX_COLUMNS] if isinstance(item, dict)]
    return tuple([column for column in found if column[0] and column[0] != "_id"])


def _column(item: dict[str, Any]) -> Column:
    get, info = item.get, item.get("info")
    title, description = get("title"), get("description") or get("notes")
    if isinstance(info, dict):
        title = title or info.get("label")
        description = description or info.get("notes")
    name, title = _short(get("name") or get("id")), _short(title)
    name = name or title
    title = "" if title == name else title
    return Column(name, title, _short(description), _short(get("type")))


def _short(value: Any) -> str:
    if not value:
        return "" if value is None else text(value)
    if type(value) is str and value[0] not in JSON_MARKS:
        return value[:_COLUMN_TEXT].strip()
    return text(value)[:_COLUMN_TEXT]


def instant(value: Any) -> datetime | None:
    """Read a point in time; CKAN's own have no time zone and mean UTC."""
    if not isinstance(value, datetime):
        value = _from_iso(text(value))
    if value is None or value.tzinfo is not None:
        return value
    return value.replace(tzinfo=timezone.utc)


def _from_iso(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        day = parse_date(value)
        return datetime(day.year, day.month, day.day) if day else None  # noqa: DTZ001


def _first(items: list[Any], language: str) -> str:
    if items and all(isinstance(item, (int, float)) for item in items):
        return _canonical(items)
    for item in items[:_MAX_ITEMS]:
        # Lists in lists have no meaning here, and could be very deep.
        found = "" if isinstance(item, list) else text(item, language)
        if found:
            return found
    return ""


def _of_object(value: dict[str, Any], language: str) -> str:
    for key in ("@value", "@id"):
        if isinstance(value.get(key), str):
            return value[key].strip()
    if value and all(_is_language(key) for key in value):
        said = value.get(language) or next(filter(None, value.values()), "")
        return said.strip() if isinstance(said, str) else ""
    return _canonical(value) if any(value.values()) else ""


def _is_language(key: str) -> bool:
    return len(key) == 2 or (len(key) == 5 and key[2] in "-_")


def _canonical(value: Any) -> str:
    written = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return written[:TEXT_LIMIT]


def _parsed(value: str) -> Any:
    if len(value) > _JSON_LIMIT:
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
