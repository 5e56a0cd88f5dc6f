"""Addresses that stand on every page of the portal: made once, not per request."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import ckantoolkit as tk

__all__ = ["page", "style"]

_STYLE = "merit/merit.css"


def page(endpoint: str, **values: str) -> str:
    """The address of a page, as CKAN's `url_for` gives it for this request.

    Args:
        endpoint: of one of our views.
        values: of its route; few and always the same, for each is remembered.
    """
    environ = tk.request.environ
    language = environ.get("CKAN_LANG"), environ.get("CKAN_LANG_IS_DEFAULT")
    place = tk.request.script_root, tk.config["ckan.root_path"]
    return _page((*language, *place), endpoint, tuple(values.items()))


def style() -> str:
    """The address of our style sheet; another one whenever its content changes."""
    return _style(tk.request.script_root, tk.config["ckan.root_path"])


@lru_cache(maxsize=256)
def _page(
    frame: tuple[str | bool | None, ...], endpoint: str, values: tuple[tuple[str, str]]
) -> str:
    address: str = tk.url_for(endpoint, **dict(values))
    return address


@lru_cache(maxsize=16)
def _style(script_root: str, root_path: str | None) -> str:
    content = Path(__file__).with_name("public").joinpath(_STYLE).read_bytes()
    version = hashlib.sha256(content).hexdigest()[:12]
    return f"{tk.h.url_for_static(f'/{_STYLE}')}?v={version}"
