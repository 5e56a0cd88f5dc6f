"""The machine criteria: numbers that a snapshot of an entity's datasets gives.

All are exact. What could not be measured, a denominator of 0 included, is None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from ckanext.merit.domain.award.copies import copies
from ckanext.merit.domain.award.facts import (
    NOT_RATED,
    RATED,
    DatasetFacts,
    EntityFacts,
)
from ckanext.merit.domain.contest.parameters import Parameter, Values
from ckanext.merit.domain.scoring import arithmetic

__all__ = [
    "LACKING",
    "MEASURES",
    "PARAMETERS",
    "decimal",
    "new_ones",
]

Given = Mapping[str, str]
#: Ids of datasets that keep a value down, the first to fix first, each with the
#: indicators whose fix raises it; none: whichever of them gains most.
Lacking = list[tuple[str, tuple[str, ...]]]

FRESH = ("T1", "T2")
LICENCE = ("R1", "R2")
DOCUMENTED = ("R5",)
ANY: tuple[str, ...] = ()

_LEAST = Parameter.count(
    "least", "1", "least number of datasets for which the value is taken at all"
)
_OVERLAP = Parameter(
    "overlap",
    "1",
    "share of its files found in earlier datasets from which one is a copy",
    least=Fraction(1, 100),
    most=Fraction(1),
)

PARAMETERS: dict[str, tuple[Parameter, ...]] = {
    "new_datasets": (
        Parameter.points("quality", "0", "least quality score of a dataset"),
        Parameter.count("resources", "1", "least number of usable resources"),
        Parameter.flag("open", "yes", "whether the licence must be open"),
        _OVERLAP,
    ),
    "mean_quality": (_LEAST,),
    "quality_gain": (
        _LEAST,
        Parameter(
            "datasets",
            "all",
            "all datasets, or the same that were there at the baseline",
            choices=("all", "same"),
        ),
    ),
    "share_above": (
        _LEAST,
        Parameter.points("score", "70", "score from which a dataset counts"),
    ),
    "freshness": (_LEAST,),
    "open_licences": (_LEAST,),
    "documented_columns": (_LEAST,),
}


def decimal(value: Fraction) -> str:
    """Write a number as decimal text: exact, or rounded half up to 12 places."""
    text = arithmetic.fixed(value, arithmetic.PLACES).rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def new_datasets(facts: EntityFacts, given: Given) -> str | None:
    """Count the datasets that are new in the window and meet the rule.

    New are those created in [opens_at, closes_at) with enough usable resources, an
    open licence, a score of at least ``quality``, that copy no earlier dataset, not
    even one that is gone since the baseline. None where one that would count has no
    score.
    """
    values = _values("new_datasets", given)
    found = new_ones(facts, values)
    least = values.number("quality")
    if least and any(one.quality.status == NOT_RATED for one in found):
        return None
    return str(sum(_reaches(one, least) for one in found))


def new_ones(facts: EntityFacts, values: Values) -> list[DatasetFacts]:
    """List the datasets that are new in all but their quality."""
    copied = copies(
        facts.datasets, overlap=values.number("overlap"), earlier=facts.baseline or ()
    )
    return [
        one
        for one in facts.datasets
        if facts.opens_at <= one.created < facts.closes_at
        and one.usable >= values.whole("resources")
        and (one.open or not values.flag("open"))
        and one.id not in copied
    ]


def mean_quality(facts: EntityFacts, given: Given) -> str | None:
    """Give the mean score, 0 to 100, of the rated datasets."""
    values = _values("mean_quality", given)
    return _text(_mean(_scores(facts.datasets), values))


def quality_gain(facts: EntityFacts, given: Given) -> str | None:
    """Give the mean score now less that at the baseline, in points."""
    values = _values("quality_gain", given)
    if facts.baseline is None:
        return None
    before, after = facts.baseline, facts.datasets
    if values.texts["datasets"] == "same":
        common = {one.id for one in before} & {one.id for one in after}
        before = tuple(one for one in before if one.id in common)
        after = tuple(one for one in after if one.id in common)
    first, last = _mean(_scores(before), values), _mean(_scores(after), values)
    return None if first is None or last is None else decimal(last - first)


def share_above(facts: EntityFacts, given: Given) -> str | None:
    """Give the share, 0 to 1, of the rated datasets with a score or more."""
    values = _values("share_above", given)
    limit = values.number("score")
    return _text(_mean([_one(x >= limit) for x in _scores(facts.datasets)], values))


def freshness(facts: EntityFacts, given: Given) -> str | None:
    """Give the mean, 0 to 1, of indicator T2 (on schedule) where it applies."""
    return _of_indicator("freshness", facts, given, indicator=FRESH[-1])


def documented_columns(facts: EntityFacts, given: Given) -> str | None:
    """Give the mean, 0 to 1, of indicator R5 (data dictionary) where it applies."""
    return _of_indicator("documented_columns", facts, given, indicator=DOCUMENTED[-1])


def open_licences(facts: EntityFacts, given: Given) -> str | None:
    """Give the share, 0 to 1, of the datasets with an open licence."""
    values = _values("open_licences", given)
    return _text(_mean([_one(one.open) for one in facts.datasets], values))


def _lack_new(facts: EntityFacts, given: Given) -> Lacking:
    values = _values("new_datasets", given)
    closed = Values(PARAMETERS["new_datasets"], {**given, "open": "no"})
    return [
        (one.id, LICENCE if values.flag("open") and not one.open else ANY)
        for one in new_ones(facts, closed)
        if (values.flag("open") and not one.open)
        or not _reaches(one, values.number("quality"))
    ]


def _lack_quality(facts: EntityFacts, given: Given) -> Lacking:
    return [(one.id, ANY) for one in _by_score(facts) if one.quality.score != 100]


def _lack_height(facts: EntityFacts, given: Given) -> Lacking:
    limit = _values("share_above", given).number("score")
    below = [one for one in _by_score(facts) if not _reaches(one, limit)]
    # The nearest need least.
    return [(one.id, ANY) for one in reversed(below)]


def _lack_freshness(facts: EntityFacts, given: Given) -> Lacking:
    return _lack_indicator(facts, FRESH)


def _lack_documents(facts: EntityFacts, given: Given) -> Lacking:
    return _lack_indicator(facts, DOCUMENTED)


def _lack_licence(facts: EntityFacts, given: Given) -> Lacking:
    return [(one.id, LICENCE) for one in facts.datasets if not one.open]


MEASURES: dict[str, Callable[[EntityFacts, Given], str | None]] = {
    function.__name__: function
    for function in (
        *(new_datasets, mean_quality, quality_gain, share_above),
        *(freshness, open_licences, documented_columns),
    )
}
LACKING: dict[str, Callable[[EntityFacts, Given], Lacking]] = {
    "new_datasets": _lack_new,
    "mean_quality": _lack_quality,
    "quality_gain": _lack_quality,
    "share_above": _lack_height,
    "freshness": _lack_freshness,
    "open_licences": _lack_licence,
    "documented_columns": _lack_documents,
}


def _values(metric: str, given: Any) -> Values:
    return Values(PARAMETERS[metric], given)


def _scores(datasets: Iterable[DatasetFacts]) -> list[Fraction]:
    return [
        one.quality.score
        for one in datasets
        if one.quality.status == RATED and one.quality.score is not None
    ]


def _mean(numbers: list[Fraction], values: Values) -> Fraction | None:
    if len(numbers) < values.whole("least"):
        return None
    ones = [Fraction(1)] * len(numbers)
    return arithmetic.weighted_sum(numbers, ones) / len(numbers)


def _of_indicator(
    metric: str, facts: EntityFacts, given: Given, *, indicator: str
) -> str | None:
    found = [one.quality.value(indicator) for one in facts.datasets]
    known = [value for value in found if value is not None]
    return _text(_mean(known, _values(metric, given)))


def _lack_indicator(facts: EntityFacts, fixed: tuple[str, ...]) -> Lacking:
    known = [(one.quality.value(fixed[-1]), one.id) for one in facts.datasets]
    below = [(value, key) for value, key in known if value is not None and value != 1]
    return [(key, fixed) for _, key in sorted(below)]


def _by_score(facts: EntityFacts) -> list[DatasetFacts]:
    rated = [one for one in facts.datasets if one.quality.status == RATED]
    return sorted(rated, key=lambda one: (one.quality.score or Fraction(0), one.id))


def _reaches(one: DatasetFacts, least: Fraction) -> bool:
    if not least:
        return True
    return one.quality.score is not None and one.quality.score >= least


def _one(holds: bool) -> Fraction:
    return Fraction(int(holds))


def _text(value: Fraction | None) -> str | None:
    return None if value is None else decimal(value)
