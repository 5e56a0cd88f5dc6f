"""Labels of what awards store."""

from __future__ import annotations

import ckantoolkit as tk

__all__ = ["FIELDS", "fields", "kinds", "roles", "targets"]

FIELDS = ("type", "level", "region", "size_class")


def roles() -> dict[str, str]:
    """Roles of officials."""
    return {
        "head": tk._("Head of the entity"),
        "data_officer": tk._("Data officer"),
        "technical": tk._("Technical contact"),
        "communications": tk._("Communications contact"),
    }


def kinds() -> dict[str, str]:
    """Kinds of evidence."""
    return {
        "dataset": tk._("A dataset of ours"),
        "resource": tk._("A resource of ours"),
        "url": tk._("An address on the web"),
        "file": tk._("A file"),
        "text": tk._("Text"),
    }


def fields() -> dict[str, str]:
    """Fields of the profile of an organisation."""
    return {
        "type": tk._("Type"),
        "level": tk._("Level of government"),
        "region": tk._("Region"),
        "size_class": tk._("Size"),
    }


def targets() -> dict[str, str]:
    """What an appeal can attack."""
    return {
        "admission": tk._("That we are not admitted"),
        "disqualification": tk._("That we are disqualified"),
        "evidence": tk._("The decision on a piece of evidence"),
        "score": tk._("Our score"),
        "rank": tk._("Our rank"),
        "distinction": tk._("A distinction"),
    }
