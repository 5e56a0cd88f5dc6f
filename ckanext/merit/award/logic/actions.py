"""All actions of awards by name, with their authorization."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from ckanext.merit.award.logic import (
    board,
    credits,
    disputes,
    enrolment,
    evidence,
    files,
    findings,
    grants,
    kpis,
    screening,
    simulation,
    snapshots,
    standing,
    subjects,
)
from ckanext.merit.logic.contest import auth

__all__ = ["actions", "auth_functions"]

_MODULES: tuple[ModuleType, ...] = (
    *(enrolment, files, evidence, screening, disputes),
    *(snapshots, findings, standing, board, credits, kpis, simulation),
)


def actions() -> dict[str, Callable[..., Any]]:
    """Collect the actions."""
    return {
        name: getattr(module, name)
        for module in _MODULES
        for name in module.__all__
        if name.startswith("merit_")
    }


def auth_functions() -> dict[str, Callable[..., Any]]:
    """Make the authorization function of every action."""
    return auth.functions(grants.GRANTS, subjects.find)
