"""Programmes: their editions, their people, and the portal's organisations."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.merit.pages import forms, profile_words
from ckanext.merit.pages.frame import (
    Outcome,
    attempt,
    call,
    done,
    is_sysadmin,
    listed,
    part_of,
    show,
)
from ckanext.merit.pages.office_blueprint import (
    POSTING,
    merit_office,
    programme_named,
)

__all__: list[str] = []

Data = dict[str, Any]
_PROFILE = ("type", "level", "region", "size_class")


@merit_office.route("/office")
def index() -> Any:
    """List the programmes in which one holds a role, with their editions."""
    found, page = listed(None, "merit_office_list", "merit_office.index")
    return show("merit_office/index.html", programmes=found, page=page)


@merit_office.route("/office/new", methods=POSTING)
def programme_new() -> Any:
    """Create a programme. For sysadmins."""
    if not is_sysadmin():
        return tk.abort(403, tk._("This page is for others in this contest."))
    outcome = Outcome()
    if tk.request.method == "POST":
        outcome = attempt("merit_programme_create", forms.typed("name") | _described())
        if outcome.ok:
            url = tk.url_for("merit_office.people", programme=outcome.answer["name"])
            return done(tk._("The programme is there. Appoint its secretariat."), url)
    return show(
        "merit_office/programme_new.html",
        status=200 if outcome.ok else 400,
        errors=outcome.errors,
        values=tk.request.form,
        languages=forms.languages(),
    )


def _described() -> Data:
    others = forms.lines(tk.request.form.get("co_recognisers", ""))
    data = {"title": forms.texts("title"), "co_recognisers": others}
    return forms.typed("owner_org") | data


@merit_office.route("/office/<programme>/edit", methods=POSTING)
def programme_edit(programme: str) -> Any:
    """Change a programme. For sysadmins."""
    if not is_sysadmin():
        return tk.abort(403, tk._("This page is for others in this contest."))
    found, outcome = programme_named(programme), Outcome()
    values: Any = {
        **forms.text_fields("title", found["title"]),
        "owner_org": found["owner_org"] or "",
        "co_recognisers": "\n".join(found["co_recognisers"]),
    }
    if tk.request.method == "POST":
        values = tk.request.form
        outcome = attempt("merit_programme_update", _described() | {"id": found["id"]})
        if outcome.ok:
            url = tk.url_for("merit_office.programme", programme=programme)
            return done(tk._("Saved."), url)
    return show(
        "merit_office/programme_edit.html",
        status=200 if outcome.ok else 400,
        programme=found,
        errors=outcome.errors,
        values=values,
        languages=forms.languages(),
    )


@merit_office.route("/office/<programme>")
def programme(programme: str) -> Any:
    """Show a programme with its editions."""
    return show("merit_office/programme.html", programme=programme_named(programme))


@merit_office.route("/office/<programme>/new", methods=POSTING)
def edition_new(programme: str) -> Any:
    """Create an edition, blank or as a copy of an earlier one."""
    found = programme_named(programme)
    outcome = Outcome()
    if tk.request.method == "POST":
        outcome = _created(found)
        if outcome.ok:
            url = tk.url_for(
                "merit_office.dashboard",
                programme=programme,
                slug=outcome.answer["slug"],
            )
            return done(tk._("The edition is there, as a draft."), url)
    return show(
        "merit_office/edition_new.html",
        status=200 if outcome.ok else 400,
        programme=found,
        errors=outcome.errors,
        values=tk.request.form or {"timezone": "America/Lima", "kind": "award"},
        languages=forms.languages(),
    )


def _created(programme: Data) -> Outcome:
    data: Data = forms.typed("slug") | {"title": forms.texts("title")}
    copied = tk.request.form.get("copy_of")
    if copied:
        return attempt("merit_edition_clone", data | {"id": copied})
    data |= forms.typed("kind", "timezone", "contact", "simulation")
    summary = forms.texts("summary")
    if summary:
        data["summary"] = summary
    return attempt("merit_edition_create", data | {"programme_id": programme["id"]})


@merit_office.route("/office/<programme>/people", methods=POSTING)
def people(programme: str) -> Any:
    """List who holds which role in a programme; appoint somebody."""
    found = programme_named(programme)
    roles = call("merit_role_list", programme_id=found["id"])
    outcome = Outcome()
    if tk.request.method == "POST":
        outcome = _appointed(found["id"])
        if outcome.ok:
            url = tk.url_for("merit_office.people", programme=programme)
            return done(tk._("The role is given."), url)
    # Those that are held come first.
    roles.sort(key=lambda role: role["ended_at"] is not None)
    shown, page = part_of(None, "merit_office.people", roles)
    return show(
        "merit_office/people.html",
        status=200 if outcome.ok else 400,
        programme=found,
        roles=[role for role in shown if role["ended_at"] is None],
        past=[role for role in shown if role["ended_at"] is not None],
        page=page,
        editions={item["id"]: item for item in found["editions"]},
        errors=outcome.errors,
        values=tk.request.form,
    )


def _appointed(programme_id: str) -> Outcome:
    data: Data = forms.typed("user", "role", "edition_id")
    data["programme_id"] = programme_id
    role = data.pop("role", "")
    if role == "secretariat":
        return attempt("merit_secretariat_appoint", data)
    if role == "deputy":
        return attempt("merit_deputy_appoint", data)
    return attempt("merit_role_grant", data | {"role": role})


@merit_office.route("/office/<programme>/people/<key>/end", methods=POSTING)
def role_end(programme: str, key: str) -> Any:
    """End somebody's role, with a reason."""
    found = programme_named(programme)
    roles = call("merit_role_list", programme_id=found["id"])
    role = next((item for item in roles if item["id"] == key), None)
    if role is None:
        return tk.abort(404)
    outcome = Outcome()
    if tk.request.method == "POST":
        secretariat = role["role"] == "secretariat"
        action = "merit_secretariat_dismiss" if secretariat else "merit_role_end"
        outcome = attempt(action, {"id": key, **forms.typed("reason")})
        if outcome.ok:
            url = tk.url_for("merit_office.people", programme=programme)
            return done(tk._("The role has ended."), url)
    return show(
        "merit_office/role_end.html",
        status=200 if outcome.ok else 400,
        programme=found,
        role=role,
        errors=outcome.errors,
        values=tk.request.form,
    )


@merit_office.route("/office/<programme>/organizations")
def organizations(programme: str) -> Any:
    """List the portal's organisations with what categories ask of them."""
    found = programme_named(programme)
    asked = tk.request.args
    data = {"q": asked.get("q", ""), "missing": asked.get("missing", "")}
    rows, page = listed(
        None,
        "merit_organization_profile_list",
        "merit_office.organizations",
        programme_id=found["id"],
        **data,
    )
    return show(
        "merit_office/organizations.html",
        programme=found,
        organizations=rows,
        page=page,
        asked=data,
    )


@merit_office.route("/office/<programme>/organizations/import", methods=POSTING)
def organizations_import(programme: str) -> Any:
    """Read profiles from CSV; bad rows are named by line."""
    found = programme_named(programme)
    outcome, text = Outcome(), ""
    if tk.request.method == "POST":
        text = forms.uploaded("csv")
        data = {"programme_id": found["id"], "csv": text}
        outcome = attempt("merit_organization_profile_import", data)
        if outcome.ok:
            text = tk._("Profiles read: {count}")
            message = text.format(count=outcome.answer["updated"])
            url = tk.url_for("merit_office.organizations", programme=programme)
            return done(message, url)
    return show(
        "merit_office/organizations_import.html",
        status=200 if outcome.ok else 400,
        programme=found,
        errors=outcome.errors,
        text=text,
    )


@merit_office.route("/office/<programme>/organizations/<name>/edit", methods=POSTING)
def organization(programme: str, name: str) -> Any:
    """Say what an organisation is."""
    found = programme_named(programme)
    data = {"programme_id": found["id"], "q": name, "limit": 1000}
    listing = call("merit_organization_profile_list", **data)
    row = next((item for item in listing["results"] if item["name"] == name), None)
    if row is None:
        return tk.abort(404)
    outcome, values = Outcome(), row
    if tk.request.method == "POST":
        values = tk.request.form
        outcome = attempt(
            "merit_organization_profile_update",
            {"programme_id": found["id"], "organization": name}
            | forms.typed(*_PROFILE),
        )
        if outcome.ok:
            url = tk.url_for("merit_office.organizations", programme=programme)
            return done(tk._("Saved."), url)
    return show(
        "merit_office/organization.html",
        status=200 if outcome.ok else 400,
        programme=found,
        organization=row,
        known=listing["known"],
        in_use=profile_words.in_use,
        errors=outcome.errors,
        values=values,
    )
