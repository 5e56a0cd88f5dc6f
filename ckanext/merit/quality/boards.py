"""The pages about many datasets: rows, shares and links in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import ckantoolkit as tk

from ckanext.merit.model.quality_report import LEAGUE_MINIMUM, SIZE_CLASSES
from ckanext.merit.quality import words
from ckanext.merit.quality.texts import Texts
from ckanext.merit.spreadsheet import Cell

BANDS = ("gold", "silver", "bronze", "none")
# Parameters of these pages that links to other pages of the same list keep.
FILTERS = ("band", "sort", "size")

CSV_HEADER = (
    *("name", "title", "organization", "status", "score", "band", "coverage"),
    *("assessed_at", "valid_until", "url"),
)
_CSV_PAGE = 1000


@dataclass(frozen=True)
class Page:
    """Where a reader is in a long list; previous and next are links or None."""

    first: int
    last: int
    count: int
    previous: str | None
    next: str | None


class Overview:
    """The portal as a whole, from ``merit_quality_overview_show``'s answer."""

    def __init__(self, answer: Mapping[str, Any], texts: Texts) -> None:
        self.answer = answer
        self.rated_word = texts.rated
        self.has_datasets: bool = answer["datasets"] > 0
        self.assessed_at: str | None = answer["assessed_at"]
        self.sentence = self._sentence()
        self.facts = self._facts()
        total = max(answer["rated"], 1)
        self.bands = [_band_row(b, answer["bands"][b], total) for b in BANDS]
        self.histogram = [_bar(each, total) for each in answer["histogram"]]
        self.losses = [
            {
                "id": row["id"],
                "title": texts.indicator(row["id"]).title,
                "lost": words.number(row["lost_points_mean_display"]),
                "below": words.number(row["datasets_below"]),
            }
            for row in answer["indicators"]
            if row["datasets_below"]
        ]

    def _sentence(self) -> str:
        answer = self.answer
        if not answer["rated"]:
            return tk._("No dataset of this portal has been rated yet.")
        with_badge = sum(answer["bands"][band] for band in BANDS[:3])
        return tk.ungettext(
            "{count} of {rated} rated datasets has a badge; the mean score is {mean}.",
            "{count} of {rated} rated datasets have a badge; the mean score is {mean}.",
            with_badge,
        ).format(
            count=words.number(with_badge),
            rated=words.number(answer["rated"]),
            mean=words.number(answer["mean_display"]),
        )

    def _facts(self) -> list[tuple[str, str]]:
        answer = self.answer
        facts = [
            (answer["datasets"], tk._("public datasets")),
            (answer["rated"], tk._("rated")),
            (answer["mean_display"], tk._("mean score of 100")),
        ]
        if answer["provisional"]:
            facts.append((answer["provisional"], tk._("provisional, without a badge")))
        if answer["pending"]:
            facts.append((answer["pending"], tk._("waiting for their first check")))
        shown = [(words.number(n), text) for n, text in facts if n is not None]
        share, change = answer["coverage_display"], answer["change_90d_display"]
        if share is not None:
            shown.append((words.percents(share), tk._("of what applies was checked")))
        if change is not None:
            shown.append((words.change(change), tk._("points of change in 90 days")))
        return shown


class League:
    """Organisations by their means, from ``merit_quality_league_list``'s answer."""

    least = LEAGUE_MINIMUM

    def __init__(self, args: Mapping[str, str]) -> None:
        self.sizes = [("", tk._("All sizes")), *_size_classes()]
        self.sorts = [
            ("mean", tk._("Best mean score first")),
            ("change", tk._("Largest rise in 90 days first")),
        ]
        self.size = _chosen(args.get("size"), self.sizes)
        self.sort = _chosen(args.get("sort"), self.sorts)
        self.ranked: list[dict[str, Any]] = []
        self.unranked: list[dict[str, Any]] = []

    @property
    def query(self) -> dict[str, Any]:
        """What to ask the action for."""
        size = {"size_class": self.size} if self.size else {}
        return {**size, "sort": self.sort}

    def fill(self, answer: Mapping[str, Any]) -> None:
        """Take the rows of one page."""
        for row in answer["results"]:
            target = self.unranked if row["rank"] is None else self.ranked
            target.append(_league_row(row))


class Methodology:
    """A profile in words, from ``merit_quality_profile_show``'s answer."""

    def __init__(
        self, answer: Mapping[str, Any], known: Sequence[Mapping[str, Any]]
    ) -> None:
        self.id: str = answer["id"]
        self.title: str = answer["title"]
        self.help: str = answer["help"]
        self.version: str = answer["version"]
        self.sha256: str = answer["sha256"]
        self.active: bool = answer["active"]
        self.gates = [gate["title"] for gate in answer["gates"]]
        self.total = tk._(
            "{count} checks in {dimensions} dimensions, {points}."
        ).format(
            count=words.number(len(answer["indicators"])),
            dimensions=words.number(len(answer["dimensions"])),
            points=_points(answer["points"]),
        )
        self.rated_rule = tk._(
            "A dataset gets a badge only when at least {applicability} of all points "
            "apply to it and at least {coverage} of those could be checked; otherwise "
            "its score is provisional."
        ).format(
            applicability=words.percent(Fraction(answer["rated"]["applicability"])),
            coverage=words.percent(Fraction(answer["rated"]["coverage"])),
        )
        self.bands = [_band_rule(band) for band in reversed(answer["bands"])]
        self.dimensions = [
            {
                "id": dimension["id"],
                "title": dimension["title"],
                "help": dimension["help"],
                "points": _points(dimension["points"]),
                "indicators": [
                    {
                        **each,
                        "points": _points(each["points"]),
                        "standards": " · ".join(each["standards"]),
                    }
                    for each in answer["indicators"]
                    if each["dimension"] == dimension["id"]
                ],
            }
            for dimension in answer["dimensions"]
        ]
        self.others = [
            {
                "id": other["id"],
                "title": other["title"],
                "link": tk.url_for("merit_quality.methodology", profile=other["id"]),
            }
            for other in known
            if other["id"] != self.id
        ]


class Entity:
    """The datasets of one organisation, from ``merit_quality_list``'s answer."""

    def __init__(
        self,
        group: Mapping[str, Any],
        args: Mapping[str, str],
        texts: Texts,
        *,
        is_member: bool,
        sees_drafts: bool,
    ) -> None:
        self._group = group
        self._texts = texts
        self.rated_word = texts.rated
        self.is_member = is_member
        self.sees_drafts = sees_drafts
        self.bands = [
            ("", tk._("All datasets")),
            *((band, words.band_name(band)) for band in BANDS),
        ]
        self.sorts = [
            ("gain desc", tk._("Most useful improvement first")),
            ("score desc", tk._("Best score first")),
            ("score asc", tk._("Lowest score first")),
            ("title", tk._("Title")),
        ]
        if not is_member:
            self.sorts = [*self.sorts[1:], self.sorts[0]]
        self.band = _chosen(args.get("band"), self.bands)
        self.sort = _chosen(args.get("sort"), self.sorts)
        self.rows: list[dict[str, Any]] = []
        self.sentence = ""

    @property
    def query(self) -> dict[str, Any]:
        """What to ask the action for."""
        query: dict[str, Any] = {"organization": self._group["id"], "sort": self.sort}
        if self.band:
            query["band"] = self.band
        if self.is_member:
            query["include_private"] = True
        return query

    def fill(self, answer: Mapping[str, Any]) -> None:
        """Take the rows of one page."""
        self.rows = [_dataset_row(row, self._texts) for row in answer["results"]]
        self.sentence = tk.ungettext(
            "{count} dataset", "{count} datasets", answer["count"]
        ).format(count=words.number(answer["count"]))


def csv_rows(call: Callable[..., Any]) -> Iterator[Sequence[Cell]]:
    """Every public dataset with its score, page by page."""
    offset = 0
    while True:
        answer = call(
            "merit_quality_list", sort="title", limit=_CSV_PAGE, offset=offset
        )
        for row in answer["results"]:
            yield _csv_row(row)
        offset += _CSV_PAGE
        if offset >= answer["count"]:
            return


def _csv_row(row: Mapping[str, Any]) -> Sequence[Cell]:
    score, coverage = row["score_display"], row["coverage"]
    return (
        row["name"],
        row["title"],
        row["organization_title"],
        row["status"],
        None if score is None else Decimal(score),
        row["band"],
        None if coverage is None else _three_decimals(Fraction(coverage)),
        row["assessed_at"],
        row["valid_until"],
        tk.url_for("merit_quality.show", id=row["name"], _external=True),
    )


def _three_decimals(value: Fraction) -> Decimal:
    return Decimal(value.numerator * 1000 // value.denominator) / 1000


def _size_classes() -> list[tuple[str, str]]:
    """Names of the classes of organisations, each with its numbers of datasets."""
    small, medium, large = SIZE_CLASSES
    upto, between, from_ = (
        tk._("Small: up to {last} datasets"),
        tk._("Medium: {first} to {last} datasets"),
        tk._("Large: {first} datasets or more"),
    )
    first, next_ = SIZE_CLASSES[medium], SIZE_CLASSES[large]
    return [
        (small, upto.format(last=first - 1)),
        (medium, between.format(first=first, last=next_ - 1)),
        (large, from_.format(first=next_)),
    ]


def _chosen(value: str | None, choices: Sequence[tuple[str, str]]) -> str:
    known = [choice for choice, _ in choices]
    return value if value in known else known[0]


def _share(count: int, total: int) -> dict[str, Any]:
    share = Fraction(count, total)
    return {
        "count": words.number(count),
        "share": f"{float(share) * 100:.1f}",
        "share_text": words.percent(share),
    }


def _band_row(band: str, count: int, total: int) -> dict[str, Any]:
    key = None if band == "none" else band
    query = {"merit_quality_band": band}
    link = tk.url_for("dataset.search", **query) if key and count else None
    return {**words.verdict("rated", key, None), **_share(count, total), "link": link}


def _band_rule(band: Mapping[str, Any]) -> dict[str, Any]:
    start = words.tenths(Fraction(band["start"]))
    return {
        **words.verdict("rated", band["id"], None),
        "range": tk._("{start} or more").format(start=start),
        "help": band["help"],
    }


def _points(text: str) -> str:
    points = Fraction(text)
    return tk.ungettext("{points} point", "{points} points", int(points)).format(
        points=words.tenths(points)
    )


def _bar(row: Mapping[str, Any], total: int) -> dict[str, Any]:
    label = tk._("{first} to {last}").format(
        first=words.number(row["from"]), last=words.number(row["to"])
    )
    return {"label": label, **_share(row["count"], total)}


def _league_row(row: Mapping[str, Any]) -> dict[str, Any]:
    entity, bands, total = row["organization"], row["bands"], max(row["rated"], 1)
    return {
        "rank": words.number(row["rank"]) if row["rank"] else "",
        "title": entity["title"],
        "link": tk.url_for("merit_quality.organization", id=entity["name"]),
        "mean": words.number(row["mean_display"]),
        "rated": words.number(row["rated"]),
        "change": words.change(row["change_90d_display"]),
        "checked": words.percents(row["coverage_display"]),
        "bands": [
            (words.band_name(band), words.percent(Fraction(bands[band], total)))
            for band in BANDS
        ],
    }


def _dataset_row(row: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    marks = [tk._("Private")] if row["private"] else []
    if row["state"].startswith("draft"):
        marks.append(tk._("Draft"))
    gain, score = Fraction(row["top_gain"] or 0), Fraction(row["score"] or 0)
    return {
        "title": row["title"] or row["name"],
        "link": tk.url_for("merit_quality.show", id=row["name"]),
        "marks": marks,
        "verdict": words.verdict(
            row["status"], row["band"], row["score_display"], expired=row["expired"]
        ),
        "fix": texts.indicator(row["top_fix"]).title if row["top_fix"] else "",
        "gain": words.risen(score, gain) if gain else "",
    }
