"""The score sheet: rows as written, checked against the rules, ready to compute."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from ckanext.merit.domain.scoring import normalise
from ckanext.merit.domain.scoring.rules import Leaf, MinMax, Rules

HEADER = ("object", "juror", "criterion", "value")


class Mark(NamedTuple):
    """One row: a value as written ("" for none) and the line it came from."""

    object: str
    juror: str
    criterion: str
    value: str
    category: str = ""
    line: int = 0


class Problem(NamedTuple):
    """What is wrong with a row."""

    line: int
    message: str


class ScoreError(ValueError):
    """The score sheet has bad rows; ``problems`` are in the order of lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("; ".join(f"{p.line}: {p.message}" for p in self.problems))


@dataclass(frozen=True, slots=True)
class Scores:
    """A checked score sheet.

    ``given[criterion][object][juror]`` is the written value (blank ones left out,
    the juror is "" for a single value); ``written`` and ``normal`` give the number
    and the normalised value of each written value, per criterion.
    """

    categories: Mapping[str, str]
    given: Mapping[str, Mapping[str, Mapping[str, str]]]
    written: Mapping[str, Mapping[str, Fraction]] = field(repr=False)
    normal: Mapping[str, Mapping[str, Fraction]] = field(repr=False)

    @property
    def jurors(self) -> tuple[str, ...]:
        """All jurors that gave a value, sorted."""
        names = {
            juror
            for by_object in self.given.values()
            for by_juror in by_object.values()
            for juror in by_juror
        }
        return tuple(sorted(names - {""}))

    def without(self, juror: str, names: Set[str]) -> Scores:
        """The same sheet as if a juror had given nothing.

        Args:
            juror: who leaves.
            names: the objects that the juror gave values to.
        """
        given = {
            code: {
                **by_object,
                **{
                    name: {who: v for who, v in by_object[name].items() if who != juror}
                    for name in names & by_object.keys()
                },
            }
            for code, by_object in self.given.items()
        }
        return Scores(self.categories, given, self.written, self.normal)


def read_marks(text: str) -> list[Mark]:
    """Read a CSV with the columns object, juror, criterion, value[, category].

    Raises:
        ScoreError: another header, broken quoting, rows of another length.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    marks: list[Mark] = []
    problems: list[Problem] = []
    width = 0
    line = 1
    try:
        for cells in reader:
            if not width:
                width = _header_width(cells)
            elif cells and len(cells) != width:
                message = f"{len(cells)} cells instead of {width}"
                problems.append(Problem(line, message))
            elif cells:
                name, juror, criterion, value, *rest = cells
                category = rest[0] if rest else ""
                marks.append(Mark(name, juror, criterion, value, category, line))
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(line, f"broken CSV: {error}"))
    if not width and not problems:
        problems.append(Problem(1, "the file is empty"))
    if problems:
        raise ScoreError(problems)
    return marks


def check_marks(rules: Rules, marks: Iterable[Mark]) -> Scores:
    """Check every row against the rules.

    Raises:
        ScoreError: with all problems found, in the order of lines.
    """
    sheet = _Sheet(rules)
    for mark in marks:
        sheet.add(mark)
    return sheet.finish()


def _header_width(cells: list[str]) -> int:
    if tuple(cells) not in (HEADER, (*HEADER, "category")):
        wanted = ",".join(HEADER)
        raise ScoreError([Problem(1, f"the header must be {wanted}[,category]")])
    return len(cells)


class _Sheet:
    """Collects rows and problems; one pass, whatever the number of rows."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.leaves = {leaf.code: leaf for leaf in rules.leaves}
        self.jurors = {code for code, v in self.leaves.items() if rules.takes_jurors(v)}
        self.needs_category = any(node.categories for node in rules.nodes.values())
        self.problems: list[Problem] = []
        self.categories: dict[str, str] = {}
        self.seen: set[tuple[str, str, str]] = set()
        self.given: dict[str, dict[str, dict[str, str]]] = {c: {} for c in self.leaves}
        self.written: dict[str, dict[str, Fraction]] = {c: {} for c in self.leaves}
        self.normal: dict[str, dict[str, Fraction]] = {c: {} for c in self.leaves}
        self.first_line: dict[str, int] = {}
        self.applying: dict[tuple[str, str], bool] = {}
        self.clean: set[str] = {""}

    def add(self, mark: Mark) -> None:
        # Nearly every row is right and repeats what was seen: one quick look.
        if not self._is_plain(mark):
            found = [Problem(mark.line, text) for text in self._complaints(mark)]
            self.problems.extend(found)
            if found:
                return
        self.seen.add(mark[:3])
        if mark.value:
            by_object = self.given[mark.criterion]
            by_object.setdefault(mark.object, {})[mark.juror] = mark.value
            self.first_line.setdefault(mark.criterion, mark.line)

    def finish(self) -> Scores:
        for code, leaf in self.leaves.items():
            if isinstance(leaf.measure, MinMax):
                self._spread(code, leaf.measure)
        if self.problems:
            raise ScoreError(self.problems)
        return Scores(self.categories, self.given, self.written, self.normal)

    def _is_plain(self, mark: Mark) -> bool:
        code = mark.criterion
        return (
            mark.value in self.normal.get(code, ())
            and mark.juror in self.clean
            and bool(mark.juror) == (code in self.jurors)
            and self.categories.get(mark.object) == mark.category
            and self.applying.get((code, mark.category), False)
            and mark[:3] not in self.seen
        )

    def _complaints(self, mark: Mark) -> Iterable[str]:
        yield from self._text_problems(mark)
        yield from self._category_problems(mark)
        leaf = self.leaves.get(mark.criterion)
        if leaf is None:
            yield f'"{mark.criterion}" is no criterion of the rules'
            return
        if mark.juror and mark.criterion not in self.jurors:
            yield f'"{mark.criterion}" takes a single value, no juror'
        if not mark.juror and mark.criterion in self.jurors:
            yield f'"{mark.criterion}" needs a juror'
        if not self._applies(leaf, mark.category):
            yield f'"{mark.criterion}" does not apply to "{mark.category}"'
        if mark[:3] in self.seen:
            yield "this object, juror and criterion were already given"
        if problem := self._learn(leaf, mark.value):
            yield problem

    def _text_problems(self, mark: Mark) -> Iterable[str]:
        if not mark.object:
            yield "no object"
        for what in ("object", "juror", "criterion", "value", "category"):
            text: str = getattr(mark, what)
            if text in self.clean:
                continue
            if problem := _unclean(text):
                yield f"{what}: {problem}"
            else:
                self.clean.add(text)

    def _category_problems(self, mark: Mark) -> Iterable[str]:
        known = self.categories.setdefault(mark.object, mark.category)
        if known != mark.category:
            yield f'"{mark.object}" has category "{known}" in another row'
        if self.needs_category and not mark.category:
            yield "a category is needed"

    def _applies(self, leaf: Leaf, category: str) -> bool:
        key = (leaf.code, category)
        if key not in self.applying:
            self.applying[key] = self.rules.applies(leaf, category)
        return self.applying[key]

    def _learn(self, leaf: Leaf, text: str) -> str:
        if not text or text in self.normal[leaf.code]:
            return ""
        try:
            value = normalise.written_value(leaf.measure, text)
            self.normal[leaf.code][text] = normalise.normalised(leaf.measure, value)
        except ValueError as error:
            return str(error)
        self.written[leaf.code][text] = value
        return ""

    def _spread(self, code: str, measure: MinMax) -> None:
        try:
            shares = normalise.min_max(measure, self.written[code].values())
        except ValueError as error:
            self.problems.append(Problem(self.first_line[code], f'"{code}": {error}'))
            return
        for text, value in self.written[code].items():
            self.normal[code][text] = shares[value]


def _unclean(text: str) -> str:
    if text != text.strip():
        return "space at an end"
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        return "control character"
    return ""
