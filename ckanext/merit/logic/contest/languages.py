"""In which language somebody is written to: that of their own last act in a contest."""

from __future__ import annotations

from typing import Any

from flask import has_request_context
from sqlalchemy.dialects import postgresql

import ckantoolkit as tk
from ckan import model
from ckan.lib import i18n

from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_result import Language

__all__ = ["of", "remember"]

#: Programs call it, in a language that says nothing of the person.
_API = "api"


def remember(user: model.User | None) -> None:
    """Keep the language of the page with which somebody acts for themselves.

    Outside of pages nothing is known, and what was known stays.
    """
    if user is None or not has_request_context() or tk.request.blueprint == _API:
        return
    language = str(tk.h.lang())
    insert = postgresql.insert(Language).values(user_id=user.id, language=language)
    model.Session.execute(
        insert.on_conflict_do_update(
            index_elements=[Language.user_id],
            set_={"language": language},
            where=Language.language != language,
        )
    )


def of(user: model.User | None, edition: Edition) -> str:
    """Give the language for a letter to somebody.

    The last one they used; else the portal's, unless the edition has no words in it
    but in another language of the portal.
    """
    offered = [str(language) for language in i18n.get_locales()]
    known = model.Session.get(Language, user.id) if user else None
    if known is not None and known.language in offered:
        return str(known.language)
    default = str(tk.config["ckan.locale_default"])
    said: Any = edition.title if isinstance(edition.title, dict) else {}
    if not said or default in said:
        return default
    return next((language for language in offered if language in said), default)
