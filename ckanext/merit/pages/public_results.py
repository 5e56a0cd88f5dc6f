"""The public pages of results: all of them read from what was published, only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Response

import ckan.plugins as p
import ckantoolkit as tk

from ckanext.merit import headers, spreadsheet
from ckanext.merit.interfaces import IMeritContestPages
from ckanext.merit.pages import timing
from ckanext.merit.pages.frame import Frame, call, open_edition, paged, show
from ckanext.merit.pages.public_rules import book_of
from ckanext.merit.pages.standings import Standings

__all__ = ["ROUTES"]

Data = dict[str, Any]
_RESULTS = "/<programme>/<slug>/results"
_NUMBER = f"{_RESULTS}/<int:number>"
_ROWS = 50
_MAX_AGE = 300


def results(programme: str, slug: str) -> str:
    """Show the latest results, or when there will be some."""
    frame = open_edition(programme, slug)
    published = _published(frame)
    if published:
        return _results(frame, published, _latest(published))
    moments = timing.moments(frame.edition)
    return show(
        "merit_contest/no_results.html",
        frame,
        moments=[one for one in moments if one["kind"] in {"provisional", "ceremony"}],
    )


def results_number(programme: str, slug: str, number: int) -> str:
    """Show one publication of results, be it the latest or not."""
    frame = open_edition(programme, slug)
    published = _published(frame)
    return _results(frame, published, _found(published, number))


def results_entry(programme: str, slug: str, number: int, entry: str) -> str:
    """Show how the points of one entry came about."""
    frame = open_edition(programme, slug)
    standings = _standings(frame, _found(_published(frame), number))
    row = standings.row(entry)
    if row is None:
        tk.abort(404)
    return show(
        "merit_contest/results_entry.html",
        frame,
        publication=standings.publication,
        row=row,
        part=_snapshot(standings.publication, row["organization_id"]),
        lines=standings.lines(row),
        names=standings,
        people=[
            name
            for plugin in p.PluginImplementations(IMeritContestPages)
            for name in plugin.merit_entry_people(frame, entry)
        ],
    )


def results_changes(programme: str, slug: str, number: int) -> str:
    """Show what a correction moved, and why."""
    frame = open_edition(programme, slug)
    published = _published(frame)
    publication = _found(published, number)
    before = [row for row in published if row["number"] == publication["supersedes"]]
    titles = {
        row["entry_id"]: row["title"]
        for one in (*before, publication)
        for row in call("merit_publication_show", id=one["id"])["body"]["rows"]
    }
    return show(
        "merit_contest/results_changes.html",
        frame,
        publication=publication,
        changes=call("merit_publication_diff", id=publication["id"]),
        titles=titles,
    )


def results_bundle(programme: str, slug: str, number: int) -> Response:
    """The sealed bundle, from which anyone can compute the results again."""
    frame = open_edition(programme, slug)
    publication = _found(_published(frame), number)
    bundle = call("merit_bundle_show", id=publication["id"])
    if headers.public(max_age=_MAX_AGE, etag=bundle["digest"][:32]):
        return Response(status=304)
    text = json.dumps(bundle, ensure_ascii=False, indent=1, sort_keys=True)
    return _file(frame, publication, f"{text}\n", kind="json")


def results_csv(programme: str, slug: str, number: int) -> Response:
    """The published rows as a table for spreadsheets."""
    frame = open_edition(programme, slug)
    publication = _found(_published(frame), number)
    if headers.public(max_age=_MAX_AGE):
        return Response(status=304)
    standings = _standings(frame, publication)
    text = "".join(spreadsheet.lines(standings.header(), standings.cells()))
    return _file(frame, publication, text, kind="csv")


def _results(frame: Frame, published: list[Data], publication: Data) -> str:
    standings = _standings(frame, publication)
    chosen = {key: tk.request.args.get(key, "") for key in ("category", "region")}
    rows = standings.chosen(**chosen)
    start = (tk.h.get_page_number(tk.request.args) - 1) * _ROWS
    part = rows[start : start + _ROWS]
    moments = timing.moments(frame.edition)
    return show(
        "merit_contest/results.html",
        frame,
        publication=standings.publication,
        published=published,
        latest=_latest(published),
        snapshot=_snapshot(standings.publication),
        names=standings,
        rows=part,
        count=len(rows),
        chosen=chosen,
        page=_pager(frame, part, count=len(rows)),
        appeals=[one for one in moments if one["kind"] == "appeals"],
        stages={row["id"]: row["title"] for row in frame.edition["stages"]},
    )


def _snapshot(publication: Data, organization_id: str | None = None) -> str | None:
    """Find where the snapshot of results can be read, or an organization's part."""
    snapshot = publication["snapshot"]
    if snapshot is None:
        return None
    found = (
        plugin.merit_snapshot_address(snapshot["id"], organization_id)
        for plugin in p.PluginImplementations(IMeritContestPages)
    )
    return next((address for address in found if address), None)


def _pager(frame: Frame, part: list[Data], *, count: int) -> Any:
    endpoint = str(tk.request.endpoint)
    return paged(frame, endpoint, part, count=count, per_page=_ROWS)


def _published(frame: Frame) -> list[Data]:
    """List what is visible now, latest first."""
    return call("merit_publication_list", edition_id=frame.id)


def _latest(published: list[Data]) -> Data:
    """Give the latest results of the whole edition, else of a stage."""
    return next((row for row in published if row["stage_id"] is None), published[0])


def _found(published: list[Data], number: int) -> Data:
    found = next((row for row in published if row["number"] == number), None)
    if found is None:
        tk.abort(404)
    return found


def _standings(frame: Frame, publication: Data) -> Standings:
    shown = call("merit_publication_show", id=publication["id"])
    book = book_of(frame, shown["body"]["rule_set"]["version"])
    distinctions = call("merit_distinction_list", edition_id=frame.id)
    return Standings(shown, frame.edition, book, distinctions)


def _file(frame: Frame, publication: Data, text: str, *, kind: str) -> Response:
    types = {"json": "application/json", "csv": "text/csv"}
    answer = Response(_pieces(text), mimetype=types[kind])
    address = frame.address
    name = f"{address['programme']}-{address['slug']}-{publication['number']}.{kind}"
    answer.headers["Content-Disposition"] = headers.attachment(name)
    return answer


def _pieces(text: str, size: int = 65536) -> Iterator[str]:
    for start in range(0, len(text), size):
        yield text[start : start + size]


ROUTES = (
    (_RESULTS, results),
    (_NUMBER, results_number),
    (f"{_NUMBER}/entries/<entry>", results_entry),
    (f"{_NUMBER}/changes", results_changes),
    (f"{_NUMBER}/bundle.json", results_bundle),
    (f"{_NUMBER}/results.csv", results_csv),
)
