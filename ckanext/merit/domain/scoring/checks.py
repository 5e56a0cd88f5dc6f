"""What a rule tree as a whole must not say."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from ckanext.merit.domain.scoring.fields import Fields, RuleError
from ckanext.merit.domain.scoring.rules import (
    FIRST_PLACES,
    Group,
    Leaf,
    Node,
    Raw,
    Rules,
    is_pool,
    is_sum,
    walk,
)

# Published lines are columns of the result beside these.
COLUMNS = ("object", "category", "rank", "total", "flags", "rank_low", "rank_high")


def check_tree(rules: Rules, top: Fields) -> None:
    """Refuse contradictions between nodes.

    Raises:
        RuleError: on the line of the node, or of the key at the top.
    """
    _check_codes(rules)
    for node in rules.nodes.values():
        for check in _NODE_CHECKS:
            check(rules, node)
    _check_root(rules, top)
    _check_tie_break(rules, top)


def _fail(node: Node, message: str) -> None:
    name = f'"{node.code}": ' if node.code else ""
    raise RuleError(f"{name}{message}", line=node.line)


def _check_codes(rules: Rules) -> None:
    seen: set[str] = set()
    for node, _ in walk(rules.root):
        if node.code in seen:
            _fail(node, "this code is used twice")
        if node.code == FIRST_PLACES:
            _fail(node, "this word is reserved for the tie-break")
        seen.add(node.code)
    for line in rules.lines():
        if line.code in COLUMNS:
            _fail(line, "a published line cannot have this code")


def _check_sums(rules: Rules, node: Node) -> None:
    if all(is_sum(parent) for parent in rules.ancestors[node.code]):
        return
    where = "is allowed only where all groups above are sums"
    if is_sum(node):
        _fail(node, f"a sum {where}")
    if not rules.counts(node):
        return
    if isinstance(node, Leaf) and isinstance(node.measure, Raw):
        _fail(node, f'"raw" {where}')
    if node.times:
        _fail(node, f'"times" {where}')
    if node.places is not None:
        _fail(node, f'"round" {where}')


def _check_geometric(rules: Rules, node: Node) -> None:
    if rules.rounding == "exact" or not isinstance(node, Group):
        return
    if node.compose == "geometric" and rules.counts(node):
        _fail(node, 'a geometric mean needs "rounding: exact"')


def _check_factors(rules: Rules, node: Node) -> None:
    for code in node.times:
        if isinstance(code, Fraction):
            continue
        leaf = rules.nodes.get(code)
        if not isinstance(leaf, Leaf) or rules.takes_jurors(leaf):
            _fail(node, f'the factor "{code}" is not a leaf with a single value')
        elif leaf.times:
            _fail(leaf, 'a factor takes no "times"')


def _check_knockout(rules: Rules, node: Node) -> None:
    if node.knockout is None:
        return
    if any(is_pool(parent) for parent in rules.ancestors[node.code]):
        _fail(node, "no knock-out inside a pool")
    if is_sum(node) or (isinstance(node, Group) and not rules.counts(node)):
        return
    low, high = Fraction(0), Fraction(1)
    if isinstance(node, Leaf) and isinstance(node.measure, Raw):
        low, high = node.measure.low, node.measure.high
    if not low <= node.knockout <= high:
        _fail(node, '"knockout" is out of the range of the value')


def _check_children(rules: Rules, node: Node) -> None:
    if not isinstance(node, Group):
        return
    if all(child.independent for child in node.of):
        _fail(node, "nothing in this group counts")
    if not node.pool:
        return
    if node.compose != "mean":
        _fail(node, "a pool is a mean")
    for child in node.of:
        if not isinstance(child, Leaf):
            _fail(child, "a pool holds leaves only")
        elif child.panel:
            _fail(child, "a leaf of a pool takes no panel")
        elif child.times or child.places is not None:
            _fail(child, 'a leaf of a pool takes no "times" and no "round"')


_NODE_CHECKS: tuple[Callable[[Rules, Node], None], ...] = (
    _check_sums,
    _check_geometric,
    _check_factors,
    _check_knockout,
    _check_children,
)


def _check_root(rules: Rules, top: Fields) -> None:
    root = rules.root
    if root.independent:
        _fail(root, "the root cannot be independent")
    if isinstance(root, Leaf) and isinstance(root.measure, Raw):
        _fail(root, '"raw" at the root: put it in a sum')
    if rules.rounding == "exact":
        return
    if root.times or root.places is not None:
        _fail(root, '"times" and "round" at the root need "rounding: exact"')
    if not rules.sums and (rules.points * 10**rules.decimals).denominator != 1:
        top.fail('"points" has more places than "decimals"', "points")


def _check_tie_break(rules: Rules, top: Fields) -> None:
    for code in rules.tie_break:
        if code == FIRST_PLACES:
            continue
        if code not in rules.nodes:
            top.fail(f'"tie_break" names "{code}", which is no node', "tie_break")
        if any(is_pool(parent) for parent in rules.ancestors[code]):
            top.fail(f'"tie_break" names "{code}" inside a pool', "tie_break")
