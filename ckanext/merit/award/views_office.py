"""The secretariat's desk for evidence."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.award import words
from ckanext.merit.award.blueprint import POSTING, merit_award, rules_of
from ckanext.merit.award.logic.schema import STATES
from ckanext.merit.award.views_evidence import levels
from ckanext.merit.domain.award.evidence import Criterion
from ckanext.merit.pages import criteria as rule_texts
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
ACTS = ("accept", "return", "reject")


@merit_award.route("/<programme>/<slug>/office/evidence")
def office_evidence(programme: str, slug: str) -> Any:
    """List the evidence of an edition, what waits longest first."""
    frame = _open(programme, slug)
    asked = {
        name: tk.request.args.get(name, "").strip()
        for name in ("state", "criterion", "entry_id")
    }
    state = asked["state"] if "state" in tk.request.args else "submitted"
    if state and state not in STATES:
        return tk.abort(404)
    asked = {k: v for k, v in (asked | {"state": state}).items() if v}
    action = "merit_award_evidence_screen_list"
    rows, page = listed(
        frame, action, "merit_award.office_evidence", edition_id=frame.id, **asked
    )
    body = _body(frame)
    return show(
        "merit_award/office_evidence.html",
        frame,
        rows=rows,
        page=page,
        asked=asked,
        states=STATES,
        titles=rule_texts.titles(body),
        nodes=rule_texts.nodes(body),
        kinds=words.kinds(),
    )


@merit_award.route("/<programme>/<slug>/office/evidence/<piece>", methods=POSTING)
def office_piece(programme: str, slug: str, piece: str) -> Any:
    """Look at a piece of evidence, and accept, return or reject it."""
    frame = _open(programme, slug)
    row = call("merit_award_evidence_show", id=piece)
    entry = call("merit_entry_show", id=row["entry_id"])
    if entry["edition_id"] != frame.id:
        return tk.abort(404)
    rules = rules_of(frame, entry["category_id"])
    criterion = rules.criteria.get(row["criterion"])
    act, outcome = "", Outcome()
    if tk.request.method == "POST":
        act = tk.request.form.get("act", "")
        if act not in ACTS:
            return tk.abort(400)
        outcome = _decide(frame, row, act)
        if outcome.ok:
            return done(_said(act), frame.url("merit_award.office_evidence"))
    others = call("merit_award_evidence_list", entry_id=entry["id"])
    return show(
        "merit_award/office_piece.html",
        frame,
        status=200 if outcome.ok else 400,
        row=row,
        entry=entry,
        criterion=criterion,
        others=[
            item
            for item in others
            if item["criterion"] == row["criterion"] and item["id"] != row["id"]
        ],
        title=rule_texts.titles(_body(frame)).get(row["criterion"], row["criterion"]),
        levels=_options(criterion),
        kinds=words.kinds(),
        act=act,
        errors=outcome.errors,
        values=tk.request.form,
        may_decide=row["state"] == "submitted" and frame.may("screen"),
    )


def _open(programme: str, slug: str) -> Frame:
    frame = open_edition(programme, slug)
    require(frame, "read_audit")
    if frame.edition["kind"] != "award" or not frame.edition["rule_set"]:
        tk.abort(404)
    return frame


def _body(frame: Frame) -> Data:
    rule_set = call("merit_rule_set_show", id=frame.edition["rule_set"]["id"])
    return rule_set["body"]


def _options(criterion: Criterion | None) -> list[tuple[str, str]]:
    return levels(criterion) if criterion is not None else []


def _decide(frame: Frame, row: Data, act: str) -> Outcome:
    data: Data = forms.typed("reason", "level", "due_at") | {"id": row["id"]}
    if act == "return" and "due_at" in data:
        zone = frame.edition["timezone"]
        data["due_at"] = forms.to_instant(data["due_at"], zone)
    return attempt(f"merit_award_evidence_{act}", data)


def _said(act: str) -> str:
    return {
        "accept": tk._("The evidence is accepted."),
        "return": tk._("The evidence is returned."),
        "reject": tk._("The evidence is rejected."),
    }[act]
