"""The machine metrics of awards, as rules may name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import ckantoolkit as tk

from ckanext.merit.domain.award.gaming import integrity_problems
from ckanext.merit.domain.award.metrics import LACKING, MEASURES, PARAMETERS
from ckanext.merit.interfaces import Metric

__all__ = ["PARAMETER_TITLES", "metrics", "rule_problems"]


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is used."""
    return text


#: Title, how it is measured, unit.
_WORDS = {
    "new_datasets": (
        _("New datasets"),
        _(
            "Public datasets created in the window with an open licence, a usable "
            "resource and the quality that the rules ask for; copies don't count."
        ),
        "datasets",
    ),
    "mean_quality": (
        _("Mean quality"),
        _("Mean quality score, 0 to 100, of the rated datasets."),
        "points",
    ),
    "quality_gain": (
        _("Quality gain"),
        _("Mean quality score at the cut-off less that at the baseline."),
        "points",
    ),
    "share_above": (
        _("Share of good datasets"),
        _("Share of the rated datasets with at least the score of the rules."),
        "share",
    ),
    "freshness": (
        _("Freshness"),
        _("How far the datasets are updated on their own schedule (indicator T2)."),
        "share",
    ),
    "open_licences": (
        _("Open licences"),
        _("Share of the datasets with an open licence."),
        "share",
    ),
    "documented_columns": (
        _("Documented columns"),
        _("How far the data have a dictionary (indicator R5)."),
        "share",
    ),
}


def metrics() -> Iterable[Metric]:
    """List the metrics."""
    return [
        Metric(
            name,
            title,
            measure=MEASURES[name],
            parameters=PARAMETERS[name],
            lacking=LACKING[name],
            help=explained,
            unit=unit,
        )
        for name, (title, explained, unit) in _WORDS.items()
    ]


def rule_problems(body: dict[str, Any]) -> Iterator[str]:
    """Say what is wrong with the rules' section on anti-gaming."""
    for problem in integrity_problems(body.get("integrity")):
        yield tk._("integrity: {0}").format(problem)


#: Titles of parameters: the domain has them in English, and no catalogue.
PARAMETER_TITLES = frozenset(
    {
        _("all datasets, or the same that were there at the baseline"),
        _("least number of datasets for which the value is taken at all"),
        _("least number of usable resources"),
        _("least quality score of a dataset"),
        _("score from which a dataset counts"),
        _("share of its files found in earlier datasets from which one is a copy"),
        _("whether the licence must be open"),
    }
)
