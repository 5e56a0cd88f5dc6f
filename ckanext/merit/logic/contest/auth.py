"""Authorization of contests: one function per action, read from the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckantoolkit as tk

from ckanext.merit.domain.contest.permissions import decide, rules
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.grants import GRANTS, Grant
from ckanext.merit.logic.contest.subject import Subject
from ckanext.merit.logic.contest.subjects import find

__all__ = ["auth_functions", "functions", "required"]

Answer = dict[str, Any]
Auth = Callable[[Any, "dict[str, Any] | None"], Answer]
Find = Callable[[str, Any, "dict[str, Any]"], "Subject | None"]


def auth_functions() -> dict[str, Auth]:
    """Make the function of every action of the kernel."""
    return functions(GRANTS, find)


def functions(grants: Mapping[str, Grant], finder: Find) -> dict[str, Auth]:
    """Make the functions of actions, a feature's too.

    Sysadmins go through them like everybody: the table has a column for them.

    Args:
        grants: By name of the action.
        finder: Finds the subject of a kind that an action's parameters name.
    """
    return {name: _function(name, grant, finder) for name, grant in grants.items()}


def _function(name: str, grant: Grant, finder: Find) -> Auth:
    def function(context: Any, data_dict: dict[str, Any] | None) -> Answer:
        subject = finder(grant.subject, user_of(context), data_dict or {})
        if subject is None:
            return _denied()
        actor = subject.actor
        act = required(grant, subject)
        decision = decide(act, roles=actor.roles, own=actor.own, met=subject.met)
        if not decision.allowed:
            return _denied(decision.unmet)
        context["merit_role"] = decision.by
        context["merit_subject"] = subject
        return {"success": True}

    function.__name__ = name
    function.__doc__ = f"{rules()[grant.act].title}."
    tk.auth_sysadmins_check(function)
    if rules()[grant.act].cells["A"].grant == "all":
        tk.auth_allow_anonymous_access(function)
    return function


def required(grant: Grant, subject: Subject) -> str:
    """Name the row of the table that an action needs on a subject."""
    edition = subject.edition
    if edition is None:
        return grant.act
    if grant.act == "see_public" and edition.published_at is None:
        return "see_draft"
    if edition.kind == "datathon" and grant.datathon:
        return grant.datathon
    return grant.act


def _denied(unmet: tuple[str, ...] = ()) -> Answer:
    """Refuse: the same whether the object exists or not, save to who runs it."""
    texts = {
        "no_conflict": tk._(
            "You are behind this entry or have a conflict of interest with it: ask "
            "somebody else of the secretariat, the chair or a deputy to do this."
        ),
        "not_own_conflict": tk._(
            "A conflict of the chair or a deputy is decided by two people of the "
            "secretariat."
        ),
        "chairs_own": tk._("A conflict of a juror is decided by the chair."),
    }
    said = [texts[name] for name in unmet if name in texts]
    return {
        "success": False,
        "msg": said[0] if said else tk._("You are not allowed to do this"),
    }
