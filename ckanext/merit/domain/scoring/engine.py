"""From a checked score sheet to the ranking: one pure computation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ckanext.merit.domain.scoring import compose, firsts
from ckanext.merit.domain.scoring.compose import Inputs, Outcomes, State
from ckanext.merit.domain.scoring.graphs import Parts
from ckanext.merit.domain.scoring.publish import NodeResult, Scheme, published, scheme
from ckanext.merit.domain.scoring.ranking import Contender, placed
from ckanext.merit.domain.scoring.rules import FIRST_PLACES, Rules
from ckanext.merit.domain.scoring.scores import Scores

# Named in every sealed result; the version changes when any result could.
ALGORITHM = "merit-scoring"
ALGORITHM_VERSION = "1"

_BLOCKED = {
    State.INSUFFICIENT: "below_quorum",
    State.MISSING: "missing",
    State.DISCONNECTED: "disconnected",
}
KNOCKED_OUT = "knocked_out"
BELOW_GATE = "below_gate"


@dataclass(frozen=True, slots=True)
class Row:
    """One object's result; an object without rank keeps its points."""

    object: str
    category: str
    total: Fraction | None
    exact: Fraction | None
    places: int
    rank: int | None
    tie_break: str
    coverage: Fraction
    flags: tuple[str, ...]
    nodes: Mapping[str, NodeResult] = field(repr=False)
    plan: Scheme = field(repr=False)


@dataclass(frozen=True, slots=True)
class Result:
    """The ranking: rows by category, rank, then name; the unranked come last.

    ``disconnected`` names, for each pool whose reviews can't be compared, the groups
    of objects that can be: such a result must not be approved.
    """

    rules: Rules
    rows: tuple[Row, ...]
    lines: tuple[str, ...]
    disconnected: Mapping[str, Parts]
    first_places: Mapping[str, Fraction] = field(repr=False)
    inputs: Inputs = field(repr=False)

    @property
    def analysis(self) -> bool:
        """Whether this is an analysis that cannot be an official result."""
        return self.rules.analysis

    @property
    def approvable(self) -> bool:
        """Whether the result could be approved at all."""
        return not self.analysis and not self.disconnected


def score(
    rules: Rules,
    scores: Scores,
    *,
    first_places: Mapping[str, Fraction] | None = None,
    below_gate: Collection[str] = (),
) -> Result:
    """Compute points, totals and ranks of all objects of a sheet.

    Args:
        rules: see ``read_rules``.
        scores: see ``check_marks``.
        first_places: each object's share of first places, where the sheet's jurors
            can't be followed from object to object.
        below_gate: objects that a stage's gate kept out: listed without rank.
    """
    inputs = compose.prepared(rules, scores)
    desk = Desk(inputs, below_gate)
    rows = {name: desk.row(name) for name in sorted(scores.categories)}
    won = first_places or {}
    if FIRST_PLACES in rules.tie_break and not won:
        won = shares_of_first_places(desk, rows)
    return Result(
        rules=rules,
        rows=ranked(rules, rows, won=won),
        lines=tuple(line.code for line in rules.lines()),
        disconnected={
            code: pool.parts for code, pool in inputs.pools.items() if pool.parts
        },
        first_places=won,
        inputs=inputs,
    )


def ranked(
    rules: Rules, rows: Mapping[str, Row], *, won: Mapping[str, Fraction]
) -> tuple[Row, ...]:
    """Give ranks inside each category, and put rows in order.

    Args:
        rules: the rules.
        rows: by object, in the order of names.
        won: each object's share of first places, if the tie-break needs it.
    """
    steps = rules.tie_break
    found: list[Row] = []
    for category in sorted({row.category for row in rows.values()}):
        mine = [row for row in rows.values() if row.category == category]
        contenders = [
            Contender(
                row.object,
                row.total,
                tuple(_step(row, step, won) for step in steps),
            )
            for row in mine
            if row.total is not None and is_rankable(row)
        ]
        for place in placed(contenders, steps=steps):
            row = rows[place.object]
            found.append(replace(row, rank=place.rank, tie_break=place.tie_break))
        found.extend(row for row in mine if not is_rankable(row))
    return tuple(found)


def is_rankable(row: Row) -> bool:
    """Whether a row takes part in the ranking."""
    return row.total is not None and not {KNOCKED_OUT, BELOW_GATE} & set(row.flags)


def shares_of_first_places(desk: Desk, rows: Mapping[str, Row]) -> dict[str, Fraction]:
    """Each rankable object's share of first places within its category."""
    plans = {row.category: desk.plan(row.category) for row in rows.values()}
    views = firsts.juror_views(desk.inputs, plans)
    won: dict[str, Fraction] = {}
    for category in plans:
        names = [
            row.object
            for row in rows.values()
            if row.category == category and is_rankable(row)
        ]
        won.update(firsts.first_places(views, names))
    return won


class Desk:
    """Computes rows one by one, remembering what rows of a category share."""

    def __init__(self, inputs: Inputs, below_gate: Collection[str] = ()) -> None:
        self.inputs = inputs
        self.rules = inputs.rules
        self.below_gate = frozenset(below_gate)
        self.present: dict[str, frozenset[str]] = {}
        self._plans: dict[frozenset[str], Scheme] = {}
        self._covered: dict[frozenset[str], Fraction] = {}

    def plan(self, category: str) -> Scheme:
        """What nodes are worth in a category, nothing skipped."""
        if category not in self.present:
            self.present[category] = compose.applying(self.rules, category)
        return self._plan(self.present[category])

    def row(self, name: str) -> Row:
        """The result of one object, without its rank."""
        category = self.inputs.scores.categories[name]
        plan = self.plan(category)
        present = self.present[category]
        found = compose.outcomes(self.inputs, name, present=present)
        root = found[self.rules.root.code]
        skipped = {code for code, o in found.items() if o.state is State.SKIPPED}
        if skipped and root.state is State.COUNTED:
            plan = self._plan(present - skipped)
        nodes = published(self.rules, plan, found)
        total = nodes[self.rules.root.code]
        return Row(
            object=name,
            category=category,
            total=total.points,
            exact=total.exact,
            places=total.places,
            rank=None,
            tie_break="",
            coverage=self._coverage(found),
            flags=self._flags(name, found),
            nodes=nodes,
            plan=plan,
        )

    def _plan(self, present: frozenset[str]) -> Scheme:
        if present not in self._plans:
            self._plans[present] = scheme(self.rules, present)
        return self._plans[present]

    def _coverage(self, found: Outcomes) -> Fraction:
        empty = frozenset(code for code, o in found.items() if o.value is None)
        if empty not in self._covered:
            self._covered[empty] = compose.coverage(self.rules.root, found)
        return self._covered[empty]

    def _flags(self, name: str, found: Outcomes) -> tuple[str, ...]:
        flags: list[str] = []
        root = found[self.rules.root.code].state
        if root is State.NOT_APPLICABLE:
            flags.append("not_applicable")
        elif root is not State.COUNTED:
            counting = filter(self.rules.counts, self.rules.nodes.values())
            states = {found[node.code].state for node in counting}
            flags += [flag for state, flag in _BLOCKED.items() if state in states]
        if compose.is_knocked_out(self.rules, found):
            flags.append(KNOCKED_OUT)
        if name in self.below_gate:
            flags.append(BELOW_GATE)
        if self._is_unchanged(name):
            flags.append("uncalibrated")
        if self.rules.analysis:
            flags.append("analysis")
        return tuple(flags)

    def _is_unchanged(self, name: str) -> bool:
        """Whether a juror of the object could not be standardised."""
        return any(
            not pool.unchanged.isdisjoint(self.inputs.reviews[code].get(name, ()))
            for code, pool in self.inputs.pools.items()
        )


def _step(row: Row, step: str, won: Mapping[str, Fraction]) -> Fraction | None:
    return won.get(row.object) if step == FIRST_PLACES else row.nodes[step].points
