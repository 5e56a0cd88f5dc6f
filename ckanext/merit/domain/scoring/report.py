"""Results as plain data: numbers as text, the same for JSON, pages and bundles."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ckanext.merit.domain.scoring import arithmetic
from ckanext.merit.domain.scoring.diagnostics import Diagnostics
from ckanext.merit.domain.scoring.engine import Result, Row
from ckanext.merit.domain.scoring.publish import NodeResult
from ckanext.merit.domain.scoring.rules import Rules


def result_data(result: Result) -> dict[str, Any]:
    """The whole result: every node of every object, as published and exact."""
    return {
        "rules": result.rules.id,
        "analysis": result.analysis,
        "approvable": result.approvable,
        "lines": list(result.lines),
        "disconnected": {
            code: [list(part) for part in parts]
            for code, parts in result.disconnected.items()
        },
        "rows": [
            {**row_data(result.rules, row), "rank": row.rank} for row in result.rows
        ],
    }


def row_data(rules: Rules, row: Row) -> dict[str, Any]:
    """One object: points as decimal text, exact values as fractions ("433/6")."""
    return {
        "object": row.object,
        "category": row.category,
        "rank": None if row.rank is None else str(row.rank),
        "tie_break": row.tie_break,
        "total": decimal_text(row.total, row.places),
        "exact": exact_text(row.exact),
        "coverage": exact_text(row.coverage),
        "flags": list(row.flags),
        "nodes": [
            {"code": code, **_node_data(row.nodes[code])} for code in rules.nodes
        ],
    }


def points_text(node: NodeResult) -> str | None:
    """A node's published points with their places."""
    return decimal_text(node.points, node.places)


def decimal_text(value: Fraction | None, places: int) -> str | None:
    """Decimal text with exactly so many places; None stays None."""
    return None if value is None else arithmetic.fixed(value, places)


def exact_text(value: Fraction | None) -> str | None:
    """A fraction as "numerator/denominator", or a whole number."""
    return None if value is None else str(value)


def _node_data(node: NodeResult) -> dict[str, Any]:
    return {
        "state": node.state.value,
        "value": exact_text(node.value),
        "exact": exact_text(node.exact),
        "points": points_text(node),
        "maximum": decimal_text(node.maximum, node.places),
    }


def diagnostics_data(found: Diagnostics) -> dict[str, Any]:
    """Diagnostics as plain data; numbers as decimal text, six places."""
    return {
        "agreement": [
            {
                "criterion": one.criterion,
                "metric": one.metric,
                "alpha": decimal_text(one.alpha, 6),
                "band": one.band,
                "units": str(one.units),
                "ratings": str(one.ratings),
            }
            for one in found.agreement
        ],
        "spreads": [
            {
                "object": one.object,
                "criterion": one.criterion,
                "ratings": str(one.ratings),
                "deviation": decimal_text(one.deviation, 6),
                "range": decimal_text(one.range, 6),
                "disagreement": one.is_disagreement,
            }
            for one in found.spreads
        ],
        "severities": [
            {
                "juror": one.juror,
                "reviews": str(one.reviews),
                "severity": decimal_text(one.severity, 6),
            }
            for one in found.severities
        ],
        "parts": [list(part) for part in found.parts],
        "intervals": {
            name: [str(interval.low), str(interval.high)]
            for name, interval in found.intervals.items()
        },
        "leaving": _leaving_data(found),
        "fragile": list(found.fragile),
        "flags": {name: list(flags) for name, flags in found.flags.items()},
    }


def _leaving_data(found: Diagnostics) -> list[dict[str, Any]] | None:
    if found.leaving is None:
        return None
    return [
        {
            "juror": one.juror,
            "moved": list(one.moved),
            "other_winners": list(one.other_winners),
        }
        for one in found.leaving
    ]
