"""Invitations by link: the office sends them, whoever holds the link answers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect

import ckantoolkit as tk

from ckanext.merit import guard, headers
from ckanext.merit.interfaces import Link
from ckanext.merit.pages.frame import (
    Frame,
    attempt,
    call,
    done,
    open_edition,
    require,
    show,
)

__all__ = ["links", "merit_invitation"]

merit_invitation = guard.protect(Blueprint("merit_invitation", __name__))

_LINK = "/contest-invitation/<token>"
_OFFICE = "/contests/<programme>/<slug>/office/invitations"
_FIELDS = ("email", "role", "institution", "language")
_ACCOUNT = ("email", "name", "fullname", "password")
ROLES = ("juror", "chair", "observer", "co_recogniser", "mentor")


def links(frame: Frame) -> list[Link]:
    """List our pages at the office's desk."""
    if frame.may("appoint_jurors"):
        return [Link("merit_invitation.office", tk._("Invitations by mail"))]
    return []


@merit_invitation.route(_OFFICE)
def office(programme: str, slug: str) -> Any:
    """Show the invitations of an edition, and the form for another."""
    return _office(open_edition(programme, slug))


@merit_invitation.route(_OFFICE, methods=["POST"])
def invite(programme: str, slug: str) -> Any:
    """Invite an address."""
    frame = open_edition(programme, slug)
    form = tk.request.form
    typed = {name: form.get(name, "").strip() for name in _FIELDS}
    given = {name: value for name, value in typed.items() if value}
    data = {"edition_id": frame.id, **given}
    outcome = attempt("merit_invitation_create", data)
    if not outcome.ok:
        return _office(frame, typed=typed, errors=outcome.errors)
    message = tk._("The invitation was written; it leaves with the next mail.")
    return done(message, frame.url("merit_invitation.office"))


@merit_invitation.route(f"{_OFFICE}/<key>/revoke", methods=["POST"])
def revoke(programme: str, slug: str, key: str) -> Any:
    """Take an invitation back."""
    frame = open_edition(programme, slug)
    reason = tk.request.form.get("reason", "").strip()
    outcome = attempt("merit_invitation_revoke", {"id": key, "reason": reason})
    if not outcome.ok:
        return _office(frame, errors=outcome.errors)
    message = tk._("The invitation was taken back.")
    return done(message, frame.url("merit_invitation.office"))


@merit_invitation.route(_LINK)
def answer(token: str) -> Any:
    """Say what a link is for; nothing happens before somebody accepts."""
    return _answer(token)


@merit_invitation.route(f"{_LINK}/register", methods=["POST"])
def register(token: str) -> Any:
    """Make the account of who was invited, then let them sign in."""
    headers.secret()
    form = tk.request.form
    typed = {name: form.get(name, "") for name in _ACCOUNT}
    outcome = attempt("merit_invitation_register", {"token": token, **typed})
    if not outcome.ok:
        return _answer(token, typed=typed, errors=outcome.errors)
    back = tk.url_for("merit_invitation.answer", token=token)
    message = tk._("The account was made. Sign in to answer the invitation.")
    return done(message, tk.url_for("user.login", next=back))


@merit_invitation.route(f"{_LINK}/accept", methods=["POST"])
def accept(token: str) -> Any:
    """Accept with the account that is signed in."""
    headers.secret()
    invitation = call("merit_invitation_show", token=token)
    outcome = attempt("merit_invitation_accept", {"token": token})
    if not outcome.ok:
        return _answer(token, errors=outcome.errors)
    return done(tk._("You have accepted the invitation."), _next(invitation))


@merit_invitation.route(f"{_LINK}/decline", methods=["POST"])
def decline(token: str) -> Any:
    """Decline with the account that is signed in."""
    headers.secret()
    outcome = attempt("merit_invitation_decline", {"token": token})
    if not outcome.ok:
        return _answer(token, errors=outcome.errors)
    tk.h.flash_success(tk._("You have declined the invitation."))
    return redirect(tk.url_for("merit_contest.index"), code=303)


def _office(
    frame: Frame,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, list[str]] | None = None,
) -> Any:
    require(frame, "appoint_jurors")
    roles = ROLES if frame.may("appoint_roles") else ROLES[:1]
    return show(
        "merit_invitation/office.html",
        frame,
        status=400 if errors else 200,
        invitations=call("merit_invitation_list", edition_id=frame.id),
        roles=[(role, tk.h.merit_word("role", role)) for role in roles],
        languages=[
            (str(locale), str(locale.display_name or locale))
            for locale in tk.h.get_available_locales()
        ],
        typed=typed or {},
        errors=errors or {},
    )


def _answer(
    token: str,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, list[str]] | None = None,
) -> Any:
    headers.secret()
    return show(
        "merit_invitation/answer.html",
        status=400 if errors else 200,
        invitation=call("merit_invitation_show", token=token),
        token=token,
        typed=typed or {},
        errors=errors or {},
    )


def _next(invitation: dict[str, Any]) -> str:
    edition = invitation["edition"]
    address = {"programme": edition["programme"]["name"], "slug": edition["slug"]}
    url = tk.url_for("merit_contest.overview", **address)
    return f"{url}/jury" if invitation["role"] == "juror" else url
