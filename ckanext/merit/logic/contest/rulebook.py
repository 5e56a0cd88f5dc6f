"""Reading the rules of an edition: the scoring tree and what a portal adds to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ckantoolkit as tk

from ckanext.merit import rulefile
from ckanext.merit.domain.award.enrolment import read_enrolment
from ckanext.merit.domain.award.evidence import check_evidence
from ckanext.merit.domain.canonical import digest
from ckanext.merit.domain.contest.portal_rules import check_portal_rules
from ckanext.merit.domain.scoring.fields import RuleError
from ckanext.merit.domain.scoring.reading import read_rules
from ckanext.merit.domain.scoring.rules import Rules

__all__ = ["NODE", "TOP", "Rulebook", "metrics_of", "read", "rules_of"]

#: What a portal needs besides the tree. `stages` maps the codes of stages to nodes,
#: `labels` names the levels of a criterion, `descriptors` says in words what a level or
#: a number of a scale means, `integrity` which signs of gaming are looked for.
TOP = (
    *("title", "help", "label", "prizes", "policy", "stages", "enrolment"),
    "integrity",
)
NODE = (
    *("title", "help", "source", "metric", "parameters", "evidence", "alignment"),
    *("statistic", "labels", "descriptors"),
)
FILENAME = "rules.yaml"


@dataclass(frozen=True)
class Rulebook:
    """A rule set that was read: the JSON value, its digest, and the rules."""

    body: dict[str, Any]
    sha256: str
    rules: Rules


def read(source: str) -> Rulebook:
    """Read the text of a rule file.

    Raises:
        ValidationError: with the line and the reason.
    """
    try:
        tree = rulefile.parse(source, filename=FILENAME)
        rules = read_rules(tree, top_extras=TOP, node_extras=NODE)
        check_evidence(tree)
        read_enrolment(tree)
        check_portal_rules(tree, rules)
    except rulefile.RuleFileError as error:
        raise tk.ValidationError({"source": [str(error)]}) from error
    except RuleError as error:
        text = f"{FILENAME}:{error.line}: {error.message}"
        raise tk.ValidationError({"source": [text]}) from error
    body = _plain(tree)
    return Rulebook(body, digest(body), rules)


def rules_of(body: dict[str, Any]) -> Rules:
    """Read the rules of a body that was checked when it was written."""
    return read_rules(body, top_extras=TOP, node_extras=NODE)


def metrics_of(body: dict[str, Any]) -> Iterator[str]:
    """Name the machine metrics that a rule set asks for."""
    nodes = [body["root"]]
    while nodes:
        node = nodes.pop()
        nodes.extend(node.get("of", ()))
        if "metric" in node:
            yield node["metric"]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return str(value)
