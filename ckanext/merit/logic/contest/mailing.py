"""Messages of the secretariat to groups of people, looked at before they leave."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.canonical import digest
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import letters, mail_people, mail_schema, outbox, trail
from ckanext.merit.logic.contest.transaction import load, lock, transactional
from ckanext.merit.model.contest import Edition

__all__ = ["merit_mail_preview", "merit_mail_send"]

Context = Any
Data = dict[str, Any]
#: Names of recipients that a preview shows.
SHOWN = 20


@tk.side_effect_free
@tk.validate_action_data(mail_schema.message)
def merit_mail_preview(context: Context, data_dict: Data) -> Data:
    """Say whom a message would reach. For the secretariat.

    :param edition_id: id of the edition
    :type edition_id: string
    :param segment: ``entries``, ``entries_draft``, ``entries_returned``,
        ``entries_admitted``, ``jurors``, ``late_jurors`` or ``everybody``
    :type segment: string
    :param subject: one line; ``{name}``, ``{edition}`` and ``{link}`` stand for the
        person's name, the edition and its address
    :type subject: string
    :param text: plain text, with the same placeholders
    :type text: string

    :returns: ``count`` of people, the first of their ``people`` by name, ``subject``
        and ``body`` as the first of them would get it, and ``sent``: whether this very
        message went to this segment already
    :rtype: dictionary
    """
    tk.check_access("merit_mail_preview", context, data_dict)
    edition = load(Edition, data_dict["edition_id"])
    people = mail_people.segment(edition.id, data_dict["segment"])
    shown = [model.User.get(user_id) for user_id in people[:SHOWN]]
    payload = {name: data_dict[name] for name in ("edition_id", "subject", "text")}
    written = (
        letters.letter("mailing_one", {**payload, "user_id": user_id})
        for user_id in people
    )
    first = next((letter for letter in written if letter is not None), None)
    return {
        "count": len(people),
        "people": [user.display_name for user in shown if user is not None],
        "subject": first.subject if first else "",
        "body": first.body if first else "",
        "sent": outbox.known(_key(edition, data_dict)),
    }


@tk.validate_action_data(mail_schema.message)
@guarded
@transactional
def merit_mail_send(context: Context, data_dict: Data) -> Data:
    """Send a message to a group of people, once each. For the secretariat.

    The same message to the same segment is refused the second time.

    :param edition_id: id of the edition
    :type edition_id: string
    :param segment: as in ``merit_mail_preview``
    :type segment: string
    :param subject: as in ``merit_mail_preview``
    :type subject: string
    :param text: as in ``merit_mail_preview``
    :type text: string

    :returns: ``count`` of people
    :rtype: dictionary
    """
    tk.check_access("merit_mail_send", context, data_dict)
    edition = lock(Edition, data_dict["edition_id"], share=True)
    people = mail_people.segment(edition.id, data_dict["segment"])
    if not people:
        raise ContestError("nobody", tk._("There is nobody in this group."))
    payload = {
        "edition_id": edition.id,
        "people": people,
        **{name: data_dict[name] for name in ("subject", "text")},
    }
    if not outbox.put(_key(edition, data_dict), "mailing", payload):
        raise ContestError("sent", tk._("This message was sent to them already."))
    change = trail.Change(after=payload)
    act = f"write to {data_dict['segment']}"
    trail.note(context, act, edition, edition_id=edition.id, change=change)
    return {"count": len(people)}


def _key(edition: Edition, data: Data) -> str:
    said = {name: data[name] for name in ("segment", "subject", "text")}
    return f"mailing:{edition.id}:{digest(said)}"
