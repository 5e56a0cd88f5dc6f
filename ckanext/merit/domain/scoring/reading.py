"""From the tree of a rule file to ``Rules``; what it may say is checked here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from ckanext.merit.domain.scoring import arithmetic, normalise
from ckanext.merit.domain.scoring.checks import check_tree
from ckanext.merit.domain.scoring.fields import MAX_PLACES, Fields
from ckanext.merit.domain.scoring.rules import (
    Goalposts,
    Group,
    Leaf,
    Levels,
    Measure,
    MinMax,
    Node,
    Panel,
    Pool,
    Raw,
    Rules,
    Scale,
    is_sum,
    walk,
)

_TOP = ("merit", "id", "points", "decimals", "rounding", "tie_break", "root")
_NODE = (
    *("code", "weight", "times", "round", "categories", "independent", "knockout"),
)
_GROUP = ("of", "compose", "floor", "pool")
# Deeper than any award; keeps computing off the interpreter's recursion limit.
MAX_DEPTH = 30
_MEASURES = ("raw", "scale", "levels", "goalposts", "minmax")
_LEAF = (*_MEASURES, "step", "transform", "direction", "panel", "missing")


@dataclass(frozen=True, slots=True)
class _Reader:
    node_extras: Collection[str]

    def node(self, tree: object, *, depth: int = 0, line: int = 0) -> Node:
        fields = Fields(tree, "a node" if depth else "the root", line=line)
        if depth > MAX_DEPTH:
            fields.fail("nested too deeply")
        if "of" in fields:
            return self._group(fields, depth=depth)
        return self._leaf(fields)

    def _group(self, fields: Fields, *, depth: int) -> Node:
        fields.only({*_NODE, *_GROUP, *self.node_extras})
        compose = fields.choice("compose", ("mean", "geometric", "sum"))
        if "floor" in fields and compose != "geometric":
            fields.fail('"floor" belongs to a geometric group', "floor")
        floor = fields.number("floor", Fraction(1, 100))
        if not 0 <= floor < 1:
            fields.fail('"floor" must be from 0 to below 1', "floor")
        children = tuple(
            self.node(item, depth=depth + 1) for item in fields.items("of")
        )
        pool = _pool(fields.mapping("pool")) if "pool" in fields else None
        return Group(
            of=children,
            compose=compose,
            floor=floor,
            pool=pool,
            **_common(fields, code_required=depth > 0),
        )

    def _leaf(self, fields: Fields) -> Node:
        fields.only({*_NODE, *_LEAF, *self.node_extras})
        measure = _measure(fields)
        panel = _panel(fields.mapping("panel")) if "panel" in fields else None
        return Leaf(
            measure=measure,
            panel=panel,
            missing=fields.choice("missing", ("fail", "zero", "skip")),
            **_common(fields, code_required=True),
        )


def read_rules(
    tree: object,
    *,
    top_extras: Collection[str] = (),
    node_extras: Collection[str] = (),
) -> Rules:
    """Read and check a rule set.

    Args:
        tree: nested mappings, sequences and texts, as in a rule file; numbers are
            text. Mappings may carry ``line`` and ``lines``.
        top_extras: more keys allowed at the top (what only a portal needs).
        node_extras: more keys allowed on any node.

    Raises:
        RuleError: unknown or missing keys, values out of place, contradictions.
    """
    fields = Fields(tree, "the rule set", line=1)
    fields.only({*_TOP, *top_extras}, required=("merit", "id", "root"))
    if fields.text("merit") != "1":
        fields.fail('"merit" must be 1, the version of this format', "merit")
    decimals = fields.integer("decimals", 2)
    if decimals > MAX_PLACES:
        fields.fail(f'"decimals" must be at most {MAX_PLACES}', "decimals")
    root = _Reader(node_extras).node(fields.value("root"), line=fields.line_of("root"))
    points = fields.number("points", Fraction(100))
    if "points" in fields and is_sum(root):
        fields.fail('"points" has no meaning under a root that is a sum', "points")
    if points <= 0:
        fields.fail('"points" must be above 0', "points")
    rules = Rules(
        id=fields.text("id"),
        points=points,
        decimals=decimals,
        rounding=fields.choice("rounding", ("stepwise", "exact")),
        tie_break=tuple(fields.texts("tie_break")),
        root=root,
        nodes={node.code: node for node, _ in walk(root)},
        ancestors={node.code: chain for node, chain in walk(root)},
    )
    check_tree(rules, fields)
    return rules


def pruned(tree: object) -> Any:
    """The part of a rule set that computes, as plain data: what a digest covers.

    What isn't a rule set at all is returned as it is.
    """
    if not isinstance(tree, Mapping):
        return tree
    top = cast("Mapping[str, Any]", tree)
    known = {key: _plain(top[key]) for key in _TOP if key in top}
    if "root" in known:
        known["root"] = _pruned_node(known["root"])
    return known


def _pruned_node(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    fields = cast("dict[str, Any]", node)
    known = {key: fields[key] for key in (*_NODE, *_GROUP, *_LEAF) if key in fields}
    if isinstance(known.get("of"), list):
        known["of"] = [_pruned_node(child) for child in known["of"]]
    return known


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return {str(key): _plain(item) for key, item in items}
    if isinstance(value, Sequence):
        return [_plain(item) for item in cast("Sequence[Any]", value)]
    return value


def _common(fields: Fields, *, code_required: bool) -> dict[str, Any]:
    if code_required and "code" not in fields:
        fields.fail(f'missing key "code" in {fields.what}')
    weight = fields.number("weight", Fraction(1))
    if weight <= 0:
        fields.fail('"weight" must be above 0', "weight")
    categories = fields.texts("categories")
    knockout = fields.number("knockout", Fraction(0)) if "knockout" in fields else None
    return {
        "code": fields.text("code"),
        "weight": weight,
        "times": _times(fields),
        "places": fields.places("round"),
        "categories": frozenset(categories) if categories else None,
        "independent": fields.flag("independent"),
        "knockout": knockout,
        "line": fields.line,
    }


def _times(fields: Fields) -> tuple[Fraction | str, ...]:
    factors: list[Fraction | str] = []
    for item in fields.items("times"):
        if not isinstance(item, str) or not item:
            fields.fail('"times" must be a list of numbers and codes', "times")
        factors.append(
            arithmetic.number(item) if arithmetic.is_number(item) else str(item)
        )
    return tuple(factors)


def _measure(fields: Fields) -> Measure:
    found = [key for key in _MEASURES if key in fields]
    if len(found) != 1:
        fields.fail(f"a leaf needs exactly one of {', '.join(_MEASURES)}")
    kind = found[0]
    _only_with(fields, "step", kind, ("scale",))
    _only_with(fields, "transform", kind, ("goalposts",))
    _only_with(fields, "direction", kind, ("scale", "minmax"))
    down = fields.choice("direction", ("up", "down")) == "down"
    if kind == "levels":
        return _levels(fields.mapping("levels"))
    if kind == "goalposts":
        return _goalposts(fields)
    if kind == "minmax":
        if not fields.flag("minmax"):
            fields.fail('"minmax" can only be true', "minmax")
        return MinMax(down)
    low, high = fields.ends(kind)
    if low > high:
        fields.fail(f'"{kind}" must name the lower end first', kind)
    return Raw(low, high) if kind == "raw" else _scale(fields, low, high, down=down)


def _only_with(fields: Fields, key: str, kind: str, kinds: tuple[str, ...]) -> None:
    if key in fields and kind not in kinds:
        fields.fail(f'"{key}" belongs to {" or ".join(kinds)}', key)


def _scale(fields: Fields, low: Fraction, high: Fraction, *, down: bool) -> Scale:
    step = fields.number("step", Fraction(0)) if "step" in fields else None
    if step is not None and (step <= 0 or (high - low) % step):
        fields.fail('"step" must divide the scale', "step")
    return Scale(low, high, step, down)


def _levels(fields: Fields) -> Levels:
    values = {label: fields.number(label, Fraction(0)) for label in fields.labels()}
    if not values:
        fields.fail('"levels" is empty')
    for label, value in values.items():
        if not 0 <= value <= 1:
            fields.fail(f'the value of level "{label}" must be from 0 to 1', label)
    return Levels(values)


def _goalposts(fields: Fields) -> Goalposts:
    transform = fields.choice("transform", ("none", "log", "log1p"))
    worst, best = fields.ends("goalposts")
    try:
        worst = normalise.transformed(worst, transform)
        best = normalise.transformed(best, transform)
    except ValueError as error:
        fields.fail(f'"goalposts": {error}', "goalposts")
    if worst == best:
        fields.fail('"goalposts" are too close to each other', "goalposts")
    return Goalposts(worst, best, transform)


def _panel(fields: Fields) -> Panel:
    fields.only(("aggregate", "drop", "min", "quorum", "round"))
    aggregate = fields.choice("aggregate", ("trimmed", "mean", "median"))
    for key in ("drop", "min"):
        if key in fields and aggregate != "trimmed":
            fields.fail(f'"{key}" belongs to the trimmed mean', key)
    drop = fields.integer("drop", 1)
    least = fields.integer("min", 2 * drop + 3)
    if least <= 2 * drop:
        fields.fail('"min" must leave something after dropping', "min")
    return Panel(
        aggregate=aggregate,
        drop=drop,
        least=least,
        quorum=fields.integer("quorum", 3, least=1),
        places=fields.places("round"),
    )


def _pool(fields: Fields) -> Pool:
    fields.only(("calibrate", "quorum", "min_reviews", "ridge"))
    ridge = fields.number("ridge", Fraction(1, 10))
    if ridge < 0:
        fields.fail('"ridge" must not be negative', "ridge")
    return Pool(
        calibrate=fields.choice(
            "calibrate", ("none", "additive", "zscore", "pairwise")
        ),
        quorum=fields.integer("quorum", 2, least=1),
        min_reviews=fields.integer("min_reviews", 5, least=1),
        ridge=ridge,
    )
