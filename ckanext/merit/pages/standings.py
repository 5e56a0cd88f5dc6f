"""Published results as rows of a page, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from typing import Any

import ckantoolkit as tk

from ckanext.merit.pages import measures, words
from ckanext.merit.pages.criteria import Book
from ckanext.merit.spreadsheet import Cell, Written

__all__ = ["Standings", "distinction", "notes"]

Data = dict[str, Any]
_WHOLE = "1"


class Standings:
    """The rows of one publication, by category and rank.

    Args:
        publication: What ``merit_publication_show`` answers.
        edition: What ``merit_edition_show`` answers.
        book: The rules that the publication names.
        distinctions: What ``merit_distinction_list`` answers.
    """

    def __init__(
        self, publication: Data, edition: Data, book: Book, distinctions: list[Data]
    ) -> None:
        self.publication = publication
        self.book = book
        self.categories = {
            row["code"]: tk.h.merit_text(row["title"]) for row in edition["categories"]
        }
        order = {code: at for at, code in enumerate(self.categories)}
        self.rows: list[Data] = sorted(
            publication["body"]["rows"],
            key=lambda row: (
                order.get(row["category"], len(order)),
                row["rank"] is None,
                row["rank"] or 0,
                row["title"].casefold(),
            ),
        )
        self._order = {code: at for at, code in enumerate(book.rules.nodes)}
        self._won = self._distinctions(distinctions)
        by_id = {row["id"]: row["code"] for row in edition["categories"]}
        self._void = [
            {**item, "category": by_id.get(item["category_id"])}
            for item in distinctions
            if item["entry_id"] is None
        ]

    @cached_property
    def regions(self) -> list[str]:
        """The regions that there are."""
        return sorted({row["region"] for row in self.rows if row.get("region")})

    def chosen(self, *, category: str, region: str) -> list[Data]:
        """Give the rows of a category or a region; empty: of all."""
        return [
            row
            for row in self.rows
            if category in {"", row["category"]} and region in {"", row.get("region")}
        ]

    def grouped(self, rows: list[Data]) -> list[tuple[str, list[Data]]]:
        """Group a part of the rows by category, in their order."""
        return [(title, list(part)) for title, part in groupby(rows, self.category)]

    def row(self, entry: str) -> Data | None:
        """Find the row of an entry."""
        return next((row for row in self.rows if row["entry_id"] == entry), None)

    def void(self, title: str) -> list[Data]:
        """List the places of a category, named by its title, that nobody got."""
        if self.publication["stage_id"] is not None:
            return []
        return [
            {"name": self._named(item), "reason": item["reason"]}
            for item in self._void
            if self.categories.get(item["category"]) == title
        ]

    def category(self, row: Data) -> str:
        """Give the title of a row's category."""
        return self.categories.get(row["category"], row["category"])

    def lines(self, row: Data) -> list[Data]:
        """List the published lines of a row; they add up to its total."""
        maxima = row.get("maxima") or {}
        return [
            {
                "title": self.book.title(code),
                "points": points,
                "maximum": maxima.get(code),
            }
            for code, points in sorted(row["points"].items(), key=self._place)
        ]

    def distinctions(self, row: Data) -> list[str]:
        """Name what an entry won; what was taken back says so."""
        return self._won.get(row["entry_id"], [])

    def notes(self, row: Data) -> list[str]:
        """Say why an entry has no rank, how a tie was parted, what was left out."""
        found = notes(row["flags"], row["tie_break"], title=self.book.title)
        if row.get("coverage") not in {None, _WHOLE}:
            text = tk._("{share} of the criteria, by weight, applied to it")
            share = measures.percent(Fraction(row["coverage"]))
            found.append(text.format(share=share))
        return found

    def header(self) -> list[str]:
        """The names of the columns of ``cells``; criteria by their codes."""
        return [
            *("rank", "category", "entry", "region", "total"),
            *self._codes(),
            *("coverage", "distinctions", "notes"),
        ]

    def cells(self) -> Iterator[list[Cell]]:
        """The rows as cells of a table; points are numbers, digit by digit."""
        for row in self.rows:
            yield [
                row["rank"],
                row["category"],
                row["title"],
                row.get("region"),
                _number(row["total"]),
                *(_number(row["points"].get(code)) for code in self._codes()),
                row.get("coverage"),
                "; ".join(self.distinctions(row)),
                "; ".join(row["flags"]),
            ]

    def _codes(self) -> list[str]:
        points = {code: "" for row in self.rows for code in row["points"]}
        return [code for code, _ in sorted(points.items(), key=self._place)]

    def _place(self, line: tuple[str, Any]) -> tuple[int, str]:
        """Where a line stands in the rules; the table keeps no order of its own."""
        return self._order.get(line[0], len(self._order)), line[0]

    def _distinctions(self, found: list[Data]) -> dict[str, list[str]]:
        won: dict[str, list[str]] = {}
        runs = {self.publication["run_id"]}
        if self.publication["stage_id"] is None:
            # Mentions and other distinctions that no rank decides have no run.
            runs.add(None)
        for item in found:
            if item["run_id"] in runs and item["entry_id"] is not None:
                won.setdefault(item["entry_id"], []).append(self._named(item))
        return won

    def _named(self, item: Data) -> str:
        name = distinction(item, self.book)
        if item["state"] == "revoked":
            return tk._("{distinction} (revoked)").format(distinction=name)
        if item["state"] == "corrected":
            return tk._("{distinction} (corrected)").format(distinction=name)
        return name


def distinction(item: Data, book: Book) -> str:
    """Name a distinction: its place, its level in the rules' words, or its kind."""
    citation = item["citation"] or {}
    if item["type"] == "place":
        return tk._("Place {number}").format(number=item["place"])
    if item["type"] == "level":
        return book.level(str(citation.get("level", "")))
    name = words.word("distinction_type", item["type"])
    said = measures.said(citation)
    return f"{name}: {said}" if said else name


def notes(
    flags: Iterable[str], tie_break: str | None, *, title: Callable[[str], str]
) -> list[str]:
    """Say in words what a row is flagged with, and how a tie was parted.

    Args:
        flags: Of the row.
        tie_break: The step that parted it, if one did.
        title: Gives the title of a criterion.
    """
    found = [words.word("flag", flag) for flag in flags]
    if tie_break == "ex_aequo":
        found.append(tk._("Shares its rank: equal in everything"))
    elif tie_break == "first_places":
        found.append(tk._("Tie parted by the share of jurors who put it first"))
    elif tie_break:
        text = tk._("Tie parted by: {criterion}")
        found.append(text.format(criterion=title(tie_break)))
    return found


def _number(points: str | None) -> Written | None:
    return None if points is None else Written(points)
