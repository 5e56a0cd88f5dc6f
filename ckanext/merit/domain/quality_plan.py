"""What of a profile is the same for every dataset, worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import gcd, lcm
from typing import NamedTuple

from ckanext.merit.domain.quality_profile import Gate, Indicator, Profile


class Row(NamedTuple):
    """One indicator; ``weight`` is its points times ``unit``, ``full`` them as text.

    ``place`` is that of its dimension, ``json`` the beginning of its JSON text.
    """

    id: str
    indicator: Indicator
    weight: int
    unit: int
    place: int
    full: str
    json: str


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A profile in integers.

    Attributes:
        ranks: place of a band, 0 for none.
        strengths: places of rows, the best strength first.
        gates: with the place of the row that each looks at.
    """

    unit: int
    total: int
    rows: tuple[Row, ...]
    ranks: Mapping[str | None, int]
    strengths: tuple[int, ...]
    gates: tuple[tuple[int, Gate], ...]


@lru_cache(maxsize=64)
def plan_of(profile: Profile) -> Plan:
    """Return the plan of a profile."""
    indicators = profile.indicators
    unit = lcm(*(each.points.denominator for each in indicators))
    places = {name: place for place, name in enumerate(profile.dimensions)}
    rows: list[Row] = []
    for each in indicators:
        weight = int(each.points * unit)
        full = ratio_text(weight, unit)
        place = places[each.dimension]
        text = f'{{"id":"{each.id}","dimension":"{each.dimension}"'
        rows.append(Row(each.id, each, weight, unit, place, full, text))
    number = {each.id: place for place, each in enumerate(indicators)}
    ranks: dict[str | None, int] = {None: 0}
    ranks.update({band.id: rank for rank, band in enumerate(profile.bands, 1)})
    named = [place for place, each in enumerate(indicators) if each.strength]
    return Plan(
        unit=unit,
        total=sum(row.weight for row in rows),
        rows=tuple(rows),
        ranks=ranks,
        strengths=tuple(sorted(named, key=lambda place: indicators[place].strength)),
        gates=tuple((number[gate.indicator], gate) for gate in profile.gates),
    )


@lru_cache(maxsize=65536)
def ratio_text(numerator: int, denominator: int) -> str:
    """Return a fraction in lowest terms as text: ``3``, ``2/3``."""
    divisor = gcd(numerator, denominator)
    if divisor == denominator:
        return str(numerator // denominator)
    return f"{numerator // divisor}/{denominator // divisor}"
