"""A rule set in plain words: what counts how much, and how each thing is measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import ckantoolkit as tk

from ckanext.merit.domain.scoring import arithmetic
from ckanext.merit.domain.scoring.publish import scheme
from ckanext.merit.domain.scoring.rules import (
    FIRST_PLACES,
    Group,
    Leaf,
    Node,
    Rules,
)
from ckanext.merit.logic.contest import rulebook
from ckanext.merit.pages import measures, words

__all__ = ["Book", "nodes", "read", "titles"]

Data = dict[str, Any]


class Book:
    """The texts of a rule set for one page, in the language of the page.

    Args:
        body: The rules as stored.
        categories: Of the edition: ``code`` and ``title``.
    """

    def __init__(self, body: Data, categories: list[Data]) -> None:
        self.body = body
        self.rules: Rules = rulebook.rules_of(body)
        self.categories = {item["code"]: item["title"] for item in categories}
        self.titles = titles(body)
        self._extras = nodes(body)

    @cached_property
    def _worth(self) -> dict[str, dict[str, str]]:
        """Most points of each node, by category."""
        return {code: self._worths(code) for code in self.categories}

    def cards(self) -> list[Data]:
        """Describe every node but the root, parents before their children."""
        root = self.rules.root
        return [
            self._card(node)
            for node in self.rules.nodes.values()
            if node is not root or isinstance(node, Leaf)
        ]

    def method(self) -> list[str]:
        """Say how lines become a total, and how ties are decided."""
        found = [measures.rounding(self.rules)]
        root = self.rules.root
        if isinstance(root, Group):
            found.append(measures.composition(root))
        steps = [self._step(code) for code in self.rules.tie_break]
        if steps:
            text = tk._("Equal totals are parted by, in this order: {steps}.")
            found.append(text.format(steps="; ".join(steps)))
        else:
            found.append(tk._("Equal totals share their rank."))
        return found

    def prizes(self) -> list[str]:
        """Say which levels and places the rules give."""
        prizes = self.body.get("prizes") or {}
        if not isinstance(prizes, Mapping):
            return []
        text = tk._("{level}: from {points} points")
        known = prizes.get("levels") or {}
        found = [
            text.format(level=self.level(code), points=tk.h.merit_points(least))
            for code, least in sorted(known.items(), key=_least, reverse=True)
        ]
        if prizes.get("places"):
            count = tk._("Places in each category: {count}")
            found.append(count.format(count=prizes["places"]))
        return found

    def level(self, code: str) -> str:
        """Give the title of a level of distinction."""
        labels = self.body.get("label")
        named = labels.get(code) if isinstance(labels, Mapping) else None
        return measures.said(named) or words.word("level", code)

    def title(self, code: str) -> str:
        """Give the title of a node."""
        return self.titles.get(code) or code

    def _card(self, node: Node) -> Data:
        extra = self._extras[node.code]
        return {
            "code": node.code,
            "title": self.title(node.code),
            "depth": len(self.rules.ancestors[node.code]),
            "group": isinstance(node, Group),
            "help": measures.said(extra.get("help")),
            "weight": measures.number(node.weight),
            "points": self._points(node),
            "apart": not self.rules.counts(node),
            "only": self._only(node),
            "source": measures.source(extra, node),
            "measure": list(self._measure(node, extra)),
            "levels": measures.levels(node, extra) if isinstance(node, Leaf) else [],
            "alignment": measures.addresses(extra.get("alignment")),
        }

    def _measure(self, node: Node, extra: Data) -> Iterator[str]:
        if isinstance(node, Group):
            yield measures.composition(node)
            if node.pool is not None:
                yield from measures.pool(node.pool)
        elif isinstance(node, Leaf):
            yield from measures.metric(extra)
            yield from measures.scale(node, extra)
            if node.panel is not None:
                yield from measures.panel(node.panel)
            yield measures.missing(node, takes_jurors=self.rules.takes_jurors(node))
        if node.times:
            text = tk._("Multiplied by: {factors}.")
            factors = [
                self.title(one) if isinstance(one, str) else measures.number(one)
                for one in node.times
            ]
            yield text.format(factors=", ".join(factors))
        if node.knockout is not None:
            text = tk._("Whoever gets less than {share} of it is out of the ranking.")
            yield text.format(share=measures.percent(node.knockout))

    def _only(self, node: Node) -> list[str]:
        if node.categories is None:
            return []
        return [
            tk.h.merit_text(self.categories.get(code)) or code
            for code in sorted(node.categories)
        ]

    def _points(self, node: Node) -> list[tuple[str, str]]:
        """Pairs of category and most points; one pair without category for all."""
        above = (*self.rules.ancestors[node.code], self.rules.root)
        if self.rules.sums or not self.rules.counts(node) or any(map(_bends, above)):
            return []
        found = {
            code: worth[node.code]
            for code, worth in self._worth.items()
            if node.code in worth
        }
        if len(set(found.values())) == 1 and len(found) == len(self._worth):
            return [("", next(iter(found.values())))]
        return [
            (tk.h.merit_text(self.categories[code]), points)
            for code, points in found.items()
        ]

    def _worths(self, category: str) -> dict[str, str]:
        """Most points of each node in a category, as published."""
        present = {
            code
            for code, node in self.rules.nodes.items()
            if self.rules.applies(node, category) and self.rules.counts(node)
        }
        if not present:
            return {}
        plan = scheme(self.rules, present)
        places = self.rules.decimals
        return {
            code: arithmetic.fixed(self._most(plan, code, present), places)
            for code in present
            if code in plan.worth
        }

    def _most(self, plan: Any, code: str, present: set[str]) -> Fraction:
        """A line's own maximum, or the sum of those below a group."""
        if code in plan.maxima:
            return plan.maxima[code]
        below = [
            points
            for line, points in plan.maxima.items()
            if line in present
            and any(parent.code == code for parent in self.rules.ancestors[line])
        ]
        return sum(below, Fraction(0)) if below else plan.worth[code]

    def _step(self, code: str) -> str:
        if code == FIRST_PLACES:
            return tk._("the larger share of jurors who put it first")
        return self.title(code)


def read(rule_set: Data, edition: Data) -> Book:
    """Read what ``merit_rule_set_show`` and ``merit_edition_show`` answer."""
    return Book(rule_set["body"], edition["categories"])


def titles(body: Data) -> dict[str, str]:
    """Give the titles of nodes by code, in the language of the page."""
    return {
        code: measures.said(node["title"])
        for code, node in _nodes(body["root"])
        if node.get("title")
    }


def nodes(body: Data) -> dict[str, Data]:
    """Give the nodes by code, as the rules say them."""
    return dict(_nodes(body["root"]))


def _nodes(node: Data) -> Iterator[tuple[str, Data]]:
    yield node.get("code", ""), node
    for child in node.get("of", ()):
        yield from _nodes(child)


def _least(level: tuple[str, Any]) -> Fraction:
    return Fraction(str(level[1]))


def _bends(node: Node) -> bool:
    """Whether the parts of a node have no points of their own."""
    return isinstance(node, Group) and node.compose == "geometric"
