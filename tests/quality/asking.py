"""Calls actions as somebody, and assesses at a chosen time."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.quality import profiles
from ckanext.merit.quality.logic import store
from ckanext.merit.quality.logic.evaluate import Evaluator

HIDDEN = [{"private": True}, {"state": "draft"}]


def assess(*ids: str, now: datetime | None = None) -> None:
    """Assess datasets, as if it were then."""
    moment = now or datetime.now(timezone.utc)
    store.assess(Evaluator(profiles.active(), now=moment), ids)
    model.Session.commit()


def call(action: str, user: dict[str, Any] | None = None, **data: Any) -> Any:
    """Call an action with its authorization, as a user or as nobody."""
    context = {"user": user["name"] if user else "", "ignore_auth": False}
    return tk.get_action(action)(context, data)


def sql(statement: str, **parameters: Any) -> None:
    """Change the database below the actions."""
    model.Session.execute(sa.text(statement), parameters)
    model.Session.commit()
    model.Session.expire_all()
