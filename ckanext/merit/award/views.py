"""Enrolment: choose, write, preview, submit, withdraw."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.award import words
from ckanext.merit.award.blueprint import (
    POSTING,
    Opened,
    given_file,
    merit_award,
    open_entry,
    rules_of,
)
from ckanext.merit.domain.award.enrolment import MEMBERS, ROLES, Requirements
from ckanext.merit.pages import profile_words, timing
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

__all__ = ["merit_award"]

Data = dict[str, Any]
ROW = ("name", "role", "email")


@merit_award.route("/<programme>/<slug>/enrol", methods=POSTING)
def enrol(programme: str, slug: str) -> Any:
    """Choose an organisation and a category, and begin the enrolment."""
    frame = open_edition(programme, slug)
    if frame.edition["kind"] != "award":
        return tk.abort(404)
    require(frame, "see_chances")
    named = tk.request.args.get("organization", "").strip()
    asked: Data = {"organization_id": named} if named else {}
    chances = call("merit_award_chance_list", edition_id=frame.id, **asked)
    outcome = Outcome()
    if tk.request.method == "POST":
        outcome = _begin(frame, chances)
        if outcome.ok:
            text = tk._("The enrolment has begun. Nothing is submitted yet.")
            url = frame.url("merit_award.edit", key=outcome.answer["id"])
            return done(text, url)
    return show(
        "merit_award/enrol.html",
        frame,
        status=200 if outcome.ok else 400,
        chances=chances,
        errors=outcome.errors,
        chosen=tk.request.form.get("choice", ""),
        phases=_phases(frame),
        named=named,
        fields=profile_words.fields(),
        told=profile_words.shortfall,
    )


def _phases(frame: Frame) -> list[Data]:
    return [
        item for item in timing.moments(frame.edition) if item["kind"] == "enrolment"
    ]


def _begin(frame: Frame, chances: list[Data]) -> Outcome:
    organization_id, _, category_id = tk.request.form.get("choice", "").partition("/")
    known = {item["organization"]["id"] for item in chances}
    if organization_id not in known or not category_id:
        text = tk._("Choose an organization and a category.")
        return Outcome(errors={"choice": [text]})
    data = {
        "edition_id": frame.id,
        "organization_id": organization_id,
        "category_id": category_id,
    }
    if not frame.may("appoint_roles"):
        data["head"] = tk.current_user.name
    return attempt("merit_entry_prepare", data)


@merit_award.route("/<programme>/<slug>/entry/<key>/edit", methods=POSTING)
def edit(programme: str, slug: str, key: str) -> Any:
    """Write the enrolment: representative, officials, letter, declarations."""
    opened = open_entry(programme, slug, key)
    opened.require("merit_entry_update")
    rules = rules_of(opened.frame, opened.entry["category_id"]).requirements
    outcome, values = Outcome(), _stored(opened, rules)
    if tk.request.method == "POST":
        values = _typed(opened, rules)
        if "more" not in tk.request.form:
            outcome = _save(opened, values)
            if outcome.ok:
                preview = "preview" in tk.request.form
                end = "merit_award.preview" if preview else "merit_award.edit"
                return done(tk._("Saved."), opened.url(end))
    return show(
        "merit_award/edit.html",
        opened.frame,
        status=_status(outcome),
        opened=opened,
        values=values,
        errors={k: v for k, v in outcome.errors.items() if k != "current"},
        requirements=rules,
        roles=words.roles(),
    )


def _stored(opened: Opened, rules: Requirements) -> Data:
    draft = opened.entry["draft"]
    head = call("merit_award_representative_show", entry_id=opened.id)
    team = [{name: row.get(name, "") for name in ROW} for row in draft.get("team", [])]
    held = {row["role"] for row in team}
    blank = [{"role": role} for role in rules.roles if role not in held]
    return {
        "title": opened.entry["title"],
        "head": head["name"] if head else "",
        "version": opened.entry["version"],
        "team": [*team, *blank] or [{}],
        "declarations": draft.get("declarations", {}),
        "letter": draft.get("letter"),
    }


def _typed(opened: Opened, rules: Requirements) -> Data:
    """What the form holds, with a blank row more where it was asked for."""
    form = tk.request.form
    rows = [
        {name: form.get(f"team-{n}-{name}", "").strip() for name in ROW}
        for n in range(MEMBERS)
    ]
    team = [row for row in rows if row["name"] or row["email"]]
    return {
        "title": form.get("title", "").strip(),
        "head": form.get("head", "").strip(),
        "version": form.get("version", ""),
        "team": [*team, {}] if "more" in form else team or [{}],
        "declarations": {
            item.code: True
            for item in rules.declarations
            if form.get(f"declaration-{item.code}")
        },
        "letter": opened.entry["draft"].get("letter"),
    }


def _save(opened: Opened, values: Data) -> Outcome:
    letter = given_file(opened, "letter", "letter")
    if not letter.ok:
        return letter
    if letter.answer:
        values["letter"] = letter.answer["id"]
    draft = {
        **opened.entry["draft"],
        "team": [row for row in values["team"] if row],
        "declarations": values["declarations"],
    }
    if values["letter"]:
        draft["letter"] = values["letter"]
    data = {"id": opened.id, "version": values["version"], "draft": draft}
    data |= {name: values[name] for name in ("title", "head") if values[name]}
    outcome = attempt("merit_entry_update", data)
    if "current" in outcome.errors:
        # A second save, after reading the other's, is meant to replace it.
        values["version"] = call("merit_entry_show", id=opened.id)["version"]
    return outcome


@merit_award.route("/<programme>/<slug>/entry/<key>/preview", methods=POSTING)
def preview(programme: str, slug: str, key: str) -> Any:
    """Show what is about to be submitted, and submit it."""
    opened = open_entry(programme, slug, key)
    outcome = Outcome()
    if tk.request.method == "POST":
        # Without one nobody can tell what was seen: 0 is no version of anything.
        version = tk.request.form.get("version") or "0"
        outcome = attempt("merit_entry_submit", {"id": opened.id, "version": version})
        if outcome.ok:
            text = tk._("Submitted. This is your receipt.")
            return done(text, opened.url("merit_award.receipt"))
    rules = rules_of(opened.frame, opened.entry["category_id"]).requirements
    return show(
        "merit_award/preview.html",
        opened.frame,
        status=_status(outcome),
        opened=opened,
        errors={k: v for k, v in outcome.errors.items() if k != "current"},
        lacks=call("merit_award_enrolment_check", entry_id=opened.id),
        can_submit=opened.may("merit_entry_submit"),
        **described(opened, opened.entry["draft"], rules),
    )


def _status(outcome: Outcome) -> int:
    if outcome.ok:
        return 200
    return 409 if "current" in outcome.errors else 400


@merit_award.route("/<programme>/<slug>/entry/<key>/receipt")
def receipt(programme: str, slug: str, key: str) -> Any:
    """Show what was submitted last, with digest and the server's time."""
    opened = open_entry(programme, slug, key)
    versions = opened.entry["versions"]
    if not versions:
        return tk.abort(404)
    rules = rules_of(opened.frame, opened.entry["category_id"]).requirements
    return show(
        "merit_award/receipt.html",
        opened.frame,
        opened=opened,
        versions=versions,
        **described(opened, versions[0]["body"], rules),
    )


@merit_award.route("/<programme>/<slug>/entry/<key>/withdraw", methods=POSTING)
def withdraw(programme: str, slug: str, key: str) -> Any:
    """Withdraw the entry, after asking."""
    opened = open_entry(programme, slug, key)
    opened.require("merit_entry_withdraw")
    outcome = Outcome()
    if tk.request.method == "POST":
        outcome = _confirmed() or attempt("merit_entry_withdraw", {"id": opened.id})
        if outcome.ok:
            return done(tk._("The entry is withdrawn."), opened.url())
    return show(
        "merit_award/withdraw.html",
        opened.frame,
        status=200 if outcome.ok else 400,
        opened=opened,
        errors=outcome.errors,
    )


@merit_award.route("/<programme>/<slug>/entry/<key>/representative", methods=POSTING)
def representative(programme: str, slug: str, key: str) -> Any:
    """Name somebody else who represents the entry."""
    opened = open_entry(programme, slug, key)
    opened.require("merit_award_representative_change")
    outcome, values = Outcome(), tk.request.form
    if tk.request.method == "POST":
        outcome = _appoint(opened)
        if outcome.ok:
            return done(tk._("The representative is changed."), opened.url())
    return show(
        "merit_award/representative.html",
        opened.frame,
        status=200 if outcome.ok else 400,
        opened=opened,
        errors=outcome.errors,
        values=values,
        head=call("merit_award_representative_show", entry_id=opened.id),
    )


def _appoint(opened: Opened) -> Outcome:
    form, letter = tk.request.form, given_file(opened, "letter", "letter")
    if not letter.ok:
        return letter
    data = {"id": opened.id, **{name: form.get(name) for name in ("head", "reason")}}
    if letter.answer:
        data["letter"] = letter.answer["id"]
    return attempt("merit_award_representative_change", data)


def _confirmed() -> Outcome | None:
    if tk.request.form.get("confirm"):
        return None
    return Outcome(errors={"confirm": [tk._("Tick the box if you mean it.")]})


def described(opened: Opened, body: Data, rules: Requirements) -> Data:
    """Values of the template piece that shows an enrolment."""
    made = body.get("declarations") or {}
    order = {role: n for n, role in enumerate(ROLES)}
    team = [row for row in body.get("team") or [] if isinstance(row, dict)]
    return {
        "team": sorted(
            team, key=lambda row: order.get(str(row.get("role")), len(order))
        ),
        "roles": words.roles(),
        "letter": _letter(body.get("letter")),
        "declared": [item for item in rules.declarations if made.get(item.code)],
        "head": call("merit_award_representative_show", entry_id=opened.id),
        "category": next(
            item
            for item in opened.frame.edition["categories"]
            if item["id"] == opened.entry["category_id"]
        ),
    }


def _letter(file_id: Any) -> Data | None:
    data = {"id": file_id}
    if not file_id or not tk.h.check_access("merit_award_file_show", data):
        return None
    return call("merit_award_file_show", **data)
