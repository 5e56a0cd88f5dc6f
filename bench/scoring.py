"""What scoring costs: a ranking from its CSV, and calibrations of a large jury.

Needs no CKAN. Printed is CPU time, for the ranking also as a ratio of one plain pass of
Python's csv reader over the same sheet. Goals: 1,000 entities x 20 criteria x 5 jurors
in less than a second; 70,000 reviews by 3,000 jurors in less than twenty.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import statistics
import time
from collections.abc import Callable
from fractions import Fraction

from ckanext.merit import rulefile
from ckanext.merit.domain.scoring import (
    additive,
    check_marks,
    pairwise,
    read_marks,
    read_rules,
    score,
)

Reviews = dict[str, dict[str, Fraction]]

CRITERIA = "".join(
    f"  - {{code: c{n}, weight: {n + 1}, scale: [0, 5], step: 0.5, panel: {{}}}}\n"
    for n in range(20)
)
RULES = f"merit: 1\nid: bench\ntie_break: [c0, first_places]\nroot:\n  of:\n{CRITERIA}"


def main() -> None:
    """Print one line per measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    dice = random.Random(2025)  # noqa: S311 - the same sheet every time
    _ranking(dice, options.repeat)
    _calibration(dice, options.repeat)


def _ranking(dice: random.Random, repeat: int) -> None:
    sheet = _sheet(dice)
    rules = read_rules(rulefile.parse(RULES, filename="bench"))

    def plain() -> None:
        for _ in csv.reader(io.StringIO(sheet, newline="")):
            pass

    marks = read_marks(sheet)
    scores = check_marks(rules, marks)
    parts = {
        "read the sheet": _cpu(lambda: read_marks(sheet), repeat),
        "check the rows": _cpu(lambda: check_marks(rules, marks), repeat),
        "compute and rank": _cpu(lambda: score(rules, scores), repeat),
    }
    whole = sum(parts.values())
    print("ranking of 1,000 entities x 20 criteria x 5 jurors (CPU seconds)")
    for name, seconds in parts.items():
        print(f"  {name:<42} {seconds:8.3f}")
    print(f"  {'all, goal 1':<42} {whole:8.3f}")
    print(
        f"  {'times a plain pass over the CSV':<42} {whole / _cpu(plain, repeat):8.1f}"
    )


def _calibration(dice: random.Random, repeat: int) -> None:
    shapes = {
        "3 random jurors per entity": _crowd(dice, entities=23_333, seen=3),
        "7 random jurors per entity": _crowd(dice, entities=10_000, seen=7),
        "70 random jurors per entity": _crowd(dice, entities=1_000, seen=70),
        "1,000 panels linked in a ring": _panels(dice, panels=1_000, size=3),
        "150 panels linked in a ring": _panels(dice, panels=150, size=20),
    }
    print(
        "additive calibration of 70,000 reviews by 3,000 jurors (CPU seconds, goal 20)"
    )
    for name, reviews in shapes.items():
        seconds = _cpu(lambda reviews=reviews: additive.fit(reviews), repeat)
        print(f"  {name:<42} {seconds:8.3f}")
    reviews = _crowd(dice, entities=300, seen=5, jurors=60)
    seconds = _cpu(
        lambda: pairwise.strengths(pairwise.half_wins(reviews), ridge=Fraction(1, 10)),
        repeat,
    )
    print("pairwise calibration of 1,500 reviews by 60 jurors (CPU seconds)")
    print(f"  {'5 random jurors per entity':<42} {seconds:8.3f}")


def _cpu(work: Callable[[], object], repeat: int) -> float:
    """The median CPU time of some runs."""
    times: list[float] = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def _sheet(dice: random.Random) -> str:
    rows = [
        f"e{entity},j{juror},c{criterion},{dice.randrange(11) / 2}"
        for entity in range(1000)
        for juror in range(5)
        for criterion in range(20)
    ]
    return "\n".join(["object,juror,criterion,value", *rows, ""])


def _total(dice: random.Random) -> Fraction:
    return Fraction(dice.randrange(1001), 1000)


def _crowd(
    dice: random.Random, *, entities: int, seen: int, jurors: int = 3000
) -> Reviews:
    return {
        f"e{entity:05}": {
            f"j{juror:04}": _total(dice) for juror in dice.sample(range(jurors), seen)
        }
        for entity in range(entities)
    }


def _panels(dice: random.Random, *, panels: int, size: int) -> Reviews:
    """Panels of their own entities; one juror of the next sees one of them."""
    reviews: Reviews = {}
    for panel in range(panels):
        mine = [f"j{panel * size + n:04}" for n in range(size)]
        for entity in range(23):
            reviews[f"e{panel:04}-{entity}"] = {juror: _total(dice) for juror in mine}
        neighbour = f"j{(panel + 1) % panels * size:04}"
        reviews[f"e{panel:04}-0"][neighbour] = _total(dice)
    return reviews


if __name__ == "__main__":
    main()
