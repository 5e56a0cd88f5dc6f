"""Results by the office: runs, diagnostics, other weights, the record, publications."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

import ckantoolkit as tk

from ckanext.merit import locales
from ckanext.merit.pages import criteria, forms, standings
from ckanext.merit.pages.frame import (
    Frame,
    Outcome,
    attempt,
    call,
    done,
    open_edition,
    part_of,
    require,
    show,
)
from ckanext.merit.pages.office_acts import offered
from ckanext.merit.pages.office_blueprint import POSTING, merit_office
from ckanext.merit.pages.office_setup import stage_choices
from ckanext.merit.pages.office_subjects import ACTS

__all__: list[str] = []

Data = dict[str, Any]
#: Disagreements that are named; of more only the number.
SOME = 100
#: Publications on the page of results; the others have a page of their own.
LATEST = 5
_SHOWN_PLACES = Decimal("0.001")


@merit_office.route("/<programme>/<slug>/office/results", methods=POSTING)
def results(programme: str, slug: str) -> Any:
    """List runs and publications; compute a run."""
    frame = open_edition(programme, slug)
    require(frame, "see_run")
    outcome = Outcome()
    if tk.request.method == "POST":
        data = forms.typed("stage_id", "snapshot_id")
        outcome = attempt("merit_run_compute", data | {"edition_id": frame.id})
        if outcome.ok:
            where = frame.url("merit_office.run", key=outcome.answer["id"])
            return done(
                tk._("The run is computed. Look at it before approving."), where
            )
    runs = call("merit_run_list", edition_id=frame.id)
    shown, page = part_of(frame, "merit_office.results", runs)
    snapshots = call("merit_snapshot_list", edition_id=frame.id)
    published = call("merit_publication_draft_list", edition_id=frame.id)
    return show(
        "merit_office/results.html",
        frame,
        status=200 if outcome.ok else 400,
        runs=shown,
        page=page,
        publications=published[:LATEST],
        more=len(published) > LATEST,
        snapshots=[(row["id"], _snapshot(frame, row)) for row in snapshots],
        latest=next((row["id"] for row in snapshots if row["kind"] == "cut_off"), ""),
        stages=stage_choices(frame),
        titles=dict(stage_choices(frame)),
        values=tk.request.form,
        errors=outcome.errors,
    )


@merit_office.route("/<programme>/<slug>/office/publications")
def publications(programme: str, slug: str) -> Any:
    """List the publications of results, latest first."""
    frame = open_edition(programme, slug)
    require(frame, "see_run")
    rows = call("merit_publication_draft_list", edition_id=frame.id)
    shown, page = part_of(frame, "merit_office.publications", rows)
    return show(
        "merit_office/publications.html",
        frame,
        publications=shown,
        page=page,
        titles=dict(stage_choices(frame)),
    )


def _snapshot(frame: Frame, row: Data) -> str:
    """Name a snapshot by its kind, its instant and the beginning of its digest."""
    kinds = {"cut_off": tk._("Cut-off"), "baseline": tk._("Baseline")}
    taken = datetime.fromisoformat(row["taken_at"])
    when = locales.instant(taken, frame.edition["timezone"])
    return f"{kinds[row['kind']]}, {when}, {row['sha256'][:8]}"


@merit_office.route("/<programme>/<slug>/office/results/<key>")
def run(programme: str, slug: str, key: str) -> Any:
    """Show a run: rows, diagnostics and approvals."""
    frame = open_edition(programme, slug)
    require(frame, "see_run")
    row = _run(frame, key)
    titles = _titles(row)
    found = call("merit_record_show", id=key)
    _note(found, titles)
    return show(
        "merit_office/run.html",
        frame,
        run=row,
        record=found,
        titles=titles,
        diagnostics=_read(row, titles, _category_titles(frame)),
        acts=_acts(frame, row),
    )


def _acts(frame: Frame, row: Data) -> list[tuple[str, str]]:
    """Acts on a run; one that is published can be published again as final."""
    found = offered(frame, ACTS["runs"](), row["state"])
    over = frame.edition["state"] in {"closed", "cancelled"}
    publishable = row["state"] in {"approved", "published"} and not over
    return [item for item in found if item[0] != "publish" or publishable]


@merit_office.route("/<programme>/<slug>/office/results/<key>/weights")
def weights(programme: str, slug: str, key: str) -> Any:
    """Try other weights; nothing is stored, and the address holds what was tried."""
    frame = open_edition(programme, slug)
    require(frame, "manage_edition")
    row = _run(frame, key)
    args = tk.request.args
    tried = {
        name.removeprefix("w-"): value.strip().replace(",", ".")
        for name, value in args.items()
        if name.startswith("w-") and value.strip()
    }
    outcome = attempt("merit_weights_simulate", {"id": key, "weights": tried})
    found = outcome.answer or call("merit_weights_simulate", id=key)
    return show(
        "merit_office/weights.html",
        frame,
        status=200 if outcome.ok else 400,
        run=row,
        found=found,
        tried=tried,
        titles=_titles(row),
        errors=outcome.errors,
        categories=_category_titles(frame),
    )


@merit_office.route("/<programme>/<slug>/office/results/<key>/difference")
def difference(programme: str, slug: str, key: str) -> Any:
    """Show what moved against another run, or the last publication."""
    frame = open_edition(programme, slug)
    require(frame, "see_run")
    row = _run(frame, key)
    other = tk.request.args.get("other_id", "")
    runs = call("merit_run_list", edition_id=frame.id)
    return show(
        "merit_office/difference.html",
        frame,
        run=row,
        other_id=other,
        diff=call("merit_run_diff", id=key, other_id=other),
        runs=[item for item in runs if item["id"] != key],
    )


@merit_office.route("/<programme>/<slug>/office/results/<key>/record")
def record(programme: str, slug: str, key: str) -> Any:
    """Show the record to print and to sign."""
    frame = open_edition(programme, slug)
    require(frame, "see_run")
    row = _run(frame, key)
    titles = _titles(row)
    found = call("merit_record_show", id=key)
    _note(found, titles, hidden={"high_disagreement"})
    rules = call("merit_rule_set_show", id=row["rule_set_id"])
    book = criteria.read(rules, frame.edition)
    for item in found["distinctions"]:
        item["named"] = standings.distinction(item, book)
    return show("merit_office/record.html", frame, record=found, titles=titles)


def _note(
    record: Data, titles: dict[str, str], *, hidden: Collection[str] = ()
) -> None:
    """Add to the rows of a record what they say in words; some flags stay hidden."""
    for part in record["categories"]:
        for row in part["rows"]:
            flags = [flag for flag in row["flags"]["flags"] if flag not in hidden]
            row["notes"] = standings.notes(
                flags,
                row["flags"].get("tie_break"),
                title=lambda code: titles.get(code, code),
            )


def _run(frame: Frame, key: str) -> Data:
    row = call("merit_run_show", id=key)
    return row if row["edition_id"] == frame.id else tk.abort(404)


def _titles(row: Data) -> dict[str, str]:
    """Titles of criteria by code, from the rules of the run."""
    return criteria.titles(call("merit_rule_set_show", id=row["rule_set_id"])["body"])


def _category_titles(frame: Frame) -> dict[str, str]:
    return {
        item["code"]: tk.h.merit_text(item["title"])
        for item in frame.edition["categories"]
    }


def _read(row: Data, titles: dict[str, str], categories: dict[str, str]) -> Data | None:
    """Diagnostics with names instead of ids; None where a conflict hides them."""
    found = row["diagnostics"]
    if found is None:
        return None
    entries = {key: item["title"] for key, item in row["entries"].items()}
    jurors = {key: item["fullname"] for key, item in row["jurors"].items()}
    spreads = [item for item in found["spreads"] if item["disagreement"]]
    spreads.sort(key=lambda item: Decimal(item["range"]), reverse=True)
    return {
        "agreement": [
            {**item, "title": titles.get(item["criterion"], item["criterion"])}
            | {"alpha": short(item["alpha"])}
            for item in found["agreement"]
        ],
        "spreads": [
            {
                "entry": entries.get(item["object"], item["object"]),
                "criterion": titles.get(item["criterion"], item["criterion"]),
                "range": short(item["range"]),
                "deviation": short(item["deviation"]),
                "ratings": item["ratings"],
            }
            for item in spreads[:SOME]
        ],
        "more": max(0, len(spreads) - SOME),
        "severities": [
            {
                "juror": jurors.get(item["juror"], item["juror"]),
                "reviews": item["reviews"],
                "severity": short(item["severity"]),
            }
            for item in found["severities"]
        ],
        "parts": found["parts"],
        "intervals": found["intervals"],
        "leaving": _left_out(found["leaving"], jurors, entries, categories),
        "fragile": [categories.get(code, code) for code in found["fragile"]],
    }


def _left_out(
    found: list[Data] | None,
    jurors: dict[str, str],
    entries: dict[str, str],
    categories: dict[str, str],
) -> list[Data] | None:
    """Whose absence would move what."""
    if found is None:
        return None
    return [
        {
            "juror": jurors.get(item["juror"], item["juror"]),
            "moved": [entries.get(key, key) for key in item["moved"]],
            "other_winners": [
                categories.get(code, code) for code in item["other_winners"]
            ],
        }
        for item in found
        if item["moved"] or item["other_winners"]
    ]


def short(text: str | None) -> str | None:
    """A number of a diagnostic with three places; None: it doesn't exist."""
    return None if text is None else str(Decimal(text).quantize(_SHOWN_PLACES))
