"""What an entry gives to those who judge it: its body, and what features add."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p

from ckanext.merit.interfaces import IMeritEntries, Material
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Entry

__all__ = ["as_dict", "materials_of", "without_contacts"]

#: How to reach people, and the papers of an enrolment, are no matter for jurors.
_CONTACTS = frozenset({"email", "phone", "mobile", "user", "letter", "consents"})


def materials_of(edition: Edition, entry: Entry) -> list[Material]:
    """Ask the features what comes with an entry, in a steady order."""
    return [
        material
        for plugin in p.PluginImplementations(IMeritEntries)
        for material in plugin.merit_entry_materials(edition.kind, entry.id)
    ]


def as_dict(number: int, material: Material) -> dict[str, Any]:
    """Describe a material by its number; where its file lies stays here."""
    found = material.path is not None and material.path.is_file()
    return {
        "number": number,
        "title": material.title,
        "criterion": material.criterion,
        "text": material.text,
        "url": material.url,
        "filename": material.filename if found else None,
        "size": material.path.stat().st_size if found and material.path else None,
        "missing": material.path is not None and not found,
        "detail": [
            {"label": label, "value": value} for label, value in material.detail
        ],
    }


def without_contacts(value: Any) -> Any:
    """Leave out of what was submitted how to reach people."""
    if isinstance(value, dict):
        return {
            key: without_contacts(item)
            for key, item in value.items()
            if key not in _CONTACTS
        }
    if isinstance(value, list):
        return [without_contacts(item) for item in value]
    return value
