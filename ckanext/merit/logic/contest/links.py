"""Links that work once: the token is derived when it is needed, never stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model
from ckan.model.types import make_uuid

from ckanext.merit.model.contest_entry import Invitation

__all__ = [
    "JUROR",
    "PURPOSE",
    "digest_of",
    "found",
    "hashed",
    "hint",
    "new_id",
    "token_of",
]

#: What accepting does: the role follows.
PURPOSE = "edition:"
JUROR = "juror"
_LENGTH = 43


def new_id() -> str:
    """Make the id of an invitation."""
    return make_uuid()


def token_of(invitation_id: str) -> str:
    """Derive the secret part of a link: 256 bits that only the portal can compute.

    Who reads the database learns no link, and no link waits in the outbox.
    """
    key = str(tk.config["SECRET_KEY"]).encode()
    message = f"merit-invitation:{invitation_id}".encode()
    secret = hmac.new(key, message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def digest_of(token: str) -> str:
    """Give what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def hashed(address: str) -> str:
    """Give what is stored of an address."""
    return hashlib.sha256(address.strip().casefold().encode()).hexdigest()


def hint(address: str) -> str:
    """Give as much of an address as tells invitations apart."""
    name, _, host = address.strip().rpartition("@")
    return f"{name[:1]}…@{host}"


def found(token: Any) -> Invitation | None:
    """Find the invitation of a link."""
    if not isinstance(token, str) or len(token) != _LENGTH or not token.isascii():
        return None
    return model.Session.scalars(
        sa.select(Invitation).where(Invitation.token_sha256 == digest_of(token))
    ).first()
