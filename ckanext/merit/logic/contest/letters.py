"""Messages in words: plain text from templates, in the language of who gets them."""

from __future__ import annotations

import gettext
import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

import ckantoolkit as tk
from ckan import model

from ckanext.merit import locales
from ckanext.merit.logic.contest import languages, links
from ckanext.merit.logic.contest.trail import one_line
from ckanext.merit.model.contest import Edition, Programme

__all__ = ["Letter", "filled", "letter", "link", "said"]

Data = dict[str, Any]
_PACKAGE = Path(__file__).parents[2]
_FOLDER = "merit_mail"
_PLACEHOLDER = re.compile(r"\{(name|edition|link)\}")


@dataclass(frozen=True)
class Letter:
    """A message to one address."""

    name: str
    address: str
    subject: str
    body: str


def letter(kind: str, payload: Data) -> Letter | None:
    """Write a message; None where there is nobody (any more) to get it.

    Args:
        kind: Name of the template.
        payload: Of the outbox: ``user_id`` or ``email``, ``edition_id``, and what the
            template needs.
    """
    user = model.User.get(payload["user_id"]) if payload.get("user_id") else None
    address = user.email if user else payload.get("email")
    if (user and user.state != "active") or not address or _is_many(address):
        return None
    edition = model.Session.get(Edition, payload["edition_id"])
    programme = edition and model.Session.get(Programme, edition.programme_id)
    if edition is None or programme is None:
        return None
    language = payload.get("language") or languages.of(user, edition)
    name = user.display_name if user else ""
    values = {
        **payload,
        "name": one_line(name) or "",
        "site": str(tk.config["ckan.site_title"]),
        "edition": one_line(said(edition.title, language)) or "",
        "link": link(f"/contests/{programme.name}/{edition.slug}", language),
        "due": _instant(payload.get("due_at"), edition.timezone, language),
    }
    if "invitation_id" in payload:
        token = links.token_of(payload["invitation_id"])
        if links.found(token) is None:
            return None
        values["secret"] = link(f"/contest-invitation/{token}", language)
    if "text" in payload:
        values["text"] = filled(payload["text"], values)
        values["subject"] = filled(payload["subject"], values)
    subject, body = _rendered(kind, language, values)
    return Letter(values["name"] or address, address, subject, body)


def filled(text: str, values: Data) -> str:
    """Put names in the places that the secretariat left for them."""
    return _PLACEHOLDER.sub(lambda found: str(values[found.group(1)]), text)


def link(path: str, language: str) -> str:
    """Give the address of a page in a language, outside any request."""
    prefix = "" if language == tk.config["ckan.locale_default"] else f"/{language}"
    root = str(tk.config.get("ckan.root_path") or "/{{LANG}}")
    if "{{LANG}}" in root:
        root = root.replace("/{{LANG}}", prefix)
    else:
        root += prefix
    return f"{str(tk.config['ckan.site_url']).rstrip('/')}{root.rstrip('/')}{path}"


def said(texts: Any, language: str) -> str:
    """Give a text in a language, else in the portal's, else in any."""
    known = texts if isinstance(texts, dict) else {}
    for name in (language, str(tk.config["ckan.locale_default"]), "en"):
        if known.get(name):
            return known[name]
    return next(iter(known.values()), "")


def _rendered(kind: str, language: str, values: Data) -> tuple[str, str]:
    """The first line of a template is the subject, the rest the body."""
    text = _environment(language).get_template(f"{_FOLDER}/{kind}.txt").render(values)
    subject, _, body = text.strip().partition("\n\n")
    return one_line(subject) or "", f"{body.strip()}\n"


@lru_cache(maxsize=16)
def _environment(language: str) -> Environment:
    """Templates without a request; the portal's own come before ours."""
    extra = str(tk.config.get("extra_template_paths") or "")
    own = [path.strip() for path in extra.split(",") if path.strip()]
    loader = ChoiceLoader(
        [FileSystemLoader(own), FileSystemLoader(str(_PACKAGE / "templates"))]
    )
    environment = Environment(  # noqa: S701 - plain text, not markup
        loader=loader,
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    translations = gettext.translation(
        "ckanext-merit", str(_PACKAGE / "i18n"), [language], fallback=True
    )
    install: Any = environment.install_gettext_translations  # type: ignore[attr-defined]
    install(translations, newstyle=True)
    return environment


def _instant(iso: str | None, zone: str, language: str) -> str:
    if not iso:
        return ""
    when = datetime.fromisoformat(iso)
    local = when.astimezone(ZoneInfo(zone))
    words = format_datetime(local, "d MMM y, HH:mm", locale=locales.locale(language))
    return f"{words} ({zone}), {locales.utc(when)}"


def _is_many(address: str) -> bool:
    """Whether an address is more than one, or more than an address."""
    return re.fullmatch(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+", address) is None
