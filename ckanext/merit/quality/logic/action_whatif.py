"""What datasets would score if something about them were fixed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from fractions import Fraction
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.quality import SUSPENDED, Result, assess
from ckanext.merit.domain.quality_score import with_fixes
from ckanext.merit.logic.contest import values
from ckanext.merit.model import catalogue
from ckanext.merit.quality import profiles
from ckanext.merit.quality.logic import schema
from ckanext.merit.quality.logic.evaluate import (
    Evaluation,
    Evaluator,
    counted_types,
    surroundings,
)

__all__ = ["merit_quality_whatif_list"]

Context = Any
Data = dict[str, Any]
Answer = dict[str, Any]


@values.whole("fixes")
@tk.validate_action_data(schema.whatif)
@tk.side_effect_free
def merit_quality_whatif_list(context: Context, data_dict: Data) -> list[Answer]:
    """Return what public datasets would score if indicators were fully earned.

    For registered users. Stores nothing; the same number of statements for any number
    of datasets. What an indicator presupposes counts as fixed with it; what doesn't
    apply or is earned already stays as it is.

    :param fixes: dictionaries with ``package_id`` and ``indicators``; without
        indicators, the one that gains most
    :type fixes: list of dictionaries

    :returns: for each fix of a public dataset: ``package_id``, the indicators
        ``asked``, ``indicators`` (those that were fixed), ``before`` and ``after``
        (``status``, exact ``score``, ``band``, ``values`` by indicator)
    :rtype: list of dictionaries
    """
    tk.check_access("merit_quality_whatif_list", context, data_dict)
    loaded = profiles.active()
    fixes = data_dict["fixes"]
    _require_known(fixes, [one.id for one in loaded.profile.indicators])
    known = _evaluations(loaded, list({fix["package_id"] for fix in fixes}))
    answers = []
    for fix in fixes:
        found = known.get(fix["package_id"])
        if found is None:
            continue
        indicators = _helpful(found.result, fix["indicators"])
        after = assess(loaded.profile, with_fixes(found.measurements, indicators))
        if found.result.status == SUSPENDED:
            after = after.suspended()
        answers.append(
            {
                "package_id": fix["package_id"],
                "asked": fix["indicators"],
                "indicators": indicators,
                "before": _quality(found.result),
                "after": _quality(after),
            }
        )
    return answers


def _require_known(fixes: Iterable[Data], known: list[str]) -> None:
    asked = {indicator for fix in fixes for indicator in fix["indicators"]}
    if unknown := sorted(asked - set(known)):
        text = tk._("Unknown indicator: {0}").format(", ".join(unknown))
        raise tk.ValidationError({"fixes": [text]})


def _evaluations(
    loaded: profiles.LoadedProfile, ids: list[str]
) -> dict[str, Evaluation]:
    types = set(counted_types())
    records = [
        record
        for record in catalogue.load(model.Session, ids).values()
        if record["state"] == "active"
        and not record["private"]
        and record["type"] in types
    ]
    evaluator = Evaluator(loaded, now=datetime.now(timezone.utc))
    found = evaluator.evaluate(records, surroundings(ids))
    return {evaluation.record["id"]: evaluation for evaluation in found}


def _helpful(result: Result, asked: list[str]) -> list[str]:
    """Choose the fixes that gain something, with what they presuppose."""
    gains = {one.indicator: one.gain for one in result.findings if one.gain > 0}
    indicators = {one.id: one for one in result.profile.indicators}
    if not asked:
        order = sorted(
            gains, key=lambda key: (-gains[key], indicators[key].effort, key)
        )
        asked = order[:1]
    chosen = [key for key in asked if key in gains]
    first = [need for key in chosen for need in indicators[key].requires]
    return sorted({*chosen, *(need for need in first if need in gains)})


def _quality(result: Result) -> Answer:
    score: Fraction | None = result.score
    return {
        "status": result.status,
        "score": None if score is None else str(score),
        "band": result.band or "",
        "values": {
            one.indicator: str(one.value) if one.state == "measured" else one.state
            for one in result.findings
        },
    }
