"""Stage gates: which entries of one stage go on to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from ckanext.merit.domain.contest.errors import ContestError

__all__ = ["Gate", "Standing", "passes", "read_gate"]

KINDS = ("none", "min", "top", "admitted")


@dataclass(frozen=True)
class Gate:
    """What it takes to reach a stage.

    Attributes:
        kind: ``none``: every entry; ``admitted``: every admitted one that was
            not knocked out; ``min``: also a published total of at least
            ``points``; ``top``: also one of the first ``n`` ranks of its category.
        points: For ``min``, in points of the published total.
        n: For ``top``; those who share the last rank all pass.
    """

    kind: str
    points: Decimal | None = None
    n: int | None = None


@dataclass(frozen=True)
class Standing:
    """How an entry left the stage before, as published.

    Attributes:
        entry: Its id.
        admitted: Whether it is admitted.
        total: Published points; None without a total.
        rank: Rank in its category; None when it is listed without rank.
        knocked_out: Whether a knock-out criterion failed.
    """

    entry: str
    admitted: bool = True
    total: Decimal | None = None
    rank: int | None = None
    knocked_out: bool = False


def read_gate(value: Mapping[str, Any]) -> Gate:
    """Read a gate: ``{"kind": "min", "points": "60"}``, ``{"kind": "top", "n": 3}``.

    Raises:
        ContestError: ``gate``, for anything else.
    """
    kind = value.get("kind")
    extra = {"min": {"points"}, "top": {"n"}}.get(str(kind), set())
    if kind not in KINDS or set(value) != {"kind", *extra}:
        raise _unreadable(value)
    try:
        points = Decimal(str(value["points"])) if kind == "min" else None
        n = int(str(value["n"])) if kind == "top" else None
    except (InvalidOperation, ValueError):
        raise _unreadable(value) from None
    if (points is not None and not points.is_finite()) or (n is not None and n < 1):
        raise _unreadable(value)
    return Gate(str(kind), points, n)


def passes(gate: Gate, standings: Iterable[Standing]) -> frozenset[str]:
    """Give the ids of the entries that go on."""
    return frozenset(item.entry for item in standings if _passes(gate, item))


def _passes(gate: Gate, item: Standing) -> bool:
    if gate.kind == "none":
        return True
    if not item.admitted or item.knocked_out:
        return False
    if gate.points is not None:
        return item.total is not None and item.total >= gate.points
    if gate.n is not None:
        return item.rank is not None and item.rank <= gate.n
    return True


def _unreadable(value: Mapping[str, Any]) -> ContestError:
    return ContestError("gate", f"not a gate: {dict(value)!r}")
