"""What the rules of a contest say when an act is not possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["ContestError", "TransitionError"]


class ContestError(ValueError):
    """A rule forbids the act.

    Attributes:
        code: Stable word for the rule, for programs and for translation.
        detail: Values that explain it (text, numbers or lists of them).
    """

    def __init__(
        self, code: str, message: str, *, detail: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail = dict(detail or {})


class TransitionError(ContestError):
    """The act does not exist in this state; ``allowed`` lists those that do."""

    def __init__(
        self, machine: str, *, state: str, act: str, allowed: Sequence[str]
    ) -> None:
        self.allowed = tuple(allowed)
        possible = ", ".join(self.allowed) or "nothing: this state is final"
        super().__init__(
            "transition",
            f"{machine}: cannot {act} when {state}; possible: {possible}",
            detail={"state": state, "act": act, "allowed": list(self.allowed)},
        )
