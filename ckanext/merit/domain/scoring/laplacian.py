"""Solving large sparse graph systems: seconds for tens of thousands of reviews.

Vertices with few neighbours are eliminated exactly; what remains is well connected,
where conjugate gradients converge fast. Results are floats: callers refine them
against exact residuals, so no float ever reaches a score.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter, mul

# A vertex is eliminated where that makes few new edges for those it removes.
MAX_DEGREE = 40
GROWTH = 2
TOLERANCE = 1e-10

Graph = Sequence[Mapping[int, float]]
_Pick = Callable[[Sequence[float]], Sequence[float]]


class Laplacian:
    """The system (L + D) x = b of a weighted graph.

    L is the graph's Laplacian, D a diagonal that isn't negative. Without D the
    solution is one of many, apart by a constant, and b must add up to 0.
    """

    def __init__(self, graph: Graph, ground: Sequence[float]) -> None:
        """Prepare a graph for several right-hand sides.

        Args:
            graph: for each vertex its neighbours with the weights of the edges,
                the same in both directions.
            ground: D, for each vertex.
        """
        self._edges = [dict(edges) for edges in graph]
        self._ground = list(ground)
        self._steps: list[tuple[int, float, list[tuple[int, float]]]] = []
        self._eliminate()
        self._core = _Core(self._edges, self._ground)

    def solve(self, right: Sequence[float]) -> list[float]:
        """An approximate solution for one right-hand side."""
        pushed = list(right)
        for vertex, pivot, edges in self._steps:
            value = pushed[vertex] / pivot
            for other, weight in edges:
                pushed[other] += weight * value
        solution = self._core.solve(pushed)
        for vertex, pivot, edges in reversed(self._steps):
            flow = math.fsum(weight * solution[other] for other, weight in edges)
            solution[vertex] = (pushed[vertex] + flow) / pivot
        return solution

    def _eliminate(self) -> None:
        alike = Counter(frozenset(edges) for edges in self._edges)
        copies = [alike[frozenset(edges)] for edges in self._edges]
        queue = [(len(edges), vertex) for vertex, edges in enumerate(self._edges)]
        heapq.heapify(queue)
        while queue:
            degree, vertex = heapq.heappop(queue)
            if degree != len(self._edges[vertex]) or degree > MAX_DEGREE:
                continue
            if not degree and not self._ground[vertex]:
                continue
            if self._new_edges(vertex) > GROWTH * degree * copies[vertex]:
                continue
            for other in self._remove(vertex):
                heapq.heappush(queue, (len(self._edges[other]), other))

    def _new_edges(self, vertex: int) -> int:
        others = list(self._edges[vertex])
        return sum(
            one not in self._edges[two]
            for place, two in enumerate(others)
            for one in others[:place]
        )

    def _remove(self, vertex: int) -> list[int]:
        edges = list(self._edges[vertex].items())
        pivot = math.fsum(self._edges[vertex].values()) + self._ground[vertex]
        self._steps.append((vertex, pivot, edges))
        self._edges[vertex] = {}
        for place, (other, weight) in enumerate(edges):
            mine = self._edges[other]
            del mine[vertex]
            share = weight / pivot
            self._ground[other] += share * self._ground[vertex]
            for third, third_weight in edges[:place]:
                joined = mine.get(third, 0.0) + share * third_weight
                mine[third] = self._edges[third][other] = joined
        self._ground[vertex] = 0.0
        return [other for other, _ in edges]


class _Core:
    """The part that wasn't eliminated, by preconditioned conjugate gradients."""

    def __init__(self, graph: Graph, ground: Sequence[float]) -> None:
        self._size = len(graph)
        self._members = [vertex for vertex, edges in enumerate(graph) if edges]
        place = {vertex: number for number, vertex in enumerate(self._members)}
        self._rows: list[tuple[float, tuple[float, ...], _Pick]] = []
        for vertex in self._members:
            edges = graph[vertex]
            own = math.fsum(edges.values()) + ground[vertex]
            pick: _Pick = itemgetter(*(place[other] for other in edges))
            self._rows.append((own, tuple(edges.values()), pick))
        self._inverse = [1 / own for own, _, _ in self._rows]
        self._floating = not any(ground[vertex] for vertex in self._members)

    def solve(self, right: Sequence[float]) -> list[float]:
        solution = [0.0] * self._size
        found = self._gradients([right[vertex] for vertex in self._members])
        for vertex, value in zip(self._members, found, strict=True):
            solution[vertex] = value
        return solution

    def _gradients(self, residual: list[float]) -> list[float]:
        if self._floating and residual:
            mean = math.fsum(residual) / len(residual)
            residual = [value - mean for value in residual]
        solution = [0.0] * len(residual)
        direction = solution
        energy = math.inf
        goal = TOLERANCE**2 * sum(map(mul, residual, residual))
        rounds = 2 * len(residual) + 50
        while rounds and sum(map(mul, residual, residual)) > goal:
            rounds -= 1
            eased = list(map(mul, residual, self._inverse))
            last, energy = energy, sum(map(mul, residual, eased))
            keep = energy / last
            direction = [e + keep * d for e, d in zip(eased, direction, strict=True)]
            image = self._times(direction)
            step = energy / sum(map(mul, direction, image))
            solution = [s + step * d for s, d in zip(solution, direction, strict=True)]
            residual = [r - step * i for r, i in zip(residual, image, strict=True)]
        return solution

    def _times(self, vector: Sequence[float]) -> list[float]:
        return [
            own * value - sum(map(mul, weights, pick(vector)))
            for (own, weights, pick), value in zip(self._rows, vector, strict=True)
        ]
