"""Headers that CKAN and its session would overwrite."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Response, session
from tests.kernel.conftest import PortalWith
from werkzeug.test import Client

import ckan.plugins as p
import ckantoolkit as tk
from ckan.tests import factories

from ckanext.merit import guard, headers


def _plain() -> Response:
    session["seen"] = "yes"
    return Response("x", headers={"Cache-Control": "no-store"})


def _badge() -> Response:
    session["seen"] = "yes"
    known = headers.badge(etag="v1", max_age=300)
    return Response(status=304) if known else Response("<svg/>")


def _public() -> Response:
    session["seen"] = "yes"
    headers.public(max_age=60)
    return Response("x", headers={"Vary": "Accept-Language, Cookie"})


def _broken() -> Response:
    headers.badge(etag="v1")
    tk.abort(404, "gone")


class Probe(p.IBlueprint, p.IActions, p.SingletonPlugin):
    """Views as a feature would write them, and one as it must not."""

    def get_blueprint(self) -> list[Blueprint]:
        ours = guard.protect(Blueprint("merit_probe", __name__))
        ours.add_url_rule("/probe/private", view_func=_plain, endpoint="private")
        ours.add_url_rule("/probe/badge", view_func=_badge, endpoint="badge")
        ours.add_url_rule("/probe/public", view_func=_public, endpoint="public")
        ours.add_url_rule("/probe/broken", view_func=_broken, endpoint="broken")
        theirs = Blueprint("other_probe", __name__)
        theirs.add_url_rule("/probe/other", view_func=_plain, endpoint="other")
        return [ours, theirs]

    def get_actions(self) -> dict[str, Callable[..., Any]]:
        return {"merit_probe_show": tk.side_effect_free(lambda context, data: "x")}


@pytest.fixture
def probe(non_clean_db: None, portal_with: PortalWith) -> Client:
    return portal_with(Probe)()


def test_answers_of_our_views_are_private(probe: Client) -> None:
    """What a view does not declare public is kept by nobody."""
    answer = probe.get("/probe/private")
    assert answer.headers.getlist("Cache-Control") == ["private, no-store"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" in answer.headers


def test_api_answers_are_private(probe: Client) -> None:
    """Also those of errors; CKAN calls them public."""
    for name, status in (("merit_probe_show", 200), ("merit_unknown", 400)):
        for prefix in ("/api/3/action", "/api/action", "/es/api/3/action"):
            answer = probe.get(f"{prefix}/{name}")
            assert answer.status_code == status
            assert answer.headers.getlist("Cache-Control") == ["private, no-store"]


def test_badge_is_cacheable_by_everybody(probe: Client) -> None:
    """A badge has a real max-age, an ETag, no cookie and no Vary on it."""
    answer = probe.get("/probe/badge")
    assert answer.headers.getlist("Cache-Control") == ["public, max-age=300"]
    assert answer.headers["ETag"] == '"v1"'
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert answer.headers["Content-Security-Policy"] == policy
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_badge_is_the_same_for_a_logged_in_user(probe: Client) -> None:
    """Who asks makes no difference."""
    token = factories.APIToken(user=factories.User()["name"])["token"]
    answer = probe.get("/probe/badge", headers={"Authorization": token})
    assert answer.headers.getlist("Cache-Control") == ["public, max-age=300"]


def test_known_badge_is_not_sent_again(probe: Client) -> None:
    """If-None-Match with the current ETag is answered by 304, as cacheable."""
    answer = probe.get("/probe/badge", headers={"If-None-Match": 'W/"v1", "v0"'})
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == '"v1"'
    assert answer.headers.getlist("Cache-Control") == ["public, max-age=300"]
    assert probe.get("/probe/badge", headers={"If-None-Match": '"v0"'}).data


def test_public_page_of_an_anonymous_visitor(probe: Client) -> None:
    """It is cacheable, and other reasons to vary stay."""
    answer = probe.get("/probe/public")
    assert answer.headers.getlist("Cache-Control") == ["public, max-age=60"]
    assert answer.headers["Vary"] == "Accept-Language"
    assert "Set-Cookie" not in answer.headers


def test_public_page_of_a_user_is_private(probe: Client) -> None:
    """The page names who is logged in."""
    token = factories.APIToken(user=factories.User()["name"])["token"]
    answer = probe.get("/probe/public", headers={"Authorization": token})
    assert answer.headers.getlist("Cache-Control") == ["private, no-store"]


def test_errors_are_never_public(probe: Client) -> None:
    """A view that fails after it chose a policy leaves as private."""
    answer = probe.get("/probe/broken")
    assert answer.status_code == 404
    assert answer.headers.getlist("Cache-Control") == ["private, no-store"]


def test_other_pages_are_left_alone(probe: Client) -> None:
    """Plain CKAN overwrites what a view says; this is why the wrapper exists."""
    answer = probe.get("/probe/other")
    assert answer.headers["Cache-Control"] != "no-store"
    assert "public" in answer.headers["Cache-Control"]
