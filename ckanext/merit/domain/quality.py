"""The quality engine's public names: profile and measurements in, result out."""

from __future__ import annotations

from ckanext.merit.domain.quality_path import Fix, Path, cheapest_path
from ckanext.merit.domain.quality_profile import (
    EXEMPT,
    HALF,
    MEASURED,
    NOT_APPLICABLE,
    NOT_CHECKED,
    ONE,
    UNMEASURED,
    ZERO,
    Aggregate,
    Band,
    Gate,
    Indicator,
    Measurement,
    NaPolicy,
    Profile,
    Scalar,
    State,
)
from ckanext.merit.domain.quality_result import (
    LISTED_RESOURCES,
    Clause,
    Finding,
    ResourceFinding,
    Result,
    Share,
    display,
)
from ckanext.merit.domain.quality_score import assess, fixable, with_fixes

# Raised whenever the same profile and measurements would give another result.
ENGINE_VERSION = "1"

__all__ = [
    "ENGINE_VERSION",
    "EXEMPT",
    "HALF",
    "LISTED_RESOURCES",
    "MEASURED",
    "NOT_APPLICABLE",
    "NOT_CHECKED",
    "ONE",
    "UNMEASURED",
    "ZERO",
    "Aggregate",
    "Band",
    "Clause",
    "Finding",
    "Fix",
    "Gate",
    "Indicator",
    "Measurement",
    "NaPolicy",
    "Path",
    "Profile",
    "ResourceFinding",
    "Result",
    "Scalar",
    "Share",
    "State",
    "assess",
    "cheapest_path",
    "display",
    "fixable",
    "with_fixes",
]
