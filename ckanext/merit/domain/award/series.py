"""Datasets that look like one dataset cut into parts: titles that differ in a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from ckanext.merit.domain.award.facts import DatasetFacts, in_order

__all__ = ["Series", "densest", "series"]

T = TypeVar("T")

#: Shorter titles differ in a word too easily.
LEAST_WORDS = 3
#: Words looked at; the cost grows with their square.
MOST_WORDS = 16
GAP = "…"
NUMBER = "#"
_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")


class Series(NamedTuple):
    """A series: its datasets in order of creation, and what their titles share."""

    pattern: str
    datasets: tuple[DatasetFacts, ...]


def series(
    datasets: Iterable[DatasetFacts], *, least: int, span: timedelta
) -> list[Series]:
    """Find datasets whose titles are the same but for numbers and one word.

    The largest series come first; a dataset is in one at most.

    Args:
        datasets: Of one entity.
        least: Least number of parts of a series.
        span: Longest time from the creation of its first part to the last.
    """
    groups: dict[str, list[DatasetFacts]] = {}
    for one in in_order(datasets):
        for pattern in _patterns(one.key):
            groups.setdefault(pattern, []).append(one)
    found: list[Series] = []
    used: set[str] = set()
    # Large groups first; on equal terms the pattern without a gap says more.
    order = sorted(groups.items(), key=lambda i: (-len(i[1]), GAP in i[0], i[0]))
    for pattern, members in order:
        free = [one for one in members if one.id not in used]
        parts = densest(free, lambda one: one.created, span=span)
        if len(parts) >= least:
            found.append(Series(pattern, tuple(parts)))
            used.update(one.id for one in parts)
    return found


def _patterns(key: str) -> Iterable[str]:
    """Give the title with its numbers masked, and with each word masked too."""
    words = _WORD.findall(key)[:MOST_WORDS]
    masked = [_DIGITS.sub(NUMBER, word) for word in words]
    if len(words) < LEAST_WORDS:
        return
    if masked != words:
        yield " ".join(masked)
    for place in range(len(masked)):
        yield " ".join((*masked[:place], GAP, *masked[place + 1 :]))


def densest(
    items: Sequence[T], instant: Callable[[T], datetime], *, span: timedelta
) -> list[T]:
    """Give the longest run of items within a span of time, the first of equal ones.

    Args:
        items: In the order of their instants.
        instant: Tells an item's.
        span: Longest time from the first to the last.
    """
    best, start = (0, 0), 0
    for end, one in enumerate(items):
        while instant(one) - instant(items[start]) > span:
            start += 1
        if end + 1 - start > best[1] - best[0]:
            best = (start, end + 1)
    return list(items[slice(*best)])
