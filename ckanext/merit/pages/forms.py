"""What forms send, as what actions take: instants, texts by language, lists, files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import ckantoolkit as tk

__all__ = [
    "from_instant",
    "languages",
    "lines",
    "text_fields",
    "texts",
    "to_instant",
    "typed",
    "uploaded",
]

#: Most characters that are read from an uploaded text file.
UPLOAD = 500_000


def typed(*names: str) -> dict[str, str]:
    """What was typed in fields; an empty field is left out."""
    form = tk.request.form
    found = {name: form.get(name, "").strip() for name in names}
    return {name: value for name, value in found.items() if value}


def to_instant(text: str, zone: str) -> str:
    """An instant typed in the time of a zone, as ISO 8601 with its offset.

    What cannot be read stays as it is, for the action to refuse in words.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))).isoformat()


def from_instant(iso: str | None, zone: str) -> str:
    """An instant as a field of a form takes it, in the time of a zone."""
    if not iso:
        return ""
    local = datetime.fromisoformat(iso).astimezone(ZoneInfo(zone))
    return local.strftime("%Y-%m-%dT%H:%M")


def languages() -> list[str]:
    """Languages in which texts are asked for, that of the page first."""
    known = dict.fromkeys([str(tk.config["ckan.locale_default"]), "es", "en"])
    return sorted(known, key=lambda code: code != str(tk.h.lang()))


def text_fields(name: str, value: Any = None) -> dict[str, str]:
    """Fields of texts by language, filled with what is stored."""
    stored: Mapping[str, str] = value or {}
    return {f"{name}_{code}": stored.get(code, "") for code in languages()}


def texts(name: str) -> dict[str, str] | str:
    """Texts by language as typed; empty text where there is none."""
    found = {code: tk.request.form.get(f"{name}_{code}", "") for code in languages()}
    return {code: text.strip() for code, text in found.items() if text.strip()} or ""


def lines(text: str) -> list[str]:
    """A list typed with commas or on lines of its own."""
    found: Iterable[str] = (item.strip() for item in re.split(r"[\n,;]", text))
    return list(dict.fromkeys(item for item in found if item))


def uploaded(name: str) -> str:
    """The text of an uploaded file, else what was typed in the field."""
    file = tk.request.files.get(name + "_file")
    if file is None or not file.filename:
        return str(tk.request.form.get(name, ""))
    content = file.read(UPLOAD * 4)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
