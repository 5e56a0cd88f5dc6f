"""The quality page of one dataset: a stored result turned into what a reader sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import ckantoolkit as tk

from ckanext.merit.domain import quality
from ckanext.merit.quality import words
from ckanext.merit.quality.forms import Forms, field_of_record
from ckanext.merit.quality.texts import Indicator, Texts

_LISTED_FILES = 5
# Nothing else can be mended before there is a file.
_NO_DATA = "no_data"


@dataclass(frozen=True)
class File:
    """One resource that costs an indicator points."""

    name: str
    evidence: str
    link: str | None


@dataclass(frozen=True)
class Item:
    """One indicator; every text is in the reader's language."""

    id: str
    title: str
    evidence: str
    why: str
    fix: str
    points: str
    gain: str
    link: str | None = None
    field: str = ""
    also: str = ""
    files: tuple[File, ...] = ()
    more_files: str = ""


@dataclass(frozen=True)
class Share:
    """One dimension; ``share`` is 0 to 100, None where nothing of it counts."""

    title: str
    share: str | None
    share_text: str
    points: str


@dataclass(frozen=True)
class Path:
    """The fewest fixes that lead to the next band."""

    heading: str
    steps: tuple[Item, ...]
    outcome: str


class Report:
    """What the quality page shows, from ``merit_quality_show``'s answer.

    Sections are empty where there is nothing to say.
    """

    def __init__(
        self,
        answer: Mapping[str, Any],
        texts: Texts,
        *,
        forms: Forms,
        history: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self._answer = answer
        self._texts = texts
        self._forms = forms
        self._score = Fraction(answer["score"]) if answer["score"] else None
        self._findings: list[Mapping[str, Any]] = answer["indicators"] or []
        self.rated = texts.rated
        self.profile_id: str = answer["profile"]["id"]
        self.can_edit: bool = answer["can_edit"]
        self.suspension: Mapping[str, Any] | None = answer["suspension"]
        self.assessed_at: str | None = answer["assessed_at"]
        self.rated_now: bool = answer["status"] == "rated"
        self.shareable: bool = (
            answer["package_state"] == "active" and not answer["private"]
        )
        self.sentence = texts.sentence(answer)
        self.verdict = self._verdict(answer["display"])
        self.badge = self._verdict(None)
        self.valid_until = answer["valid_until"] if answer["band"] else None
        self.meaning = self._meaning()
        self.basis = self._basis()
        self.fixes = self._fixes()
        self.good = [self._item(f) for f in self._findings if _is_full(f)]
        self.aside = [self._item(f) for f in self._findings if _is_aside(f)]
        self.path = self._path()
        self.dimensions = [self._share(d) for d in answer["dimensions"] or []]
        self.history = [self._past(row) for row in history]

    def _verdict(self, display: str | None) -> dict[str, Any]:
        answer = self._answer
        return words.verdict(
            answer["status"], answer["band"], display, expired=answer["expired"]
        )

    def _meaning(self) -> list[str]:
        """What band and score mean; where there is no badge, why."""
        answer, texts = self._answer, self._texts
        if answer["status"] == "not_rated":
            return [_not_rated(answer["reason"])]
        if answer["status"] == quality.SUSPENDED:
            return [
                tk._("Until the review is over, the dataset has no score and no badge.")
            ]
        if answer["status"] == "provisional":
            return [self._why_provisional()]
        sentences = [texts.gate(gate["id"]) for gate in answer["gates"]]
        if answer["band"]:
            sentences.insert(0, texts.band_meaning(answer["band"]))
        elif not sentences:
            sentences.append(
                tk._(
                    "No badge yet: badges start at {start} points. "
                    "The list below shows the way there."
                ).format(start=next(iter(texts.starts().values())))
            )
        if answer["expired"]:
            sentences.append(
                tk._("The last check is too old, so the badge is shown in grey.")
            )
        return sentences

    def _why_provisional(self) -> str:
        share, least = Fraction(self._answer["coverage"]), self._texts.min_coverage
        if share < least:
            template = tk._(
                "Provisional, without a badge: only {share} of what applies to this "
                "dataset could be checked, and a badge needs {least}."
            )
        else:
            share = Fraction(self._answer["applicability"])
            least = self._texts.min_applicability
            template = tk._(
                "Provisional, without a badge: only {share} of all points apply to "
                "this dataset, and a badge needs {least}."
            )
        return template.format(share=words.percent(share), least=words.percent(least))

    def _basis(self) -> str:
        if not self._answer["coverage"]:
            return ""
        return tk._("Based on {share} of the checks that apply.").format(
            share=words.percent(Fraction(self._answer["coverage"]))
        )

    def _fixes(self) -> list[Item]:
        """What is not fully earned, most useful first."""
        open_ = [f for f in self._findings if _is_open(f)]
        open_.sort(key=lambda f: (-Fraction(f["gain"]), f["id"]))
        return [self._item(f) for f in open_]

    def _item(self, finding: Mapping[str, Any]) -> Item:
        texts, forms = self._texts, self._forms
        id_, gain = finding["id"], Fraction(finding["gain"])
        indicator = texts.indicator(id_)
        listed = finding["resources"][:_LISTED_FILES]
        left = finding["resources_total"] - len(listed)
        field = indicator.field or field_of_record(finding["detail"].get("paths", ""))
        link = forms.link(field, finding["resources"])
        if finding["reason"] == _NO_DATA:
            field, link = "", forms.new_file()
        return Item(
            id=id_,
            title=indicator.title,
            evidence=texts.evidence(id_, finding),
            why=indicator.why,
            fix=indicator.fix,
            points=_points(finding["earned"], finding["possible"]),
            gain=self._gain(gain),
            link=link,
            field=forms.words(field) if link else "",
            also=self._also(indicator),
            files=tuple(self._file(indicator, r) for r in listed),
            more_files=_more(left),
        )

    def _gain(self, gain: Fraction) -> str:
        if not gain or self._score is None:
            return ""
        return words.risen(self._score, gain)

    def _also(self, indicator: Indicator) -> str:
        """Which other indicators the same fix earns, with what each adds."""
        others = [
            f"{self._texts.indicator(finding['id']).title} "
            f"({self._gain(Fraction(finding['gain']))})"
            for finding in self._findings
            if finding["id"] in indicator.earns and Fraction(finding["gain"])
        ]
        if not others:
            return ""
        return tk._("The same fix also earns: {indicators}.").format(
            indicators=", ".join(others)
        )

    def _file(self, indicator: Indicator, resource: Mapping[str, Any]) -> File:
        return File(
            name=self._forms.file_name(resource["id"]),
            evidence=self._texts.evidence(indicator.id, resource, resource=True),
            link=self._forms.file_link(indicator.field, resource["id"]),
        )

    def _path(self) -> Path | None:
        answer = self._answer
        if not answer.get("path") or not answer["path_band"] or self._score is None:
            return None
        by_id = {item.id: item for item in self.fixes}
        steps = tuple(by_id[s["indicator"]] for s in answer["path"])
        band = words.band_name(answer["path_band"])
        heading = tk.ungettext(
            "Fix this one thing to reach {band}",
            "Fix these {count} things to reach {band}",
            len(steps),
        ).format(band=band, count=len(steps))
        outcome = tk._("The score would go from {now} to {then}.").format(
            now=words.number(quality.display(self._score)),
            then=words.number(quality.display(Fraction(answer["path_score"]))),
        )
        return Path(heading, steps, outcome)

    def _share(self, dimension: Mapping[str, Any]) -> Share:
        share = dimension["display"]
        return Share(
            title=self._texts.dimension(dimension["id"]),
            share=share,
            share_text=words.percent(Fraction(share) / 100) if share else "",
            points=_points(dimension["earned"], dimension["possible"]),
        )

    def _past(self, row: Mapping[str, Any]) -> dict[str, str]:
        verdict = words.verdict(row["status"], row["band"], None)
        score = row["score_display"]
        return {
            "assessed_at": row["assessed_at"],
            "score": words.number(score) if score is not None else "",
            "label": verdict["label"],
        }


def _is_full(finding: Mapping[str, Any]) -> bool:
    return finding["state"] == "measured" and Fraction(finding["value"]) == 1


def _is_open(finding: Mapping[str, Any]) -> bool:
    short = finding["state"] == "measured" and Fraction(finding["value"]) < 1
    return short or Fraction(finding["gain"]) > 0


def _is_aside(finding: Mapping[str, Any]) -> bool:
    return not _is_full(finding) and not _is_open(finding)


def _points(earned: str, possible: str) -> str:
    return tk._("{earned} of {possible} points").format(
        earned=words.tenths(Fraction(earned)), possible=words.tenths(Fraction(possible))
    )


def _more(count: int) -> str:
    if count <= 0:
        return ""
    return tk.ungettext("and one more file", "and {count} more files", count).format(
        count=words.number(count)
    )


def _not_rated(reason: str) -> str:
    return {
        "type_not_counted": tk._("Datasets of this type are not rated."),
    }.get(
        reason,
        tk._(
            "This dataset has not been checked yet. New and changed datasets are "
            "checked within minutes."
        ),
    )
