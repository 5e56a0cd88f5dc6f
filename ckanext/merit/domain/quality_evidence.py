"""Evidence as JSON text; that of resources is written once for all that share it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted

from ckanext.merit.domain.quality_plan import ratio_text
from ckanext.merit.domain.quality_profile import Outcome, Scalar


def resource_json(name: str, outcome: Outcome) -> str:
    """Return what was found on a resource."""
    return f'{{"id":{quoted(name)},{_outcome_json(outcome)}}}'


def told_json(reason: str, detail: Mapping[str, Scalar]) -> str:
    """Return reason and detail, without braces around; reasons are plain names."""
    return f'"reason":"{reason}","detail":{_detail_json(detail)}'


@lru_cache(maxsize=16384)
def _outcome_json(outcome: Outcome) -> str:
    value = ratio_text(outcome.value.numerator, outcome.value.denominator)
    told = told_json(outcome.reason, outcome.detail)
    return f'"state":"{outcome.state}","value":"{value}",{told}'


def _detail_json(detail: Mapping[str, Scalar]) -> str:
    if not detail:
        return "{}"
    pairs = [
        f'"{key}":{quoted(value) if isinstance(value, str) else value}'
        for key, value in detail.items()
    ]
    return "{" + ",".join(pairs) + "}"
