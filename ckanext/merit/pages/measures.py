"""How a criterion is measured and combined, one sentence each, from the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any
from urllib.parse import urlsplit

import ckantoolkit as tk

from ckanext.merit.domain.scoring import arithmetic
from ckanext.merit.domain.scoring.rules import (
    Goalposts,
    Group,
    Leaf,
    Levels,
    MinMax,
    Node,
    Panel,
    Pool,
    Raw,
    Rules,
    Scale,
)
from ckanext.merit.logic.contest import metrics
from ckanext.merit.pages import words

__all__ = [
    "addresses",
    "composition",
    "level",
    "levels",
    "metric",
    "missing",
    "number",
    "panel",
    "percent",
    "pool",
    "rounding",
    "said",
    "scale",
    "source",
]

Data = dict[str, Any]
_PLACES = 6


def said(text: Any) -> str:
    """Give a text of the rules: plain, or by language; nothing for anything else."""
    return tk.h.merit_text(text) if isinstance(text, (str, dict)) else ""


def number(value: Fraction) -> str:
    """Write a number of the rules with the marks of the language."""
    text = arithmetic.fixed(value, _PLACES).rstrip("0").rstrip(".")
    return tk.h.merit_points(text or "0")


def percent(share: Fraction) -> str:
    """Write a share as a percentage."""
    return tk._("{number} %").format(number=number(share * 100))


def source(extra: Data, node: Node) -> str:
    """Say who gives the value of a criterion."""
    if isinstance(node, Group):
        return ""
    return {
        "auto": tk._("Measured by the portal"),
        "evidence": tk._("By evidence"),
        "jury": tk._("Scored by the jury"),
        "public": tk._("By public vote"),
    }.get(str(extra.get("source")), "")


def metric(extra: Data) -> Iterator[str]:
    """Name what the portal counts, how, and with which parameters."""
    name = extra.get("metric")
    given = extra.get("parameters")
    given = dict(given) if isinstance(given, Mapping) else {}
    known = metrics.known().get(str(name)) if name else None
    if known is not None:
        yield tk._("What is counted: {metric}.").format(metric=tk._(known.title))
        if known.help:
            yield tk._(known.help)
        for one in known.parameters:
            value = str(given.pop(one.name, one.default))
            shown = words.word("choice", tk.h.merit_points(value))
            title = tk._(one.title)
            yield f"{title[:1].upper()}{title[1:]}: {shown}"
    elif name:
        yield tk._("What is counted: {metric}.").format(metric=name)
    for key, value in given.items():
        yield f"{key}: {value}"
    kinds = extra.get("evidence")
    if isinstance(kinds, (list, tuple)) and kinds:
        text = tk._("Evidence may be: {kinds}.")
        named = [words.word("evidence_kind", str(kind)) for kind in kinds]
        yield text.format(kinds=", ".join(named))


def scale(leaf: Leaf, extra: Data) -> Iterator[str]:
    """Say which values there are and which one is best."""
    measure = leaf.measure
    if isinstance(measure, Scale):
        text = tk._("On a scale from {low} to {high}.")
        yield text.format(low=number(measure.low), high=number(measure.high))
        if measure.step is not None:
            yield tk._("In steps of {step}.").format(step=number(measure.step))
        if measure.down:
            yield tk._("Less is better.")
    elif isinstance(measure, Goalposts):
        yield _goalposts(measure, extra)
    elif isinstance(measure, Raw):
        text = tk._("Counted as it is, from {low} to {high}.")
        yield text.format(low=number(measure.low), high=number(measure.high))
    elif isinstance(measure, MinMax):
        yield tk._("Against the best and the worst entry: for analysis only.")


def _goalposts(measure: Goalposts, extra: Data) -> str:
    worst, best = extra["goalposts"]
    if measure.transform == "none":
        text = tk._(
            "{worst} or worse gives nothing and {best} or better gives all;"
            " in between, in proportion."
        )
    else:
        text = tk._(
            "{worst} or worse gives nothing and {best} or better gives all;"
            " in between each doubling counts the same."
        )
    points = tk.h.merit_points
    return text.format(worst=points(str(worst)), best=points(str(best)))


def levels(leaf: Leaf, extra: Data) -> list[tuple[str, str]]:
    """Pairs of level and the share of the points that it gives."""
    if not isinstance(leaf.measure, Levels):
        return []
    # The order in which they were written is not kept.
    found = sorted(leaf.measure.values.items(), key=lambda pair: pair[1])
    return [(level(extra, label), percent(value)) for label, value in found]


def level(extra: Mapping[str, Any], code: str | None) -> str:
    """Name a level by the `labels` of its criterion; write a number as people do."""
    if code is None:
        return ""
    labels = extra.get("labels")
    named = said(labels.get(code)) if isinstance(labels, Mapping) else ""
    if named or "levels" in extra:
        return named or code
    return tk.h.merit_points(code)


def panel(rules: Panel) -> Iterator[str]:
    """Say how the scores of several jurors become one."""
    if rules.aggregate == "median":
        yield tk._("The middle one of the jurors' scores counts.")
    elif rules.aggregate == "mean":
        yield tk._("The mean of the jurors' scores counts.")
    else:
        text = tk.ungettext(
            "The mean of the jurors' scores counts; from {least} scores on, without"
            " the lowest and the highest.",
            "The mean of the jurors' scores counts; from {least} scores on, without"
            " the {drop} lowest and the {drop} highest.",
            rules.drop,
        )
        yield text.format(least=rules.least, drop=rules.drop)
    if rules.quorum > 1:
        text = tk._("With fewer than {quorum} scores there is no total.")
        yield text.format(quorum=rules.quorum)


def pool(rules: Pool) -> Iterator[str]:
    """Say how reviews by different jurors are made comparable."""
    yield {
        "none": tk._("The mean of its reviews counts."),
        "additive": tk._(
            "Each juror's severity, estimated from all reviews, is taken off first;"
            " then the mean of its reviews counts."
        ),
        "zscore": tk._(
            "Each juror's reviews are brought to the same mean and spread; then the"
            " mean counts. It punishes an entry that was seen among strong ones."
        ),
        "pairwise": tk._(
            "Each juror's order counts, not the figures: the value is how likely it"
            " is preferred to the others."
        ),
    }[rules.calibrate]
    text = tk._("With fewer than {quorum} reviews there is no total.")
    yield text.format(quorum=rules.quorum)


def missing(leaf: Leaf, *, takes_jurors: bool) -> str:
    """Say what happens where there is no value."""
    return {
        "fail": tk._("Without a score there is no total.")
        if takes_jurors
        else tk._("As long as it isn't measured there is no total."),
        "zero": tk._("Nothing given counts as zero."),
        "skip": tk._("Where there is no value the other criteria count instead."),
    }[leaf.missing]


def composition(group: Group) -> str:
    """Say how the parts of a group become one value."""
    return {
        "mean": tk._("Its parts are averaged by their weights."),
        "geometric": tk._(
            "Its parts are multiplied by their weights: a weak one cannot be made up"
            " for by a strong one."
        ),
        "sum": tk._("Its parts are added."),
    }[group.compose]


def rounding(rules: Rules) -> str:
    """Say how points are rounded."""
    if rules.rounding == "exact":
        text = tk._("Only the total is rounded, to {places} decimals.")
    else:
        text = tk._(
            "Each line is rounded to {places} decimals and the total is the sum of"
            " the lines, so that anyone can add it up."
        )
    return text.format(places=rules.decimals)


def addresses(alignment: Any) -> list[str]:
    """Give the web addresses among what a criterion is aligned with."""
    given = alignment if isinstance(alignment, (list, tuple)) else [alignment]
    texts = [str(item) for item in given if item]
    return [text for text in texts if urlsplit(text).scheme in {"http", "https"}]
