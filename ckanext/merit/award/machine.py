"""What the award plugin contributes for machine criteria."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckanext.merit.award import jobs, metrics
from ckanext.merit.award.logic import unmeasured
from ckanext.merit.interfaces import Kind, Metric

__all__ = ["Machines"]


class Machines:
    """The plugin's methods of `IMeritMetrics` and `IMeritWork`."""

    def merit_metrics(self) -> Iterable[Metric]:
        """Return the metrics that read the catalogue."""
        return metrics.metrics()

    def merit_rule_problems(self, body: dict[str, Any]) -> Iterable[str]:
        """Check what rules say of anti-gaming."""
        return metrics.rule_problems(body)

    def merit_snapshot_problems(self, snapshot_id: str) -> Iterable[str]:
        """Say what is undecided or unmeasured."""
        return unmeasured.snapshot_problems(snapshot_id)

    def merit_work_kinds(self) -> Iterable[Kind]:
        """Take snapshots in time, measure, let hearings pass."""
        return jobs.kinds()
