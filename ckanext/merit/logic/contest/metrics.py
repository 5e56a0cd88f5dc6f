"""The machine metrics that rules may name, and the criteria that name them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.contest.parameters import problems
from ckanext.merit.domain.scoring.rules import Goalposts, Leaf, MinMax, Rules
from ckanext.merit.interfaces import IMeritMetrics, Metric
from ckanext.merit.logic.contest import rulebook
from ckanext.merit.model.contest import Edition
from ckanext.merit.model.contest_entry import Snapshot

__all__ = [
    "Criterion",
    "criteria",
    "known",
    "require_applicable",
    "require_usable",
]


@dataclass(frozen=True)
class Criterion:
    """A criterion that a machine measures.

    Attributes:
        code: As in the rules.
        metric: What is measured.
        parameters: As the rules give them.
        leaf: How the value becomes a score.
        title: {language: text}, or one text.
    """

    code: str
    metric: Metric
    parameters: dict[str, str]
    leaf: Leaf
    title: Any


def known() -> dict[str, Metric]:
    """Collect the metrics of the loaded plugins by name."""
    return {
        metric.name: metric
        for plugin in p.PluginImplementations(IMeritMetrics)
        for metric in plugin.merit_metrics()
    }


def criteria(body: dict[str, Any], rules: Rules) -> list[Criterion]:
    """List the criteria that this portal can measure, in rule order.

    Args:
        body: The rule file as a JSON value.
        rules: The same, read.
    """
    metrics = known()
    return [
        Criterion(
            leaf.code,
            metrics[node["metric"]],
            dict(node.get("parameters") or {}),
            leaf,
            node.get("title") or leaf.code,
        )
        for leaf, node in _measured(body, rules)
        if node["metric"] in metrics
    ]


def require_applicable(body: dict[str, Any]) -> None:
    """Refuse rules that this portal could not apply.

    Raises:
        ValidationError: naming the metrics that no plugin contributes, and what is
            wrong with the parameters of each criterion.
    """
    missing = sorted(set(rulebook.metrics_of(body)) - set(known()))
    if missing:
        text = tk._("This portal has no metric named: {0}").format(", ".join(missing))
        raise tk.ValidationError({"source": [text]})
    wrong = [
        *_wrong_criteria(body),
        *(
            problem
            for plugin in p.PluginImplementations(IMeritMetrics)
            for problem in plugin.merit_rule_problems(body)
        ),
    ]
    if wrong:
        raise tk.ValidationError({"source": wrong})


def require_usable(edition: Edition, snapshot: Snapshot | None) -> None:
    """Refuse a snapshot that is not the edition's own or about which doubts are open.

    Raises:
        ContestError: ``snapshot``.
    """
    if snapshot is None:
        return
    if snapshot.edition_id != edition.id or snapshot.kind != "cut_off":
        text = tk._("This is not a cut-off snapshot of the edition.")
        raise ContestError("snapshot", text)
    for plugin in p.PluginImplementations(IMeritMetrics):
        for problem in plugin.merit_snapshot_problems(snapshot.id):
            raise ContestError("snapshot", problem)


def _measured(
    body: dict[str, Any], rules: Rules
) -> Iterator[tuple[Leaf, dict[str, Any]]]:
    nodes: dict[str, dict[str, Any]] = {}
    waiting = [body["root"]]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.get("of", ()))
        nodes[node.get("code", "")] = node
    for leaf in rules.leaves:
        if "metric" in nodes[leaf.code]:
            yield leaf, nodes[leaf.code]


def _wrong_criteria(body: dict[str, Any]) -> Iterator[str]:
    rules = rulebook.rules_of(body)
    metrics = known()
    for leaf, node in _measured(body, rules):
        declared = metrics[node["metric"]].parameters
        for problem in problems(declared, node.get("parameters")):
            yield f"{leaf.code}: {problem}"
        if rules.takes_jurors(leaf):
            yield tk._("{0}: a machine measures it, no juror").format(leaf.code)
        if not isinstance(leaf.measure, (Goalposts, MinMax)):
            yield tk._("{0}: a metric needs goalposts").format(leaf.code)
