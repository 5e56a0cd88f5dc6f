"""The hash chain of the audit trail: each row seals all rows before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.merit.domain.canonical import canonical

__all__ = ["GENESIS", "VERSION", "Broken", "Link", "chain_hash", "verify"]

VERSION = 1
# What the first row of every chain follows.
GENESIS = "0" * 64


@dataclass(frozen=True)
class Link:
    """One row of a chain.

    Attributes:
        seq: Place in the chain, from 1 without gaps.
        body: What happened, as a JSON value; it holds the chain's name and seq,
            so that a row cannot move to another place.
        prev: Hash of the row before (64 hexadecimal digits).
        hash: Hash of this row.
    """

    seq: int
    body: Mapping[str, Any]
    prev: str
    hash: str


@dataclass(frozen=True)
class Broken:
    """The first row that is not as it was written, and what is wrong with it."""

    seq: int
    reason: str


def chain_hash(prev: str, body: Mapping[str, Any]) -> str:
    """SHA-256 over the previous hash (its 32 bytes) and the canonical body.

    Raises:
        ValueError: If ``prev`` is not hexadecimal or the body has no canonical form.
        TypeError: If the body holds a value that JSON does not have.
    """
    return hashlib.sha256(bytes.fromhex(prev) + canonical(body)).hexdigest()


def verify(
    links: Iterable[Link], *, head: tuple[int, str] | None = None
) -> Broken | None:
    """Walk a chain from its first row and name the first bad one.

    Args:
        links: The rows in the order of ``seq``.
        head: (seq, hash) kept outside the table; without it a tail that was cut
            off, or a chain that was rebuilt as a whole, cannot be seen.

    Returns:
        The first bad row, or None when the chain holds.
    """
    seq, prev = 0, GENESIS
    met = head is None or head[0] == 0
    for link in links:
        seq += 1
        reason = _defect(link, seq=seq, prev=prev)
        if reason:
            return Broken(seq, reason)
        prev = link.hash
        if head is not None and seq == head[0]:
            if link.hash != head[1]:
                return Broken(seq, "differs from the head that was kept")
            met = True
    if not met:
        return Broken(seq + 1, "is missing: the head that was kept lies after it")
    return None


def _defect(link: Link, *, seq: int, prev: str) -> str | None:
    if link.seq != seq:
        return f"is missing: row {link.seq} comes in its place"
    if link.prev != prev:
        return "does not follow the row before it"
    try:
        expected = chain_hash(prev, link.body)
    except (TypeError, ValueError):
        return "has a body without canonical form"
    return None if link.hash == expected else "was changed after it was written"
