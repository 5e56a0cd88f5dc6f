"""Acts that take more than one person: approvals, signatures, overrides."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ckanext.merit.domain.contest.errors import ContestError

__all__ = ["SIGNERS", "approved", "check_approval", "check_signature", "signed"]

# Decisions on appeals, overrides and the chair's own conflicts.
SIGNERS = 2
APPROVING = ("H", "S")


def approved(approvals: Iterable[tuple[str, str]]) -> bool:
    """Say whether a run has both approvals: a chair's and the secretariat's.

    Args:
        approvals: (user, role) pairs; the same person counts once.
    """
    pairs = set(approvals)
    return any(
        one[0] != other[0] and (one[1], other[1]) == APPROVING
        for one in pairs
        for other in pairs
    )


def check_approval(approvals: Iterable[tuple[str, str]], user: str, role: str) -> None:
    """Refuse an approval that adds nothing.

    Raises:
        ContestError: ``not_approver``, ``same_person`` or ``role_taken``.
    """
    if role not in APPROVING:
        raise ContestError("not_approver", "a chair and the secretariat approve")
    for other, taken in approvals:
        if other == user:
            raise ContestError("same_person", "two different people approve")
        if taken == role:
            raise ContestError("role_taken", "this approval was given already")


def signed(signers: Iterable[str]) -> bool:
    """Say whether enough different people have signed."""
    return len(set(signers)) >= SIGNERS


def check_signature(
    signers: Collection[str], user: str, *, barred: Collection[str] = ()
) -> None:
    """Refuse a signature of somebody who signed, or who is a party.

    Raises:
        ContestError: ``same_person`` or ``party``.
    """
    if user in barred:
        raise ContestError("party", "a party to the matter cannot sign")
    if user in signers:
        raise ContestError("same_person", "two different people sign")
