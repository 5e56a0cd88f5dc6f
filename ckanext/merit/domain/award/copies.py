"""Which datasets an entity published already, under another id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from ckanext.merit.domain.award.facts import DatasetFacts, in_order

__all__ = ["Copy", "copies"]

TITLE = "title"
FILES = "files"


class Copy(NamedTuple):
    """A dataset that repeats earlier ones.

    Attributes:
        originals: Ids of the earlier datasets, the most telling first.
        by: ``title`` (the same one) or ``files``.
        share: Share of its files that were there before.
    """

    originals: tuple[str, ...]
    by: str
    share: Fraction


def copies(
    datasets: Iterable[DatasetFacts],
    *,
    overlap: Fraction,
    earlier: Iterable[DatasetFacts] = (),
) -> dict[str, Copy]:
    """Find the datasets that repeat an earlier one.

    A dataset is a copy when an earlier one has the same title key, or when earlier
    ones hold at least ``overlap`` of its files (and it has any). Linear in the number
    of files.

    Args:
        datasets: Of one entity, in any order; the earlier created is the original.
        overlap: More than 0, at most 1.
        earlier: Datasets that count as earlier than all others, such as those of a
            baseline; a dataset is no copy of itself.

    Returns:
        Copies by id.
    """
    titles: dict[str, str] = {}
    holders: dict[str, str] = {}
    for one in in_order(earlier):
        _hold(one, titles, holders)
    found: dict[str, Copy] = {}
    for one in in_order(datasets):
        if copy := _copy(one, titles, holders, overlap=overlap):
            found[one.id] = copy
        _hold(one, titles, holders)
    return found


def _copy(
    one: DatasetFacts,
    titles: dict[str, str],
    holders: dict[str, str],
    *,
    overlap: Fraction,
) -> Copy | None:
    counts = Counter(
        holders[file] for file in one.files if holders.get(file, one.id) != one.id
    )
    share = Fraction(counts.total(), len(one.files) or 1)
    if counts and share >= overlap:
        ranked = sorted(counts, key=lambda key: (-counts[key], key))
        return Copy(tuple(ranked), FILES, share)
    if one.key and titles.get(one.key, one.id) != one.id:
        return Copy((titles[one.key],), TITLE, share)
    return None


def _hold(one: DatasetFacts, titles: dict[str, str], holders: dict[str, str]) -> None:
    if one.key:
        titles.setdefault(one.key, one.id)
    for file in one.files:
        holders.setdefault(file, one.id)
