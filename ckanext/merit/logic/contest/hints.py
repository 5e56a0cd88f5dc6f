"""Inferred conflicts in words: what the portal saw, and in which organization."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import ckantoolkit as tk

from ckanext.merit.logic.contest import names

__all__ = ["stored", "told"]

Data = dict[str, Any]
_ABOUT_ORGANIZATION = {
    "same_organization",
    "related_organization",
    "past_membership",
}


def stored(hints: Iterable[Any]) -> str:
    """Write hints as the detail of a conflict; ``told`` reads it."""
    return "; ".join(f"{hint.kind}: {hint.detail}" for hint in hints)


def told(rows: Iterable[Data]) -> list[Data]:
    """Add ``said`` to conflicts: their detail as people read it."""
    found = list(rows)
    titles = names.of_organizations(
        value
        for row in found
        if row["origin"] == "inferred"
        for kind, value in _parts(row["detail"])
        if kind in _ABOUT_ORGANIZATION
    )
    return [
        row | {"said": _said(row["detail"], titles)}
        if row["origin"] == "inferred"
        else row | {"said": row["detail"]}
        for row in found
    ]


def _parts(detail: str) -> Iterator[tuple[str, str]]:
    for part in detail.split("; "):
        kind, _, value = part.partition(": ")
        yield kind, value


def _said(detail: str, titles: dict[str, str]) -> str:
    """One sentence for each hint; what nobody knows stays as it is."""
    texts = {
        "own_entry": tk._("is one of the people behind the entry"),
        "same_organization": tk._("belongs to {organization}"),
        "related_organization": tk._("belongs to {organization}, related to the entry"),
        "past_membership": tk._("belonged to {organization} not long ago"),
        "email_domain": tk._("has an address at {value}, as people of the entry have"),
        "dataset_maintainer": tk._("maintains datasets of the entity"),
    }
    return "; ".join(
        texts[kind].format(organization=titles.get(value, value), value=value)
        if kind in texts
        else f"{kind}: {value}"
        for kind, value in _parts(detail)
    )
