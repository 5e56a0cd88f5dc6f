"""Actions of dataset quality."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

import ckantoolkit as tk
from ckan import authz, model

from ckanext.merit import guard
from ckanext.merit.domain.quality import SUSPENDED, cheapest_path
from ckanext.merit.model import (
    catalogue,
    quality_due,
    quality_read,
    quality_suspensions,
    work,
)
from ckanext.merit.quality import profiles
from ckanext.merit.quality.logic import answers, schema, store
from ckanext.merit.quality.logic.action_portal import (
    chosen_profile,
    identity,
    merit_quality_league_list,
    merit_quality_overview_show,
    merit_quality_profile_list,
    merit_quality_profile_show,
)
from ckanext.merit.quality.logic.action_suspension import (
    merit_quality_reinstate,
    merit_quality_suspend,
    merit_quality_suspension_list,
)
from ckanext.merit.quality.logic.action_whatif import merit_quality_whatif_list
from ckanext.merit.quality.logic.evaluate import (
    Evaluation,
    Evaluator,
    counted_types,
    rules,
    surroundings,
)

__all__ = [
    "merit_quality_assess",
    "merit_quality_badge_show",
    "merit_quality_history",
    "merit_quality_league_list",
    "merit_quality_list",
    "merit_quality_overview_show",
    "merit_quality_profile_list",
    "merit_quality_profile_show",
    "merit_quality_reinstate",
    "merit_quality_show",
    "merit_quality_summary_list",
    "merit_quality_suspend",
    "merit_quality_suspension_list",
    "merit_quality_target_list",
    "merit_quality_title_update",
    "merit_quality_whatif_list",
]

Context = Any
Data = dict[str, Any]
Answer = dict[str, Any]

_BATCH = 500


@tk.validate_action_data(schema.show)
@tk.side_effect_free
def merit_quality_show(context: Context, data_dict: Data) -> Answer:
    """Return the quality of a dataset: score, band, and every finding.

    A dataset that you may not see is not found, like one that doesn't exist.

    :param id: id or name of the dataset
    :type id: string
    :param profile: compute the result of this profile now and store nothing (optional,
        default: the stored result of the active profile)
    :type profile: string
    :param path: also the cheapest way to the next band (optional, default: false)
    :type path: boolean

    :returns: the dataset, the profile, dates, and the result: `status` ("rated",
        "provisional", "suspended" or, with a `reason`, "not_rated"), `score` (exact, as
        a fraction), `display`, `band`, `coverage`, `gates`, `dimensions`,
        `indicators`, `sentence`; for those who may edit the dataset also why its badge
        is suspended, as `suspension` (`note`, `started_at`)
    :rtype: dictionary
    """
    package = _visible("merit_quality_show", context, data_dict)
    row = quality_read.one(model.Session, package.id, profile=_active_id())
    may_edit = authz.is_authorized_boolean("package_update", context, {"id": row.id})
    loaded = chosen_profile(data_dict.get("profile"))
    answer = {
        **answers.subject(row),
        "profile": identity(loaded),
        "can_edit": bool(may_edit),
        **_result(row, loaded, data_dict),
    }
    answer["suspension"] = _suspension(answer)
    if answer["status"] != "not_rated" and not data_dict.get("profile"):
        answer["profile"].update(version=row.profile_version, sha256=row.profile_sha256)
    return answer


def _suspension(answer: Answer) -> Answer | None:
    """Say why the badge is suspended, which is not for everybody."""
    if answer["status"] != SUSPENDED or not answer["can_edit"]:
        return None
    row = quality_suspensions.open_of(model.Session, answer["package_id"])
    return row and answers.suspension(row)


def _result(row: Any, loaded: profiles.LoadedProfile, data_dict: Data) -> Answer:
    if (row.type or "dataset") not in counted_types():
        return answers.not_rated("type_not_counted")
    now = _now()
    if data_dict.get("profile"):
        evaluation = _evaluate(row.id, loaded, now)
        answer = {
            **answers.not_rated(""),
            "assessed_at": answers.iso(now),
            "engine_version": rules(loaded.profile).engine_version,
            **evaluation.result.to_dict(),
        }
        del answer["reason"]
    elif row.result is None:
        return answers.not_rated("pending")
    else:
        answer = answers.assessment(row, now=now)
        evaluation = _evaluate(row.id, loaded, now) if data_dict["path"] else None
    if data_dict["path"] and evaluation is not None:
        answer.update(_path(loaded, evaluation, answer))
    return answer


def _path(
    loaded: profiles.LoadedProfile, evaluation: Evaluation, answer: Answer
) -> Answer:
    result = evaluation.result.to_dict()
    if any(answer[key] != result[key] for key in ("score", "band", "indicators")):
        # The dataset changed and is about to be assessed again.
        return {"path": [], "path_band": None, "path_score": None}
    return cheapest_path(loaded.profile, evaluation.measurements).to_dict()


def _evaluate(
    package_id: str, loaded: profiles.LoadedProfile, now: datetime
) -> Evaluation:
    records = catalogue.load(model.Session, [package_id])
    evaluator = Evaluator(loaded, now=now)
    return evaluator.evaluate([records[package_id]], surroundings([package_id]))[0]


@tk.validate_action_data(schema.listing)
@tk.side_effect_free
def merit_quality_list(context: Context, data_dict: Data) -> Answer:
    """Return the datasets with their scores.

    Only public datasets, unless a member of an organisation asks for its own. A
    suspended one is "not_rated" there; members who ask for private ones see its status.

    :param organization: id or name of an organisation (optional)
    :type organization: string
    :param band: "gold", "silver", "bronze", or "none" for rated without a badge
        (optional)
    :type band: string
    :param status: "rated", "provisional" or "not_rated" (optional)
    :type status: string
    :param q: part of the title (optional)
    :type q: string
    :param sort: "score desc" (default), "score asc", "gain desc" or "title"
    :type sort: string
    :param include_private: also the organisation's private datasets and, for those who
        may edit them, its drafts (optional, default: false)
    :type include_private: boolean
    :param limit: datasets per page (optional, default: 20, at most 1000)
    :type limit: int
    :param offset: datasets to leave out (optional, default: 0)
    :type offset: int

    :returns: `count` and `results`
    :rtype: dictionary
    """
    tk.check_access("merit_quality_list", context, data_dict)
    organization = _organization(data_dict.get("organization"))
    private = drafts = False
    if data_dict["include_private"]:
        tk.check_access("merit_quality_private_list", context, data_dict)
        private = True
        drafts = authz.is_authorized_boolean(
            "merit_quality_draft_list", context, data_dict
        )
    wanted = quality_read.Listing(
        types=counted_types(),
        profile=_active_id(),
        organization_id=organization and organization.id,
        band=data_dict.get("band"),
        status=data_dict.get("status"),
        title=data_dict.get("q"),
        private=private,
        drafts=drafts,
    )
    now = _now()
    count, rows = quality_read.listing(
        model.Session,
        wanted,
        sort=data_dict["sort"],
        limit=data_dict["limit"],
        offset=data_dict["offset"],
    )
    return {"count": count, "results": [answers.listed(row, now=now) for row in rows]}


@tk.side_effect_free
def merit_quality_summary_list(context: Context, data_dict: Data) -> Answer:
    """Return what lists of datasets show; one statement, however many.

    :param ids: of datasets, at most 1000; those that aren't public or have no result
        are left out
    :type ids: list of strings
    :param sentence: also what the one sentence says (optional, default: true)
    :type sentence: boolean

    :returns: `status`, `display`, `band`, `expired` and `sentence` by id
    :rtype: dictionary
    """
    tk.check_access("merit_quality_summary_list", context, data_dict)
    ids, sentence = schema.summaries(data_dict)
    rows = quality_read.summaries(
        model.Session,
        ids,
        types=counted_types(),
        profile=_active_id(),
        sentence=sentence,
        now=_now(),
    )
    return {row[0]: answers.summary(row, sentence=sentence) for row in rows}


@tk.validate_action_data(schema.history)
@tk.side_effect_free
def merit_quality_history(context: Context, data_dict: Data) -> Answer:
    """Return how the score of a dataset developed, newest first.

    :param id: id or name of the dataset
    :type id: string
    :param limit: rows per page (optional, default: 20, at most 1000)
    :type limit: int
    :param offset: rows to leave out (optional, default: 0)
    :type offset: int

    :returns: `count` and `results`, one for each change of score, band or profile
    :rtype: dictionary
    """
    package = _visible("merit_quality_history", context, data_dict)
    count, rows = quality_read.history(
        model.Session,
        package.id,
        limit=data_dict["limit"],
        offset=data_dict["offset"],
    )
    return {"count": count, "results": [answers.history(row) for row in rows]}


@guard.guarded
@tk.validate_action_data(schema.assess)
def merit_quality_assess(context: Context, data_dict: Data) -> Answer:
    """Assess datasets now and store what changed.

    For those who may edit the dataset; several or all datasets, for sysadmins.

    :param id: id or name of a dataset (optional)
    :type id: string
    :param ids: ids of datasets, best some hundred at a time (optional)
    :type ids: list of strings
    :param all: mark all datasets as due and let the workers assess them (optional)
    :type all: boolean

    :returns: `assessed`, the ids of the datasets that count and were assessed; with
        `all`, `marked`, the number of datasets marked
    :rtype: dictionary
    """
    named = _named(context, data_dict)
    tk.check_access("merit_quality_assess", context, data_dict)
    if bool(named) + ("ids" in data_dict) + data_dict["all"] != 1:
        raise tk.ValidationError({"id": [tk._("Give just one of id, ids and all.")]})
    if data_dict["all"]:
        answer: Answer = {"marked": _mark_all()}
    else:
        answer = {"assessed": _assess(named or data_dict["ids"])}
    if not context.get("defer_commit"):
        model.Session.commit()
    return answer


def _named(context: Context, data_dict: Data) -> list[str]:
    """Return the id of the dataset asked for by id or name, if it is to be seen."""
    if not data_dict.get("id"):
        return []
    return [_visible("merit_quality_show", context, {"id": data_dict["id"]}).id]


def _assess(ids: Sequence[str]) -> list[str]:
    evaluator = Evaluator(profiles.active(), now=_now())
    assessed = []
    for start in range(0, len(ids), _BATCH):
        assessed += store.assess(evaluator, ids[start : start + _BATCH])
    return assessed


def _mark_all() -> int:
    store.refresh_titles()
    every = quality_due.counted(counted_types())
    return work.mark_select(model.Session, store.ASSESS, every)


@tk.validate_action_data(schema.targets)
@tk.side_effect_free
def merit_quality_target_list(context: Context, data_dict: Data) -> Answer:
    """Return ids of datasets that are assessed, a page at a time, in order.

    :param after: the last id of the page before (optional)
    :type after: string
    :param limit: ids per page (optional, default: 500)
    :type limit: int
    :param stale: only those that are due: time changed a value, there is no result
        yet, or the profile changed (optional, default: false)
    :type stale: boolean

    :returns: `count`, of all pages together, and `results`
    :rtype: dictionary
    """
    tk.check_access("merit_quality_target_list", context, data_dict)
    count, ids = quality_due.targets(
        model.Session,
        types=counted_types(),
        after=data_dict.get("after"),
        limit=data_dict["limit"],
        rules=rules(profiles.active().profile) if data_dict["stale"] else None,
    )
    return {"count": count, "results": ids}


@guard.guarded
@tk.validate_action_data(schema.nothing)
def merit_quality_title_update(context: Context, data_dict: Data) -> None:
    """Bring the titles up to date that datasets with the same title are found by.

    Worth its while before many datasets are assessed by hand. For sysadmins.
    """
    tk.check_access("merit_quality_title_update", context, data_dict)
    store.refresh_titles()


@tk.side_effect_free
def merit_quality_badge_show(context: Context, data_dict: Data) -> Answer:
    """Return what the badge of a public dataset says.

    Private, draft, deleted and unknown datasets have the same neutral answer, for
    everybody.

    :param id: id or name of the dataset
    :type id: string

    :rtype: dictionary
    """
    tk.check_access("merit_quality_badge_show", context, data_dict)
    name = schema.badge(data_dict)
    row = quality_read.badge(name, types=counted_types(), profile=_active_id())
    return answers.badge(row, now=_now())


def _active_id() -> str:
    return profiles.active().profile.id


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _visible(action: str, context: Context, data_dict: Data) -> Any:
    """Return the dataset; what may not be seen is as unknown as what isn't there."""
    try:
        tk.check_access(action, context, data_dict)
    except (tk.NotAuthorized, tk.ObjectNotFound):
        raise tk.ObjectNotFound(tk._("Dataset not found")) from None
    package = model.Package.get(data_dict["id"])
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return package


def _organization(name: str | None) -> Any:
    if not name:
        return None
    organization = model.Group.get(name)
    if organization is None or not organization.is_organization:
        raise tk.ObjectNotFound(tk._("Organization not found"))
    return organization
