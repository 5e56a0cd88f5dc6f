"""Every action of the API, whoever wrote it: who may call it, and with what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ckan.plugins as p
import ckantoolkit as tk
from ckan.tests import factories

#: Names of the actions that anybody may call without an account, one a line.
PUBLIC = Path(__file__).with_name("public_actions.txt")

#: What a stranger may send where an id or a number is expected.
JUNK: dict[str, Any] = {
    "null": None,
    "number": 10**20,
    "negative": -1,
    "boolean": True,
    "list": ["a", {"b": []}],
    "dictionary": {"a": None},
    "empty": "",
    "long": "x" * 5000,
    "controls": "a\x00\r\n\x1b[31m\u202e",
    "syntax": "'; DROP TABLE package; -- *:* {!join} ../../etc/passwd %s {{7*7}}",
}
#: Names that the parameters of actions have.
PARAMETERS = (
    "id",
    "ids",
    "limit",
    "offset",
    "organization",
    "q",
    "kind",
    "key",
    "sort",
)


def of_plugins(interface: Any, method: str) -> dict[str, Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = {}
    for plugin in p.PluginImplementations(interface):
        found.update(getattr(plugin, method)())
    return {name: item for name, item in found.items() if name.startswith("merit_")}


def actions() -> dict[str, Callable[..., Any]]:
    return of_plugins(p.IActions, "get_actions")


def test_every_action_has_an_auth_function(non_clean_db: None) -> None:
    """An action without one fails when it is called, for everybody but sysadmins."""
    auth = of_plugins(p.IAuthFunctions, "get_auth_functions")
    assert set(actions()) - set(auth) == set()


def test_public_actions_are_listed(non_clean_db: None) -> None:
    """Nothing is open to the world by accident."""
    auth = of_plugins(p.IAuthFunctions, "get_auth_functions")
    opened = {
        name
        for name, function in auth.items()
        if getattr(function, "auth_allow_anonymous_access", False)
    }
    assert sorted(opened) == PUBLIC.read_text().split()


def test_get_changes_nothing(app: Any, non_clean_db: None) -> None:
    """CKAN refuses GET for every action that is not free of side effects."""
    for name, action in actions().items():
        if not getattr(action, "side_effect_free", False):
            answer = app.get(f"/api/3/action/{name}")
            assert (name, answer.status_code) == (name, 400)


@pytest.mark.parametrize("kind", JUNK)
def test_junk_is_refused_in_words(
    app: Any, as_user: Callable[[dict[str, Any]], dict[str, str]], kind: str
) -> None:
    """Whatever comes, no action fails with an error of its own."""
    sysadmin = as_user(factories.Sysadmin())
    one = {"id": JUNK[kind]}
    many = dict.fromkeys(PARAMETERS, JUNK[kind])
    failed = []
    for name in actions():
        path = f"/api/3/action/{name}"
        for headers, data in (({}, one), (sysadmin, one), (sysadmin, many)):
            status = app.post(path, json=data, headers=headers).status_code
            if status not in {200, 400, 403, 404, 409}:
                failed.append((name, list(headers), status))
    assert failed == []


def test_answers_of_the_api_are_private(app: Any, non_clean_db: None) -> None:
    """No cache keeps an answer of ours, not even a refusal."""
    for name in actions():
        answer = app.post(f"/api/3/action/{name}", json={})
        cache = answer.headers.getlist("Cache-Control")
        assert (name, cache) == (name, ["private, no-store"])


def test_unknown_action_is_no_hint(non_clean_db: None) -> None:
    """Actions of plugins that are off don't exist."""
    with pytest.raises(KeyError):
        tk.get_action("merit_unknown")
