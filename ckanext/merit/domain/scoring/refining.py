"""Iterative refinement: float corrections against exact residuals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

MAX_PASSES = 100
_BITS = 60


class UnsettledError(ArithmeticError):
    """The corrections don't lead to a solution."""


def refined(
    residual: Callable[[Sequence[int]], Sequence[int]],
    solve: Callable[[Sequence[float]], Sequence[float]],
    *,
    size: int,
    small: int,
) -> list[int]:
    """Solve a linear system in whole numbers of a tiny unit.

    Args:
        residual: the exact residual of a proposed solution.
        solve: an approximate solution for a right-hand side.
        size: how many unknowns.
        small: a residual to be content with, in units.

    Raises:
        UnsettledError: the residual doesn't get there.
    """
    solution = [0] * size
    for _ in range(MAX_PASSES):
        left = residual(solution)
        largest = max(map(abs, left))
        if largest <= small:
            return solution
        steps = solve([value / largest for value in left])
        for place, step in enumerate(steps):
            solution[place] += int(step * 2**_BITS) * largest >> _BITS
    raise UnsettledError("the additive fit does not settle")
