"""Every code that the office shows has a label."""

from __future__ import annotations

import pytest

from ckanext.merit.domain.award.gaming import DETECTORS
from ckanext.merit.domain.contest.machines import MACHINES
from ckanext.merit.domain.contest.permission_table import ROLES as ROLES_BY_LETTER
from ckanext.merit.domain.contest.phases import KINDS
from ckanext.merit.model.contest import ROLES
from ckanext.merit.pages.words import word

CODES = {
    **{
        name.replace("score ", "").replace(" ", "_"): machine.states
        for name, machine in MACHINES.items()
        if name not in {"team", "evidence"}
    },
    "detector": DETECTORS,
    "phase": {kind for kinds in KINDS.values() for kind in kinds},
    "role": ROLES,
    "origin": ("declared", "inferred", "reported"),
    "target": (
        *("admission", "eligibility", "evidence", "score", "rank"),
        *("disqualification", "distinction"),
    ),
    "flag": (
        *("below_quorum", "missing", "disconnected", "knocked_out", "below_gate"),
        *("close_call", "high_disagreement", "uncalibrated", "not_applicable"),
        "analysis",
    ),
    "distinction_type": (
        *("place", "level", "mention", "special", "regional", "public"),
        "participation",
    ),
    "publication": ("provisional", "final"),
    "announcement": ("news", "faq", "question", "addendum"),
    "letter": set(ROLES_BY_LETTER) - {"A", "M", "C"},  # nobody, and roles of datathons
}


@pytest.mark.parametrize("kind", CODES)
def test_codes_have_labels(kind: str, app: object) -> None:
    """Nobody reads a code."""
    with app.flask_app.test_request_context("/"):  # type: ignore[attr-defined]
        assert [code for code in CODES[kind] if word(kind, code) == code] == []
