"""Actions that answer about the portal as a whole: rules, figures, league."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.merit.model import quality_report
from ckanext.merit.quality import profiles
from ckanext.merit.quality.logic import answers, schema
from ckanext.merit.quality.logic.evaluate import counted_types

__all__ = [
    "chosen_profile",
    "identity",
    "merit_quality_league_list",
    "merit_quality_overview_show",
    "merit_quality_profile_list",
    "merit_quality_profile_show",
]

Context = Any
Data = dict[str, Any]
Answer = dict[str, Any]

_CHANGE = timedelta(days=90)


@tk.validate_action_data(schema.profile)
@tk.side_effect_free
def merit_quality_profile_show(context: Context, data_dict: Data) -> Answer:
    """Return a quality profile: indicators, points, bands and gates, in words.

    :param id: of the profile (optional, default: the active one)
    :type id: string

    :rtype: dictionary
    """
    tk.check_access("merit_quality_profile_show", context, data_dict)
    loaded = chosen_profile(data_dict.get("id"))
    return {**loaded.to_dict(tk._), "active": loaded is profiles.active()}


@tk.validate_action_data(schema.nothing)
@tk.side_effect_free
def merit_quality_profile_list(context: Context, data_dict: Data) -> list[Answer]:
    """Return the quality profiles of this portal.

    :returns: `id`, `version`, `sha256`, `title` and `active` of each
    :rtype: list of dictionaries
    """
    tk.check_access("merit_quality_profile_list", context, data_dict)
    active = profiles.active()
    loaded = [profiles.get(name) for name in profiles.known()]
    return [{**identity(one), "active": one is active} for one in loaded]


@tk.validate_action_data(schema.nothing)
@tk.side_effect_free
def merit_quality_overview_show(context: Context, data_dict: Data) -> Answer:
    """Return the quality of the portal: counts, mean, bands, what costs most points.

    Only public datasets are counted.

    :rtype: dictionary
    """
    tk.check_access("merit_quality_overview_show", context, data_dict)
    loaded = profiles.active()
    profile = loaded.profile
    types = counted_types()
    row = quality_report.totals(model.Session, types=types, profile_id=profile.id)
    lost = quality_report.lost_points(
        model.Session,
        types=types,
        profile_sha256=profile.sha256,
        indicators=len(profile.indicators),
    )
    titles = [
        (indicator.id, tk._(loaded.texts.indicators[indicator.id].title))
        for indicator in profile.indicators
    ]
    change = quality_report.portal_change(
        model.Session, types=types, profile_id=profile.id, since=_CHANGE
    )
    figures = answers.overview(row, lost, titles, change=change)
    return {**figures, "profile": identity(loaded)}


@tk.validate_action_data(schema.league)
@tk.side_effect_free
def merit_quality_league_list(context: Context, data_dict: Data) -> Answer:
    """Return the organisations by the mean score of their public, rated datasets.

    An organisation with fewer than five rated datasets has no rank; equal means share
    one.

    :param size_class: "small" (up to 9 datasets), "medium" (up to 49) or "large"
        (optional)
    :type size_class: string
    :param sort: "mean" (default), by rank, or "change", the largest rise of the mean
        score in 90 days first
    :type sort: string
    :param limit: organisations per page (optional, default: 20, at most 1000)
    :type limit: int
    :param offset: organisations to leave out (optional, default: 0)
    :type offset: int

    :returns: `count` and `results`
    :rtype: dictionary
    """
    tk.check_access("merit_quality_league_list", context, data_dict)
    types, profile_id = counted_types(), profiles.active().profile.id
    wanted = quality_report.League(
        types=types,
        profile_id=profile_id,
        size_class=data_dict.get("size_class"),
        by_change=_CHANGE if data_dict["sort"] == "change" else None,
    )
    count, rows = quality_report.league(
        model.Session,
        wanted,
        limit=data_dict["limit"],
        offset=data_dict["offset"],
    )
    changes = quality_report.changes(
        model.Session,
        [row.organization_id for row in rows],
        types=types,
        profile_id=profile_id,
        since=_CHANGE,
    )
    results = [
        answers.league(
            row,
            changes.get(row.organization_id),
            size_class=quality_report.size_class(row.datasets),
        )
        for row in rows
    ]
    return {"count": count, "results": results}


def chosen_profile(profile_id: str | None) -> profiles.LoadedProfile:
    """Return a profile of this portal, the active one by default."""
    if not profile_id:
        return profiles.active()
    if profile_id not in profiles.known():
        raise tk.ObjectNotFound(tk._("Profile not found"))
    return profiles.get(profile_id)


def identity(loaded: profiles.LoadedProfile) -> Answer:
    """Return which profile it is."""
    profile = loaded.profile
    return {
        "id": profile.id,
        "version": profile.version,
        "sha256": profile.sha256,
        "title": tk._(loaded.texts.title),
    }
