"""What a juror scores: the criteria of a stage, and checks of single scores."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import ckantoolkit as tk

from ckanext.merit.domain.contest.errors import ContestError
from ckanext.merit.domain.scoring.rules import Leaf, Levels, Raw, Rules, Scale
from ckanext.merit.domain.scoring.scores import Mark, ScoreError, check_marks
from ckanext.merit.logic.contest import rulebook
from ckanext.merit.logic.contest.rule_sets import in_force
from ckanext.merit.logic.contest.transaction import load
from ckanext.merit.model.contest import Category, Edition, RuleSet, Stage
from ckanext.merit.model.contest_entry import Entry

__all__ = [
    "ABSTAIN",
    "checked_scores",
    "criteria_of",
    "rubric_of",
    "rules_in_force",
    "stage_nodes",
]

#: Key of a score that is none: `{"abstain": reason}`.
ABSTAIN = "abstain"


def rules_in_force(edition: Edition) -> RuleSet:
    """Find the rules under which an edition is scored.

    Raises:
        ContestError: ``no_rules``.
    """
    found = in_force(edition.id)
    if found is None:
        raise ContestError("no_rules", tk._("No rules are in force."))
    return found


def stage_nodes(body: dict[str, Any], rules: Rules, stage_id: str | None) -> set[str]:
    """Codes of the nodes that belong to a stage; without stage, all.

    The rules map codes of stages to codes of nodes; a stage that they don't name has
    the node of its own code, and all nodes if there is none.
    """
    if stage_id is None:
        return set(rules.nodes)
    code = load(Stage, stage_id).code
    root = body.get("stages", {}).get(code, code)
    if root not in rules.nodes:
        return set(rules.nodes)
    return {
        node
        for node, chain in rules.ancestors.items()
        if node == root or any(link.code == root for link in chain)
    }


def criteria_of(
    body: dict[str, Any], entry: Entry, stage_id: str | None
) -> tuple[Rules, dict[str, Leaf], str]:
    """Find the criteria that jurors score on an entry, by code, and its category."""
    rules = rulebook.rules_of(body)
    category = load(Category, entry.category_id).code
    nodes = stage_nodes(body, rules, stage_id)
    found = {
        leaf.code: leaf
        for leaf in rules.leaves
        if leaf.code in nodes
        and rules.takes_jurors(leaf)
        and rules.applies(leaf, category)
    }
    return rules, found, category


def rubric_of(body: dict[str, Any], known: Collection[str]) -> list[dict[str, Any]]:
    """Give the criteria of a review as the rules say them, in their order.

    Each has the ``parents`` it belongs to: titles, or codes where there is none.
    """

    def leaves(node: dict[str, Any], parents: list[Any]) -> Iterator[dict[str, Any]]:
        children = node.get("of")
        if children is None:
            if node["code"] in known:
                yield node | {"parents": parents}
            return
        named = node.get("title") or node.get("code")
        below = [*parents, named] if named else parents
        for child in children:
            yield from leaves(child, below)

    return list(leaves(body["root"], []))


def checked_scores(
    body: dict[str, Any],
    entry: Entry,
    stage_id: str | None,
    *,
    scores: dict[str, Any],
) -> dict[str, tuple[str | None, str | None]]:
    """Check scores against the rules.

    Args:
        body: The rules.
        entry: What is scored.
        stage_id: Limits the criteria.
        scores: By criterion: decimal text, a label, or ``{"abstain": reason}``.

    Returns:
        By criterion the value, or the reason of an abstention.

    Raises:
        ValidationError: by criterion.
    """
    rules, known, category = criteria_of(body, entry, stage_id)
    problems: dict[str, list[str]] = {}
    found: dict[str, tuple[str | None, str | None]] = {}
    for code, given in scores.items():
        if code not in known:
            problems[code] = [tk._("Not a criterion of this review")]
        elif isinstance(given, dict):
            reason = given.get(ABSTAIN)
            if isinstance(reason, str) and reason.strip() and len(given) == 1:
                found[code] = (None, reason.strip())
            else:
                problems[code] = [tk._("An abstention needs a reason")]
        else:
            value = str(given).strip()
            try:
                check_marks(rules, [Mark(entry.id, "juror", code, value, category)])
            except ScoreError:
                problems[code] = [_expected(known[code])]
            else:
                found[code] = (value, None)
    if problems:
        raise tk.ValidationError({"scores": [problems]})
    return {code: pair for code, pair in found.items() if pair != ("", None)}


def _expected(leaf: Leaf) -> str:
    """Say which scores a criterion takes."""
    measure = leaf.measure
    if isinstance(measure, Levels):
        labels = ", ".join(measure.values)
        return tk._("Must be one of the levels: {labels}").format(labels=labels)
    if isinstance(measure, (Scale, Raw)):
        step = measure.step if isinstance(measure, Scale) else None
        text = tk._("Must be a number from {low} to {high}")
        if step is not None:
            text = tk._("Must be a number from {low} to {high} in steps of {step}")
        ends = {"low": measure.low, "high": measure.high, "step": step or 0}
        return text.format(**{name: _decimal(end) for name, end in ends.items()})
    return tk._("Must be a number")


def _decimal(value: Fraction) -> str:
    """Write a number of the rules as people do; it was read from decimal text."""
    return format(Decimal(value.numerator) / Decimal(value.denominator), "f")
