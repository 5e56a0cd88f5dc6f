"""The machine metrics that rules may name."""

from __future__ import annotations

from collections.abc import Iterable

import ckan.plugins as p
import ckantoolkit as tk

from ckanext.merit.interfaces import IMeritMetrics, Metric

__all__ = ["known", "require_known"]


def known() -> dict[str, Metric]:
    """Collect the metrics of the loaded plugins by name."""
    return {
        metric.name: metric
        for plugin in p.PluginImplementations(IMeritMetrics)
        for metric in plugin.merit_metrics()
    }


def require_known(names: Iterable[str]) -> None:
    """Refuse rules that this portal could not apply.

    Raises:
        ValidationError: naming the metrics that no plugin contributes.
    """
    missing = sorted(set(names) - set(known()))
    if missing:
        text = tk._("This portal has no metric named: {0}").format(", ".join(missing))
        raise tk.ValidationError({"source": [text]})
