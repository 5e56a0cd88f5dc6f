"""A suspended result: the findings stay, score and badge don't."""

from __future__ import annotations

import json

from tests.domain.quality.making import indicator, measured, profile

from ckanext.merit.domain.quality import ZERO, Gate, assess, to_json

RULES = profile(
    indicator("B1", 80),
    indicator("R2", 20),
    gates=(Gate("no_licence", "R2", "bronze", ZERO, ""),),
)


def test_score_and_badge_are_gone_and_findings_stay():
    """Also the gates, for there is no badge that they could hold down."""
    result = assess(RULES, [measured("B1"), measured("R2", 0)])
    before, after = result.to_dict(), result.suspended().to_dict()
    gone = {"score": None, "display": None, "band": None, "gates": []}
    assert after == before | gone | {"status": "suspended"}
    assert (before["band"], before["display"]) == ("bronze", "80.0")


def test_stored_as_it_is_answered():
    """The store's writer knows the state as well."""
    result = assess(RULES, [measured("B1"), measured("R2")]).suspended()
    assert json.loads(to_json(result)) == result.to_dict()
