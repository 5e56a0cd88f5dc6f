"""Leave-one-juror-out: would the order hold without any one of the jurors?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ckanext.merit.domain.scoring import compose
from ckanext.merit.domain.scoring.engine import (
    Desk,
    Result,
    Row,
    ranked,
    shares_of_first_places,
)
from ckanext.merit.domain.scoring.rules import FIRST_PLACES

# Beyond this many jurors times reviews a pool isn't calibrated anew for everyone.
MAX_WORK = 300_000


@dataclass(frozen=True, slots=True)
class Leaving:
    """What changes without one juror: ranks, and who is first in which category."""

    juror: str
    moved: tuple[str, ...]
    other_winners: tuple[str, ...]


def leave_one_out(result: Result) -> tuple[Leaving, ...] | None:
    """Rank the ranked objects again without each juror, whatever the quorum.

    Returns:
        One entry per juror that gave a value, by name; None where pools are so
        large that this would take hours.
    """
    scores = result.inputs.scores
    reviewed: dict[str, set[str]] = {}
    for by_object in scores.given.values():
        for name, marks in by_object.items():
            for juror in marks:
                reviewed.setdefault(juror, set()).add(name)
    reviewed.pop("", None)
    if result.inputs.pools and _work(reviewed) > MAX_WORK:
        return None
    full = {row.object: row for row in result.rows if row.rank is not None}
    before = {name: row.rank for name, row in full.items()}
    return tuple(
        _leaving(juror, before, _without(result, full, juror, names=names))
        for juror, names in sorted(reviewed.items())
    )


def _work(reviewed: Mapping[str, set[str]]) -> int:
    return len(reviewed) * sum(len(names) for names in reviewed.values())


def _without(
    result: Result, full: Mapping[str, Row], juror: str, *, names: set[str]
) -> Iterable[Row]:
    scores = result.inputs.scores.without(juror, names)
    inputs = compose.prepared(result.rules, scores, ignore_quorum=True)
    desk = Desk(inputs)
    # Without pools nobody else's points depend on this juror.
    touched = full.keys() if inputs.pools else names & full.keys()
    rows = {
        name: desk.row(name) if name in touched else row for name, row in full.items()
    }
    won = {}
    if FIRST_PLACES in result.rules.tie_break:
        won = shares_of_first_places(desk, rows)
    return ranked(result.rules, rows, won=won)


def _leaving(
    juror: str, before: Mapping[str, int | None], rows: Iterable[Row]
) -> Leaving:
    moved: list[str] = []
    others: set[str] = set()
    for row in rows:
        if row.rank == before[row.object]:
            continue
        moved.append(row.object)
        if 1 in (row.rank, before[row.object]):
            others.add(row.category)
    return Leaving(juror, tuple(sorted(moved)), tuple(sorted(others)))
