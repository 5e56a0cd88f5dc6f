"""Criteria that entities prove by evidence: what may be given, and what it counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ckanext.merit.domain.scoring.arithmetic import is_number, number
from ckanext.merit.domain.scoring.fields import Fields
from ckanext.merit.domain.scoring.normalise import normalised, written_value
from ckanext.merit.domain.scoring.rules import Levels, Measure, Rules, Scale

__all__ = [
    "KINDS",
    "Criterion",
    "best",
    "check_evidence",
    "claiming",
    "criteria",
    "falls_short",
    "is_lowered",
    "lower",
]

KINDS = ("dataset", "resource", "url", "file", "text")
SOURCES = ("auto", "evidence", "jury", "public")
#: More steps than this are typed, not chosen from a list.
STEPS = 21


@dataclass(frozen=True)
class Criterion:
    """A criterion for which an entry can give evidence.

    Attributes:
        code: As in the rules.
        kinds: What may be given.
        claims: Whether the evidence itself is scored; else jurors read it.
        measure: Of the criterion.
        node: As in the rule file, for its texts.
    """

    code: str
    kinds: tuple[str, ...]
    claims: bool
    measure: Measure
    node: Mapping[str, Any]

    @property
    def levels(self) -> tuple[str, ...]:
        """Values that can be claimed, lowest first; () where any number can be."""
        measure = self.measure
        if isinstance(measure, Levels):
            return tuple(sorted(measure.values, key=measure.values.__getitem__))
        step = measure.step if isinstance(measure, Scale) else None
        if not isinstance(measure, Scale) or step is None or step.denominator != 1:
            return ()
        if measure.low.denominator != 1 or (measure.high - measure.low) / step > STEPS:
            return ()
        low, high = measure.low.numerator, measure.high.numerator
        values = [str(value) for value in range(low, high + 1, step.numerator)]
        return tuple(reversed(values) if measure.down else values)

    @property
    def described(self) -> tuple[tuple[str, Any], ...]:
        """Pairs of a level, or a number, and what it means; lowest first.

        Rules are stored without the order in which they were written.
        """
        texts: Any = self.node.get("descriptors")
        if not isinstance(texts, Mapping):
            return ()
        told: dict[str, Any] = dict(texts)  # pyright: ignore[reportUnknownArgumentType]
        order = sorted(told, key=lambda name: (self._rank(name), name))
        return tuple((name, told[name]) for name in order)

    def _rank(self, name: str) -> Fraction:
        """What a level is worth; of a scale its number. What is neither comes first."""
        if isinstance(self.measure, Levels):
            return self.measure.values.get(name, Fraction(0))
        return number(name) if is_number(name) else Fraction(0)


def criteria(
    body: Mapping[str, Any], rules: Rules, *, category: str
) -> tuple[Criterion, ...]:
    """List the criteria of a category that take evidence, in rule order.

    Args:
        body: The rule file as a JSON value.
        rules: The same, read.
        category: Code of the entry's category.
    """
    nodes = {node.get("code"): node for node in _nodes(body["root"])}
    found: list[Criterion] = []
    for leaf in rules.leaves:
        node = nodes[leaf.code]
        claims = node.get("source") == "evidence"
        if (claims or "evidence" in node) and rules.applies(leaf, category):
            kinds = tuple(node.get("evidence", KINDS))
            found.append(Criterion(leaf.code, kinds, claims, leaf.measure, node))
    return tuple(found)


def claiming(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the criteria that evidence itself scores, in rule order."""
    return tuple(
        str(node["code"])
        for node in _nodes(body["root"])
        if node.get("source") == "evidence"
    )


def lower(measure: Measure, claimed: str, supported: str) -> str:
    """Give the value that counts: the lower of what is claimed and supported.

    Raises:
        ValueError: One of them isn't a value of the measure.
    """
    return min((claimed, supported), key=lambda value: _worth(measure, value))


def falls_short(measure: Measure, claimed: str, supported: str) -> bool:
    """Say whether less is supported than was claimed.

    Raises:
        ValueError: One of them isn't a value of the measure.
    """
    return _worth(measure, supported) < _worth(measure, claimed)


def is_lowered(criterion: Criterion, claimed: str | None, accepted: str | None) -> bool:
    """Say whether less was accepted than claimed, as far as the rules know both."""
    if not criterion.claims or claimed is None or accepted is None:
        return False
    try:
        return falls_short(criterion.measure, claimed, accepted)
    except ValueError:
        return False


def best(measure: Measure, values: Iterable[str]) -> str | None:
    """Give the highest value of several pieces of evidence; None for none.

    Values that the rules don't know (any more) are left out.
    """
    known = [value for value in values if _is_value(measure, value)]
    return max(known, key=lambda value: _worth(measure, value), default=None)


def check_evidence(tree: Mapping[str, Any]) -> None:
    """Check what a rule file says of evidence.

    Raises:
        RuleError: With the line.
    """
    for node in _nodes(tree["root"]):
        fields = Fields(node, "the criterion")
        for kind in fields.texts("evidence"):
            if kind not in KINDS:
                fields.fail(f'"evidence" can be {", ".join(KINDS)}', "evidence")
        if "source" not in fields:
            continue
        if fields.text("source") not in SOURCES:
            fields.fail(f'"source" must be one of {", ".join(SOURCES)}', "source")
        if fields.text("source") == "evidence":
            _check_source(fields)


def _check_source(fields: Fields) -> None:
    if "panel" in fields:
        fields.fail("evidence is scored by acceptance, not by a panel", "panel")
    if "levels" not in fields and "scale" not in fields:
        fields.fail('a criterion with the source evidence needs "levels" or "scale"')
    if fields.text("missing") != "zero":
        fields.fail('no evidence counts 0: say "missing: zero"')


def _worth(measure: Measure, value: str) -> Any:
    return normalised(measure, written_value(measure, value))


def _is_value(measure: Measure, value: str) -> bool:
    try:
        written_value(measure, value)
    except ValueError:
        return False
    return True


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """List the nodes of a rule file's tree in its order."""
    yield node
    for child in node.get("of", ()):
        yield from _nodes(child)
