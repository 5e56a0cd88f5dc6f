"""Signs that a catalogue was dressed up for an award: to be heard, then decided.

Nothing here is a verdict: every finding names its datasets and its evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import Any, cast

from ckanext.merit.domain.award.copies import copies
from ckanext.merit.domain.award.facts import DatasetFacts, EntityFacts, in_order
from ckanext.merit.domain.award.metrics import decimal
from ckanext.merit.domain.award.series import Series, densest, series
from ckanext.merit.domain.contest.parameters import Parameter, Values, problems

__all__ = [
    "DETECTORS",
    "EFFECTS",
    "EXCLUDE",
    "GENERAL",
    "NOTHING",
    "RESTORE",
    "Finding",
    "deleted",
    "detect",
    "integrity_problems",
]

#: What an upheld finding does to its datasets: they don't count, or count as they
#: were at the baseline, or nothing (what happened after the cut-off).
EXCLUDE, RESTORE, NOTHING = "exclude", "restore", "nothing"
EFFECTS = {
    "duplicates": EXCLUDE,
    "split": EXCLUDE,
    "unusable": EXCLUDE,
    "last_day": EXCLUDE,
    "mass_edit": RESTORE,
    "removed": RESTORE,
    "deleted": NOTHING,
}
_SHARE_OF_ALL = Parameter.share("share", "0.5", "least share of those that could be")

DETECTORS: dict[str, tuple[Parameter, ...]] = {
    "duplicates": (
        Parameter(
            "overlap",
            "1",
            "share of its files found in earlier datasets from which one is a copy",
            least=Fraction(1, 100),
            most=Fraction(1),
        ),
    ),
    "split": (
        Parameter.count("least", "4", "least number of parts"),
        Parameter.count("days", "30", "days in which the parts were created"),
    ),
    "unusable": (
        Parameter.count("resources", "1", "least number of usable resources"),
    ),
    "last_day": (
        Parameter.count("hours", "24", "hours before the cut-off"),
        Parameter.count("least", "5", "least number of datasets"),
        _SHARE_OF_ALL,
    ),
    "mass_edit": (
        Parameter.count("minutes", "60", "minutes in which the edits were made"),
        Parameter.count("least", "10", "least number of datasets"),
        _SHARE_OF_ALL,
    ),
    "removed": (Parameter.count("least", "1", "least number of datasets"),),
    "deleted": (
        Parameter.count("days", "365", "days after the cut-off that are watched"),
        Parameter.count("least", "1", "least number of datasets"),
    ),
}
#: Of the whole, next to the detectors.
GENERAL = (Parameter.count("hearing_days", "5", "days in which an entity answers"),)
_LISTED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One sign.

    Attributes:
        kind: One of ``DETECTORS``.
        datasets: Ids, sorted.
        evidence: What was seen: JSON values, numbers as text.
    """

    kind: str
    datasets: tuple[str, ...]
    evidence: Mapping[str, Any] = field(default_factory=dict[str, Any])


def integrity_problems(given: Any) -> Iterator[str]:
    """Say what is wrong with the rules' section on anti-gaming, if anything.

    Args:
        given: By detector its parameters (a mapping, or nothing for the defaults);
            ``hearing_days`` stands beside them. None: the rules have no such section.
    """
    if given is None:
        return
    if not isinstance(given, Mapping):
        yield "integrity must be a mapping"
        return
    section = cast("Mapping[str, Any]", given)
    general = {parameter.name for parameter in GENERAL}
    yield from problems(GENERAL, {k: section[k] for k in section if k in general})
    for kind, parameters in section.items():
        if kind in general:
            continue
        if kind not in DETECTORS:
            yield f'unknown detector "{kind}"; known: {", ".join(DETECTORS)}'
            continue
        for problem in problems(DETECTORS[kind], parameters):
            yield f"{kind}: {problem}"


def detect(facts: EntityFacts, rules: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Look for the signs that the rules name, in their order.

    Args:
        facts: Of one entity, at the cut-off.
        rules: The section that ``integrity_problems`` has nothing to say about.
    """
    found: list[Finding] = []
    for kind, look in _LOOKS.items():
        if kind in rules:
            values = Values(DETECTORS[kind], rules[kind] or None)
            found.extend(look(facts, values))
    return tuple(found)


def deleted(
    datasets: Sequence[DatasetFacts], present: Collection[str], values: Values
) -> tuple[Finding, ...]:
    """Find the datasets of a cut-off that are no longer public.

    Args:
        datasets: Of one entity, as at the cut-off.
        present: Ids of those that are public now.
        values: Parameters of the detector ``deleted``.
    """
    gone = [one for one in datasets if one.id not in present]
    if len(gone) < values.whole("least"):
        return ()
    evidence = {
        "of": str(len(datasets)),
        "mean_deleted": _mean_score(gone),
        "titles": _titles(gone),
    }
    return (_finding("deleted", gone, evidence),)


def _duplicates(facts: EntityFacts, values: Values) -> Iterator[Finding]:
    found = copies(facts.datasets, overlap=values.number("overlap"))
    known = {one.id: one for one in facts.datasets}
    groups: dict[str, list[str]] = {}
    for key, copy in found.items():
        groups.setdefault(copy.originals[0], []).append(key)
    for original, keys in groups.items():
        evidence = {
            "original": original,
            "original_title": known[original].title,
            "by": {key: found[key].by for key in sorted(keys)},
            "share": {key: decimal(found[key].share) for key in sorted(keys)},
        }
        yield _finding("duplicates", [known[key] for key in keys], evidence)


def _split(facts: EntityFacts, values: Values) -> Iterator[Finding]:
    least, span = values.whole("least"), timedelta(days=values.whole("days"))
    for one in series(_new(facts), least=least, span=span):
        yield _part(one)


def _part(found: Series) -> Finding:
    first, *rest = found.datasets
    evidence = {
        "pattern": found.pattern,
        "parts": str(len(found.datasets)),
        "kept": first.id,
        "from": first.created.isoformat(),
        "until": found.datasets[-1].created.isoformat(),
        "titles": _titles(found.datasets),
    }
    # One of them is what the whole would have been.
    return _finding("split", rest, evidence)


def _unusable(facts: EntityFacts, values: Values) -> Iterator[Finding]:
    least = values.whole("resources")
    empty = [one for one in facts.datasets if one.usable < least]
    if empty:
        counts = {one.id: str(one.usable) for one in sorted(empty, key=_id)}
        evidence = {"usable": counts, "titles": _titles(empty)}
        yield _finding("unusable", empty, evidence)


def _last_day(facts: EntityFacts, values: Values) -> Iterator[Finding]:
    start = facts.closes_at - timedelta(hours=values.whole("hours"))
    new = _new(facts)
    late = [one for one in new if one.created >= start]
    if _many(late, new, values):
        evidence = {
            "since": start.isoformat(),
            "of": str(len(new)),
            "titles": _titles(late),
        }
        yield _finding("last_day", late, evidence)


def _mass_edit(facts: EntityFacts, values: Values) -> Iterator[Finding]:
    old = [one for one in facts.datasets if one.created < facts.opens_at]
    edited = [one for one in old if facts.opens_at <= one.modified < facts.closes_at]
    edited.sort(key=lambda one: (one.modified, one.id))
    minutes = timedelta(minutes=values.whole("minutes"))
    burst = densest(edited, lambda one: one.modified, span=minutes)
    if _many(burst, old, values):
        evidence = {
            "from": burst[0].modified.isoformat(),
            "until": burst[-1].modified.isoformat(),
            "of": str(len(old)),
            "mean_before": _mean_score(_at_baseline(facts, burst)),
            "mean_after": _mean_score(burst),
            "titles": _titles(burst),
        }
        yield _finding("mass_edit", burst, evidence)


def _removed(facts: EntityFacts, values: Values) -> Iterator[Finding]:
    present = {one.id for one in facts.datasets}
    before = facts.baseline or ()
    gone = [one for one in before if one.id not in present]
    if len(gone) >= values.whole("least"):
        kept = [one for one in before if one.id in present]
        evidence = {
            "of": str(len(before)),
            "mean_removed": _mean_score(gone),
            "mean_kept": _mean_score(kept),
            "titles": _titles(gone),
        }
        yield _finding("removed", gone, evidence)


_LOOKS: dict[str, Callable[[EntityFacts, Values], Iterator[Finding]]] = {
    "duplicates": _duplicates,
    "split": _split,
    "unusable": _unusable,
    "last_day": _last_day,
    "mass_edit": _mass_edit,
    "removed": _removed,
}


def _finding(
    kind: str, datasets: Iterable[DatasetFacts], evidence: Mapping[str, Any]
) -> Finding:
    return Finding(kind, tuple(sorted(one.id for one in datasets)), evidence)


def _new(facts: EntityFacts) -> list[DatasetFacts]:
    new = (
        one for one in facts.datasets if facts.opens_at <= one.created < facts.closes_at
    )
    return list(in_order(new))


def _many(some: Sequence[Any], whole: Sequence[Any], values: Values) -> bool:
    return len(some) >= values.whole("least") and Fraction(
        len(some), len(whole)
    ) >= values.number("share")


def _at_baseline(
    facts: EntityFacts, some: Iterable[DatasetFacts]
) -> list[DatasetFacts]:
    keys = {one.id for one in some}
    return [one for one in facts.baseline or () if one.id in keys]


def _mean_score(datasets: Iterable[DatasetFacts]) -> str | None:
    scores = [x for one in datasets if (x := one.quality.score) is not None]
    return decimal(sum(scores, Fraction(0)) / len(scores)) if scores else None


def _titles(datasets: Iterable[DatasetFacts]) -> list[str]:
    return [one.title for one in in_order(datasets)[:_LISTED]]


def _id(one: DatasetFacts) -> str:
    return one.id
