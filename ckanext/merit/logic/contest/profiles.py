"""Profiles of organisations: what categories ask and CKAN does not know."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model

from ckanext.merit.guard import guarded
from ckanext.merit.logic.contest import answers, schema, tables, trail
from ckanext.merit.logic.contest.transaction import transactional
from ckanext.merit.model.contest import OrganizationProfile

__all__ = [
    "merit_organization_profile_import",
    "merit_organization_profile_list",
    "merit_organization_profile_update",
]

Context = Any
Data = dict[str, Any]
_FIELDS = answers.PROFILE[1:]
_HEADER = ["organization", *_FIELDS]
#: Most values of one field that are suggested.
_KNOWN = 200


@tk.validate_action_data(schema.profile_update)
@guarded
@transactional
def merit_organization_profile_update(context: Context, data_dict: Data) -> Data:
    """Say what an organization is, for the categories. For the secretariat.

    What isn't given becomes unknown.

    :param programme_id: id of a programme in whose secretariat you are
    :type programme_id: string
    :param organization: name or id of the organization
    :type organization: string
    :param type: for example ``municipality`` (optional)
    :type type: string
    :param level: level of government (optional)
    :type level: string
    :param region: region (optional)
    :type region: string
    :param size_class: class of size (optional)
    :type size_class: string

    :returns: the profile
    :rtype: dictionary
    """
    tk.check_access("merit_organization_profile_update", context, data_dict)
    row = _put_profile(data_dict)
    after = answers.as_dict(row, answers.PROFILE)
    trail.note(
        context, "update", row, edition_id=None, change=trail.Change(after=after)
    )
    return after


@tk.validate_action_data(schema.profile_import)
@guarded
@transactional
def merit_organization_profile_import(context: Context, data_dict: Data) -> Data:
    """Read profiles of organizations from CSV; one bad row and nothing is changed.

    The columns are ``organization``, ``type``, ``level``, ``region``, ``size_class``.

    :param programme_id: id of a programme in whose secretariat you are
    :type programme_id: string
    :param csv: the text of the file
    :type csv: string

    :returns: ``updated``, the number of profiles
    :rtype: dictionary
    """
    tk.check_access("merit_organization_profile_import", context, data_dict)
    problems: list[str] = []
    updated = 0
    for line, item in tables.rows_of(data_dict["csv"], _HEADER):
        try:
            row = _put_profile(_checked(data_dict["programme_id"], item))
        except (tk.ObjectNotFound, tk.ValidationError) as error:
            problems += [tables.sentence(line, text) for text in _texts(error)]
            continue
        updated += 1
        after = answers.as_dict(row, answers.PROFILE)
        trail.note(
            context, "import", row, edition_id=None, change=trail.Change(after=after)
        )
    if problems:
        raise tk.ValidationError({"csv": problems})
    return {"updated": updated}


@tk.side_effect_free
@tk.validate_action_data(schema.profile_list)
def merit_organization_profile_list(context: Context, data_dict: Data) -> Data:
    """List all organizations of the portal with their profiles, by title.

    For those who hold a role.

    :param programme_id: id of a programme in which you hold a role
    :type programme_id: string
    :param q: only with this text in name or title (optional)
    :type q: string
    :param missing: only those of which nothing is stated yet (default: false)
    :type missing: bool
    :param limit: number of organizations to return (default: 20)
    :type limit: int
    :param offset: number of organizations to pass over (default: 0)
    :type offset: int

    :returns: ``count``, ``results`` and ``known``: the values in use by field
    :rtype: dictionary
    """
    tk.check_access("merit_organization_profile_list", context, data_dict)
    found = _organizations(data_dict)
    count = model.Session.scalar(
        sa.select(sa.func.count()).select_from(found.subquery())
    )
    rows = model.Session.execute(
        found.order_by(sa.func.lower(model.Group.title), model.Group.id)
        .limit(data_dict["limit"])
        .offset(data_dict["offset"])
    )
    names = ("organization_id", "name", "title", *_FIELDS)
    return {
        "count": count,
        "results": [dict(zip(names, row, strict=True)) for row in rows],
        "known": _known(),
    }


def _organizations(data: Data) -> Any:
    profile = OrganizationProfile
    group = model.Group
    fields = [getattr(profile, name) for name in _FIELDS]
    found = (
        sa.select(group.id, group.name, group.title, *fields)
        .outerjoin(profile, profile.organization_id == group.id)
        .where(group.is_organization.is_(True), group.state == "active")
    )
    if data.get("q"):
        wanted = data["q"].lower()
        found = found.where(
            sa.or_(
                *(
                    sa.func.lower(text).contains(wanted, autoescape=True)
                    for text in (group.title, group.name)
                )
            )
        )
    if data["missing"]:
        found = found.where(*(field.is_(None) for field in fields))
    return found


def _known() -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name in _FIELDS:
        field = getattr(OrganizationProfile, name)
        found = sa.select(field).where(field.isnot(None)).distinct().order_by(field)
        values[name] = list(model.Session.scalars(found.limit(_KNOWN)))
    return values


def _checked(programme_id: str, item: dict[str, str]) -> Data:
    """Hold a line of a file to what a single profile is held to."""
    given = {name: item[name] for name in _HEADER} | {"programme_id": programme_id}
    data, errors = tk.navl_validate(given, schema.profile_update())
    if errors:
        raise tk.ValidationError(errors)
    return data


def _texts(error: tk.ObjectNotFound | tk.ValidationError) -> list[str]:
    if isinstance(error, tk.ValidationError):
        errors: Data = error.error_dict
        return [f"{name}: {' '.join(texts)}" for name, texts in errors.items()]
    return [str(error)]


def _put_profile(data: Data) -> OrganizationProfile:
    organization = model.Group.get(data.get("organization") or "")
    if organization is None or not organization.is_organization:
        name = data.get("organization")
        raise tk.ObjectNotFound(tk._("Organization not found: {0}").format(name))
    row = model.Session.get(OrganizationProfile, organization.id)
    if row is None:
        row = OrganizationProfile(organization_id=organization.id)
        model.Session.add(row)
    for name in _FIELDS:
        setattr(row, name, data.get(name))
    model.Session.flush()
    return row
