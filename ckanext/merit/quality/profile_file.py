"""Reads a quality profile's file: every defect is named with file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, cast

from ckanext.merit import rulefile
from ckanext.merit.domain.canonical import digest
from ckanext.merit.domain.indicators import INDICATORS
from ckanext.merit.domain.quality_combine import fraction
from ckanext.merit.domain.quality_profile import (
    Aggregate,
    Band,
    Gate,
    Indicator,
    NaPolicy,
    Profile,
)
from ckanext.merit.domain.quality_vocabulary_files import VOCABULARIES
from ckanext.merit.quality.profile_fields import NAME, Fields, fail
from ckanext.merit.quality.profile_texts import IndicatorTexts, ProfileTexts, Titled
from ckanext.merit.rulefile import Map, Seq

__all__ = ["ProfileFile", "read_profile"]

RULES = Path(__file__).resolve().parent.parent / "rules" / "quality"

_SHA256 = re.compile(r"[0-9a-f]{64}")
# Each prerequisite doubles the ways to the next band that are looked at.
_MOST_PREREQUISITES = 8
# Pages, badges and the search know these; their titles are the profile's own.
_BANDS = ("gold", "silver", "bronze")
_GATE_OPTIONAL = ("reason", "complete")

_REQUIRED = (
    *("id", "version", "title", "help", "dimensions", "bands", "rated"),
    *("vocabularies", "reasons", "sentences", "indicators"),
)
_OPTIONAL = ("closed", "na_policy", "gates", "labels", "extends", "without")
_INDICATOR_REQUIRED = (
    *("id", "dimension", "points", "level", "effort", "field", "title", "why"),
    *("help", "fix", "reasons", "sentences"),
)
_INDICATOR_OPTIONAL = (
    *("aggregate", "requires", "earns", "strength", "standards"),
    "resource_reasons",
)


class ProfileFile(NamedTuple):
    """What a profile's file says, what it extends included.

    Attributes:
        vocabularies: the SHA-256 of each, by name.
        folder: where the file lies.
    """

    profile: Profile
    texts: ProfileTexts
    vocabularies: Mapping[str, str]
    folder: Path


def read_profile(path: Path) -> ProfileFile:
    """Read and check a profile file.

    Raises:
        RuleFileError: whatever is wrong with it, with the line.
        OSError: it cannot be read.
    """
    tree = _resolved(path, seen=())
    return _Reader(tree, str(path)).read(path.parent)


def _resolved(path: Path, *, seen: tuple[Path, ...]) -> Map:
    """Return the file's tree with what it extends filled in."""
    status = path.stat()
    tree = _tree(path, status.st_mtime_ns, status.st_size)
    filename = str(path)
    if "extends" not in tree:
        if "without" in tree:
            fail(tree, "without", "only a profile that extends another", filename)
        return tree
    name = Fields(tree, filename).text("extends")
    base_path = path.parent / f"{name}.yaml"
    if not base_path.is_file():
        base_path = RULES / f"{name}.yaml"
    if not NAME.fullmatch(name) or not base_path.is_file():
        fail(tree, "extends", f'no profile "{name}"', filename)
    if base_path in (path, *seen):
        fail(tree, "extends", "a profile cannot extend itself", filename)
    base = _resolved(base_path, seen=(*seen, path))
    # What is wrong with the base is to be said with the base's name and line.
    _Reader(base, str(base_path)).read(base_path.parent)
    return _merged(base, tree, filename)


@lru_cache(maxsize=8)
def _tree(path: Path, changed: int, size: int) -> Map:
    """Read a file once for each state of it: several profiles share a base."""
    return rulefile.read(path)


def _merged(base: Map, tree: Map, filename: str) -> Map:
    """Lay a profile over the one it extends: indicators by id, all else by key."""
    fields = Fields(tree, filename)
    without = set(fields.names("without")) if "without" in tree else set[str]()
    own = fields.maps("indicators") if "indicators" in tree else []
    known = {str(each["id"]) for each in base["indicators"]}
    for name in without - known:
        fail(tree, "without", f'no indicator "{name}" to leave out', filename)
    changes = {str(each.get("id", "")): each for each in own}
    merged = _laid_over(base, tree)
    indicators = Seq(tree.lines.get("indicators", tree.line))
    for each in base["indicators"]:
        if each["id"] not in without:
            change = changes.pop(str(each["id"]), None)
            indicators.append(_laid_over(each, change) if change else each)
    indicators.extend(changes.values())
    merged["indicators"] = indicators
    merged.pop("extends")
    merged.pop("without", None)
    left = {str(each.get("id", "")) for each in indicators}
    if "gates" not in tree:
        gates = [each for each in base.get("gates", []) if each["indicator"] in left]
        merged["gates"] = _sequence(gates, tree.line)
    if "dimensions" not in tree:
        used = {str(each.get("dimension", "")) for each in indicators}
        kept = [each for each in base["dimensions"] if each["id"] in used]
        merged["dimensions"] = _sequence(kept, tree.line)
    return merged


def _sequence(items: list[Any], line: int) -> Seq:
    sequence = Seq(line)
    sequence.extend(items)
    return sequence


def _laid_over(below: Map, above: Map) -> Map:
    both = Map(above.line)
    for each in (below, above):
        both.update(each)
        both.lines.update(each.lines)
    return both


class _Reader:
    """Reads a resolved tree."""

    def __init__(self, tree: Map, filename: str) -> None:
        self.tree = tree
        self.top = Fields(tree, filename)

    def read(self, folder: Path) -> ProfileFile:
        top = self.top
        top.only(_REQUIRED, _OPTIONAL)
        dimensions = top.each("dimensions")
        rows = top.each("indicators")
        if not rows:
            top.fail("indicators", "a profile needs indicators")
        bands = self._bands()
        names = [fields.name() for fields in dimensions]
        indicators = tuple(self._indicator(fields, names) for fields in rows)
        self._check_requires(indicators, rows)
        rated = top.below("rated")
        rated.only(("applicability", "coverage"))
        profile = Profile(
            id=top.name(),
            version=top.text("version"),
            sha256=digest(_plain(self.tree)),
            dimensions=tuple(names),
            indicators=indicators,
            bands=bands,
            gates=self._gates(indicators, bands),
            closed=top.choice("closed", ("left", "right"), "left"),
            na_policy=cast(
                "NaPolicy",
                top.choice("na_policy", ("exclude", "zero", "full"), "exclude"),
            ),
            min_applicability=rated.share("applicability"),
            min_coverage=rated.share("coverage"),
        )
        return ProfileFile(profile, self._texts(), self._vocabularies(), folder)

    def _bands(self) -> tuple[Band, ...]:
        bands: list[Band] = []
        for fields in self.top.each("bands"):
            fields.only(("id", "start", "title", "help"))
            start = fields.number("start")
            if start > 100 or (bands and start <= bands[-1].start):
                fields.fail("start", "bands must rise, from 0 to 100")
            bands.append(Band(fields.choice("id", _BANDS), start))
        return tuple(bands)

    def _indicator(self, fields: Fields, dimensions: list[str]) -> Indicator:
        fields.only(_INDICATOR_REQUIRED, _INDICATOR_OPTIONAL)
        points = fields.number("points")
        if not points:
            fields.fail("points", "points must be more than 0")
        if fields.name() not in INDICATORS:
            fields.fail("id", f'nothing measures "{fields.name()}"')
        hows = ("mean", "min", "max", "any", "all", "best")
        return Indicator(
            id=fields.name(),
            dimension=fields.choice("dimension", dimensions),
            points=points,
            aggregate=cast("Aggregate", fields.choice("aggregate", hows, "mean")),
            effort=fields.whole("effort", least=1, most=3),
            requires=fields.names("requires"),
            strength=fields.whole("strength", least=0, most=99, default="0"),
        )

    def _check_requires(
        self, indicators: tuple[Indicator, ...], rows: list[Fields]
    ) -> None:
        known = {each.id for each in indicators}
        asked = {name for each in indicators for name in each.requires}
        for indicator, fields in zip(indicators, rows, strict=True):
            for name in indicator.requires:
                if name not in known or name == indicator.id:
                    fields.fail("requires", f'no other indicator "{name}"')
            if indicator.requires and len(asked) > _MOST_PREREQUISITES:
                fields.fail("requires", "too many different prerequisites")

    def _gates(
        self, indicators: tuple[Indicator, ...], bands: tuple[Band, ...]
    ) -> tuple[Gate, ...]:
        names = [each.id for each in indicators]
        caps = ["none", *(band.id for band in bands)]
        gates: list[Gate] = []
        for fields in self.top.each("gates"):
            fields.only(("id", "indicator", "cap", "value", "title"), _GATE_OPTIONAL)
            value = fields.share("value")
            if value == 1:
                fields.fail("value", "a gate must open when the indicator is earned")
            cap = fields.choice("cap", caps)
            gates.append(
                Gate(
                    id=fields.name(),
                    indicator=fields.choice("indicator", names),
                    cap=None if cap == "none" else cap,
                    value=fraction(value.numerator, value.denominator),
                    reason=fields.text("reason", ""),
                    complete=fields.choice("complete", ("true", "false"), "false")
                    == "true",
                )
            )
        return tuple(gates)

    def _vocabularies(self) -> dict[str, str]:
        fields = self.top.below("vocabularies")
        fields.only(VOCABULARIES)
        for name in VOCABULARIES:
            if not _SHA256.fullmatch(fields.text(name)):
                fields.fail(name, "expected a SHA-256 in hexadecimal digits")
        return {name: fields.text(name) for name in VOCABULARIES}

    def _texts(self) -> ProfileTexts:
        top = self.top
        labels = top.below("labels") if "labels" in self.tree else None
        sentences = top.templates("sentences")
        for name in ("both", "strength", "loss", "nothing"):
            if name not in sentences:
                top.fail("sentences", f'missing key "{name}"')
        return ProfileTexts(
            title=top.text("title"),
            help=top.text("help"),
            dimensions=_titled(top.each("dimensions")),
            bands=_titled(top.each("bands")),
            gates={each.name(): each.text("title") for each in top.each("gates")},
            indicators={
                each.name(): _indicator_texts(each) for each in top.each("indicators")
            },
            reasons=top.templates("reasons"),
            labels=(
                {kind: labels.templates(kind) for kind in labels.node} if labels else {}
            ),
            sentences=sentences,
        )


def _titled(rows: list[Fields]) -> dict[str, Titled]:
    return {each.name(): Titled(each.text("title"), each.text("help")) for each in rows}


def _indicator_texts(fields: Fields) -> IndicatorTexts:
    clauses = fields.below("sentences")
    clauses.only(("loss",), ("strength",))
    if fields.whole("strength", least=0, most=99, default="0"):
        clauses.only(("loss", "strength"))
    return IndicatorTexts(
        title=fields.text("title"),
        why=fields.text("why"),
        help=fields.text("help"),
        fix=fields.text("fix"),
        field=fields.text("field", ""),
        level=fields.choice("level", ("dataset", "resource")),
        standards=fields.names("standards"),
        reasons=fields.templates("reasons"),
        resource_reasons=fields.templates("resource_reasons"),
        losses=clauses.templates("loss"),
        strengths=clauses.templates("strength"),
        earns=_earned(fields),
    )


def _earned(fields: Fields) -> tuple[str, ...]:
    names = fields.names("earns")
    for name in names:
        if name not in INDICATORS or name == fields.name():
            fields.fail("earns", f'no other indicator "{name}"')
    return names


def _plain(node: Any) -> Any:
    """Return the tree as plain JSON."""
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return str(node)
