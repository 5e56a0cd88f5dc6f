"""Delivering the outbox by mail: one message to one person at a time, never twice.

A message to many is first turned into one for each; each is then tried until the
server takes it, refuses it for good, or leaves open twice whether it took it.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
from ckan import model
from ckan.lib import mailer

from ckanext.merit.interfaces import Kind
from ckanext.merit.interfaces import marked as _
from ckanext.merit.logic.contest import letters, mail_people, outbox
from ckanext.merit.logic.contest.entries import ENTERING
from ckanext.merit.logic.contest.transaction import clock
from ckanext.merit.model import contest_mail, work
from ckanext.merit.model.contest_result import Outbox

__all__ = ["MAIL", "discover", "handle", "kinds"]

MAIL = "contest.mail"
#: How long before a deadline people are reminded.
REMIND = timedelta(days=3)
#: How often it may stay open whether the server took a message.
DOUBTS = 2
_PERMANENT = 500


def kinds() -> list[Kind]:
    """List the kinds of work; a key at a time, for mail cannot be rolled back."""
    return [Kind(MAIL, handle, discover, batch=1, title=_("Mail to one person"))]


def discover() -> None:
    """Write the reminders whose time has come, and mark what may leave."""
    for row in model.Session.execute(
        contest_mail.reminders(ENTERING, ahead=REMIND)
    ).all():
        payload = {"id": row.id, "due_at": row.due_at.isoformat()}
        outbox.put(row.key, row.kind, payload)
    if _is_configured():
        work.mark_select(model.Session, MAIL, contest_mail.due(), only_new=True)


def handle(keys: list[str]) -> None:
    """Deliver messages; the worker commits what became of the last."""
    for key in keys:
        _handle(key)


def _handle(key: str) -> None:
    row = model.Session.get(Outbox, key, with_for_update=True, populate_existing=True)
    if row is None or row.sent_at is not None or "refused" in row.payload:
        return
    people = mail_people.of(row.kind, row.payload)
    if people is not None:
        letters_of = {f"{key}:{payload['user_id']}": payload for payload in people}
        for name, payload in letters_of.items():
            outbox.put(name, f"{row.kind}_one", payload)
        work.mark(model.Session, MAIL, letters_of)
        row.sent_at = clock()
        return
    _deliver(row)


def _deliver(row: Outbox) -> None:
    letter = letters.letter(row.kind, row.payload)
    if letter is None:
        _settle(row, refused="nobody to write to")
        return
    doubts = int(row.payload.get("doubts", 0))
    if doubts >= DOUBTS:
        _settle(row, refused="it stayed open whether the server took it")
        return
    # Noted first: if this process dies while sending, it was perhaps sent.
    row.payload = {**row.payload, "doubts": doubts + 1}
    model.Session.commit()
    try:
        mailer.mail_recipient(letter.name, letter.address, letter.subject, letter.body)
    except (mailer.MailerException, smtplib.SMTPException, OSError) as error:
        _failed(row, error, doubts=doubts)
    else:
        row.payload = _without(row.payload, "doubts", "email")
        row.sent_at = clock()


def _failed(row: Outbox, error: Exception, *, doubts: int) -> None:
    refused = _refusal(error)
    if refused is not None and refused >= _PERMANENT:
        _settle(row, refused=f"the server answered {refused}")
        return
    if not _in_doubt(error):
        row.payload = {**row.payload, "doubts": doubts}
    model.Session.commit()
    raise error


def _settle(row: Outbox, *, refused: str) -> None:
    row.payload = {**_without(row.payload, "email"), "refused": refused}


def _without(payload: dict[str, Any], *names: str) -> dict[str, Any]:
    """Forget what was only needed to get there, such as the address."""
    return {name: value for name, value in payload.items() if name not in names}


def _refusal(error: BaseException) -> int | None:
    """The server's answer to this message; None where it is not about the message."""
    for cause in _causes(error):
        if isinstance(cause, smtplib.SMTPRecipientsRefused):
            return max(code for code, _ in cause.recipients.values())
        if isinstance(cause, smtplib.SMTPDataError):
            return int(cause.smtp_code)
    return None


def _in_doubt(error: BaseException) -> bool:
    """Whether the connection broke off, perhaps after the server had taken it."""
    if _refusal(error) is not None:
        return False
    broken = any(isinstance(c, smtplib.SMTPServerDisconnected) for c in _causes(error))
    bare = isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException)
    return broken or bare


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _is_configured() -> bool:
    """Whether there is a way for messages to leave; until then they wait."""
    # CKAN 2.11 has no such plugins.
    notifier = getattr(p, "INotifier", None)
    others = notifier is not None and any(p.PluginImplementations(notifier))
    # CKAN always has a server, and cannot write a message without a sender.
    return others or all(map(tk.config.get, ("smtp.server", "smtp.mail_from")))
