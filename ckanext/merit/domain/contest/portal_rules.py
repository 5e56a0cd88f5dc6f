"""What a portal needs of a rule file besides its tree: policy, prizes, stages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ckanext.merit.domain.scoring.fields import Fields
from ckanext.merit.domain.scoring.rules import Rules

__all__ = [
    "POLICIES",
    "Prizes",
    "check_portal_rules",
    "read_prizes",
    "stages_without_node",
    "unknown_categories",
]

#: What rules may say of each thing that a policy decides, the default first.
POLICIES = {
    "feedback": ("with_provisional", "with_final", "never"),
    "others": ("never", "after_own", "after_close"),
    "jury": ("never", "public"),
    "board": ("never", "machine"),
}


@dataclass(frozen=True)
class Prizes:
    """What the rules award.

    Attributes:
        places: In each category that does not name its own number.
        levels: The least points of each level, by its code.
    """

    places: int
    levels: Mapping[str, Fraction]


def check_portal_rules(tree: Mapping[str, Any], rules: Rules) -> None:
    """Check what a rule file says of policy, prizes and stages.

    Args:
        tree: The rule file.
        rules: The same, read.

    Raises:
        RuleError: With the line.
    """
    top = Fields(tree, "the rule set")
    if "policy" in top:
        fields = top.mapping("policy")
        fields.only(POLICIES)
        for name, words in POLICIES.items():
            fields.choice(name, words)
    read_prizes(tree)
    if "stages" in top:
        fields = top.mapping("stages")
        for stage in fields.labels():
            if fields.text(stage) not in rules.nodes:
                fields.fail(f'no node has the code "{fields.text(stage)}"', stage)


def read_prizes(tree: Mapping[str, Any]) -> Prizes:
    """Read the prizes of a rule file.

    Raises:
        RuleError: With the line.
    """
    top = Fields(tree, "the rule set")
    if "prizes" not in top:
        return Prizes(0, {})
    fields = top.mapping("prizes")
    fields.only(("places", "levels"))
    places = fields.integer("places", 0)
    if "levels" not in fields:
        return Prizes(places, {})
    levels = fields.mapping("levels")
    least = {code: levels.number(code, Fraction(0)) for code in levels.labels()}
    return Prizes(places, least)


def stages_without_node(
    body: Mapping[str, Any], rules: Rules, stages: Collection[str]
) -> list[str]:
    """List the stages of an edition that have no node where others have one.

    Rules that know no stages at all have one tree for whatever stage there is.

    Args:
        body: The rule file.
        rules: The same, read.
        stages: Codes of the edition's stages.
    """
    nodes: Mapping[str, str] = body.get("stages", {})
    lacking = [code for code in stages if nodes.get(code, code) not in rules.nodes]
    return lacking if nodes or len(lacking) < len(stages) else []


def unknown_categories(rules: Rules, known: Collection[str]) -> Iterator[str]:
    """List the categories that rules name and an edition does not have.

    Args:
        rules: Of the edition.
        known: Codes of its categories.
    """
    named = {code for node in rules.nodes.values() for code in node.categories or ()}
    yield from sorted(named - set(known))
