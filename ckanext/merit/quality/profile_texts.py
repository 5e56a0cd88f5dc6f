"""The words of a quality profile: titles, fixes, reasons and the one sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["IndicatorTexts", "ProfileTexts", "Titled", "fill"]

Translate = Callable[[str], str]
# Shows one value of a detail: its name and the value.
Show = Callable[[str, Any], str]

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# Names of evidence that a reason or sentence may mention.
PLACEHOLDERS = frozenset(
    (
        *("affected", "total", "count", "columns", "described", "paths", "text"),
        *("access", "format", "frequency", "licence", "media_type", "publisher"),
        *("theme", "date", "due_date", "start_date", "end_date", "twins"),
        *("loss", "strength"),
    )
)


@dataclass(frozen=True, slots=True)
class Titled:
    """A title and one or two sentences about it."""

    title: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class IndicatorTexts:
    """The words of one indicator.

    Attributes:
        help: how the points are given.
        field: name of the form field in which the fix is made, ``""`` for none.
        level: ``dataset`` or ``resource``, where that field is.
        reasons, resource_reasons: by code, for the whole and for one resource.
        losses, strengths: clauses of the one sentence, by code.
        earns: other indicators that the same fix earns too.
    """

    title: str
    why: str
    help: str
    fix: str
    field: str
    level: str
    standards: tuple[str, ...]
    reasons: Mapping[str, str]
    resource_reasons: Mapping[str, str]
    losses: Mapping[str, str]
    strengths: Mapping[str, str]
    earns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProfileTexts:
    """The words of a profile, in English.

    Attributes:
        reasons: those that indicators share, by code.
        labels: words for the codes in evidence, by its name and the code.
        sentences: how the halves of the one sentence are joined.
    """

    title: str
    help: str
    dimensions: Mapping[str, Titled]
    bands: Mapping[str, Titled]
    gates: Mapping[str, str]
    indicators: Mapping[str, IndicatorTexts]
    reasons: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    sentences: Mapping[str, str]

    def reason(
        self,
        indicator: str,
        found: Mapping[str, Any],
        *,
        translate: Translate = str,
        show: Show | None = None,
        resource: bool = False,
    ) -> str:
        """Say why an indicator, or one resource of it, earned what it earned.

        Args:
            indicator: id.
            found: ``reason`` and ``detail``, as in a stored result.
            translate: gives the text in the reader's language.
            show: gives a number or date in the reader's locale.
            resource: ``found`` is about one resource.
        """
        texts = self.indicators[indicator]
        code = found["reason"]
        template = texts.reasons.get(code) or self.reasons.get(code, "")
        if resource:
            template = texts.resource_reasons.get(code, template)
        return self._filled(template, found["detail"], translate, show)

    def sentence(
        self,
        sentence: Mapping[str, Any],
        *,
        translate: Translate = str,
        show: Show | None = None,
    ) -> str:
        """Put the one sentence together: a strength and the largest loss."""
        loss, strength = (
            "" if clause is None else self._clause(clause, kind, translate, show)
            for kind, clause in (
                ("losses", sentence["loss"]),
                ("strengths", sentence["strength"]),
            )
        )
        key = ("strength" if strength else "nothing") if not loss else "loss"
        template = self.sentences["both" if loss and strength else key]
        parts = {"loss": loss, "strength": strength}
        text = fill(translate(template), parts, lambda _, value: str(value))
        return text[:1].upper() + text[1:]

    def label(self, kind: str, code: str, translate: Translate = str) -> str:
        """Return the word for a code, or the code where there is none."""
        word = self.labels.get(kind, {}).get(code)
        return translate(word) if word else code

    def _clause(
        self,
        clause: Mapping[str, Any],
        kind: str,
        translate: Translate,
        show: Show | None,
    ) -> str:
        texts = self.indicators[clause["indicator"]]
        template = getattr(texts, kind).get(clause["reason"], "")
        return self._filled(template, clause["detail"], translate, show)

    def _filled(
        self,
        template: str,
        detail: Mapping[str, Any],
        translate: Translate,
        show: Show | None,
    ) -> str:
        def shown(name: str, value: Any) -> str:
            words = self.labels.get(name, {})
            # Some evidence lists several codes.
            codes = value.split(", ") if words and isinstance(value, str) else []
            if any(code in words for code in codes):
                return ", ".join(
                    translate(words[code]) if code in words else plain(name, code)
                    for code in codes
                )
            return plain(name, value)

        def plain(name: str, value: Any) -> str:
            return show(name, value) if show else str(value)

        return fill(translate(template), detail, shown) if template else ""


def fill(template: str, detail: Mapping[str, Any], show: Show) -> str:
    """Replace ``{name}`` by evidence; what there is no evidence for becomes ``?``.

    Evidence is never read as a template again.
    """

    def value(found: re.Match[str]) -> str:
        name = found[1]
        return show(name, detail[name]) if name in detail else "?"

    return _PLACEHOLDER.sub(value, template)


def placeholders(template: str) -> set[str]:
    """Return the names of evidence that a template mentions."""
    return set(_PLACEHOLDER.findall(template))
