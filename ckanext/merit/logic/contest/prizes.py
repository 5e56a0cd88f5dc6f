"""Which distinctions the rules give for a run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import ckantoolkit as tk

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.portal_rules import Prizes, read_prizes
from ckanext.merit.domain.scoring.distinctions import Level, levels, places
from ckanext.merit.domain.scoring.engine import Row, score
from ckanext.merit.domain.scoring.fields import RuleError
from ckanext.merit.domain.scoring.reading import read_rules
from ckanext.merit.domain.scoring.scores import Mark, check_marks

__all__ = ["Proposal", "proposals"]


@dataclass(frozen=True)
class Proposal:
    """A distinction that an entry is proposed for: a level's code or a place."""

    object: str
    category: str
    type: str
    place: int | None = None
    level: str = ""


def proposals(
    run: Any,
    rules: Mapping[str, Any],
    categories: Mapping[str, Any],
    *,
    passed_over: Collection[str] = (),
) -> Iterator[Proposal]:
    """List the levels and places of a run.

    Args:
        run: A score run; its sealed rows decide.
        rules: The rules' body: ``prizes: {levels: {code: points}, places: number}``.
        categories: Rows by code; their ``places`` come before the rules'.
        passed_over: Entries that forfeited or lost a distinction.

    Raises:
        ContestError: ``prizes``, for rules that were never checked.
    """
    prizes = _prizes(rules)
    rows = _rows(run)
    seals = [Level(code, least) for code, least in prizes.levels.items()]
    for award in levels(rows, seals):
        if award.object not in passed_over:
            yield Proposal(award.object, award.category, "level", level=award.level)
    quota = {
        code: prizes.places if row.places is None else row.places
        for code, row in categories.items()
    }
    for award in places(rows, quota=quota, passed_over=passed_over):
        yield Proposal(award.object, award.category, "place", place=award.place)


def _prizes(rules: Mapping[str, Any]) -> Prizes:
    try:
        return read_prizes(rules)
    except RuleError as error:
        text = tk._("The prizes of these rules cannot be read: {problem}")
        text = text.format(problem=error.message)
        raise ContestError("prizes", text) from error


def _rows(run: Any) -> tuple[Row, ...]:
    """Compute the rows of a sealed bundle again; they are the published ones."""
    bundle = run.bundle
    rules = read_rules(bundle["rules"])
    marks = [Mark(*cells) for cells in bundle["marks"]]
    given = bundle["given"]
    result = score(
        rules,
        check_marks(rules, marks),
        below_gate=given["below_gate"],
        first_places={k: Fraction(v) for k, v in given["first_places"].items()},
    )
    return result.rows
