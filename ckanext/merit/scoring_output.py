"""How the command line shows a scoring result: text, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

from ckanext.merit.domain.scoring.diagnostics import Diagnostics
from ckanext.merit.domain.scoring.engine import Result, Row
from ckanext.merit.domain.scoring.report import (
    decimal_text,
    diagnostics_data,
    exact_text,
    points_text,
    result_data,
)

# Spreadsheets run text that starts so as a formula.
_FORMULA_STARTS = (*"=+-@%", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\uff05")

_ANALYSIS = "ANALYSIS ONLY: the extremes of this file decide, another file would"


def as_json(result: Result, *, digest: str, found: Diagnostics | None) -> str:
    """Every node of every object, as published and exact."""
    data = {"inputs_sha256": digest, **result_data(result)}
    if found is not None:
        data["diagnostics"] = diagnostics_data(found)
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def as_csv(result: Result, *, found: Diagnostics | None) -> str:
    """One row per object; diagnostics add flags and the rank interval."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    extra = ("rank_low", "rank_high") if found else ()
    columns = ("object", "category", "rank", "total", "flags", *result.lines, *extra)
    writer.writerow(map(_cell, columns))
    for row in result.rows:
        interval = found.intervals.get(row.object, ("", "")) if found else ()
        writer.writerow(
            [
                _cell(row.object),
                _cell(row.category),
                row.rank,
                decimal_text(row.total, row.places),
                " ".join(_flags(row, found)),
                *(points_text(row.nodes[code]) for code in result.lines),
                *interval,
            ]
        )
    return out.getvalue()


def as_text(result: Result, *, digest: str, found: Diagnostics | None) -> str:
    """Tables for reading, one per category."""
    blocks = [f"Rules {result.rules.id}\nInputs {digest}"]
    if result.analysis:
        blocks.append(f"{_ANALYSIS} give other points.")
    for code, parts in result.disconnected.items():
        groups = "\n".join(f"  {', '.join(part)}" for part in parts)
        blocks.append(f"No totals: {code or 'the root'} falls apart into\n{groups}")
    for category in dict.fromkeys(row.category for row in result.rows):
        rows = [row for row in result.rows if row.category == category]
        blocks.append(_ranking(result, category, rows, found))
    if found is not None:
        blocks.extend(_diagnostics(found))
    return "\n\n".join(blocks) + "\n"


def _ranking(
    result: Result, category: str, rows: Sequence[Row], found: Diagnostics | None
) -> str:
    head = ["rank", "object", *result.lines, "total", "coverage", "notes"]
    table = [
        [
            "" if row.rank is None else str(row.rank),
            row.object,
            *(points_text(row.nodes[code]) or "" for code in result.lines),
            decimal_text(row.total, row.places) or "",
            exact_text(row.coverage) or "",
            ", ".join(_notes(row, found)),
        ]
        for row in rows
    ]
    title = f"Category {category}\n" if category else ""
    return title + _table(head, table, left=("object", "notes"))


def _notes(row: Row, found: Diagnostics | None) -> list[str]:
    notes = _flags(row, found)
    if row.tie_break:
        notes.append(f"tie: {row.tie_break}")
    return notes


def _flags(row: Row, found: Diagnostics | None) -> list[str]:
    return [*row.flags, *(found.flags[row.object] if found else ())]


def _diagnostics(found: Diagnostics) -> Iterable[str]:
    agreement = [
        [
            one.criterion,
            one.metric,
            decimal_text(one.alpha, 3) or "none",
            one.band,
            str(one.units),
            str(one.ratings),
        ]
        for one in found.agreement
    ]
    if agreement:
        head = ["criterion", "metric", "alpha", "band", "units", "ratings"]
        yield "Agreement (Krippendorff's alpha)\n" + _table(
            head, agreement, left=("criterion", "metric", "band")
        )
    apart = [
        [
            one.object,
            one.criterion,
            decimal_text(one.range, 3) or "",
            decimal_text(one.deviation, 3) or "",
        ]
        for one in found.spreads
        if one.is_disagreement
    ]
    if apart:
        yield "Disagreement (range above 0.4 of the scale)\n" + _table(
            ["object", "criterion", "range", "deviation"],
            apart,
            left=("object", "criterion"),
        )
    yield from _jurors(found)
    if found.intervals:
        rows = [[name, str(i.low), str(i.high)] for name, i in found.intervals.items()]
        yield "Ranks in 9 of 10 draws with weights moved by up to a fifth\n" + _table(
            ["object", "from", "to"], rows, left=("object",)
        )


def _jurors(found: Diagnostics) -> Iterable[str]:
    moved = {one.juror: one for one in found.leaving or ()}
    rows: list[list[str]] = []
    for one in found.severities:
        leaving = moved.get(one.juror)
        rows.append(
            [
                one.juror,
                str(one.reviews),
                decimal_text(one.severity, 4) or "none",
                str(len(leaving.moved)) if leaving else "",
                "yes" if leaving and leaving.other_winners else "",
            ]
        )
    if rows:
        head = ["juror", "reviews", "severity", "moves ranks", "changes the winner"]
        yield (
            "Jurors (severity: gives more than others; without the juror: ranks)\n"
            + (_table(head, rows, left=("juror",)))
        )
    for number, part in enumerate(found.parts, start=1):
        yield f"Not comparable, part {number}: {', '.join(part)}"
    for category in found.fragile:
        yield f"Fragile: one juror decides the first place {category}".rstrip()


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, left: Sequence[str]
) -> str:
    lines = [head, *rows]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if name in left else cell.rjust(width)
            for cell, width, name in zip(line, widths, head, strict=True)
        ).rstrip()
        for line in lines
    )


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
