"""Who may do what in a contest: the table, as data, and how it is read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from ckanext.merit.domain.contest.permission_table import CONDITIONS, ROLES, TABLE

__all__ = ["CLASHES", "Cell", "Decision", "Rule", "cell", "clashes", "decide", "rules"]

_GRANTS = {"+": "all", "o": "own", "-": "none", "x": "never"}

# Whoever judges or runs an edition cannot compete in it.
_JUDGING = frozenset("JHS")
_COMPETING = frozenset("MCR")
CLASHES = frozenset(frozenset((one, other)) for one in _JUDGING for other in _COMPETING)


@dataclass(frozen=True)
class Cell:
    """What one role may do.

    Attributes:
        grant: ``all`` objects, ``own`` or assigned ones, ``none``, or ``never``:
            then no other role that the person holds helps.
        conditions: Names of what must also hold; of ``CONDITIONS``.
    """

    grant: str
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One row of the table: an act, its title and a cell for each role."""

    act: str
    title: str
    cells: dict[str, Cell]


@dataclass(frozen=True)
class Decision:
    """Whether an act is permitted.

    Attributes:
        allowed: The answer.
        by: The role that permits it, or that forbids it whatever else is held.
        unmet: Conditions that would permit it if they held.
    """

    allowed: bool
    by: str | None = None
    unmet: tuple[str, ...] = ()


@cache
def rules() -> dict[str, Rule]:
    """Read the table: rows by act, in its order.

    Raises:
        ValueError: If a row is not made of one known cell per role.
    """
    return {act: Rule(act, title, _cells(cells)) for act, title, cells in TABLE}


def cell(act: str, role: str) -> Cell:
    """Give one cell.

    Raises:
        KeyError: For an unknown act or role.
    """
    return rules()[act].cells[role]


def decide(
    act: str,
    *,
    roles: Collection[str],
    own: Collection[str] = (),
    met: Collection[str] = (),
) -> Decision:
    """Decide whether somebody may do something; deny by default.

    Args:
        act: Row of the table.
        roles: Letters of all roles held in this edition. ``U`` stands for a
            registered user who holds no other, ``A`` for anonymous.
        own: The roles by which the object is the person's own, or assigned.
        met: Conditions that hold for this person and object.

    Returns:
        The first role, in the order of the table, that permits it.

    Raises:
        KeyError: For an unknown act or role.
    """
    held = [(role, cell(act, role)) for role in ROLES if role in _known(roles)]
    for role, entry in held:
        if entry.grant == "never":
            return Decision(allowed=False, by=role)
    unmet: list[str] = []
    for role, entry in held:
        if entry.grant == "none" or (entry.grant == "own" and role not in own):
            continue
        missing = [name for name in entry.conditions if name not in met]
        if not missing:
            return Decision(allowed=True, by=role)
        unmet.extend(missing)
    return Decision(allowed=False, unmet=tuple(dict.fromkeys(unmet)))


def clashes(held: Collection[str], new: str) -> Iterator[str]:
    """Name the roles of an edition that forbid somebody to take a new one."""
    return (
        role for role in ROLES if role in held and frozenset((role, new)) in CLASHES
    )


def _known(roles: Collection[str]) -> Collection[str]:
    for role in roles:
        if role not in ROLES:
            raise KeyError(f"unknown role {role!r}")
    return roles


def _cells(text: str) -> dict[str, Cell]:
    return {role: _cell(token) for role, token in zip(ROLES, text.split(), strict=True)}


def _cell(token: str) -> Cell:
    mark, *conditions = token.split(":")
    if mark not in _GRANTS or not CONDITIONS.keys() >= set(conditions):
        raise ValueError(f"unknown cell {token!r}")
    return Cell(_GRANTS[mark], tuple(conditions))
