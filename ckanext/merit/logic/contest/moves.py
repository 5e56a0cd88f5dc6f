"""Changing a state: only along the machine's arrows, always with a record."""

from __future__ import annotations

from typing import Any

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.machine import Machine, find_move
from ckanext.merit.domain.contest.machines import MACHINES
from ckanext.merit.logic.contest import trail

__all__ = ["transit"]


#: Each table has one machine, named like it.
_MACHINES: dict[str, Machine] = {
    "merit_" + name.replace(" ", "_"): machine for name, machine in MACHINES.items()
}


def transit(
    context: Any,
    row: Any,
    act: str,
    *,
    edition_id: str | None,
    checked: tuple[str, ...] = (),
    reason: str | None = None,
) -> str:
    """Make a transition of a locked row and note it.

    Args:
        context: CKAN's.
        row: Locked.
        act: What is done.
        edition_id: Chain of the audit trail.
        checked: Names of the guards that the caller has checked.
        reason: Required where the machine says so.

    Returns:
        The state before.

    Raises:
        TransitionError: if the state doesn't allow the act.
        ContestError: ``reason``, if one is required and missing.
        AssertionError: if a guard was not checked: the caller is wrong.
    """
    machine = _MACHINES[row.__tablename__]
    found = find_move(machine, row.state, act)
    missing = set(found.guards) - set(checked)
    if missing:
        raise AssertionError(f"{machine.name}: {act} without {sorted(missing)}")
    if found.reason and not (reason or "").strip():
        raise ContestError("reason", "A reason is required.")
    before, row.state = row.state, found.target
    change = trail.Change(states=(before, found.target), reason=reason)
    trail.note(context, act, row, edition_id=edition_id, change=change)
    return before
