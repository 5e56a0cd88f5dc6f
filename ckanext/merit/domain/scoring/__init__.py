"""The scoring engine: rules and score sheets in, points and ranks out."""

from __future__ import annotations

from ckanext.merit.domain.scoring.engine import (
    ALGORITHM,
    ALGORITHM_VERSION,
    Result,
    Row,
    score,
)
from ckanext.merit.domain.scoring.fields import RuleError
from ckanext.merit.domain.scoring.reading import read_rules
from ckanext.merit.domain.scoring.rules import Rules
from ckanext.merit.domain.scoring.scores import (
    Mark,
    Problem,
    ScoreError,
    Scores,
    check_marks,
    read_marks,
)

__all__ = [
    "ALGORITHM",
    "ALGORITHM_VERSION",
    "Mark",
    "Problem",
    "Result",
    "Row",
    "RuleError",
    "Rules",
    "ScoreError",
    "Scores",
    "check_marks",
    "read_marks",
    "read_rules",
    "score",
]
