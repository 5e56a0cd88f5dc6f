"""Evidence by those behind an entry: the inbox, writing, submitting, withdrawing."""

from __future__ import annotations

import re
from typing import Any

import ckantoolkit as tk

from ckanext.merit.award import words
from ckanext.merit.award.blueprint import (
    POSTING,
    Opened,
    Rules,
    given_file,
    merit_award,
    open_entry,
    rules_of,
)
from ckanext.merit.domain.award.evidence import Criterion, is_lowered
from ckanext.merit.pages import measures, timing
from ckanext.merit.pages.frame import Outcome, attempt, call, done, show

__all__ = ["levels"]

Data = dict[str, Any]
_REFERRED = ("dataset", "resource", "url", "text")
_PLACE = re.compile(r"/(dataset|resource)/([^/?#]+)")


@merit_award.route("/<programme>/<slug>/entry/<key>/evidence")
def evidence(programme: str, slug: str, key: str) -> Any:
    """Show what was given for each criterion, and what became of it."""
    opened = open_entry(programme, slug, key)
    rules = rules_of(opened.frame, opened.entry["category_id"])
    rows = call("merit_award_evidence_list", entry_id=opened.id)
    phases = timing.moments(opened.frame.edition)
    windows = [item for item in phases if item["kind"] == "evidence"]
    return show(
        "merit_award/evidence.html",
        opened.frame,
        opened=opened,
        criteria=rules.criteria,
        pieces={
            code: [row for row in rows if row["criterion"] == code]
            for code in rules.criteria
        },
        disputable={row["id"] for row in rows if _is_lowered(rules, row)},
        kinds=words.kinds(),
        windows=windows,
        can_write=opened.gives and opened.frame.edition["state"] == "published",
        is_open=any(item["when"] == "now" for item in windows),
    )


@merit_award.route("/<programme>/<slug>/entry/<key>/evidence/new", methods=POSTING)
def evidence_new(programme: str, slug: str, key: str) -> Any:
    """Write a new piece for a criterion, perhaps instead of another one."""
    opened = open_entry(programme, slug, key)
    _require_giving(opened)
    rules = rules_of(opened.frame, opened.entry["category_id"])
    criterion = _criterion(rules, tk.request.args.get("criterion", ""))
    data: Data = {"entry_id": opened.id, "criterion": criterion.code}
    replaced = None
    if tk.request.args.get("replaces"):
        replaced = _piece(opened, tk.request.args["replaces"])
        data["replaces"] = replaced["id"]
    return _form(opened, criterion, data, replaced=replaced)


@merit_award.route("/<programme>/<slug>/entry/<key>/evidence/<piece>", methods=POSTING)
def evidence_edit(programme: str, slug: str, key: str, piece: str) -> Any:
    """Change a piece that isn't submitted, or that was returned."""
    opened = open_entry(programme, slug, key)
    row = _piece(opened, piece)
    rules = rules_of(opened.frame, opened.entry["category_id"])
    criterion = _criterion(rules, row["criterion"])
    writable = row["state"] in {"draft", "returned"}
    if not writable or not opened.gives:
        return show(
            "merit_award/evidence_show.html",
            opened.frame,
            opened=opened,
            row=row,
            criterion=criterion,
            kinds=words.kinds(),
        )
    return _form(opened, criterion, {"id": row["id"]}, row=row)


@merit_award.route(
    "/<programme>/<slug>/entry/<key>/evidence/<piece>/<any(submit, withdraw):act>",
    methods=POSTING,
)
def evidence_act(programme: str, slug: str, key: str, piece: str, act: str) -> Any:
    """Submit or withdraw a piece, from a page that says what it means."""
    opened = open_entry(programme, slug, key)
    _require_giving(opened)
    row = _piece(opened, piece)
    outcome = Outcome()
    if tk.request.method == "POST":
        outcome = attempt(f"merit_award_evidence_{act}", {"id": row["id"]})
        if outcome.ok:
            said = {
                "submit": tk._("The evidence is submitted."),
                "withdraw": tk._("The evidence is withdrawn."),
            }
            return done(said[act], opened.url("merit_award.evidence"))
    rules = rules_of(opened.frame, opened.entry["category_id"])
    return show(
        "merit_award/evidence_act.html",
        opened.frame,
        status=200 if outcome.ok else 400,
        opened=opened,
        row=row,
        act=act,
        criterion=_criterion(rules, row["criterion"]),
        kinds=words.kinds(),
        errors=outcome.errors,
    )


def _is_lowered(rules: Rules, row: Data) -> bool:
    """Whether less was accepted than claimed, and nobody disputed it."""
    criterion = rules.criteria.get(row["criterion"])
    if row["state"] != "accepted" or row["dispute"] or criterion is None:
        return False
    return is_lowered(criterion, row["claimed"], row["accepted"])


def _require_giving(opened: Opened) -> None:
    if not opened.gives:
        tk.abort(403, tk._("This page is for others in this contest."))


def levels(criterion: Criterion) -> list[tuple[str, str]]:
    """Levels of a criterion as options, lowest first; none where a number is typed."""
    return [(code, measures.level(criterion.node, code)) for code in criterion.levels]


def _criterion(rules: Rules, code: str) -> Criterion:
    found = rules.criteria.get(code)
    return found if found is not None else tk.abort(404)


def _piece(opened: Opened, piece: str) -> Data:
    row = call("merit_award_evidence_show", id=piece)
    return row if row["entry_id"] == opened.id else tk.abort(404)


def _form(
    opened: Opened,
    criterion: Criterion,
    data: Data,
    *,
    row: Data | None = None,
    replaced: Data | None = None,
) -> Any:
    outcome, values = Outcome(), _stored(criterion, row)
    if tk.request.method == "POST":
        values = {**values, **tk.request.form.to_dict()}
        outcome = _save(opened, data, values)
        if outcome.ok:
            return _next(opened, outcome.answer)
    return show(
        "merit_award/evidence_form.html",
        opened.frame,
        status=200 if outcome.ok else 400,
        opened=opened,
        criterion=criterion,
        row=row,
        replaced=replaced,
        values=values,
        errors={k: v for k, v in outcome.errors.items() if k != "current"},
        kinds={kind: words.kinds()[kind] for kind in criterion.kinds},
        levels=levels(criterion),
    )


def _stored(criterion: Criterion, row: Data | None) -> Data:
    if row is None:
        return {"kind": criterion.kinds[0] if len(criterion.kinds) == 1 else ""}
    return {
        "kind": row["kind"],
        f"reference_{row['kind']}": row["reference"] or "",
        "file": row["file"],
        "file_id": row["file_id"] or "",
        "note": row["note"] or "",
        "claimed": row["claimed"] or "",
        "version": row["version"],
    }


def _save(opened: Opened, data: Data, values: Data) -> Outcome:
    kind = values.get("kind", "")
    given = {name: values.get(name, "") for name in ("kind", "note", "claimed")}
    if "id" in data:
        given["version"] = values.get("version", "")
    if kind in _REFERRED:
        typed = str(values.get(f"reference_{kind}", "")).strip()
        given["reference"] = _named(kind, typed)
    if kind == "file":
        stored = given_file(opened, "evidence", "upload")
        if not stored.ok:
            return stored
        if stored.answer:
            values |= {"file_id": stored.answer["id"], "file": stored.answer}
        given["file_id"] = values.get("file_id", "")
    outcome = attempt("merit_award_evidence_save", data | given)
    places = {"reference": f"reference_{kind}", "file_id": "upload"}
    errors = {places.get(name, name): said for name, said in outcome.errors.items()}
    return Outcome(outcome.answer, errors)


def _named(kind: str, typed: str) -> str:
    """Take the name out of the address of a dataset or resource."""
    for place, name in _PLACE.findall(typed) if kind in {"dataset", "resource"} else ():
        if place == kind:
            return name
    return typed


def _next(opened: Opened, row: Data) -> Any:
    if "submit" not in tk.request.form:
        text = tk._("Saved as a draft. It is not submitted yet.")
        return done(text, opened.url("merit_award.evidence"))
    act = opened.url("merit_award.evidence_act", piece=row["id"], act="submit")
    return done(tk._("Saved. Look at it once more, then submit it."), act)
