"""What the base plugin offers: actions of the portal and of contests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckanext.merit.logic import action, auth
from ckanext.merit.logic.contest import actions as contest_actions
from ckanext.merit.logic.contest import auth as contest_auth

__all__ = ["actions", "auth_functions"]

Functions = dict[str, Callable[..., Any]]


def actions() -> Functions:
    """Collect the actions by name."""
    portal = {name: getattr(action, name) for name in action.__all__}
    return portal | contest_actions.actions()


def auth_functions() -> Functions:
    """Collect the authorization functions by name."""
    portal = {name: getattr(auth, name) for name in auth.__all__}
    return portal | contest_auth.auth_functions()
