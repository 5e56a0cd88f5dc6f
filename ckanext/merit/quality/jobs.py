"""Background work of quality: assessing what is due, indexing what changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale

import ckantoolkit as tk
from ckan import model
from ckan.lib import search

from ckanext.merit.failpoints import failpoint
from ckanext.merit.interfaces import Kind
from ckanext.merit.interfaces import marked as _
from ckanext.merit.logic.doctor import STALLED
from ckanext.merit.model import quality_due, work
from ckanext.merit.quality import profiles
from ckanext.merit.quality.logic import store
from ckanext.merit.quality.logic.evaluate import counted_types, rules

__all__ = ["kinds"]

_INDEX_BATCH = 50


def kinds() -> Iterable[Kind]:
    """Return the kinds of work of quality."""
    return (
        Kind(
            store.ASSESS,
            handle=_assess,
            discover=_discover,
            batch=500,
            lease=timedelta(minutes=5),
            title=_("Assessment of a dataset"),
            page=_page,
            overlooked=_overlooked,
        ),
        Kind(
            store.INDEX,
            handle=_index,
            batch=_INDEX_BATCH,
            title=_("Quality of a dataset in the search index"),
            page=_page,
        ),
    )


def _page(package_id: str) -> str:
    return tk.url_for("merit_quality.show", id=package_id)


def _assess(keys: list[str]) -> None:
    context: Any = {"ignore_auth": True, "defer_commit": True, "user": ""}
    tk.get_action("merit_quality_assess")(context, {"ids": keys})


def _discover() -> None:
    """Mark what is due without anybody's doing: time passed, or the rules changed."""
    session = model.Session
    types = counted_types()
    store.refresh_titles(new=True)
    due = quality_due.due(types, rules(profiles.active().profile))
    work.mark_select(session, store.ASSESS, due, only_new=True)


def _overlooked() -> int:
    """Count what a running worker would have discovered."""
    return quality_due.overlooked(
        model.Session,
        types=counted_types(),
        rules=rules(profiles.active().profile),
        kind=store.ASSESS,
        since=STALLED,
    )


def _index(keys: list[str]) -> None:
    # A worker lives long, and its session would answer with what it once read.
    model.Session.expire_all()
    package = model.package_table.c
    statement = sa.select(package.id).where(package.id.in_(keys))
    present = list(model.Session.execute(statement).scalars())
    if present:
        # CKAN translates titles of licences, for which a worker has no reader.
        with force_locale("en"):
            search.rebuild(package_ids=present)
        search.commit()
    failpoint("indexed")
