"""The quality engine's public names: profile and measurements in, result out."""

from __future__ import annotations

from ckanext.merit.domain.quality_combine import LISTED_RESOURCES
from ckanext.merit.domain.quality_json import to_json
from ckanext.merit.domain.quality_path import Fix, Path, cheapest_path
from ckanext.merit.domain.quality_plan import Plan
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
    Measured,
    Measurement,
    NaPolicy,
    Outcome,
    Profile,
    Scalar,
    Series,
    State,
)
from ckanext.merit.domain.quality_result import (
    SUSPENDED,
    Finding,
    ResourceFinding,
    Result,
    display,
    fixable,
)
from ckanext.merit.domain.quality_score import assess, with_fixes
from ckanext.merit.domain.quality_totals import Totals

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
    "SUSPENDED",
    "UNMEASURED",
    "ZERO",
    "Aggregate",
    "Band",
    "Finding",
    "Fix",
    "Gate",
    "Indicator",
    "Measured",
    "Measurement",
    "NaPolicy",
    "Outcome",
    "Path",
    "Plan",
    "Profile",
    "ResourceFinding",
    "Result",
    "Scalar",
    "Series",
    "State",
    "Totals",
    "assess",
    "cheapest_path",
    "display",
    "fixable",
    "to_json",
    "with_fixes",
]
