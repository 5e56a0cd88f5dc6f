"""Step 7: what a jury chair should know before publishing; it changes no result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ckanext.merit.domain.scoring import additive, arithmetic, graphs
from ckanext.merit.domain.scoring.alpha import alpha, band
from ckanext.merit.domain.scoring.closeness import close_calls
from ckanext.merit.domain.scoring.engine import Desk, Result
from ckanext.merit.domain.scoring.firsts import juror_views
from ckanext.merit.domain.scoring.intervals import Interval, rank_intervals
from ckanext.merit.domain.scoring.leaving import Leaving, leave_one_out
from ckanext.merit.domain.scoring.rules import Leaf, Levels, Raw

# Marks further apart than this share of the scale are a disagreement.
DISAGREEMENT = Fraction(4, 10)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha of a criterion; None where none could be expected."""

    criterion: str
    metric: str
    alpha: Fraction | None
    band: str
    units: int
    ratings: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How far jurors are apart about an object, as shares of the scale."""

    object: str
    criterion: str
    ratings: int
    deviation: Fraction
    range: Fraction

    @property
    def is_disagreement(self) -> bool:
        """Whether the chair should have a look."""
        return self.range > DISAGREEMENT


@dataclass(frozen=True, slots=True)
class Severity:
    """How much more a juror gives than others; None where nothing compares them."""

    juror: str
    reviews: int
    severity: Fraction | None


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """All diagnostics of a result.

    ``leaving`` is None where it would take too long; ``fragile`` are categories
    whose first place depends on a single juror; ``flags`` adds to each object's.
    """

    agreement: tuple[Agreement, ...]
    spreads: tuple[Spread, ...]
    severities: tuple[Severity, ...]
    parts: graphs.Parts
    intervals: Mapping[str, Interval]
    leaving: tuple[Leaving, ...] | None
    fragile: tuple[str, ...]
    flags: Mapping[str, tuple[str, ...]]


def diagnose(
    result: Result, *, input_digest: str, metric: str | None = None
) -> Diagnostics:
    """Compute all diagnostics.

    Args:
        result: see ``engine.score``.
        input_digest: of rules and score sheet, see ``seal.input_digest``.
        metric: of alpha; by default ordinal for levels, else interval.

    Raises:
        ValueError: the metric doesn't fit the marks.
    """
    leaves = [leaf for leaf in result.rules.leaves if result.rules.takes_jurors(leaf)]
    spreads = [spread for leaf in leaves for spread in _spreads(result, leaf)]
    parts, severities = _severities(result)
    leaving = leave_one_out(result)
    fragile = {name for one in leaving or () for name in one.other_winners}
    apart = {spread.object for spread in spreads if spread.is_disagreement}
    close = set(close_calls(result))
    return Diagnostics(
        agreement=tuple(_agreement(result, leaf, metric) for leaf in leaves),
        spreads=tuple(spreads),
        severities=severities,
        parts=parts,
        intervals=rank_intervals(result, input_digest=input_digest),
        leaving=leaving,
        fragile=tuple(sorted(fragile)),
        flags={
            row.object: (
                *(("close_call",) if row.object in close else ()),
                *(("high_disagreement",) if row.object in apart else ()),
            )
            for row in result.rows
        },
    )


def _agreement(result: Result, leaf: Leaf, metric: str | None) -> Agreement:
    scores = result.inputs.scores
    written = scores.written[leaf.code]
    units = [
        [written[text] for text in marks.values()]
        for marks in scores.given[leaf.code].values()
        if len(marks) > 1
    ]
    used = metric or ("ordinal" if isinstance(leaf.measure, Levels) else "interval")
    found = alpha(units, metric=used)
    return Agreement(
        criterion=leaf.code,
        metric=used,
        alpha=found,
        band=band(found),
        units=len(units),
        ratings=sum(map(len, units)),
    )


def _spreads(result: Result, leaf: Leaf) -> list[Spread]:
    scores = result.inputs.scores
    width = Fraction(1)
    if isinstance(leaf.measure, Raw):
        width = leaf.measure.high - leaf.measure.low
    found: list[Spread] = []
    for name, marks in sorted(scores.given[leaf.code].items()):
        values = [scores.normal[leaf.code][text] / width for text in marks.values()]
        if len(values) > 1:
            deviation = arithmetic.sample_deviation(values)
            reach = max(values) - min(values)
            found.append(Spread(name, leaf.code, len(values), deviation, reach))
    return found


def _severities(result: Result) -> tuple[graphs.Parts, tuple[Severity, ...]]:
    """An additive fit over what each juror alone would give each object."""
    desk = Desk(result.inputs)
    plans = {row.category: desk.plan(row.category) for row in result.rows}
    views = juror_views(result.inputs, plans)
    reviews = {name: row for name, row in views.items() if row}
    counts: dict[str, int] = {}
    for row in reviews.values():
        for juror in row:
            counts[juror] = counts.get(juror, 0) + 1
    parts = graphs.review_parts(reviews)
    severity: Mapping[str, Fraction] = {}
    if len(parts) == 1:
        severity = additive.fit(reviews).severity
    return parts if len(parts) > 1 else (), tuple(
        Severity(juror, counts[juror], severity.get(juror)) for juror in sorted(counts)
    )
