"""Cross-site requests, in the order that defeats CKAN's own protection."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Blueprint
from tests.kernel.conftest import PortalWith
from werkzeug.test import Client, TestResponse

import ckan.plugins as p
import ckantoolkit as tk
from ckan import model
from ckan.tests import factories

from ckanext.merit import guard
from ckanext.merit.model.work import Setting

SITE = "http://test.ckan.net"
EVIL = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
OURS = {"Origin": SITE}
PASSWORD = "correct horse battery"


def _note(where: str) -> None:
    model.Session.add(Setting(key=f"probe.{where}", value="changed"))
    model.Session.commit()


def _ours() -> str:
    if tk.request.method == "POST":
        _note("ours")
    return "done"


def _theirs() -> str:
    if tk.request.method == "POST":
        _note("theirs")
    return "done"


@guard.guarded
def merit_probe_update(context: Any, data_dict: dict[str, Any]) -> str:
    """Change something."""
    _note("ours")
    return "done"


def other_probe_update(context: Any, data_dict: dict[str, Any]) -> str:
    """Change something, as a plugin that trusts CKAN would."""
    _note("theirs")
    return "done"


OURS_VIEWS = guard.protect(Blueprint("merit_probe", __name__))
OURS_VIEWS.add_url_rule("/probe/ours", view_func=_ours, methods=["GET", "POST"])
THEIR_VIEWS = Blueprint("other_probe", __name__)
THEIR_VIEWS.add_url_rule("/probe/theirs", view_func=_theirs, methods=["GET", "POST"])


class Probe(p.IBlueprint, p.IActions, p.SingletonPlugin):
    """A view and an action of ours, and the same without our guard."""

    def get_blueprint(self) -> list[Blueprint]:
        return [OURS_VIEWS, THEIR_VIEWS]

    def get_actions(self) -> dict[str, Callable[..., Any]]:
        return {
            "merit_probe_update": merit_probe_update,
            "other_probe_update": other_probe_update,
        }


@pytest.fixture
def browser(no_work: None, portal_with: PortalWith) -> Callable[[], Client]:
    """A maker of browsers, each with its own cookies."""
    return portal_with(Probe)


def changed() -> list[str]:
    model.Session.rollback()
    found = model.Session.scalars(sa.select(Setting.key).order_by(Setting.key))
    return [key.partition(".")[2] for key in found]


def post(client: Client, path: str, **options: Any) -> TestResponse:
    return client.post(path, base_url=SITE, **options)


def csrf_token(client: Client) -> str:
    page = client.get("/user/login", base_url=SITE, follow_redirects=True).text
    found = re.search(r'name="_csrf_token"[^>]*(?:value|content)="([^"]+)"', page)
    assert found
    return found.group(1)


def log_in(client: Client) -> None:
    user = factories.User(password=PASSWORD)
    form = {"login": user["name"], "password": PASSWORD}
    form["_csrf_token"] = csrf_token(client)
    answer = post(client, "/user/login", data=form, headers=OURS)
    assert answer.status_code == 302
    assert user["name"] in client.get("/dashboard/datasets", base_url=SITE).text


@pytest.fixture
def victim(browser: Callable[[], Client]) -> Client:
    """The browser of somebody logged in, on a worker that had anonymous visitors."""
    anonymous = browser()
    for path in ("/probe/ours", "/probe/theirs", "/api/3/action/package_list"):
        assert anonymous.get(path, base_url=SITE).status_code == 200
    client = browser()
    log_in(client)
    return client


def test_plain_ckan_lets_foreign_forms_through(victim: Client) -> None:
    """Control: without our guard the same request changes something."""
    assert post(victim, "/probe/theirs", headers=EVIL).status_code == 200
    assert changed() == ["theirs"]


def test_foreign_form_is_refused(victim: Client) -> None:
    """A POST from another site without token changes nothing."""
    assert post(victim, "/probe/ours", headers=EVIL).status_code in {400, 403}
    assert changed() == []


def test_foreign_form_with_a_stolen_token_is_refused(victim: Client) -> None:
    """The token alone is not enough."""
    form = {"_csrf_token": csrf_token(victim)}
    answer = post(victim, "/probe/ours", data=form, headers=EVIL)
    assert answer.status_code == 403
    assert changed() == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://sub.test.ckan.net", "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://test.ckan.net.evil.example"},
        {"Origin": "https://test.ckan.net"},
        {"Origin": "http://test.ckan.net:8080"},
    ],
)
def test_only_our_own_origin_counts(victim: Client, headers: dict[str, str]) -> None:
    """No origin, a null one, a sibling, a look-alike, scheme or port are foreign."""
    form = {"_csrf_token": csrf_token(victim)}
    answer = post(victim, "/probe/ours", data=form, headers=headers)
    assert answer.status_code == 403
    assert changed() == []


@pytest.mark.parametrize(
    "headers",
    [OURS, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}],
)
def test_our_own_form_works(victim: Client, headers: dict[str, str]) -> None:
    """A form of our page with its token changes what it says."""
    form = {"_csrf_token": csrf_token(victim)}
    answer = post(victim, "/probe/ours", data=form, headers=headers)
    assert answer.status_code == 200
    assert changed() == ["ours"]


def test_our_own_script_works(victim: Client) -> None:
    """Scripts send the token as a header."""
    headers = OURS | {"X-CSRFToken": csrf_token(victim)}
    assert post(victim, "/probe/ours", headers=headers).status_code == 200
    assert changed() == ["ours"]


def test_our_own_page_without_token_is_refused(victim: Client) -> None:
    """The right origin alone is not enough."""
    assert post(victim, "/probe/ours", headers=OURS).status_code in {400, 403}
    assert changed() == []


def test_token_of_another_session_is_refused(
    victim: Client, browser: Callable[[], Client]
) -> None:
    """A token belongs to one session."""
    form = {"_csrf_token": csrf_token(browser())}
    answer = post(victim, "/probe/ours", data=form, headers=OURS)
    assert answer.status_code in {400, 403}
    assert changed() == []


def test_api_token_needs_no_form(browser: Callable[[], Client]) -> None:
    """Programs with an API token are exempt, view and action alike."""
    token = factories.APIToken(user=factories.User()["name"])["token"]
    headers = {"Authorization": token}
    assert post(browser(), "/probe/ours", headers=headers).status_code == 200
    assert changed() == ["ours"]


def test_exemption_ends_with_its_request(
    victim: Client, browser: Callable[[], Client]
) -> None:
    """A program's call to a view doesn't open it for a browser's next one."""
    token = factories.APIToken(user=factories.User()["name"])["token"]
    post(browser(), "/probe/ours", headers={"Authorization": token})
    assert changed() == ["ours"]
    model.Session.execute(sa.delete(Setting))
    model.Session.commit()
    assert post(victim, "/probe/ours", headers=EVIL).status_code in {400, 403}
    assert changed() == []


def test_invalid_api_token_is_no_exemption(victim: Client) -> None:
    """Whoever is known by the cookie is not a program."""
    headers = EVIL | {"Authorization": "nonsense"}
    assert post(victim, "/probe/ours", headers=headers).status_code in {400, 403}
    assert changed() == []


BODIES = {
    "json": {"data": "{}", "content_type": "application/json"},
    "form": {"data": {"a": "b"}},
    "form with json": {"data": {json.dumps({"a": "b"}): "1"}},
    "multipart": {"data": {"a": "b"}, "content_type": "multipart/form-data"},
    "text": {"data": "{}", "content_type": "text/plain"},
    "empty": {},
}


@pytest.mark.parametrize("body", BODIES)
def test_foreign_call_of_an_action_is_refused(victim: Client, body: str) -> None:
    """The cookie of a browser calls none of our state-changing actions."""
    path = "/api/3/action/merit_probe_update"
    answer = post(victim, path, headers=EVIL, **BODIES[body])
    assert answer.status_code in {400, 403, 415}
    assert changed() == []


@pytest.mark.parametrize("body", ["json", "form"])
def test_plain_ckan_lets_foreign_calls_through(victim: Client, body: str) -> None:
    """Control: an action without our guard is called, where CKAN has the hole."""
    path = "/api/3/action/other_probe_update"
    answer = post(victim, path, headers=EVIL, **BODIES[body])
    open_hole = tk.check_ckan_version(min_version="2.12.0")
    assert (answer.status_code == 200) == open_hole
    assert changed() == (["theirs"] if open_hole else [])


def test_our_own_call_of_an_action_works(victim: Client) -> None:
    """A script of our page may call our actions."""
    headers = OURS | {"X-CSRFToken": csrf_token(victim)}
    path = "/api/3/action/merit_probe_update"
    assert post(victim, path, headers=headers, json={}).status_code == 200
    assert changed() == ["ours"]


def test_action_with_an_api_token_works(browser: Callable[[], Client]) -> None:
    """Programs call our actions with their token only."""
    token = factories.APIToken(user=factories.User()["name"])["token"]
    headers = EVIL | {"Authorization": token}
    path = "/api/3/action/merit_probe_update"
    assert post(browser(), path, headers=headers, json={}).status_code == 200
    assert changed() == ["ours"]


def test_action_without_a_request_works(no_work: None) -> None:
    """Jobs and commands have no browser."""
    assert merit_probe_update({"user": ""}, {}) == "done"
    assert changed() == ["ours"]


NUL = {
    "json": {"json": {"a": ["x\0"]}},
    "raw json": {"data": b'{"a": "\0"}', "content_type": "application/json"},
    "form": {"data": {"a": "x\0"}},
    "name": {"data": {"x\0": "a"}},
    "query": {"query_string": {"a": "\0"}, "json": {}},
}


@pytest.mark.parametrize("where", NUL)
def test_actions_never_see_the_character_zero(
    browser: Callable[[], Client], where: str
) -> None:
    """PostgreSQL has no such text; the call is a bad request, not an error."""
    token = factories.APIToken(user=factories.User()["name"])["token"]
    headers = {"Authorization": token}
    path = "/api/3/action/merit_probe_update"
    answer = post(browser(), path, headers=headers, **NUL[where])
    assert (answer.status_code, changed()) == (400, [])


@pytest.mark.parametrize("where", ["form", "name", "query"])
def test_views_never_see_the_character_zero(
    browser: Callable[[], Client], where: str
) -> None:
    """The same for forms and addresses."""
    token = factories.APIToken(user=factories.User()["name"])["token"]
    headers = {"Authorization": token}
    answer = post(browser(), "/probe/ours", headers=headers, **NUL[where])
    assert (answer.status_code, changed()) == (400, [])
