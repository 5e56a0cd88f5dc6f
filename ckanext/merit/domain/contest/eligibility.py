"""Categories: which organisations may enter, as a predicate on their profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ckanext.merit.domain.contest.errors import ContestError

__all__ = [
    "FIELDS",
    "Profile",
    "Shortfall",
    "category_of",
    "check_predicate",
    "matches",
    "shortfalls",
]

FIELDS = ("type", "level", "region", "size_class")
_NESTED = ("any_of", "none_of")
MAX_DEPTH = 8


@dataclass(frozen=True)
class Profile:
    """What is known of an organisation; None: not stated."""

    type: str | None = None
    level: str | None = None
    region: str | None = None
    size_class: str | None = None


@dataclass(frozen=True)
class Shortfall:
    """Why a category does not admit an organisation.

    Attributes:
        field: Of the profile; or ``any_of``: none of several alternatives holds; or
            ``none_of``: something that the category excludes holds.
        wanted: Values of which the profile should have one; () where not a field.
        given: What it has; None: not stated.
    """

    field: str
    wanted: tuple[str, ...] = ()
    given: str | None = None


def check_predicate(predicate: Any, *, depth: int = 0) -> None:
    """Refuse a predicate that :func:`matches` could not read.

    A predicate is a mapping, all of whose keys must hold: a field of the profile
    with the list of values it may have, ``any_of`` with predicates of which one
    must hold, ``none_of`` with predicates of which none may. Empty: everyone.

    Raises:
        ContestError: ``predicate``, with what was not understood.
    """
    if depth > MAX_DEPTH:
        _refuse("nested too deep", predicate)
    if not isinstance(predicate, Mapping):
        _refuse("not a mapping", predicate)
    items = cast("Mapping[str, Any]", predicate).items()
    for key, value in items:
        if key not in (*FIELDS, *_NESTED):
            _refuse("unknown field", key)
        if not isinstance(value, (list, tuple)) or not value:
            _refuse("needs a list with something in it", key)
        for item in cast("list[Any]", value):
            if key in _NESTED:
                check_predicate(item, depth=depth + 1)
            elif not isinstance(item, str) or not item:
                _refuse("needs values that are text", key)


def matches(predicate: Mapping[str, Any], profile: Profile) -> bool:
    """Say whether a profile satisfies a checked predicate.

    A field that is not stated satisfies no list of values.
    """
    return all(_holds(key, value, profile) for key, value in predicate.items())


def shortfalls(predicate: Mapping[str, Any], profile: Profile) -> tuple[Shortfall, ...]:
    """Say why a checked predicate does not admit a profile; () where it does."""
    return tuple(
        Shortfall(key)
        if key in _NESTED
        else Shortfall(key, tuple(value), getattr(profile, key))
        for key, value in predicate.items()
        if not _holds(key, value, profile)
    )


def category_of(
    categories: Iterable[tuple[str, Mapping[str, Any]]], profile: Profile
) -> tuple[str, ...]:
    """List the codes of the categories that admit a profile, in their order."""
    return tuple(code for code, item in categories if matches(item, profile))


def _holds(key: str, value: Iterable[Any], profile: Profile) -> bool:
    if key == "any_of":
        return any(matches(item, profile) for item in value)
    if key == "none_of":
        return not any(matches(item, profile) for item in value)
    return getattr(profile, key) in value


def _refuse(reason: str, value: Any) -> None:
    raise ContestError(
        "predicate", f"{reason}: {value!r}", detail={"reason": reason, "at": str(value)}
    )
