"""The description of an organization, and whom a category admits, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ckantoolkit as tk

__all__ = ["admitted", "fields", "in_use", "shortfall", "value"]

Data = Mapping[str, Any]


def fields() -> dict[str, str]:
    """Give the fields of the description with their labels."""
    return {
        "type": tk._("Type"),
        "level": tk._("Level of government"),
        "region": tk._("Region"),
        "size_class": tk._("Size"),
    }


def value(field: str, code: str | None) -> str:
    """Name a value; what the secretariat made up itself is shown as written."""
    label = _WORDS.get(field, {}).get((code or "").lower())
    return tk._(label) if label else code or ""


def in_use(field: str, codes: Iterable[str]) -> str:
    """List values that a form takes, each with its name where that differs."""
    named = ((code, value(field, code)) for code in codes)
    return ", ".join(
        code if code == name else f"{code} ({name})" for code, name in named
    )


def admitted(predicate: Data) -> str:
    """Say whom the predicate of a category admits."""
    return "; ".join(map(_condition, predicate, predicate.values()))


def shortfall(reason: Data) -> str:
    """Say why a category does not admit an organization.

    Args:
        reason: `field`, `wanted` and `given`, as `merit_award_chance_list` answers.
    """
    name = reason["field"]
    if name == "any_of":
        return tk._("None of its alternatives fits.")
    if name == "none_of":
        return tk._("It is one of those that the category leaves out.")
    return tk._("{field} should be {wanted}; it is {given}.").format(
        field=fields()[name],
        wanted=", ".join(value(name, code) for code in reason["wanted"]),
        given=value(name, reason["given"]) or tk._("not stated"),
    )


def _condition(name: str, wanted: Iterable[Any]) -> str:
    if name not in fields():
        nested = " / ".join(admitted(each) for each in wanted)
        text = tk._("except ({those})") if name == "none_of" else tk._("either ({one})")
        return text.format(those=nested, one=nested)
    return f"{fields()[name]}: {', '.join(value(name, code) for code in wanted)}"


def _(text: str) -> str:
    """Mark a text to be translated when it is shown."""
    return text


# What portals write most. Regions are names, which nobody translates.
_WORDS: dict[str, dict[str, str]] = {
    "type": {
        "ministry": _("Ministry"),
        "agency": _("Agency"),
        "regional_government": _("Regional government"),
        "municipality": _("Municipality"),
        "university": _("University"),
        "company": _("Public company"),
    },
    "level": {
        "national": _("National"),
        "regional": _("Regional"),
        "provincial": _("Provincial"),
        "local": _("Local"),
        "municipal": _("Municipal"),
        "district": _("District"),
    },
    "size_class": {
        "small": _("Small"),
        "medium": _("Medium-sized"),
        "large": _("Large"),
    },
}
