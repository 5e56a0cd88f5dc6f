"""The cheapest way to the next band: which few fixes, of least effort, get there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any, NamedTuple, TypeAlias

from ckanext.merit.domain.quality_plan import plan_of
from ckanext.merit.domain.quality_profile import (
    EXEMPT,
    MEASURED,
    NOT_APPLICABLE,
    ONE,
    Indicator,
    Measured,
    Measurement,
    Profile,
)
from ckanext.merit.domain.quality_result import Result, fixable
from ckanext.merit.domain.quality_score import active_gates, assess, with_fixes
from ckanext.merit.domain.quality_totals import Totals


class Fix(NamedTuple):
    """One indicator to fix; ``gain`` is what it alone adds to the score."""

    indicator: str
    gain: Fraction
    effort: int


class Path(NamedTuple):
    """The fixes, prerequisites first and then by gain, and where they lead."""

    fixes: tuple[Fix, ...]
    band: str | None
    score: Fraction | None

    def to_dict(self) -> dict[str, Any]:
        """Return the path as JSON-ready dict; fractions are ``n/d`` as text."""
        return {
            "path": [
                {
                    "indicator": fix.indicator,
                    "gain": str(fix.gain),
                    "effort": fix.effort,
                }
                for fix in self.fixes
            ],
            "path_band": self.band,
            "path_score": None if self.score is None else str(self.score),
        }


_NO_PATH = Path((), None, None)


class _Item(NamedTuple):
    """A fix and what it adds towards the band and towards the coverage."""

    id: str
    effort: int
    weight: int
    cover: int


class _Need(NamedTuple):
    """What all fixes together must add."""

    weight: int
    cover: int


# By number of fixes and total effort: sums of weight and cover.
_Table: TypeAlias = "dict[tuple[int, int], list[tuple[int, int]]]"


class _Choice(NamedTuple):
    """A set of fixes; the least one is the cheapest."""

    size: int
    effort: int
    ids: tuple[str, ...]


def cheapest_path(profile: Profile, measurements: Iterable[Measured]) -> Path:
    """Find the smallest set of fixes that reaches the band above the present one.

    Among sets of one size the least total effort wins, then the ids in order. A fix
    makes its indicator measured and fully earned. Gates must be lifted and
    prerequisites fixed as well; for a fixed threshold a fix of an unmeasured
    indicator adds a fixed amount too, although it changes the denominator.

    Returns:
        A path without fixes, band and score at the best band, and where no fix of
        the publisher's gets there.
    """
    known = tuple(measurements)
    result = assess(profile, known)
    plan = plan_of(profile)
    target = plan.ranks[result.band] + 1
    if target > len(profile.bands):
        return _NO_PATH
    groups, totals = result.groups, result.totals
    found = {each.measurement.indicator: each.measurement for each in groups}
    items = _items(profile, found, totals, target)
    forced = {
        gate.indicator
        for gate in active_gates(plan, groups)
        if plan.ranks[gate.cap] < target
    }
    if not forced <= items.keys() or not _applicable(profile, totals):
        return _NO_PATH
    need = _need(profile, totals, target)
    choices = [
        choice
        for fixed, free in _cases(profile, found, items, forced)
        if (choice := _solve(fixed, free, need)) is not None
    ]
    if not choices:
        return _NO_PATH
    return _path(profile, known, result, ids=min(choices).ids)


def _items(
    profile: Profile,
    found: Mapping[str, Measurement],
    totals: Totals,
    target: int,
) -> dict[str, _Item]:
    """Return what each possible fix adds, scaled as in ``_need``, in order of id."""
    start = profile.bands[target - 1].start
    plan = plan_of(profile)
    items: dict[str, _Item] = {}
    for name, indicator, weight, *_ in plan.rows:
        measurement = found[name]
        if not fixable(measurement):
            continue
        full = weight * totals.common
        if measurement.state == MEASURED:
            lost = full - int(full * measurement.value)
            adds, cover = 100 * start.denominator * lost, 0
        else:
            adds = (100 * start.denominator - start.numerator) * full
            cover = weight * profile.min_coverage.denominator
        items[name] = _Item(name, indicator.effort, adds, cover)
    return dict(sorted(items.items()))


def _need(profile: Profile, totals: Totals, target: int) -> _Need:
    """Return what is missing: ``100 earned >= start * measured``, and coverage."""
    start = profile.bands[target - 1].start
    weight = (
        start.numerator * totals.common * totals.measured
        - 100 * start.denominator * totals.earned
        + (profile.closed == "right")
    )
    least = profile.min_coverage
    cover = least.numerator * totals.applicable - least.denominator * totals.measured
    return _Need(weight, cover if totals.measured else max(cover, 1))


def _applicable(profile: Profile, totals: Totals) -> bool:
    """Say whether enough of the profile applies at all; no fix changes that."""
    whole = plan_of(profile).total
    return Fraction(totals.applicable, whole) >= profile.min_applicability


def _cases(
    profile: Profile,
    found: Mapping[str, Measurement],
    items: Mapping[str, _Item],
    forced: Collection[str],
) -> Iterator[tuple[list[_Item], list[_Item]]]:
    """Yield what must be fixed and what may be, for each set of prerequisites.

    An indicator whose prerequisite is neither earned nor in the set is left out.
    """
    requires = {each.id: _unmet(each, found) for each in profile.indicators}
    doubtful = sorted({name for each in items for name in requires[each]})
    open_ = [name for name in doubtful if name in items]
    for size in range(len(open_) + 1):
        for chosen in combinations(open_, size):
            fixed = {*forced, *chosen}
            left_out = set(doubtful) - fixed
            allowed = {
                name for name in items if not left_out.intersection(requires[name])
            }
            if fixed <= allowed:
                free = allowed - fixed - left_out
                yield (
                    [item for name, item in items.items() if name in fixed],
                    [item for name, item in items.items() if name in free],
                )


def _unmet(indicator: Indicator, found: Mapping[str, Measurement]) -> list[str]:
    return [
        name
        for name in indicator.requires
        if found[name].state not in (NOT_APPLICABLE, EXEMPT)
        and found[name].value != ONE
    ]


def _solve(fixed: list[_Item], free: list[_Item], need: _Need) -> _Choice | None:
    """Return the cheapest set with all of ``fixed`` and some of ``free``."""
    weight = need.weight - sum(item.weight for item in fixed)
    cover = need.cover - sum(item.cover for item in fixed)
    for size in range(len(free) + 1):
        chosen = _choose(free, size, _Need(weight, cover))
        if chosen is not None:
            ids = sorted(item.id for item in (*fixed, *chosen))
            effort = sum(item.effort for item in (*fixed, *chosen))
            return _Choice(len(ids), effort, tuple(ids))
    return None


def _choose(items: list[_Item], size: int, need: _Need) -> list[_Item] | None:
    """Choose ``size`` items of least effort, then first in order, that suffice."""
    if _best(items, size, "weight") < need.weight:
        return None
    if _best(items, size, "cover") < need.cover:
        return None
    tables = _tables(items, size)
    efforts = sorted(effort for count, effort in tables[0] if count == size)
    for effort in efforts:
        if _suffices(tables[0], (size, effort), need):
            return _first(items, tables, (size, effort), need)
    return None


def _best(items: list[_Item], size: int, part: str) -> int:
    amounts: list[int] = sorted((getattr(item, part) for item in items), reverse=True)
    return sum(amounts[:size])


def _tables(items: list[_Item], size: int) -> list[_Table]:
    """For each suffix of the items: by size and effort, the best sums.

    Sums that another one beats in both weight and cover are dropped.
    """
    table: _Table = {(0, 0): [(0, 0)]}
    tables = [table]
    for item in reversed(items):
        grown = {key: list(sums) for key, sums in table.items()}
        for (count, effort), sums in table.items():
            if count < size:
                grown.setdefault((count + 1, effort + item.effort), []).extend(
                    (weight + item.weight, cover + item.cover) for weight, cover in sums
                )
        table = {key: _undominated(sums) for key, sums in grown.items()}
        tables.append(table)
    return tables[::-1]


def _undominated(sums: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for weight, cover in sorted(sums, reverse=True):
        if not kept or cover > kept[-1][1]:
            kept.append((weight, cover))
    return kept


def _suffices(table: _Table, key: tuple[int, int], need: _Need) -> bool:
    return any(
        weight >= need.weight and cover >= need.cover
        for weight, cover in table.get(key, ())
    )


def _first(
    items: list[_Item], tables: list[_Table], key: tuple[int, int], need: _Need
) -> list[_Item]:
    """Take the earliest item whenever the rest still suffices."""
    chosen: list[_Item] = []
    count, effort = key
    for item, table in zip(items, tables[1:], strict=True):
        rest = _Need(need.weight - item.weight, need.cover - item.cover)
        without = (count - 1, effort - item.effort)
        if count and _suffices(table, without, rest):
            chosen.append(item)
            (count, effort), need = without, rest
    return chosen


def _path(
    profile: Profile,
    measurements: tuple[Measured, ...],
    result: Result,
    *,
    ids: tuple[str, ...],
) -> Path:
    after = assess(profile, with_fixes(measurements, ids))
    efforts = {each.id: each for each in profile.indicators}
    gains = {each.indicator: each.gain for each in result.findings}
    first = {name for each in ids for name in efforts[each].requires if name in ids}
    fixes = [Fix(each, gains[each], efforts[each].effort) for each in ids]
    fixes.sort(key=lambda fix: (fix.indicator not in first, -fix.gain, fix.indicator))
    return Path(tuple(fixes), after.band, after.score)
