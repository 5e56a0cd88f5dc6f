"""The score form: criteria as fields, and what was typed as scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import ckantoolkit as tk

from ckanext.merit.domain.contest.sheets import plain_number
from ckanext.merit.pages import measures

__all__ = [
    "ABSTAIN",
    "WORDS",
    "Typed",
    "fields_of",
    "labels_of",
    "name_of",
    "scale_words",
]

Data = dict[str, Any]
ABSTAIN = "abstain"
WORDS = ("comment", "feedback", "note")
#: A scale with more steps is typed, not chosen.
_MOST_CHOICES = 11


@dataclass(frozen=True)
class Typed:
    """A score form as it came.

    Attributes:
        version: Of the review that the form was made from.
        scores: As the actions take them; what is contradictory is left out.
        values: By criterion, the value and the reason as typed.
        words: Comment, feedback and note.
        problems: Texts by criterion.
    """

    version: str
    scores: Data
    values: dict[str, tuple[str, str]]
    words: dict[str, str]
    problems: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    @classmethod
    def read(cls, form: Mapping[str, str], criteria: list[Data]) -> Typed:
        """Read a form that was made from these criteria."""
        values = {
            leaf["code"]: (
                form.get(f"score:{leaf['code']}", "").strip(),
                form.get(f"reason:{leaf['code']}", "").strip(),
            )
            for leaf in criteria
        }
        scores: Data = {}
        problems: dict[str, list[str]] = {}
        for code, (value, reason) in values.items():
            if value and reason:
                text = tk._("Either a score or a reason to abstain, not both.")
                problems[code] = [text]
            elif value:
                scores[code] = plain_number(value)
            elif reason:
                scores[code] = {ABSTAIN: reason}
        words = {name: form.get(name, "") for name in WORDS}
        return cls(form.get("version", "0"), scores, values, words, problems)

    @classmethod
    def stored(cls, review: Data | None) -> Typed:
        """What a form shows of a stored review."""
        if review is None:
            return cls("0", {}, {}, dict.fromkeys(WORDS, ""))
        values = {
            code: ("", value[ABSTAIN]) if isinstance(value, dict) else (value, "")
            for code, value in review["scores"].items()
        }
        words = {name: review[name] or "" for name in WORDS}
        return cls(str(review["version"]), review["scores"], values, words)


def fields_of(
    criteria: list[Data], typed: Typed, *, problems: Mapping[str, list[str]] = {}
) -> list[Data]:
    """Make the fields of a form: one for each criterion, filled with what was typed."""
    return [
        leaf
        | {
            "field": name_of(number),
            "options": _options(leaf),
            "expects": scale_words(leaf),
            "marks": _marks(leaf),
            "value": typed.values.get(leaf["code"], ("", ""))[0],
            "reason": typed.values.get(leaf["code"], ("", ""))[1],
            "problems": problems.get(leaf["code"], []),
        }
        for number, leaf in enumerate(criteria, 1)
    ]


def name_of(number: int) -> str:
    """Name the field of the n-th criterion for links and labels."""
    return f"c{number}"


def scale_words(leaf: Data) -> str:
    """Say which scores a criterion takes."""
    if "levels" in leaf:
        return tk._("One of the levels")
    low, high = leaf.get("scale") or leaf.get("raw") or ("", "")
    text = tk._("A number from {low} to {high}").format(
        low=tk.h.merit_points(low), high=tk.h.merit_points(high)
    )
    if leaf.get("direction") == "down":
        text = tk._("{scale}; less is better").format(scale=text)
    return text


def labels_of(leaf: Data, *, named: bool = False) -> list[str]:
    """List the levels of a criterion, the lowest first; NAMED with their names too."""
    codes = _ascending(leaf["levels"])
    if not named:
        return codes
    pairs = [(code, measures.level(leaf, code)) for code in codes]
    return [code if code == name else f"{code} ({name})" for code, name in pairs]


def _options(leaf: Data) -> list[Data]:
    """The choices of a criterion; none where a number is typed."""
    words = leaf.get("descriptors") or {}
    if "levels" in leaf:
        return [
            {
                "value": label,
                "label": measures.level(leaf, label),
                "words": words.get(label),
            }
            for label in labels_of(leaf)
        ]
    steps = _steps(leaf)
    return [
        {"value": step, "label": tk.h.merit_points(step), "words": words.get(step)}
        for step in steps
    ]


def _marks(leaf: Data) -> list[Data]:
    """What the numbers of a scale mean, where a number is typed."""
    if "levels" in leaf or _steps(leaf):
        return []
    words = leaf.get("descriptors") or {}
    numbers = _ascending({number: number for number in words})
    return [{"label": tk.h.merit_points(n), "words": words[n]} for n in numbers]


def _ascending(values: Mapping[str, str]) -> list[str]:
    """Order labels by what they are worth: rules are stored without their order."""

    def worth(label: str) -> tuple[Decimal, str]:
        try:
            return Decimal(values[label]), label
        except InvalidOperation:
            return Decimal(0), label

    return sorted(values, key=worth)


def _steps(leaf: Data) -> list[str]:
    if "scale" not in leaf or "step" not in leaf:
        return []
    try:
        low, high = (Decimal(end) for end in leaf["scale"])
        step = Decimal(leaf["step"])
    except InvalidOperation:
        return []
    count = int((high - low) / step) + 1
    if count > _MOST_CHOICES:
        return []
    return [format(low + step * number, "f") for number in range(count)]
