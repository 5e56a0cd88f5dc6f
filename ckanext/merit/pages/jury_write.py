"""Writing a review from a form: what became of it, criterion by criterion."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import ckantoolkit as tk

__all__ = ["Written", "may", "write"]

Data = dict[str, Any]
Texts = dict[str, list[str]]


@dataclass(frozen=True)
class Written:
    """What became of a form.

    Attributes:
        answer: The review as saved; None where it was refused.
        problems: What is wrong, by criterion.
        errors: What is wrong with the whole, by field or rule.
        stale: Whether somebody saved another version meanwhile.
        saved: Whether something was saved all the same.
    """

    answer: Data | None = None
    problems: Texts = field(default_factory=dict[str, list[str]])
    errors: Texts = field(default_factory=dict[str, list[str]])
    stale: bool = False
    saved: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether there is something to say."""
        return bool(self.problems or self.errors or self.stale)


def write(action: str, data: Data) -> Written:
    """Hand a form to its action.

    Raises:
        NotAuthorized: the caller keeps what was typed.
    """
    try:
        return Written(tk.get_action(action)(_context(), data))
    except tk.ValidationError as error:
        found: Any = error.error_dict
    scores = next(iter(found.get("scores", [])), {})
    problems = scores if isinstance(scores, dict) else {}
    known = {"current", "version", *(["scores"] if problems else [])}
    errors = {
        name: [str(text) for text in texts]
        for name, texts in found.items()
        if name not in known
    }
    return Written(problems=problems, errors=errors, stale="current" in found)


def may(action: str, **data: Any) -> bool:
    """Say whether an action is open to the visitor."""
    try:
        tk.check_access(action, _context(), data)
    except tk.NotAuthorized:
        return False
    return True


def _context() -> Any:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
