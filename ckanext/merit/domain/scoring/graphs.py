"""Which objects can be compared at all: connected parts of who met whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

Graph = Mapping[str, Collection[str]]
Parts = tuple[tuple[str, ...], ...]


def review_parts(reviews: Graph) -> Parts:
    """Objects grouped by the connected parts of the juror-object graph.

    Args:
        reviews: the jurors of each object.

    Returns:
        The parts, each sorted, in the order of their first objects.
    """
    by_juror: dict[str, list[str]] = {}
    for name, jurors in reviews.items():
        for juror in jurors:
            by_juror.setdefault(juror, []).append(name)
    # Through one object of each juror all of that juror's objects are reached.
    links: dict[str, list[str]] = {name: [] for name in reviews}
    for first, *others in by_juror.values():
        links[first].extend(others)
        for other in others:
            links[other].append(first)
    seen: set[str] = set()
    return _ordered(list(_reach(links, name, seen)) for name in links)


def strong_parts(beaten: Graph) -> Parts:
    """Objects grouped by mutual reach over "won against" (Kosaraju's algorithm).

    Args:
        beaten: for each object those that it won against at least once.
    """
    lost: dict[str, list[str]] = {name: [] for name in beaten}
    for name, others in beaten.items():
        for other in others:
            lost[other].append(name)
    seen: set[str] = set()
    finished = [vertex for name in beaten for vertex in _reach(beaten, name, seen)]
    seen = set()
    return _ordered(list(_reach(lost, name, seen)) for name in reversed(finished))


def _reach(links: Graph, start: str, seen: set[str]) -> Iterator[str]:
    """What can be reached and wasn't seen, in the order it is finished."""
    if start in seen:
        return
    seen.add(start)
    path = [(start, iter(links[start]))]
    while path:
        vertex, others = path[-1]
        step = next((other for other in others if other not in seen), None)
        if step is None:
            path.pop()
            yield vertex
        else:
            seen.add(step)
            path.append((step, iter(links[step])))


def _ordered(found: Iterator[list[str]]) -> Parts:
    return tuple(sorted(tuple(sorted(part)) for part in found if part))
