"""The public pages of an edition: overview, calendar, entries, news, questions."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from flask import Response

import ckantoolkit as tk

from ckanext.merit import headers
from ckanext.merit.domain import ical
from ckanext.merit.pages import changes, timing, words
from ckanext.merit.pages.frame import (
    PER_PAGE,
    Frame,
    attempt,
    call,
    done,
    is_sysadmin,
    listed,
    open_edition,
    paged,
    show,
)

__all__ = ["ROUTES"]

_EDITION = "/<programme>/<slug>"
_MAX_AGE = 300
#: What an edition is doing while questions are taken; the action decides.
_ASKING = {"announced", "running"}
_EDITIONS = 100


def index() -> str:
    """List the published editions, those under way first."""
    kind = tk.request.args.get("kind")
    chosen = {"kind": kind} if kind in {"award", "datathon"} else {}
    editions, page = listed(None, "merit_edition_list", "merit_contest.index", **chosen)
    return show(
        "merit_contest/index.html",
        editions=editions,
        page=page,
        kind=chosen.get("kind", ""),
        has_desk=_has_desk(),
    )


def _has_desk() -> bool:
    """Say whether the visitor runs or watches something, or could begin it."""
    if tk.current_user.is_anonymous:
        return False
    return is_sysadmin() or call("merit_office_list", limit=1)["count"] > 0


def overview(programme: str, slug: str) -> str:
    """Show an edition: what it is, what happens now, how to take part."""
    frame = open_edition(programme, slug)
    edition = frame.edition
    others = call(
        "merit_edition_list", programme_id=edition["programme_id"], limit=_EDITIONS
    )
    news = call(
        "merit_announcement_list",
        edition_id=frame.id,
        kinds=["news", "addendum"],
        limit=3,
    )
    return show(
        "merit_contest/overview.html",
        frame,
        moments=timing.moments(edition),
        others=[row for row in others["results"] if row["id"] != frame.id],
        news=news["results"],
        jury=call("merit_jury_show", edition_id=frame.id),
        entries=call("merit_entry_list", edition_id=frame.id, limit=1)["count"],
        results=call("merit_publication_list", edition_id=frame.id),
        asking=edition["status"] in _ASKING,
    )


def calendar(programme: str, slug: str) -> str:
    """Show when what is possible, and every change of a date."""
    frame = open_edition(programme, slug)
    zone = frame.edition["timezone"]
    addenda = [
        {**row, "changes": changes.of_calendar(row["diff"], zone)}
        for row in frame.edition["addenda"]
        if row["kind"] == "calendar"
    ]
    return show(
        "merit_contest/calendar.html",
        frame,
        moments=timing.moments(frame.edition),
        addenda=addenda,
    )


def calendar_ics(programme: str, slug: str) -> Response:
    """The calendar for calendar programs, which read it again from time to time."""
    frame = open_edition(programme, slug)
    text = _ics(frame)
    etag = hashlib.sha256(text.encode()).hexdigest()[:32]
    if headers.public(max_age=_MAX_AGE, etag=etag):
        return Response(status=304)
    answer = Response(text, mimetype="text/calendar")
    name = f"{frame.edition['programme']['name']}-{frame.edition['slug']}.ics"
    answer.headers["Content-Disposition"] = headers.attachment(name)
    return answer


def entries(programme: str, slug: str) -> str:
    """List the admitted entries, of a category or a region."""
    frame = open_edition(programme, slug)
    names = {row["id"]: row["title"] for row in frame.edition["categories"]}
    chosen = {
        "category_id": tk.request.args.get("category", ""),
        "region": tk.request.args.get("region", ""),
    }
    number = tk.h.get_page_number(tk.request.args)
    found = call(
        "merit_entry_list",
        edition_id=frame.id,
        **{key: value[:100] for key, value in chosen.items() if value},
        limit=PER_PAGE,
        offset=(number - 1) * PER_PAGE,
    )
    return show(
        "merit_contest/entries.html",
        frame,
        entries=found["results"],
        count=found["count"],
        regions=found["regions"],
        categories=names,
        chosen=chosen,
        page=paged(
            frame, "merit_contest.entries", found["results"], count=found["count"]
        ),
    )


def news(programme: str, slug: str) -> str:
    """List the announcements and addenda, latest first."""
    frame = open_edition(programme, slug)
    items, page = listed(
        frame,
        "merit_announcement_list",
        "merit_contest.news",
        edition_id=frame.id,
        kinds=["news", "addendum"],
    )
    return show("merit_contest/news.html", frame, items=items, page=page)


def questions(programme: str, slug: str) -> str:
    """Show frequent and answered questions, and the form in its time."""
    return _questions(open_edition(programme, slug))


def ask(programme: str, slug: str) -> Any:
    """Take a question; its answer will be published without the name."""
    frame = open_edition(programme, slug)
    text = tk.request.form.get("title", "")
    outcome = attempt("merit_question_ask", {"edition_id": frame.id, "title": text})
    if not outcome.ok:
        return _questions(frame, typed=text, errors=outcome.errors)
    return done(
        tk._("Your question was received. Its answer will be published here."),
        frame.url("merit_contest.questions"),
    )


def _questions(
    frame: Frame, *, typed: str = "", errors: dict[str, list[str]] | None = None
) -> Any:
    items, page = listed(
        frame,
        "merit_announcement_list",
        "merit_contest.questions",
        edition_id=frame.id,
        kinds=["faq", "question"],
    )
    return show(
        "merit_contest/questions.html",
        frame,
        status=400 if errors else 200,
        items=items,
        page=page,
        asking=frame.edition["status"] in _ASKING,
        may_ask=frame.may("ask_question"),
        typed=typed,
        errors=errors or {},
    )


def _ics(frame: Frame) -> str:
    edition = frame.edition
    changed = [
        row["effective_at"] for row in edition["addenda"] if row["kind"] == "calendar"
    ]
    stamp = max([*changed, edition["published_at"] or edition["now"]])
    title = tk.h.merit_text(edition["title"])
    stages = {stage["id"]: stage["title"] for stage in edition["stages"]}
    site = str(tk.config["ckan.site_url"]).partition("://")[2]
    events = [
        ical.Event(
            uid=f"{phase['id']}@{site}",
            summary=" · ".join(
                text
                for text in (
                    title,
                    words.word("phase", phase["kind"]),
                    tk.h.merit_text(stages.get(phase["stage_id"])),
                )
                if text
            ),
            starts_at=datetime.fromisoformat(phase["opens_at"]),
            ends_at=datetime.fromisoformat(phase["closes_at"]),
            changed_at=datetime.fromisoformat(stamp),
            sequence=len(changed),
            url=frame.url("merit_contest.calendar", _external=True),
        )
        for phase in edition["phases"]
    ]
    return ical.calendar(events, name=title, product=f"-//{site}//ckanext-merit")


ROUTES = (
    ("", index),
    (_EDITION, overview),
    (f"{_EDITION}/calendar", calendar),
    (f"{_EDITION}/calendar.ics", calendar_ics),
    (f"{_EDITION}/entries", entries),
    (f"{_EDITION}/news", news),
    (f"{_EDITION}/questions", questions),
    (f"{_EDITION}/questions", ask),
)
