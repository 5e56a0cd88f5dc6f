"""Setting an edition up: description, calendar, stages and categories."""

from __future__ import annotations

import json
from typing import Any

import ckantoolkit as tk

from ckanext.merit.domain.contest.eligibility import FIELDS
from ckanext.merit.domain.contest.phases import KINDS
from ckanext.merit.pages import forms, profile_words
from ckanext.merit.pages.frame import (
    Frame,
    Outcome,
    attempt,
    call,
    done,
    open_edition,
    require,
    show,
)
from ckanext.merit.pages.office_blueprint import POSTING, merit_office
from ckanext.merit.pages.words import word

__all__: list[str] = []

Data = dict[str, Any]


@merit_office.route("/<programme>/<slug>/office/description", methods=POSTING)
def description(programme: str, slug: str) -> Any:
    """Edit title, summary, contact and time zone."""
    frame = open_edition(programme, slug)
    require(frame, "edit_edition")
    edition, outcome = frame.edition, Outcome()
    values: Any = {
        **forms.text_fields("title", edition["title"]),
        **forms.text_fields("summary", edition["summary"]),
        **{name: edition[name] for name in ("contact", "timezone", "version")},
    }
    if tk.request.method == "POST":
        values = tk.request.form
        data: Data = forms.typed("contact", "timezone", "version")
        data |= {"id": frame.id, "title": forms.texts("title")}
        summary = forms.texts("summary")
        outcome = attempt(
            "merit_edition_update", data | ({"summary": summary} if summary else {})
        )
        if outcome.ok:
            return done(tk._("Saved."), frame.url("merit_office.dashboard"))
    return show(
        "merit_office/description.html",
        frame,
        status=200 if outcome.ok else 400,
        values=values,
        errors={k: v for k, v in outcome.errors.items() if k != "current"},
        languages=forms.languages(),
    )


@merit_office.route("/<programme>/<slug>/office/calendar", methods=POSTING)
def calendar(programme: str, slug: str) -> Any:
    """Show the calendar; add a phase, after publication with a reason."""
    frame = open_edition(programme, slug)
    require(frame, "see_draft")
    edition, outcome = frame.edition, Outcome()
    if tk.request.method == "POST":
        require(frame, "edit_edition")
        zone = edition["timezone"]
        data: Data = forms.typed("kind", "stage_id", "opens_at", "closes_at", "reason")
        for name in ("opens_at", "closes_at"):
            if name in data:
                data[name] = forms.to_instant(data[name], zone)
        outcome = attempt("merit_phase_create", data | {"edition_id": frame.id})
        if outcome.ok:
            return done(tk._("The phase is in."), frame.url("merit_office.calendar"))
    return show(
        "merit_office/calendar.html",
        frame,
        status=200 if outcome.ok else 400,
        values=tk.request.form,
        errors=outcome.errors,
        kinds=[(kind, word("phase", kind)) for kind in KINDS[edition["kind"]]],
        stages=stage_choices(frame),
    )


@merit_office.route("/<programme>/<slug>/office/calendar/dates", methods=POSTING)
def dates(programme: str, slug: str) -> Any:
    """Change dates; once the edition is published this is an addendum."""
    frame = open_edition(programme, slug)
    require(frame, "manage_edition")
    edition, outcome = frame.edition, Outcome()
    zone = edition["timezone"]
    values: Any = {
        f"{phase['id']}_{name}": forms.from_instant(phase[name], zone)
        for phase in edition["phases"]
        for name in ("opens_at", "closes_at")
    }
    if tk.request.method == "POST":
        changes = _changed(edition["phases"], values, zone)
        values = tk.request.form
        outcome = _redated(frame, changes)
        if outcome.ok:
            text = tk._("The new dates are in force and announced.")
            text = text if edition["published_at"] else tk._("Saved.")
            return done(text, frame.url("merit_office.calendar"))
    return show(
        "merit_office/dates.html",
        frame,
        status=200 if outcome.ok else 400,
        values=values,
        errors=outcome.errors,
    )


def _changed(phases: list[Data], shown: dict[str, str], zone: str) -> list[Data]:
    """Phases with the dates that were typed anew."""
    changes = []
    for phase in phases:
        new = {}
        for name in ("opens_at", "closes_at"):
            field = f"{phase['id']}_{name}"
            text = tk.request.form.get(field, "").strip()
            if text and text != shown[field]:
                new[name] = forms.to_instant(text, zone)
        if new:
            changes.append({"id": phase["id"], **new})
    return changes


def _redated(frame: Frame, changes: list[Data]) -> Outcome:
    if not changes:
        return Outcome(errors={"phases": [tk._("No date was changed.")]})
    if frame.edition["published_at"] and not tk.request.form.get("confirm"):
        return Outcome(errors={"confirm": [tk._("Tick the box to go on.")]})
    data = {"edition_id": frame.id, "phases": changes, **forms.typed("reason")}
    return attempt("merit_calendar_update", data)


@merit_office.route("/<programme>/<slug>/office/stages")
def stages(programme: str, slug: str) -> Any:
    """List the stages."""
    frame = open_edition(programme, slug)
    require(frame, "see_draft")
    return show("merit_office/stages.html", frame)


@merit_office.route("/<programme>/<slug>/office/stages/new", methods=POSTING)
@merit_office.route("/<programme>/<slug>/office/stages/<key>/edit", methods=POSTING)
def stage(programme: str, slug: str, key: str = "") -> Any:
    """Add a stage, or change one."""
    frame = open_edition(programme, slug)
    require(frame, "edit_edition")
    row = _part(frame, "stages", key)
    gate = row.get("gate") or {}
    values: Any = {
        **forms.text_fields("title", row.get("title")),
        **{name: row.get(name, "") for name in ("code", "position")},
        "gate": gate.get("kind", "none"),
        "points": gate.get("points", ""),
        "n": gate.get("n", ""),
    }
    outcome = Outcome()
    if tk.request.method == "POST":
        values = tk.request.form
        data: Data = forms.typed("code", "position")
        data |= {"title": forms.texts("title"), "gate": _gate()}
        outcome = _saved(frame, "merit_stage", key, data)
        if outcome.ok:
            return done(tk._("Saved."), frame.url("merit_office.stages"))
    return show(
        "merit_office/stage.html",
        frame,
        status=200 if outcome.ok else 400,
        row=row,
        values=values,
        errors=outcome.errors,
        languages=forms.languages(),
    )


def _gate() -> Data:
    kind = tk.request.form.get("gate", "none")
    extra = {"min": forms.typed("points"), "top": forms.typed("n")}.get(kind, {})
    return {"kind": kind, **extra}


@merit_office.route("/<programme>/<slug>/office/categories")
def categories(programme: str, slug: str) -> Any:
    """List the categories and whom they admit."""
    frame = open_edition(programme, slug)
    require(frame, "see_draft")
    return show("merit_office/categories.html", frame, fields=FIELDS)


@merit_office.route("/<programme>/<slug>/office/categories/new", methods=POSTING)
@merit_office.route("/<programme>/<slug>/office/categories/<key>/edit", methods=POSTING)
def category(programme: str, slug: str, key: str = "") -> Any:
    """Add a category, or change one."""
    frame = open_edition(programme, slug)
    require(frame, "edit_edition")
    row = _part(frame, "categories", key)
    values: Any = {
        **forms.text_fields("title", row.get("title")),
        **{name: row.get(name, "") for name in ("code", "position", "places")},
        **_predicate_fields(row.get("predicate") or {}),
    }
    outcome = Outcome()
    if tk.request.method == "POST":
        values = tk.request.form
        data: Data = forms.typed("code", "position", "places")
        data |= {"title": forms.texts("title"), "predicate": _predicate()}
        outcome = _saved(frame, "merit_category", key, data)
        if outcome.ok:
            return done(tk._("Saved."), frame.url("merit_office.categories"))
    known = call(
        "merit_organization_profile_list",
        programme_id=frame.edition["programme_id"],
        limit=0,
    )["known"]
    return show(
        "merit_office/category.html",
        frame,
        status=200 if outcome.ok else 400,
        row=row,
        values=values,
        errors=outcome.errors,
        languages=forms.languages(),
        known=known,
        in_use=profile_words.in_use,
    )


def _predicate_fields(predicate: Data) -> dict[str, str]:
    """A predicate as fields: lists of values, and what doesn't fit them as JSON."""
    rest = {key: value for key, value in predicate.items() if key not in FIELDS}
    return {
        **{name: "\n".join(predicate.get(name, ())) for name in FIELDS},
        "more": json.dumps(rest, ensure_ascii=False) if rest else "",
    }


def _predicate() -> Any:
    """The predicate that was typed; JSON that cannot be read goes on as it is."""
    form = tk.request.form
    found = {name: forms.lines(form.get(name, "")) for name in FIELDS}
    predicate: Data = {name: values for name, values in found.items() if values}
    more = form.get("more", "").strip()
    if not more:
        return predicate
    try:
        read = json.loads(more)
    except ValueError:
        return more
    return predicate | read if isinstance(read, dict) else more


def _part(frame: Frame, kind: str, key: str) -> Data:
    if not key:
        return {}
    row = next((item for item in frame.edition[kind] if item["id"] == key), None)
    return row if row is not None else tk.abort(404)


def _saved(frame: Frame, prefix: str, key: str, data: Data) -> Outcome:
    if key:
        data.pop("code", None)
        return attempt(f"{prefix}_update", data | {"id": key})
    return attempt(f"{prefix}_create", data | {"edition_id": frame.id})


def stage_choices(frame: Frame) -> list[tuple[str, str]]:
    """Ids and titles of the stages, for fields."""
    return [
        (item["id"], tk.h.merit_text(item["title"])) for item in frame.edition["stages"]
    ]
