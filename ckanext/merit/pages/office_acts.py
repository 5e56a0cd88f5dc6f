"""Acts of the office that need at most a reason: one page for all of them.

Each act says what it means and is done from a page of its own, so that nothing is
done by a mere click and everything works without JavaScript.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ckantoolkit as tk

from ckanext.merit.domain.contest.errors import TransitionError
from ckanext.merit.domain.contest.machine import Machine, find_move
from ckanext.merit.pages import forms
from ckanext.merit.pages.frame import Frame, Outcome, attempt, done, require, show

__all__ = ["Act", "Acts", "Input", "offered", "perform"]


@dataclass(frozen=True)
class Input:
    """A field of an act.

    Attributes:
        name: Parameter of the action.
        label: Its label.
        kind: ``textarea``, ``text``, ``instant``, ``number``, ``select`` or ``check``.
        help: What to write.
        required: Whether the act needs it.
        options: For ``select``: pairs of value and label.
    """

    name: str
    label: str
    kind: str = "textarea"
    help: str = ""
    required: bool = True
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Act:
    """An act on one object.

    Attributes:
        action: Name of the action; it gets the object's id as ``id``.
        permission: Row of the permission table by which it is offered.
        title: Heading of its page and text of its button.
        done: What is said afterwards.
        back: Endpoint of the page where one goes on.
        means: What follows from it.
        inputs: Fields.
        confirm: Sentence beside the box, for what cannot be taken back.
        fixed: Parameters that the act sets.
        machine: Where given, it is offered in states that allow it.
        move: Name of the machine's act, where it isn't the act's own.
    """

    action: str
    permission: str
    title: str
    done: str
    back: str
    means: str = ""
    inputs: tuple[Input, ...] = ()
    confirm: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    machine: Machine | None = None
    move: str = ""

    def possible(self, name: str, state: str) -> bool:
        """Say whether the state of an object allows it."""
        if self.machine is None:
            return True
        try:
            find_move(self.machine, state, self.move or name)
        except TransitionError:
            return False
        return True


Acts = dict[str, Act]


def offered(frame: Frame, acts: Acts, state: str) -> list[tuple[str, str]]:
    """List names and titles of the acts to offer on an object in a state."""
    return [
        (name, act.title)
        for name, act in acts.items()
        if frame.may(act.permission) and act.possible(name, state)
    ]


def perform(
    frame: Frame,
    act: Act,
    *,
    key: str,
    about: str,
    values: Mapping[str, Any] | None = None,
) -> Any:
    """Show the page of an act, or do it.

    Args:
        frame: The edition.
        act: What to do.
        key: Id of the object.
        about: Its name, for people.
        values: What fields hold at first.
    """
    require(frame, act.permission)
    outcome = Outcome()
    shown = dict(values or {})
    if tk.request.method == "POST":
        outcome = _attempted(frame, act, key)
        if outcome.ok:
            return done(act.done, frame.url(act.back))
        shown = {item.name: tk.request.form.get(item.name, "") for item in act.inputs}
    return show(
        "merit_office/act.html",
        frame,
        status=200 if outcome.ok else 400,
        act=act,
        about=about,
        values=shown,
        errors=outcome.errors,
        names={item.name: item.label for item in act.inputs},
    )


def _attempted(frame: Frame, act: Act, key: str) -> Outcome:
    if act.confirm and not tk.request.form.get("confirm"):
        return Outcome(errors={"confirm": [tk._("Tick the box to go on.")]})
    data = forms.typed(*(item.name for item in act.inputs))
    zone = frame.edition["timezone"]
    for item in act.inputs:
        if item.kind == "instant" and item.name in data:
            data[item.name] = forms.to_instant(data[item.name], zone)
    return attempt(act.action, {"id": key, **act.fixed, **data})
