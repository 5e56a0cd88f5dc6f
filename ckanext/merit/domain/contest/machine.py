"""State machines as data: which act leads from which state to which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ckanext.merit.domain.contest.errors import TransitionError

__all__ = ["Machine", "Move", "advance", "find_move", "move"]


@dataclass(frozen=True)
class Move:
    """One transition.

    Attributes:
        act: The verb of the action that makes it.
        sources: States from which it is possible.
        target: The state it leads to.
        guards: Names of the conditions that its action checks.
        reason: Whether a reason must be given; it goes to the audit trail.
        system: Whether only the clock makes it (the actor is `system`).
    """

    act: str
    sources: tuple[str, ...]
    target: str
    guards: tuple[str, ...] = ()
    reason: bool = False
    system: bool = False


@dataclass(frozen=True)
class Machine:
    """A named set of moves and the state in which everything starts."""

    name: str
    initial: tuple[str, ...]
    moves: tuple[Move, ...]

    @cached_property
    def states(self) -> tuple[str, ...]:
        """All states, initial ones first, then in the order of the moves."""
        seen = dict.fromkeys(self.initial)
        for item in self.moves:
            seen.update(dict.fromkeys((*item.sources, item.target)))
        return tuple(seen)

    @cached_property
    def final(self) -> frozenset[str]:
        """States that nothing leaves."""
        left = {source for item in self.moves for source in item.sources}
        return frozenset(self.states) - left

    @cached_property
    def acts(self) -> tuple[str, ...]:
        """All acts, in the order of the moves."""
        return tuple(dict.fromkeys(item.act for item in self.moves))

    def allowed(self, state: str) -> tuple[str, ...]:
        """List the acts that are possible in a state.

        Raises:
            KeyError: If the machine has no such state.
        """
        if state not in self.states:
            raise KeyError(f"{self.name} has no state {state!r}")
        return tuple(
            dict.fromkeys(item.act for item in self.moves if state in item.sources)
        )


def move(
    act: str,
    sources: str,
    target: str,
    *guards: str,
    reason: bool = False,
    system: bool = False,
) -> Move:
    """Write a transition in one line: states in ``sources`` are split at spaces."""
    return Move(act, tuple(sources.split()), target, guards, reason, system)


def find_move(machine: Machine, state: str, act: str) -> Move:
    """Find the transition that an act makes in a state.

    Raises:
        KeyError: If the machine has no such state.
        TransitionError: If the act is not possible there.
    """
    allowed = machine.allowed(state)
    matches: Iterable[Move] = (
        item for item in machine.moves if item.act == act and state in item.sources
    )
    found = next(iter(matches), None)
    if found is None:
        raise TransitionError(machine.name, state=state, act=act, allowed=allowed)
    return found


def advance(machine: Machine, state: str, act: str) -> str:
    """Give the state after the act.

    Raises:
        KeyError: If the machine has no such state.
        TransitionError: If the act is not possible there.
    """
    return find_move(machine, state, act).target
