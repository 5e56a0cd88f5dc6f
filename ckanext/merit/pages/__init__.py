"""The pages of contests, the same for awards and datathons."""

from __future__ import annotations

from flask import Blueprint

from ckanext.merit import views
from ckanext.merit.pages import invitations, jury, messages, office, public

__all__ = ["blueprints"]


def blueprints() -> list[Blueprint]:
    """List the blueprints of the base plugin."""
    return [
        views.merit,
        public.merit_contest,
        office.merit_office,
        jury.merit_jury,
        invitations.merit_invitation,
        messages.merit_message,
    ]
