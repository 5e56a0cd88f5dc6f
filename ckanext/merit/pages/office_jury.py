"""The jury by the office: jurors, who has what, conflicts of interest."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.pages import forms
from ckanext.merit.pages.frame import (
    PER_PAGE,
    Frame,
    Outcome,
    attempt,
    call,
    done,
    open_edition,
    paged,
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
#: Late reviews that are named; of more only the number.
SOME = 50


@merit_office.route("/<programme>/<slug>/office/jury")
def jury(programme: str, slug: str) -> Any:
    """List the jurors with their progress, and the reviews past their time."""
    frame = open_edition(programme, slug)
    require(frame, "read_audit")
    rows = call("merit_juror_list", edition_id=frame.id)
    shown, page = part_of(frame, "merit_office.jury", rows)
    acts = ACTS["jurors"]()
    late = [
        task
        for task in call("merit_assignment_list", edition_id=frame.id)
        if task["state"] == "expired" or _is_late(task, frame.edition["now"])
    ]
    more = ACTS["assignments"]()
    return show(
        "merit_office/jury.html",
        frame,
        jurors=[row | {"acts": offered(frame, acts, row["state"])} for row in shown],
        page=page,
        late=[
            task | {"acts": offered(frame, more, task["state"])} for task in late[:SOME]
        ],
        later=max(0, len(late) - SOME),
    )


def _is_late(task: Data, now: str) -> bool:
    unfinished = task["state"] in {"assigned", "in_progress"}
    return unfinished and bool(task["due_at"]) and task["due_at"] <= now


@merit_office.route("/<programme>/<slug>/office/jury/invite", methods=POSTING)
def juror_invite(programme: str, slug: str) -> Any:
    """Invite somebody to the jury."""
    frame = open_edition(programme, slug)
    require(frame, "appoint_jurors")
    outcome, form = Outcome(), tk.request.form
    if tk.request.method == "POST":
        data: Data = forms.typed("user", "institution", "organization_id", "capacity")
        data |= _until("expires_at", frame)
        for name in ("stages", "categories"):
            if form.getlist(name):
                data[name] = form.getlist(name)
        outcome = attempt("merit_juror_invite", data | {"edition_id": frame.id})
        if outcome.ok:
            text = tk._("The invitation is there; it waits for the person's answer.")
            return done(text, frame.url("merit_office.jury"))
    return show(
        "merit_office/juror_invite.html",
        frame,
        status=200 if outcome.ok else 400,
        values=form,
        chosen=form.getlist("stages") + form.getlist("categories"),
        errors=outcome.errors,
    )


def _until(name: str, frame: Frame) -> Data:
    """An instant of a form, if it was typed."""
    found = forms.typed(name)
    zone = frame.edition["timezone"]
    return {key: forms.to_instant(text, zone) for key, text in found.items()}


@merit_office.route("/<programme>/<slug>/office/jury/coverage")
def coverage(programme: str, slug: str) -> Any:
    """Map which juror has which entry."""
    frame = open_edition(programme, slug)
    require(frame, "read_audit")
    stage = tk.request.args.get("stage_id", "")
    number = tk.h.get_page_number(tk.request.args)
    found = call(
        "merit_coverage_show",
        edition_id=frame.id,
        stage_id=stage,
        limit=PER_PAGE,
        offset=(number - 1) * PER_PAGE,
    )
    return show(
        "merit_office/coverage.html",
        frame,
        coverage=found,
        page=paged(
            frame, "merit_office.coverage", found["results"], count=found["count"]
        ),
        stages=stage_choices(frame),
        stage_id=stage,
        acts=ACTS["assignments"](),
    )


@merit_office.route("/<programme>/<slug>/office/jury/assign", methods=POSTING)
def assign(programme: str, slug: str) -> Any:
    """Give one entry to one juror."""
    frame = open_edition(programme, slug)
    require(frame, "appoint_jurors")
    outcome = Outcome()
    if tk.request.method == "POST":
        data: Data = forms.typed("juror_id", "entry_id", "stage_id", "calibration")
        outcome = attempt("merit_assignment_create", data | _until("due_at", frame))
        if outcome.ok and "conflict" in outcome.answer:
            text = tk._("The portal sees a conflict of interest: {detail}")
            detail = outcome.answer["conflict"]["said"]
            outcome = Outcome(errors={"juror_id": [text.format(detail=detail)]})
        elif outcome.ok:
            text = tk._("The juror has the entry.")
            return done(text, frame.url("merit_office.coverage"))
    known = call("merit_coverage_show", edition_id=frame.id, limit=1000)
    return show(
        "merit_office/assign.html",
        frame,
        status=200 if outcome.ok else 400,
        jurors=[(row["id"], _name(row)) for row in known["jurors"]],
        entries=[(row["id"], row["title"]) for row in known["results"]],
        stages=stage_choices(frame),
        values=tk.request.form or tk.request.args,
        errors=outcome.errors,
    )


def _name(row: Data) -> str:
    return row["user"]["fullname"] if row["user"] else row["id"]


@merit_office.route("/<programme>/<slug>/office/jury/import", methods=POSTING)
def assign_import(programme: str, slug: str) -> Any:
    """Give entries to jurors by a list."""
    frame = open_edition(programme, slug)
    require(frame, "appoint_jurors")
    outcome, text = Outcome(), ""
    if tk.request.method == "POST":
        text = forms.uploaded("csv")
        data: Data = {"edition_id": frame.id, "csv": text, **forms.typed("stage_id")}
        outcome = attempt("merit_assignment_import", data | _until("due_at", frame))
        if outcome.ok:
            said = tk._("Entries given to jurors: {count}")
            said = said.format(count=outcome.answer["assigned"])
            return done(said, frame.url("merit_office.coverage"))
    return show(
        "merit_office/assign_import.html",
        frame,
        status=200 if outcome.ok else 400,
        stages=stage_choices(frame),
        values=tk.request.form,
        errors=outcome.errors,
        text=text,
    )


@merit_office.route("/<programme>/<slug>/office/jury/plan", methods=POSTING)
def plan(programme: str, slug: str) -> Any:
    """Give all entries to jurors by rule: first a preview, then the real thing."""
    frame = open_edition(programme, slug)
    require(frame, "appoint_jurors")
    outcome, preview = Outcome(), None
    if tk.request.method == "POST":
        sure = tk.request.form.get("confirm") == "true"
        data: Data = forms.typed("per_entry", "seed", "stage_id")
        data |= {"edition_id": frame.id, "dry_run": not sure}
        outcome = attempt("merit_assignment_plan", data | _until("due_at", frame))
        if outcome.ok and sure:
            said = tk._("Entries given to jurors: {count}")
            said = said.format(count=len(outcome.answer["pairs"]))
            return done(said, frame.url("merit_office.coverage"))
        preview = outcome.answer
    return show(
        "merit_office/plan.html",
        frame,
        status=200 if outcome.ok else 400,
        stages=stage_choices(frame),
        values=tk.request.form,
        errors=outcome.errors,
        preview=preview and _previewed(frame, preview),
    )


def _previewed(frame: Frame, plan: Data) -> Data:
    """How many entries each juror would get, and where jurors lack."""
    jurors = {
        row["id"]: _name(row) for row in call("merit_juror_list", edition_id=frame.id)
    }
    numbers: dict[str, int] = dict.fromkeys(jurors, 0)
    for pair in plan["pairs"]:
        numbers[pair["juror_id"]] += 1
    return {
        "count": len(plan["pairs"]),
        "jurors": [(jurors[key], number) for key, number in numbers.items() if number],
        "shortfalls": [
            (plan["titles"][key], number) for key, number in plan["shortfalls"].items()
        ],
    }


@merit_office.route("/<programme>/<slug>/office/jury/conflicts", methods=POSTING)
def conflicts(programme: str, slug: str) -> Any:
    """List the conflicts of interest; look for more."""
    frame = open_edition(programme, slug)
    require(frame, "read_audit")
    if tk.request.method == "POST":
        found = call("merit_conflict_infer", edition_id=frame.id)["found"]
        text = tk._("Conflicts found: {count}").format(count=len(found))
        return done(text, frame.url("merit_office.conflicts"))
    rows = call("merit_conflict_list", edition_id=frame.id)
    waiting = [row for row in rows if row["state"] in {"reported", "open"}]
    decided = [row for row in rows if row not in waiting]
    shown, page = part_of(frame, "merit_office.conflicts", [*waiting, *decided])
    acts = ACTS["conflicts"]()
    return show(
        "merit_office/conflicts.html",
        frame,
        conflicts=[row | {"acts": offered(frame, acts, row["state"])} for row in shown],
        page=page,
    )
