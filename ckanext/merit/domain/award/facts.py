"""What a snapshot holds of an entity's datasets, as machines measure it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from ckanext.merit.domain.text import title_key

__all__ = ["DatasetFacts", "EntityFacts", "Quality", "in_order", "read_row"]

RATED = "rated"
NOT_RATED = "not_rated"


@dataclass(frozen=True, slots=True)
class Quality:
    """The quality of a dataset.

    Attributes:
        status: ``rated``, ``provisional`` or ``not_rated``.
        score: 0 to 100, exact; None when nothing was measured.
        band: Id of the band; "" for none.
        values: By indicator its exact value from 0 to 1 as text, or the state in
            which it has none (``na``, ``unmeasured``, ``exempt``).
    """

    status: str = NOT_RATED
    score: Fraction | None = None
    band: str = ""
    values: Mapping[str, str] = field(default_factory=dict[str, str])

    def value(self, indicator: str) -> Fraction | None:
        """Give an indicator's value; None where it has none."""
        text = self.values.get(indicator, "")
        return Fraction(text) if text[:1].isdigit() else None

    @classmethod
    def read(cls, value: Mapping[str, Any] | None) -> Quality:
        """Read what a snapshot or an action of quality holds; None: not rated."""
        if value is None:
            return cls()
        score = value.get("score")
        return cls(
            value["status"],
            None if score is None else Fraction(score),
            value.get("band") or "",
            dict(value.get("values") or {}),
        )


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """One public dataset at the instant of a snapshot.

    Attributes:
        key: The form in which two titles are the same; "" for none.
        created: Aware, as are all instants here.
        open: Whether its licence is open.
        resources: Number of its resources.
        usable: Of those with data, how many lead somewhere.
        files: Digests of contents or addresses of the resources with data.
        checks: Rules by which its quality was measured.
    """

    id: str
    title: str
    key: str
    created: datetime
    modified: datetime
    open: bool
    quality: Quality
    resources: int
    usable: int
    files: frozenset[str]
    checks: str = ""


@dataclass(frozen=True, slots=True)
class EntityFacts:
    """What a metric gets: the datasets of one entity.

    Attributes:
        datasets: As measured, in the order of creation.
        baseline: As they were when the window opened; None when nobody looked.
        opens_at: First instant of the window that counts.
        closes_at: First instant after it.
    """

    datasets: tuple[DatasetFacts, ...]
    baseline: tuple[DatasetFacts, ...] | None
    opens_at: datetime
    closes_at: datetime

    def with_quality(self, altered: Mapping[str, Quality]) -> EntityFacts:
        """Give the facts as they would be with another quality of some datasets.

        Whoever fixes the licence has an open one.
        """
        datasets = tuple(
            replace(one, quality=altered[one.id], open=_open(one, altered[one.id]))
            if one.id in altered
            else one
            for one in self.datasets
        )
        return replace(self, datasets=datasets)

    def adjusted(
        self, *, excluded: Collection[str] = (), restored: Collection[str] = ()
    ) -> EntityFacts:
        """Give the facts without some datasets, and with some as at the baseline.

        Args:
            excluded: Ids of datasets that don't count.
            restored: Ids of those that count as they were at the baseline, whether
                they changed or went away since; without a baseline they don't count.
        """
        out = {*excluded, *restored}
        kept = [one for one in self.datasets if one.id not in out]
        back = [one for one in self.baseline or () if one.id in restored]
        return replace(self, datasets=in_order([*kept, *back]))


def read_row(row: Mapping[str, Any]) -> DatasetFacts:
    """Read a row of a snapshot.

    Raises:
        KeyError: For a row that lacks a field.
        ValueError: For an instant or number that is none.
    """
    return DatasetFacts(
        id=row["id"],
        title=row["title"],
        key=title_key(row["title"]),
        created=datetime.fromisoformat(row["created"]),
        modified=datetime.fromisoformat(row["modified"]),
        open=row["open"],
        quality=Quality.read(row["quality"]),
        resources=row["resources"],
        usable=row["usable"],
        files=frozenset(row["files"]),
        checks=row["checks"],
    )


def in_order(datasets: Iterable[DatasetFacts]) -> tuple[DatasetFacts, ...]:
    """Put datasets in the order of creation, then of ids."""
    return tuple(sorted(datasets, key=lambda one: (one.created, one.id)))


def _open(dataset: DatasetFacts, quality: Quality) -> bool:
    fixed = quality.value("R2")
    return dataset.open if fixed is None else fixed == 1
