"""Response headers that stay as we set them.

CKAN and the session set theirs last (every answer leaves as public, or with a cookie),
so a wrapper around the whole application has the final word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from werkzeug.http import dump_options_header

import ckantoolkit as tk

__all__ = [
    "HeadersMiddleware",
    "attachment",
    "badge",
    "install",
    "private",
    "public",
    "secret",
    "untrusted",
]

_KEY = "ckanext.merit.headers"
_ACTION = "/action/merit_"
_DROPPED = {"pragma", "expires"}
_BADGE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_PAGE = {
    "Content-Security-Policy": (
        "frame-ancestors 'self'; base-uri 'self'; object-src 'none'; form-action 'self'"
    ),
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True)
class _Policy:
    cache: str
    shared: bool = False
    set: dict[str, str] = field(default_factory=dict)


_PRIVATE = _Policy("private, no-store", set=_PAGE)
_UNTRUSTED = _Policy(
    "private, no-store",
    set={"Content-Security-Policy": "sandbox; default-src 'none'"},
)


_SECRET = _Policy("private, no-store", set={**_PAGE, "Referrer-Policy": "no-referrer"})


def install(app: Any) -> Any:
    """Put the wrapper around the application; for ``IMiddleware.make_middleware``."""
    app.wsgi_app = HeadersMiddleware(app.wsgi_app)
    return app


def private() -> None:
    """Keep the current answer out of every cache; the default of all our answers."""
    tk.request.environ[_KEY] = _PRIVATE


def untrusted() -> None:
    """Keep a file that somebody gave us out of caches, and from running anything."""
    tk.request.environ[_KEY] = _UNTRUSTED


def secret() -> None:
    """Keep a page whose address is a secret from telling it to others."""
    tk.request.environ[_KEY] = _SECRET


def attachment(name: str) -> str:
    """Give the value of Content-Disposition for a file to save, whatever its letters.

    Headers are Latin-1: other letters go into ``filename*``, see RFC 6266.
    """
    names = {"filename": name}
    if not name.isascii():
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        names = {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
    return dump_options_header("attachment", names)


def public(*, max_age: int, etag: str | None = None) -> bool:
    """Let shared caches keep the current answer, unless somebody is logged in.

    The answer leaves without a cookie, so it must not hold a form of its own.

    Args:
        max_age: seconds that the answer may be kept.
        etag: identity of the content, without quotes.

    Returns:
        Whether the client has this content already: answer 304 without a body.
    """
    if tk.current_user.is_authenticated:
        private()
        return False
    return _share(max_age, etag, _PAGE)


def badge(*, etag: str, max_age: int = 300) -> bool:
    """Let everybody keep and embed the current answer, whoever asked for it.

    For content that is the same for all people. Returns as ``public``.
    """
    return _share(max_age, etag, _BADGE)


def _share(max_age: int, etag: str | None, extra: dict[str, str]) -> bool:
    values = dict(extra)
    if etag is not None:
        values["ETag"] = f'"{etag}"'
    cache = f"public, max-age={max_age}"
    tk.request.environ[_KEY] = _Policy(cache, shared=True, set=values)
    return etag is not None and tk.request.if_none_match.contains_weak(etag)


class HeadersMiddleware:
    """Applies the policy that a view chose to the finished answer."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Run the application; see PEP 3333."""

        def start(
            status: str, pairs: list[tuple[str, str]], error: Any = None
        ) -> Callable[[bytes], object]:
            policy = environ.get(_KEY)
            if policy is None and _ACTION in environ.get("PATH_INFO", ""):
                policy = _PRIVATE
            if policy is not None:
                pairs = _apply(policy, pairs, status)
            return start_response(status, pairs, error)

        return self.app(environ, start)


def _apply(
    policy: _Policy, pairs: list[tuple[str, str]], status: str
) -> list[tuple[str, str]]:
    if policy.shared and status[:3] not in {"200", "304"}:
        policy = _PRIVATE
    ours = {
        "Cache-Control": policy.cache,
        "X-Content-Type-Options": "nosniff",
        **policy.set,
    }
    dropped = _DROPPED | {name.lower() for name in ours}
    if policy.shared:
        ours |= _vary_without_cookie(pairs)
        dropped |= {"set-cookie", "vary"}
    kept = [pair for pair in pairs if pair[0].lower() not in dropped]
    return [*kept, *ours.items()]


def _vary_without_cookie(pairs: list[tuple[str, str]]) -> dict[str, str]:
    lines = [line for header, line in pairs if header.lower() == "vary"]
    names = {name.strip() for line in lines for name in line.split(",")}
    kept = sorted(name for name in names if name and name.lower() != "cookie")
    return {"Vary": ", ".join(kept)} if kept else {}
