"""Announcements, and questions about the rules with published answers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.contest import phases
from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import answers, distinction_schema, schema, trail
from ckanext.merit.logic.contest.actors import user_of
from ckanext.merit.logic.contest.calendar import as_domain, phases_of
from ckanext.merit.logic.contest.transaction import (
    clock,
    load,
    lock,
    transactional,
)
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_result import Announcement

__all__ = [
    "merit_announcement_create",
    "merit_announcement_list",
    "merit_question_answer",
    "merit_question_ask",
    "merit_question_list",
    "taken",
]

Context = Any
Data = dict[str, Any]
#: Open questions of one person in one edition.
OPEN_QUESTIONS = 10
#: What an edition is doing while questions are taken.
_ASKING = {"announced", "running"}


@tk.validate_action_data(distinction_schema.announce)
@guarded
@transactional
def merit_announcement_create(context: Context, data_dict: Data) -> Data:
    """Announce something about an edition, or add a frequent question.

    :param edition_id: id of the edition
    :type edition_id: string
    :param kind: ``news`` or ``faq``
    :type kind: string
    :param title: the headline, or the question
    :type title: string
    :param text: the text, or the answer
    :type text: string

    :returns: the announcement
    :rtype: dictionary
    """
    tk.check_access("merit_announcement_create", context, data_dict)
    edition = lock(Edition, data_dict["edition_id"], share=True)
    row = Announcement(
        edition_id=edition.id,
        published_at=clock(),
        **{name: data_dict[name] for name in ("kind", "title", "text")},
    )
    model.Session.add(row)
    trail.note(context, "announce", row, edition_id=edition.id)
    return answers.as_dict(row, answers.ANNOUNCEMENT)


@tk.validate_action_data(distinction_schema.ask)
@guarded
@transactional
def merit_question_ask(context: Context, data_dict: Data) -> Data:
    """Ask about the rules of an edition. The answer is published without your name.

    Questions are taken from the publication of the edition until evaluation begins.

    :param edition_id: id of the edition
    :type edition_id: string
    :param title: the question
    :type title: string

    :returns: the question
    :rtype: dictionary
    """
    tk.check_access("merit_question_ask", context, data_dict)
    edition = lock(Edition, data_dict["edition_id"], share=True)
    if not taken(edition):
        raise ContestError("over", tk._("Questions are not taken now."))
    user = user_of(context)
    asked_by = user.id if user else trail.SYSTEM
    waiting = model.Session.scalar(
        sa.select(sa.func.count())
        .select_from(Announcement)
        .where(
            Announcement.edition_id == edition.id,
            Announcement.asked_by == asked_by,
            Announcement.published_at.is_(None),
        )
    )
    if (waiting or 0) >= OPEN_QUESTIONS:
        raise ContestError("too_many", tk._("Your earlier questions come first."))
    row = Announcement(
        edition_id=edition.id,
        kind="question",
        title=data_dict["title"],
        asked_by=asked_by,
    )
    model.Session.add(row)
    trail.note(context, "ask", row, edition_id=edition.id)
    return answers.as_dict(row, answers.ANNOUNCEMENT)


@tk.validate_action_data(distinction_schema.answer)
@guarded
@transactional
def merit_question_answer(context: Context, data_dict: Data) -> Data:
    """Answer a question, for everybody to read.

    :param id: id of the question
    :type id: string
    :param title: the question in words that tell nothing of who asked (optional)
    :type title: string
    :param text: the answer
    :type text: string

    :returns: the question with its answer
    :rtype: dictionary
    """
    tk.check_access("merit_question_answer", context, data_dict)
    edition = lock(Edition, load(Announcement, data_dict["id"]).edition_id, share=True)
    row = lock(Announcement, data_dict["id"])
    if row.kind != "question" or row.published_at is not None:
        raise ContestError("answered", tk._("This is no open question."))
    row.title = data_dict.get("title") or row.title
    row.text, row.published_at = data_dict["text"], clock()
    trail.note(context, "answer", row, edition_id=edition.id)
    return answers.as_dict(row, answers.ANNOUNCEMENT)


@tk.side_effect_free
@tk.validate_action_data(distinction_schema.news)
def merit_announcement_list(context: Context, data_dict: Data) -> Data:
    """List what was announced in an edition, answers and addenda too, latest first.

    :param edition_id: id of the edition
    :type edition_id: string
    :param kinds: only ``news``, ``addendum``, ``faq`` or ``question`` (optional,
        default: all)
    :type kinds: list of strings
    :param limit: number of announcements to return (default: 20)
    :type limit: int
    :param offset: number of announcements to pass over (default: 0)
    :type offset: int

    :returns: ``count`` and ``results``
    :rtype: dictionary
    """
    tk.check_access("merit_announcement_list", context, data_dict)
    condition = Announcement.published_at.isnot(None)
    if data_dict.get("kinds"):
        condition = sa.and_(condition, Announcement.kind.in_(data_dict["kinds"]))
    return _page(data_dict, condition)


@tk.side_effect_free
@tk.validate_action_data(schema.listed_page)
def merit_question_list(context: Context, data_dict: Data) -> Data:
    """List the questions that wait for an answer. For those who answer.

    :param edition_id: id of the edition
    :type edition_id: string
    :param limit: number of questions to return (default: 20)
    :type limit: int
    :param offset: number of questions to pass over (default: 0)
    :type offset: int

    :returns: ``count`` and ``results``
    :rtype: dictionary
    """
    tk.check_access("merit_question_list", context, data_dict)
    return _page(data_dict, Announcement.published_at.is_(None))


def taken(edition: Edition) -> bool:
    """Say whether questions are taken: from publication until evaluation begins."""
    calendar = [as_domain(row) for row in phases_of(edition.id)]
    return phases.status(edition.state, calendar, now=clock()) in _ASKING


def _page(data: Data, condition: Any) -> Data:
    found = sa.select(Announcement).where(
        Announcement.edition_id == data["edition_id"], condition
    )
    count = model.Session.scalar(
        sa.select(sa.func.count()).select_from(found.subquery())
    )
    rows = model.Session.scalars(
        found.order_by(
            Announcement.published_at.desc(), Announcement.created_at, Announcement.id
        )
        .limit(data["limit"])
        .offset(data["offset"])
    )
    results = [answers.as_dict(row, answers.ANNOUNCEMENT) for row in rows]
    return {"count": count, "results": results}
