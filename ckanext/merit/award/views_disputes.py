"""Disputes over evidence: the entity's page, the juror's, the secretariat's."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.award import words
from ckanext.merit.award.blueprint import POSTING, merit_award, open_entry, rules_of
from ckanext.merit.award.views_evidence import levels
from ckanext.merit.domain.contest.machines import DISPUTE
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
_JUDGING = ("accepted", "active")


@merit_award.route(
    "/<programme>/<slug>/entry/<key>/evidence/<piece>/dispute", methods=POSTING
)
def dispute(programme: str, slug: str, key: str, piece: str) -> Any:
    """Dispute the level accepted for a piece, or take the dispute back."""
    opened = open_entry(programme, slug, key)
    row = call("merit_award_evidence_show", id=piece)
    if row["entry_id"] != opened.id or not opened.gives:
        return tk.abort(404)
    outcome = Outcome()
    if tk.request.method == "POST":
        outcome = _say(row)
        if outcome.ok:
            said = {
                "open": tk._("The level is disputed. A juror will decide."),
                "withdrawn": tk._("The dispute is withdrawn."),
            }
            url = opened.url("merit_award.evidence")
            return done(said[outcome.answer["state"]], url)
    rules = rules_of(opened.frame, opened.entry["category_id"])
    return show(
        "merit_award/dispute.html",
        opened.frame,
        status=200 if outcome.ok else 400,
        opened=opened,
        row=row,
        criterion=rules.criteria.get(row["criterion"]),
        kinds=words.kinds(),
        errors=outcome.errors,
        reason=tk.request.form.get("reason", ""),
    )


@merit_award.route("/<programme>/<slug>/disputes")
def disputes(programme: str, slug: str) -> Any:
    """List the disputes that were handed to the visitor as juror."""
    frame = open_edition(programme, slug)
    require(frame, "see_own_scores")
    return show(
        "merit_award/disputes.html",
        frame,
        rows=call("merit_award_dispute_mine", edition_id=frame.id),
        titles=_titles(frame),
    )


@merit_award.route("/<programme>/<slug>/disputes/<key>", methods=POSTING)
def dispute_decide(programme: str, slug: str, key: str) -> Any:
    """Look at a dispute that was handed to the visitor, and decide it."""
    frame = open_edition(programme, slug)
    require(frame, "see_own_scores")
    row = call("merit_award_dispute_show", id=key)
    outcome = Outcome()
    if tk.request.method == "POST":
        data = {"id": key, **forms.typed("level", "reason")}
        outcome = attempt("merit_award_dispute_decide", data)
        if outcome.ok:
            message = tk._("The dispute is decided.")
            return done(message, frame.url("merit_award.disputes"))
    return _shown(frame, row, outcome, template="merit_award/dispute_decide.html")


@merit_award.route("/<programme>/<slug>/office/disputes")
def office_disputes(programme: str, slug: str) -> Any:
    """List the disputes of an edition."""
    frame = open_edition(programme, slug)
    require(frame, "see_run")
    state = tk.request.args.get("state", "").strip()
    if state and state not in DISPUTE.states:
        return tk.abort(404)
    rows, page = listed(
        frame,
        "merit_award_dispute_list",
        "merit_award.office_disputes",
        edition_id=frame.id,
        **({"state": state} if state else {}),
    )
    return show(
        "merit_award/office_disputes.html",
        frame,
        rows=rows,
        page=page,
        state=state,
        states=DISPUTE.states,
        titles=_titles(frame),
    )


@merit_award.route("/<programme>/<slug>/office/disputes/<key>", methods=POSTING)
def office_dispute(programme: str, slug: str, key: str) -> Any:
    """Look at a dispute, and hand it to a juror."""
    frame = open_edition(programme, slug)
    require(frame, "see_run")
    row = call("merit_award_dispute_show", id=key)
    outcome = Outcome()
    if tk.request.method == "POST":
        outcome = _hand(key)
        if outcome.ok:
            message = tk._("The dispute is handed to the juror.")
            return done(message, frame.url("merit_award.office_disputes"))
    return _shown(
        frame,
        row,
        outcome,
        template="merit_award/office_dispute.html",
        jurors=[
            (item["id"], item["user"]["fullname"])
            for item in call("merit_juror_list", edition_id=frame.id)
            if item["state"] in _JUDGING and item["user"]
        ],
        may_hand=row["state"] in {"open", "handed"} and frame.may("appoint_jurors"),
    )


def _say(row: Data) -> Outcome:
    if tk.request.form.get("act") == "withdraw" and row["dispute"]:
        return attempt("merit_award_dispute_withdraw", {"id": row["dispute"]["id"]})
    data = {"id": row["id"], **forms.typed("reason")}
    return attempt("merit_award_dispute_open", data)


def _hand(key: str) -> Outcome:
    data = {"id": key, **forms.typed("juror_id")}
    outcome = attempt("merit_award_dispute_hand", data)
    if outcome.ok and "conflict" in outcome.answer:
        text = tk._("A conflict of interest was found and noted. Choose somebody else.")
        return Outcome(errors={"juror_id": [text]})
    return outcome


def _shown(
    frame: Frame, row: Data, outcome: Outcome, *, template: str, **more: Any
) -> Any:
    rules = rules_of(frame, row["category_id"])
    criterion = rules.criteria.get(row["evidence"]["criterion"])
    return show(
        template,
        frame,
        status=200 if outcome.ok else 400,
        row=row,
        criterion=criterion,
        levels=levels(criterion) if criterion else [],
        kinds=words.kinds(),
        errors=outcome.errors,
        values=tk.request.form,
        **more,
    )


def _titles(frame: Frame) -> dict[str, Any]:
    rule_set = call("merit_rule_set_show", id=frame.edition["rule_set"]["id"])
    return rule_texts.titles(rule_set["body"])
