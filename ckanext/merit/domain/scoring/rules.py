"""What a rule set is once read: one tree of nodes, and questions about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

FIRST_PLACES = "first_places"


@dataclass(frozen=True, slots=True)
class Raw:
    """A value kept as it is, between two ends (both allowed)."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Scale:
    """A value between two ends, brought to [0, 1]; ``down``: less is better."""

    low: Fraction
    high: Fraction
    step: Fraction | None
    down: bool


@dataclass(frozen=True, slots=True)
class Levels:
    """Labels with their published values in [0, 1]."""

    values: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Goalposts:
    """A measured value against two fixed ends in its own units, clamped to [0, 1].

    ``worst`` and ``best`` are the ends after the transform (none, log, log1p).
    """

    worst: Fraction
    best: Fraction
    transform: str


@dataclass(frozen=True, slots=True)
class MinMax:
    """A value against the extremes of the file: for analysis only."""

    down: bool


Measure = Raw | Scale | Levels | Goalposts | MinMax


@dataclass(frozen=True, slots=True)
class Panel:
    """How the scores of several jurors on one criterion become one value.

    ``least`` is the number of scores from which ``trimmed`` drops ``drop`` at each
    end; ``places`` rounds the aggregate.
    """

    aggregate: str = "trimmed"
    drop: int = 1
    least: int = 5
    quorum: int = 3
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """How the reviews of many jurors, each of few objects, are calibrated."""

    calibrate: str = "none"
    quorum: int = 2
    min_reviews: int = 5
    ridge: Fraction = Fraction(1, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What leaves and groups have in common.

    ``code`` is "" on a root without a code; ``times`` holds numbers and codes of
    leaves; ``categories`` is None for all.
    """

    code: str
    weight: Fraction = Fraction(1)
    times: tuple[Fraction | str, ...] = ()
    places: int | None = None
    categories: frozenset[str] | None = None
    independent: bool = False
    knockout: Fraction | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf(Node):
    """A criterion. ``missing`` is fail, zero or skip."""

    measure: Measure
    panel: Panel | None = None
    missing: str = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Node):
    """A composition: mean, geometric or sum, or a pool of reviews."""

    of: tuple[Node, ...]
    compose: str = "mean"
    floor: Fraction = Fraction(1, 100)
    pool: Pool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A rule set: its tree and how its results are published.

    ``points`` are allotted to a perfect object (meaningless under a sum root);
    ``nodes`` finds every node by code, parents first, in rule order; ``ancestors``
    lists each node's ancestors from the root down.
    """

    id: str
    points: Fraction
    decimals: int
    rounding: str
    tie_break: tuple[str, ...]
    root: Node
    nodes: Mapping[str, Node] = field(repr=False)
    ancestors: Mapping[str, tuple[Group, ...]] = field(repr=False)

    @property
    def sums(self) -> bool:
        """Whether the root adds points, so that nothing is allotted."""
        return is_sum(self.root)

    @property
    def analysis(self) -> bool:
        """Whether a sample's extremes decide: then no official result."""
        return any(isinstance(leaf.measure, MinMax) for leaf in self.leaves)

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """All criteria in rule order."""
        return tuple(node for node in self.nodes.values() if isinstance(node, Leaf))

    @property
    def bottom_up(self) -> tuple[Node, ...]:
        """All nodes, children before their parents."""
        return tuple(reversed(list(self.nodes.values())))

    def pool_of(self, leaf: Leaf) -> Group | None:
        """The pool that a leaf belongs to."""
        parents = self.ancestors[leaf.code]
        return parents[-1] if parents and parents[-1].pool else None

    def takes_jurors(self, leaf: Leaf) -> bool:
        """Whether several jurors score the leaf."""
        return leaf.panel is not None or self.pool_of(leaf) is not None

    def counts(self, node: Node) -> bool:
        """Whether the node enters the total: neither it nor a parent stands apart."""
        chain = (*self.ancestors[node.code], node)
        return not any(link.independent for link in chain)

    def applies(self, node: Node, category: str) -> bool:
        """Whether the node and all its ancestors apply to a category."""
        chain = (*self.ancestors[node.code], node)
        return all(
            link.categories is None or category in link.categories for link in chain
        )

    def lines(self) -> tuple[Node, ...]:
        """The published lines, in rule order."""
        if isinstance(self.root, Group) and self.sums:
            return tuple(child for child in self.root.of if not child.independent)
        return tuple(
            node
            for node in self.nodes.values()
            if self.counts(node) and self._is_line(node)
        )

    def _is_line(self, node: Node) -> bool:
        if isinstance(node, Leaf):
            return self.pool_of(node) is None
        return is_pool(node)


def is_sum(node: Node) -> bool:
    """Whether the node adds the points of its children."""
    return isinstance(node, Group) and node.compose == "sum"


def is_pool(node: Node) -> bool:
    """Whether the node is a pool of reviews."""
    return isinstance(node, Group) and node.pool is not None


def walk(
    node: Node, ancestors: tuple[Group, ...] = ()
) -> Iterator[tuple[Node, tuple[Group, ...]]]:
    """Every node with its ancestors from the root down, parents first."""
    yield node, ancestors
    if isinstance(node, Group):
        for child in node.of:
            yield from walk(child, (*ancestors, node))
