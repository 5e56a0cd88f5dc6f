"""The administration page of background work and findings."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Response
from sqlalchemy.exc import ProgrammingError

import ckantoolkit as tk
from ckan import model
from ckan.lib.pagination import Page

from ckanext.merit import guard, headers
from ckanext.merit.interfaces import Kind, kinds_of_plugins
from ckanext.merit.model import missing

__all__ = ["merit"]

log = logging.getLogger(__name__)

PER_PAGE = 20

merit = guard.protect(Blueprint("merit", __name__, url_prefix="/ckan-admin/merit"))
merit.before_app_request(guard.refuse_nul)


@merit.route("")
def admin() -> str:
    """Show what is due, parked and unsafe."""
    number = tk.h.get_page_number(tk.request.args)
    state = tk.request.args.get("state") or None
    query = {"limit": PER_PAGE, "offset": (number - 1) * PER_PAGE}
    work = _call("merit_work_list", query | ({"state": state} if state else {}))
    page = Page(
        collection=work["results"],
        page=number,
        url=_pager_url(state),
        item_count=work["count"],
        items_per_page=PER_PAGE,
        presliced_list=True,
    )
    extra = {
        "work": work,
        "page": page,
        "state": state,
        "kinds": {kind.name: _named(kind) for kind in kinds_of_plugins()},
        "doctor": _call("merit_doctor_show", {}),
    }
    return tk.render("merit/admin.html", extra)


def _named(kind: Kind) -> dict[str, Any]:
    """What a kind of work is called, and the page about a key, if there is one."""
    return {"title": tk._(kind.title) if kind.title else kind.name, "page": kind.page}


@merit.route("/retry", methods=["POST"])
def retry() -> Response:
    """Try again what failed: one key, or all."""
    form = tk.request.form
    query = {name: form[name] for name in ("kind", "key", "all") if form.get(name)}
    try:
        retried = _call("merit_work_retry", query)["retried"]
    except tk.ObjectNotFound:
        retried = 0
    message = tk.ungettext(
        "{count} task will be tried again.",
        "{count} tasks will be tried again.",
        retried,
    )
    tk.h.flash_success(message.format(count=retried))
    return tk.h.redirect_to("merit.admin")


@merit.route("/pause", methods=["POST"])
def pause() -> Response:
    """Pause background work."""
    _call("merit_work_pause", {})
    tk.h.flash_success(tk._("Background work is paused."))
    return tk.h.redirect_to("merit.admin")


@merit.route("/resume", methods=["POST"])
def resume() -> Response:
    """Let background work go on."""
    _call("merit_work_resume", {})
    tk.h.flash_success(tk._("Background work goes on."))
    return tk.h.redirect_to("merit.admin")


@merit.app_errorhandler(ProgrammingError)
def not_ready(error: ProgrammingError) -> Any:
    """Say what to do while our tables are missing; other failures stay CKAN's."""
    if not missing.is_missing(error):
        raise error
    log.warning("Tables are missing or out of date: run `%s`", missing.COMMAND)
    model.Session.rollback()
    headers.private()
    return tk.render("merit/not_ready.html", {"command": missing.COMMAND}), 503


def _call(action: str, data_dict: dict[str, Any]) -> Any:
    context: Any = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
    try:
        return tk.get_action(action)(context, data_dict)
    except tk.NotAuthorized:
        tk.abort(403, tk._("Only sysadmins may see this page."))
    except tk.ValidationError as error:
        tk.abort(400, str(error.error_summary))


def _pager_url(state: str | None) -> Any:
    keep = {"state": state} if state else {}
    return lambda page, **others: tk.url_for("merit.admin", page=page, **keep)
