"""Our own protection against cross-site requests, per request.

CKAN 2.12.0 forgets its own after an anonymous visit to a view (CVE-2026-41255), and
CKAN 2.11 exempts the views of plugins unless configured otherwise.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, has_request_context
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

import ckantoolkit as tk
from ckan.lib import api_token

from ckanext.merit import headers

__all__ = ["check", "guarded", "protect", "refuse_nul"]

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
_OWN_FETCH_SITES = {"same-origin", "none"}

Action = Callable[[Any, dict[str, Any]], Any]


def protect(blueprint: Blueprint) -> Blueprint:
    """Guard every view of a blueprint, and keep its answers out of shared caches.

    Views that may be cached say so (``headers.public``, ``headers.badge``).
    """
    blueprint.before_request(headers.private)
    blueprint.before_request(_check_view)
    blueprint.before_request(_refuse_nul_in_view)
    return blueprint


def guarded(action: Action) -> Action:
    """Refuse a state-changing action to cookies sent by somebody else's page.

    The check concerns people: it is skipped outside a request, for callers without
    an identity (authorization decides), for API tokens, and for trusted internal
    calls (``ignore_auth``).
    """

    @functools.wraps(action)
    def wrapper(context: Any, data_dict: dict[str, Any]) -> Any:
        if not context.get("ignore_auth") and _by_cookie():
            problem = check()
            if problem:
                raise tk.NotAuthorized(problem)
        return action(context, data_dict)

    wrapper.merit_guarded = True  # type: ignore[attr-defined]
    return wrapper


def check() -> str | None:
    """Return why the current request may not change anything, or None if it may."""
    if tk.request.method in _SAFE_METHODS:
        return tk._("Changes need a form of this portal, not a link.")
    if not _from_our_page():
        return tk._("This request comes from another site. Nothing was changed.")
    if not _has_token():
        return tk._("The form has expired. Reload the page and try again.")
    return None


def refuse_nul() -> None:
    """Refuse the character 0 in calls of our actions: PostgreSQL has no such text.

    For ``Blueprint.before_app_request``; other requests pass.
    """
    called = (tk.request.view_args or {}).get("logic_function", "")
    if tk.request.endpoint == "api.action" and called.startswith("merit_"):
        body = tk.request.get_data(parse_form_data=True)
        if _has_nul() or b"\\u0000" in body or b"\0" in body:
            tk.abort(400)


def _refuse_nul_in_view() -> None:
    if _has_nul():
        tk.abort(400)


def _has_nul() -> bool:
    request = tk.request
    query = request.environ.get("QUERY_STRING", "")
    # As it was sent, and no form where there is none: both cost more to read.
    if "%00" in query or "\0" in query:
        return True
    given = (request.view_args, request.content_type and request.form)
    pairs = [pair for source in given if source for pair in source.items()]
    return any("\0" in str(text) for pair in pairs for text in pair)


def _check_view() -> None:
    if tk.request.method in _SAFE_METHODS or _by_token():
        return
    problem = check()
    if problem:
        tk.abort(403, problem)


def _by_cookie() -> bool:
    """Whether the caller has an identity that a browser sends by itself."""
    if not has_request_context():
        return False
    known = tk.current_user.is_authenticated or tk.g.get("user")
    return bool(known) and not _by_token()


def _by_token() -> bool:
    """Whether an API token in the header is what identifies the caller.

    Another site cannot make a browser send such a header.
    """
    token = tk.request.headers.get(tk.config["apitoken_header_name"])
    if not token or not tk.current_user.is_authenticated:
        return False
    owner = api_token.get_user_from_token(token, update_access_time=False)
    return owner is not None and owner.id == tk.current_user.id


def _from_our_page() -> bool:
    if tk.request.headers.get("Sec-Fetch-Site") in _OWN_FETCH_SITES:
        return True
    origin = tk.request.headers.get("Origin")
    ours = (tk.config["ckan.site_url"], tk.request.host_url)
    return origin is not None and origin in {_origin(url) for url in ours}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _has_token() -> bool:
    token = tk.request.form.get(tk.config["WTF_CSRF_FIELD_NAME"])
    for name in tk.config["WTF_CSRF_HEADERS"]:
        token = token or tk.request.headers.get(name)
    try:
        validate_csrf(token)
    except ValidationError:
        return False
    return True
