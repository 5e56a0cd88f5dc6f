"""The dashboard of an entry, its files, and its appeals."""

from __future__ import annotations

from typing import Any

from flask import send_file

import ckantoolkit as tk

from ckanext.merit import headers
from ckanext.merit.award import storage, words
from ckanext.merit.award.blueprint import (
    POSTING,
    Opened,
    Rules,
    given_file,
    merit_award,
    open_entry,
    rules_of,
)
from ckanext.merit.award.checklist import steps
from ckanext.merit.award.logic.enrolment import OVER
from ckanext.merit.pages import criteria as rule_texts
from ckanext.merit.pages import timing
from ckanext.merit.pages.frame import Outcome, attempt, call, done, show

__all__: list[str] = []

Data = dict[str, Any]
#: State of the entry that each appeal against a decision on it attacks.
_DECISIONS = {"not_admitted": "admission", "disqualified": "disqualification"}
#: Fields of the form for the files of an appeal.
_FILES = ("file_1", "file_2", "file_3")


@merit_award.route("/<programme>/<slug>/entry/<key>")
def entry(programme: str, slug: str, key: str) -> Any:
    """Show where an entry is, what to do next and until when."""
    opened = open_entry(programme, slug, key)
    rules = rules_of(opened.frame, opened.entry["category_id"])
    evidence = _evidence(opened)
    feedback = None
    if opened.may("merit_entry_feedback_show"):
        feedback = call("merit_entry_feedback_show", entry_id=opened.id)
    moments = timing.moments(opened.frame.edition)
    return show(
        "merit_award/entry.html",
        opened.frame,
        opened=opened,
        steps=steps(opened.entry, rules.criteria, evidence, moments),
        moments=[item for item in moments if item["when"] != "past"],
        counts=_counts(evidence),
        waiting=[row for row in evidence if row["state"] == "returned"],
        feedback=feedback,
        titles=rule_texts.titles(rules.body),
        findings=len(call("merit_award_finding_mine", entry_id=opened.id)),
        appeals=call("merit_appeal_mine", entry_id=opened.id),
        targets=words.targets(),
        head=call("merit_award_representative_show", entry_id=opened.id),
        may=_offers(opened),
    )


def _evidence(opened: Opened) -> list[Data]:
    """Evidence as far as the visitor may see it; a sysadmin sees none."""
    if not opened.may("merit_award_evidence_list"):
        return []
    return call("merit_award_evidence_list", entry_id=opened.id)


def _counts(evidence: list[Data]) -> dict[str, int]:
    states = [row["state"] for row in evidence]
    return {state: states.count(state) for state in dict.fromkeys(states)}


def _offers(opened: Opened) -> dict[str, bool]:
    state, edition = opened.entry["state"], opened.frame.edition["state"]
    running = edition == "published"
    ours = opened.may("merit_entry_withdraw")
    writable = state in {"draft", "returned", "submitted"}
    return {
        "edit": running and writable and opened.may("merit_entry_update"),
        "withdraw": running
        and ours
        and state in {"draft", "submitted", "returned", "admitted"},
        "representative": ours
        and state not in OVER
        and edition in {"published", "provisional"},
        "evidence": opened.gives,
        "credits": opened.may("merit_award_creator_list"),
        "appeal": opened.may("merit_appeal_file"),
        "standing": opened.may("merit_award_standing_show"),
    }


@merit_award.route("/<programme>/<slug>/entry/<key>/file/<file_id>")
def file(programme: str, slug: str, key: str, file_id: str) -> Any:
    """Give a file of an entry to those who may read it; to be saved, never shown."""
    found = call("merit_award_file_show", id=file_id)
    if found["entry_id"] != key:
        return tk.abort(404)
    try:
        path = storage.path_of(found["id"])
    except storage.NoFolderError:
        return tk.abort(404)
    if not path.is_file():
        return tk.abort(404)
    headers.untrusted()
    return send_file(
        path,
        mimetype=found["type"],
        as_attachment=True,
        download_name=found["name"],
        max_age=0,
    )


@merit_award.route("/<programme>/<slug>/entry/<key>/appeal", methods=POSTING)
def appeal(programme: str, slug: str, key: str) -> Any:
    """Show the entry's appeals, and file one while the window is open."""
    opened = open_entry(programme, slug, key)
    opened.require("merit_appeal_file")
    rules = rules_of(opened.frame, opened.entry["category_id"])
    offered = _attackable(opened, rules)
    outcome = Outcome()
    if tk.request.method == "POST":
        outcome = _file(opened, offered)
        if outcome.ok:
            url = opened.url("merit_award.appeal")
            return done(tk._("The appeal is filed."), url)
    moments = timing.moments(opened.frame.edition)
    return show(
        "merit_award/appeal.html",
        opened.frame,
        status=200 if outcome.ok else 400,
        opened=opened,
        offered=offered,
        windows=[m for m in moments if m["kind"] in {"appeals", "screening"}],
        appeals=call("merit_appeal_mine", entry_id=opened.id),
        targets=words.targets(),
        errors=outcome.errors,
        values=tk.request.form,
    )


def _file(opened: Opened, offered: list[tuple[str, str]]) -> Outcome:
    form = tk.request.form
    chosen = form.get("target", "")
    if chosen not in dict(offered):
        return Outcome(errors={"target": [tk._("Choose what you appeal against.")]})
    target, _, target_id = chosen.partition("/")
    data = {"entry_id": opened.id, "target": target, "target_id": target_id}
    data |= {name: form.get(name, "").strip() for name in ("ground", "text")}
    files = [given_file(opened, "appeal", field) for field in _FILES]
    refused = {name: said for item in files for name, said in item.errors.items()}
    if refused:
        return Outcome(errors=refused)
    data["files"] = [item.answer["id"] for item in files if item.answer]
    return attempt("merit_appeal_file", data)


def _attackable(opened: Opened, rules: Rules) -> list[tuple[str, str]]:
    """What can be attacked now: pairs of ``target/id`` and a sentence."""
    said, found = words.targets(), []
    decided = _DECISIONS.get(opened.entry["state"])
    if decided:
        found.append((f"{decided}/{opened.id}", said[decided]))
    titles = rule_texts.titles(rules.body)
    for row in _evidence(opened):
        less = row["state"] == "accepted" and row["accepted"] != row["claimed"]
        if row["state"] == "rejected" or less:
            title = titles.get(row["criterion"], row["criterion"])
            text = f"{said['evidence']}: {title}, {row['n']}"
            found.append((f"evidence/{row['id']}", text))
    return found + _results(opened)


def _results(opened: Opened) -> list[tuple[str, str]]:
    """The latest results of the whole; before there are any, of each stage."""
    said, edition = words.targets(), opened.frame.edition
    latest: dict[str | None, Data] = {}
    for row in call("merit_publication_list", edition_id=edition["id"]):
        latest.setdefault(row["stage_id"], row)
    if None in latest:
        latest = {None: latest[None]}
    titles = {row["id"]: tk.h.merit_text(row["title"]) for row in edition["stages"]}
    found: list[tuple[str, str]] = []
    for stage_id, row in latest.items():
        stage = f": {titles[stage_id]}" if stage_id else ""
        found += [
            (f"{target}/{row['id']}", f"{said[target]}{stage}")
            for target in ("score", "rank")
        ]
    return found
