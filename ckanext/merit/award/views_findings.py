"""Findings as the entity and the secretariat see them, and snapshots."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.award import sightings, words
from ckanext.merit.award.blueprint import POSTING, merit_award, open_entry
from ckanext.merit.award.logic.machine_schema import STATES
from ckanext.merit.pages import forms
from ckanext.merit.pages.frame import (
    Frame,
    Outcome,
    attempt,
    call,
    done,
    listed,
    open_edition,
    require,
    show,
)

__all__: list[str] = []

Data = dict[str, Any]


@merit_award.route("/<programme>/<slug>/entry/<key>/findings", methods=POSTING)
def findings(programme: str, slug: str, key: str) -> Any:
    """Show what was noted about an entry, and take its answer, once."""
    opened = open_entry(programme, slug, key)
    outcome, answered = Outcome(), tk.request.form.get("finding", "")
    if tk.request.method == "POST":
        outcome = attempt(
            "merit_award_finding_answer", {"id": answered, **forms.typed("text")}
        )
        if outcome.ok:
            url = opened.url("merit_award.findings")
            return done(tk._("Your answer is in."), url)
    return show(
        "merit_award/findings.html",
        opened.frame,
        status=200 if outcome.ok else 400,
        opened=opened,
        findings=call("merit_award_finding_mine", entry_id=opened.id),
        seen=sightings.seen,
        labels=words.findings(),
        state_labels=words.states(),
        effects=words.effects(),
        errors=outcome.errors,
        answered=answered,
        typed=tk.request.form.get("text", ""),
        can_answer=opened.gives,
    )


@merit_award.route("/<programme>/<slug>/office/findings")
def office_findings(programme: str, slug: str) -> Any:
    """List what was noted in an edition."""
    frame = _open(programme, slug)
    state = tk.request.args.get("state", "").strip()
    if state and state not in STATES:
        return tk.abort(404)
    asked = {"state": state} if state else {}
    rows, page = listed(
        frame,
        "merit_award_finding_list",
        "merit_award.office_findings",
        edition_id=frame.id,
        **asked,
    )
    return show(
        "merit_award/office_findings.html",
        frame,
        rows=rows,
        page=page,
        state=state,
        states=STATES,
        labels=words.findings(),
        state_labels=words.states(),
        effects=words.effects(),
    )


@merit_award.route("/<programme>/<slug>/office/findings/<key>", methods=POSTING)
def office_finding(programme: str, slug: str, key: str) -> Any:
    """Look at one, and uphold or dismiss it."""
    frame = _open(programme, slug)
    row = _finding(frame, key)
    outcome, values = Outcome(), tk.request.form
    if tk.request.method == "POST":
        data: Data = {"id": key, **forms.typed("outcome", "reason")}
        kept = values.getlist("dataset")
        if values.get("outcome") == "uphold":
            data["datasets"] = kept
        if values.get("outcome") == "uphold" and not kept:
            text = tk._("Tick the datasets for which it is upheld.")
            outcome = Outcome(errors={"datasets": [text]})
        else:
            outcome = attempt("merit_award_finding_decide", data)
        if outcome.ok:
            url = frame.url("merit_award.office_findings")
            return done(tk._("The finding is decided."), url)
    return show(
        "merit_award/office_finding.html",
        frame,
        status=200 if outcome.ok else 400,
        row=row,
        seen=sightings.seen,
        labels=words.findings(),
        state_labels=words.states(),
        effects=words.effects(),
        errors=outcome.errors,
        values=values,
        chosen=values.getlist("dataset") or row["datasets"],
        may_decide=row["state"] in {"open", "heard"} and frame.may("screen"),
    )


@merit_award.route("/<programme>/<slug>/office/snapshots", methods=POSTING)
def office_snapshots(programme: str, slug: str) -> Any:
    """List what was frozen of the catalogue, and freeze it by hand."""
    frame = _open(programme, slug)
    outcome = Outcome()
    if tk.request.method == "POST":
        require(frame, "take_snapshot")
        outcome = _take(frame)
        if outcome.ok:
            url = frame.url("merit_award.office_snapshots")
            return done(tk._("The catalogue is being frozen."), url)
    return show(
        "merit_award/office_snapshots.html",
        frame,
        status=200 if outcome.ok else 400,
        rows=call("merit_award_snapshot_list", edition_id=frame.id),
        stages={item["id"]: item["title"] for item in frame.edition["stages"]},
        kinds=words.snapshots(),
        errors=outcome.errors,
        values=tk.request.form,
        may_take=frame.may("take_snapshot") and frame.edition["state"] == "published",
    )


@merit_award.route(
    "/<programme>/<slug>/office/snapshots/<key>/measure", methods=POSTING
)
def office_measure(programme: str, slug: str, key: str) -> Any:
    """Measure all entries on a snapshot again, after asking."""
    frame = _open(programme, slug)
    require(frame, "take_snapshot")
    rows = call("merit_award_snapshot_list", edition_id=frame.id)
    row = next((item for item in rows if item["id"] == key), None)
    if row is None:
        return tk.abort(404)
    outcome = Outcome()
    if tk.request.method == "POST":
        outcome = _confirmed() or attempt("merit_award_snapshot_measure", {"id": key})
        if outcome.ok:
            url = frame.url("merit_award.office_snapshots")
            return done(tk._("The entries are being measured again."), url)
    return show(
        "merit_award/office_measure.html",
        frame,
        status=200 if outcome.ok else 400,
        row=row,
        kinds=words.snapshots(),
        errors=outcome.errors,
    )


def _confirmed() -> Outcome | None:
    """Refuse what was not confirmed; None where it was."""
    if tk.request.form.get("confirm"):
        return None
    return Outcome(errors={"confirm": [tk._("Tick the box if you mean it.")]})


def _take(frame: Frame) -> Outcome:
    data = {"edition_id": frame.id, **forms.typed("kind", "stage_id")}
    return _confirmed() or attempt("merit_award_snapshot_take", data)


def _open(programme: str, slug: str) -> Frame:
    frame = open_edition(programme, slug)
    require(frame, "read_audit")
    if frame.edition["kind"] != "award":
        tk.abort(404)
    return frame


def _finding(frame: Frame, key: str) -> Data:
    found = call("merit_award_finding_list", edition_id=frame.id, finding_id=key)
    return found["results"][0] if found["results"] else tk.abort(404)
