"""What changed: between two rule sets, and between two results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, cast

__all__ = [
    "Change",
    "Moved",
    "Row",
    "moved",
    "rule_changes",
    "touches_quorum",
    "touches_scoring",
]

# Parts of a rule set that decide points and order, beside the tree of criteria.
SCORING = ("points", "decimals", "rounding", "tie_break", "stages")
# What a node tells people; it moves no points.
TEXTS = frozenset({"title", "help", "labels", "descriptors", "alignment"})
_PANELS = ("panel", "pool")


@dataclass(frozen=True)
class Change:
    """One difference: the path to it, and the values; None: it wasn't there."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Row:
    """An entry in a result, as published.

    Attributes:
        entry: Id.
        total: Points as text; None: no total.
        rank: None: listed without rank.
        distinctions: What it was proposed for.
    """

    entry: str
    total: str | None
    rank: int | None
    distinctions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Moved:
    """An affected entry; None: it was not, or is no longer, in the result."""

    entry: str
    before: Row | None
    after: Row | None


def rule_changes(before: Any, after: Any) -> tuple[Change, ...]:
    """List the differences of two rule sets in the order of the older one.

    Lists of mappings that all carry a ``code`` are compared code by code, so that
    a criterion put in front does not change all that follow; moving one is a
    change of the list's ``order``.
    """
    return tuple(_changes("", before, after))


def touches_scoring(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Say whether scores mean something else; such is closed by the first review.

    How many reviews it takes is no such change: see `touches_quorum`.
    """
    parts = any(before.get(name) != after.get(name) for name in SCORING)
    return parts or _tree(before) != _tree(after)


def touches_quorum(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Say whether rules that score alike ask for another number of reviews."""
    return _tree(before, quorum=True) != _tree(after, quorum=True)


def moved(before: Iterable[Row], after: Iterable[Row]) -> tuple[Moved, ...]:
    """List every entry whose total, rank or distinctions differ, by its id."""
    old = {row.entry: row for row in before}
    new = {row.entry: row for row in after}
    return tuple(
        Moved(entry, old.get(entry), new.get(entry))
        for entry in sorted({*old, *new})
        if old.get(entry) != new.get(entry)
    )


def _tree(rules: Mapping[str, Any], *, quorum: bool = False) -> Any:
    return _bare(rules.get("root", {}), quorum)


def _bare(node: Mapping[str, Any], quorum: bool) -> dict[str, Any]:
    """Leave of a node, and of those under it, what decides points."""
    kept = {name: node[name] for name in node if name not in TEXTS}
    for name in _PANELS:
        if isinstance(kept.get(name), Mapping) and not quorum:
            kept[name] = {key: kept[name][key] for key in kept[name] if key != "quorum"}
    if "of" in kept:
        kept["of"] = [_bare(child, quorum) for child in kept["of"]]
    return kept


def _changes(path: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    old, new = _by_code(before), _by_code(after)
    if old is not None and new is not None:
        yield from _in_mappings(path, old, new)
        yield from _order(
            path, [c for c in old if c in new], [c for c in new if c in old]
        )
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        one, other = cast("dict[str, Any]", before), cast("dict[str, Any]", after)
        yield from _in_mappings(path, one, other)
    elif isinstance(before, list) and isinstance(after, list):
        pairs = zip_longest(cast("list[Any]", before), cast("list[Any]", after))
        for number, (one, other) in enumerate(pairs, start=1):
            yield from _changes(_join(path, str(number)), one, other)
    else:
        yield Change(path, before, after)


def _order(path: str, before: list[str], after: list[str]) -> Iterator[Change]:
    if before != after:
        yield Change(_join(path, "order"), before, after)


def _in_mappings(
    path: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        yield from _changes(_join(path, key), before.get(key), after.get(key))


def _by_code(value: Any) -> dict[str, Any] | None:
    if not isinstance(value, list) or not value:
        return None
    codes: dict[str, Any] = {}
    items = cast("list[Any]", value)
    for item in items:
        if not isinstance(item, Mapping) or "code" not in item:
            return None
        codes[str(cast("Mapping[str, Any]", item)["code"])] = item
    return codes if len(codes) == len(items) else None


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
