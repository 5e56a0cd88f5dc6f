"""The result of a sealed bundle as if some weights were others: to look at only."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ckanext.merit.domain.scoring.engine import Result, score
from ckanext.merit.domain.scoring.reading import read_rules
from ckanext.merit.domain.scoring.scores import Mark, check_marks

__all__ = ["UnknownCodeError", "weighed"]


class UnknownCodeError(ValueError):
    """The rules have no node of this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def weighed(bundle: Mapping[str, Any], weights: Mapping[str, str]) -> Result:
    """Compute the rows of a bundle again under other weights.

    Args:
        bundle: As sealed, see ``seal.sealed``.
        weights: Decimal text, above zero, by the code of a criterion or dimension;
            without any, the result is the sealed one.

    Raises:
        UnknownCodeError: for a code that isn't in the rules.
        RuleError: for what is no weight.
    """
    known = read_rules(bundle["rules"]).nodes
    for code in weights:
        if not code or code not in known:
            raise UnknownCodeError(code)
    tree = bundle["rules"]
    rules = read_rules({**tree, "root": _node(tree["root"], weights)})
    marks = [Mark(*cells) for cells in bundle["marks"]]
    given = bundle["given"]
    return score(
        rules,
        check_marks(rules, marks),
        below_gate=given["below_gate"],
        first_places={k: Fraction(v) for k, v in given["first_places"].items()},
    )


def _node(node: Mapping[str, Any], weights: Mapping[str, str]) -> dict[str, Any]:
    changed = dict(node)
    if node.get("code") in weights:
        changed["weight"] = weights[node["code"]]
    if "of" in node:
        changed["of"] = [_node(child, weights) for child in node["of"]]
    return changed
