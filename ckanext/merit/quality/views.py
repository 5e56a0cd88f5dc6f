"""Pages, badges and exports of dataset quality; each calls actions and renders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from flask import Blueprint, Response, jsonify, stream_with_context

import ckantoolkit as tk

from ckanext.merit import guard, headers, spreadsheet
from ckanext.merit.quality import boards, embed
from ckanext.merit.quality.forms import Forms
from ckanext.merit.quality.report import Report
from ckanext.merit.quality.texts import Texts

__all__ = ["merit_quality"]

merit_quality = Blueprint("merit_quality", __name__)
guard.protect(merit_quality)

_HISTORY = 10
_PER_PAGE = 25
_LAST_PAGE = 100_000
_MAX_AGE = 300


@merit_quality.route("/dataset/<id>/quality")
def show(id: str) -> str:
    """Why a dataset has its score, and how to improve it."""
    with _neutral():
        package = _call("package_show", id=id)
        answer = _call("merit_quality_show", id=package["id"], path=True)
        page = _page_number()
        past = _call(
            "merit_quality_history",
            id=package["id"],
            limit=_HISTORY,
            offset=(page - 1) * _HISTORY,
        )
    report = Report(
        answer,
        Texts.of(answer["profile"]["id"]),
        forms=Forms(package, can_edit=answer["can_edit"]),
        history=past["results"] if past["count"] > 1 else (),
    )
    extra = {
        "page": _pages(
            page, past["count"], size=_HISTORY, id=package["name"], _anchor="history"
        ),
        "pkg": package,
        "pkg_dict": package,
        "dataset_type": package["type"],
        "report": report,
        "embed": embed.snippets(package["name"], report.rated),
    }
    return tk.render("merit_quality/show.html", extra)


@merit_quality.route("/dataset/<id>/quality", methods=["POST"])
def assess(id: str) -> Any:
    """Check a dataset again now, for those who may edit it."""
    with _neutral():
        package = _call("package_show", id=id)
    try:
        _call("merit_quality_assess", id=package["id"])
    except tk.NotAuthorized:
        tk.abort(403, tk._("Only those who may edit a dataset can check it again."))
    answer = _call("merit_quality_show", id=package["id"])
    tk.h.flash_success(embed.checked(answer))
    return tk.redirect_to("merit_quality.show", id=package["name"])


@merit_quality.route("/dataset/<id>/quality/suspension")
def suspension(id: str) -> str:
    """Suspend a dataset's badge, or reinstate it; for sysadmins."""
    return _suspension(id)


@merit_quality.route("/dataset/<id>/quality/suspension", methods=["POST"])
def suspend(id: str) -> Any:
    """Suspend a dataset's badge."""
    note = tk.request.form.get("note", "")
    try:
        with _neutral():
            _call("merit_quality_suspend", id=id, note=note)
    except tk.ValidationError as error:
        return _suspension(id, note=note, errors=error.error_summary)
    tk.h.flash_success(tk._("The badge of this dataset is suspended."))
    return tk.redirect_to("merit_quality.show", id=id)


@merit_quality.route("/dataset/<id>/quality/reinstatement", methods=["POST"])
def reinstate(id: str) -> Any:
    """Give a dataset its badge back."""
    try:
        with _neutral():
            _call("merit_quality_reinstate", id=id)
    except tk.ValidationError as error:
        return _suspension(id, errors=error.error_summary)
    tk.h.flash_success(tk._("The dataset has the score and badge again that it earns."))
    return tk.redirect_to("merit_quality.show", id=id)


@merit_quality.route("/quality/suspensions")
def suspensions() -> str:
    """The datasets whose badge is suspended; for sysadmins."""
    page = _page_number()
    with _neutral():
        answer = _call(
            "merit_quality_suspension_list",
            limit=_PER_PAGE,
            offset=(page - 1) * _PER_PAGE,
        )
    extra = {"rows": answer["results"], "page": _pages(page, answer["count"])}
    return tk.render("merit_quality/suspensions.html", extra)


@merit_quality.route("/dataset/<id>/quality/badge.svg")
def badge_svg(id: str) -> Response:
    """The badge as an image; the same neutral one for all that is not public."""
    answer = _call("merit_quality_badge_show", id=id)
    return _cached(*embed.image(answer), "image/svg+xml; charset=utf-8")


@merit_quality.route("/dataset/<id>/quality/badge.json")
def badge_json(id: str) -> Response:
    """What the badge says, for machines."""
    answer = _call("merit_quality_badge_show", id=id)
    content = jsonify(answer).get_data(as_text=True)
    return _cached(content, embed.etag(content), "application/json")


@merit_quality.route("/organization/<id>/quality")
def organization(id: str) -> str:
    """The datasets of an organisation, for its members with what is not public."""
    with _neutral():
        group = _call("organization_show", id=id, include_users=False)
    board = boards.Entity(
        group,
        tk.request.args,
        Texts.active(),
        is_member=_may("merit_quality_private_list", organization=group["id"]),
        sees_drafts=_may("merit_quality_draft_list", organization=group["id"]),
    )
    page = _page_number()
    answer = _call(
        "merit_quality_list",
        **board.query,
        limit=_PER_PAGE,
        offset=(page - 1) * _PER_PAGE,
    )
    board.fill(answer)
    extra = {
        "group_dict": group,
        "group_type": group["type"],
        "board": board,
        "page": _pages(page, answer["count"], id=group["name"]),
    }
    return tk.render("merit_quality/organization.html", extra)


@merit_quality.route("/quality")
def overview() -> str:
    """The quality of the whole portal."""
    answer = _call("merit_quality_overview_show")
    board = boards.Overview(answer, Texts.of(answer["profile"]["id"]))
    return tk.render("merit_quality/overview.html", {"board": board})


@merit_quality.route("/quality/league")
def league() -> str:
    """Organisations by the mean quality of their datasets."""
    board = boards.League(tk.request.args)
    page = _page_number()
    answer = _call(
        "merit_quality_league_list",
        **board.query,
        limit=_PER_PAGE,
        offset=(page - 1) * _PER_PAGE,
    )
    board.fill(answer)
    extra = {"board": board, "page": _pages(page, answer["count"])}
    return tk.render("merit_quality/league.html", extra)


@merit_quality.route("/quality/methodology")
@merit_quality.route("/quality/methodology/<profile>")
def methodology(profile: str | None = None) -> str:
    """How quality is measured: the profile in words."""
    data = {"id": profile} if profile else {}
    with _neutral():
        answer = _call("merit_quality_profile_show", **data)
        known = _call("merit_quality_profile_list")
    board = boards.Methodology(answer, known)
    return tk.render("merit_quality/methodology.html", {"board": board})


@merit_quality.route("/quality/scores.csv")
def scores_csv() -> Response:
    """The scores of all public datasets, as a table for spreadsheets."""
    headers.public(max_age=_MAX_AGE)
    rows = boards.csv_rows(_call)
    # Read before the answer begins: what fails later can only cut it off.
    first = list(islice(rows, 1))
    lines = spreadsheet.lines(boards.CSV_HEADER, chain(first, rows))
    response = Response(stream_with_context(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="quality.csv"'
    return response


def _suspension(
    id: str, *, note: str = "", errors: dict[str, str] | None = None
) -> str:
    """The form, with what was typed and why it was refused."""
    with _neutral():
        package = _call("package_show", id=id)
        tk.check_access("merit_quality_suspend", {}, {"id": package["id"]})
        answer = _call("merit_quality_show", id=package["id"])
    extra = {
        "pkg": package,
        "pkg_dict": package,
        "dataset_type": package["type"],
        "suspension": answer["suspension"],
        "note": note,
        "errors": errors or {},
    }
    return tk.render("merit_quality/suspension.html", extra)


def _call(action: str, **data: Any) -> Any:
    return tk.get_action(action)({"for_view": True}, data)


def _may(action: str, **data: Any) -> bool:
    return bool(tk.h.check_access(action, data))


@contextmanager
def _neutral() -> Iterator[None]:
    """What may not be seen looks exactly like what does not exist."""
    try:
        yield
    except (tk.ObjectNotFound, tk.NotAuthorized):
        tk.abort(404, tk._("There is nothing here, or you may not see it."))


def _cached(content: str, etag: str, mimetype: str) -> Response:
    if headers.badge(etag=etag, max_age=_MAX_AGE):
        return Response(status=304)
    return Response(content, content_type=mimetype)


def _page_number() -> int:
    """The page asked for, from 1; nonsense is the first one."""
    text = tk.request.args.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1
    return min(max(number, 1), _LAST_PAGE)


def _pages(
    number: int, count: int, *, size: int = _PER_PAGE, **place: str
) -> boards.Page:
    """Links around this page that keep the rest of the address."""
    kept = {k: v for k, v in tk.request.args.items() if k in boards.FILTERS and v}
    endpoint = tk.request.endpoint or "merit_quality.overview"

    def link(page: int) -> str:
        return tk.url_for(endpoint, **place, **kept, page=page)

    first = (number - 1) * size + 1
    last = min(number * size, count)
    return boards.Page(
        first=min(first, count),
        last=last,
        count=count,
        previous=link(number - 1) if number > 1 else None,
        next=link(number + 1) if number * size < count else None,
    )
