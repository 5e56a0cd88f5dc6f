"""Step 8: the sealed bundle, from which anyone can compute the result again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, cast

from ckanext.merit.domain.canonical import digest
from ckanext.merit.domain.scoring.engine import (
    ALGORITHM,
    ALGORITHM_VERSION,
    score,
)
from ckanext.merit.domain.scoring.reading import pruned, read_rules
from ckanext.merit.domain.scoring.report import exact_text, row_data
from ckanext.merit.domain.scoring.rules import FIRST_PLACES, Group, Rules
from ckanext.merit.domain.scoring.scores import Mark, check_marks

FORMAT = "merit-bundle-1"
_SHARE = re.compile(r"[0-9]{1,60}(/[1-9][0-9]{0,59})?")
_KEYS = ("format", "algorithm", "context", "rules", "marks", "given", "rows", "digest")


class BundleError(ValueError):
    """A bundle cannot be computed again."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The digest that a bundle states, and the one of what was computed again.

    ``same_rows`` tells whether the stored rows are those that follow from the inputs.
    """

    stated: str
    digest: str
    same_rows: bool

    @property
    def matches(self) -> bool:
        """Whether the bundle is what it says."""
        return self.stated == self.digest and self.same_rows


def input_digest(tree: object, marks: Iterable[Mark]) -> str:
    """SHA-256 over the rules and the score sheet, whatever the order of rows.

    The sheet enters as the SHA-256 of its own canonical form, a list of lists of text.
    """
    # Lists of text have one JSON form: no need to look at every cell in Python.
    rows = json.dumps(
        sorted(mark[:5] for mark in marks), ensure_ascii=False, separators=(",", ":")
    )
    sheet = hashlib.sha256(rows.encode("utf-8")).hexdigest()
    return digest({"rules": pruned(tree), "marks": sheet})


def sealed(
    tree: object,
    marks: Sequence[Mark],
    *,
    random: Random,
    context: Mapping[str, Any] | None = None,
    below_gate: Collection[str] = (),
) -> dict[str, Any]:
    """Compute a result and seal it with its inputs under pseudonyms.

    Args:
        tree: the rule set as read; what only a portal needs is left out.
        marks: the rows of the score sheet, with the jurors' real names.
        random: where pseudonyms come from: ``SystemRandom`` for real bundles.
        context: more that the digest should cover (edition, snapshot), as JSON
            without numbers.
        below_gate: objects that a stage's gate kept out.

    Returns:
        The bundle as JSON data; ``digest`` is the SHA-256 of the canonical form of
        all the rest.

    Raises:
        RuleError: the rules are broken.
        ScoreError: the score sheet is.
    """
    rules = read_rules(pruned(tree))
    result = score(rules, check_marks(rules, marks), below_gate=below_gate)
    won: Mapping[str, Fraction] = {}
    if FIRST_PLACES in rules.tie_break and not follows_jurors(rules):
        won = result.first_places
    body = {
        "context": dict(context or {}),
        "rules": pruned(tree),
        "marks": _sorted_marks(pseudonymised(rules, marks, random=random)),
        "given": {
            "below_gate": sorted(below_gate),
            "first_places": {name: exact_text(share) for name, share in won.items()},
        },
    }
    return _with_digest(body, rows=[row_data(rules, row) for row in result.rows])


def recomputed(bundle: Mapping[str, Any]) -> Recomputed:
    """Throw the stored rows away and compute them again from the inputs.

    Raises:
        BundleError: not a bundle, or one of another version of the algorithm.
    """
    if set(bundle) != set(_KEYS) or bundle["format"] != FORMAT:
        raise BundleError(f'this is no bundle of the format "{FORMAT}"')
    if bundle["algorithm"] != _algorithm():
        raise BundleError("it was made by another version of the algorithm")
    try:
        marks = _marks(bundle["marks"])
        rules = read_rules(bundle["rules"])
        scores = check_marks(rules, marks)
        below_gate, won = _given(bundle["given"])
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise BundleError(f"its inputs are broken: {error}") from error
    result = score(rules, scores, first_places=won, below_gate=below_gate)
    body = {key: bundle[key] for key in ("context", "rules", "given")}
    body["marks"] = _sorted_marks(marks)
    again = _with_digest(body, rows=[row_data(rules, row) for row in result.rows])
    return Recomputed(
        stated=str(bundle["digest"]),
        digest=again["digest"],
        same_rows=bundle["rows"] == again["rows"],
    )


def read_bundle(text: str) -> dict[str, Any]:
    """Read a bundle's JSON.

    Raises:
        BundleError: not JSON, numbers (they are text here), duplicate keys.
    """
    try:
        data = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_refuse_number,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except (ValueError, RecursionError) as error:
        raise BundleError(f"this is no bundle: {error}") from error
    if not isinstance(data, dict):
        raise BundleError("this is no bundle")
    return cast("dict[str, Any]", data)


def follows_jurors(rules: Rules) -> bool:
    """Whether computing the result needs to know a juror again elsewhere.

    Only calibration does. Then gaps in a juror's reviews show in the bundle; else
    every object's jurors get pseudonyms of their own, and no gap tells who it was.
    """
    return any(
        isinstance(node, Group) and node.pool and node.pool.calibrate != "none"
        for node in rules.nodes.values()
    )


def pseudonymised(rules: Rules, marks: Sequence[Mark], *, random: Random) -> list[Mark]:
    """The rows with random names for jurors, in no order that tells anything."""
    linked = follows_jurors(rules)
    people = sorted(
        {("" if linked else mark.object, mark.juror) for mark in marks if mark.juror}
    )
    codes = random.sample(range(16**12), len(people))
    names = {who: f"j-{code:012x}" for who, code in zip(people, codes, strict=True)}
    return [
        mark._replace(juror=names["" if linked else mark.object, mark.juror], line=0)
        if mark.juror
        else mark._replace(line=0)
        for mark in marks
    ]


def _with_digest(body: Mapping[str, Any], *, rows: list[Any]) -> dict[str, Any]:
    bundle = {"format": FORMAT, "algorithm": _algorithm(), **body, "rows": rows}
    return {**bundle, "digest": digest(bundle)}


def _algorithm() -> dict[str, str]:
    return {"name": ALGORITHM, "version": ALGORITHM_VERSION}


def _sorted_marks(marks: Iterable[Mark]) -> list[list[str]]:
    return sorted(list(mark[:5]) for mark in marks)


def _marks(rows: Any) -> list[Mark]:
    marks: list[Mark] = []
    for number, cells in enumerate(cast("list[Any]", rows), start=1):
        name, juror, criterion, value, category = cast("list[Any]", cells)
        if not all(isinstance(cell, str) for cell in (name, juror, criterion)):
            raise TypeError("a mark is made of texts")
        if not isinstance(value, str) or not isinstance(category, str):
            raise TypeError("a mark is made of texts")
        marks.append(Mark(name, juror, criterion, value, category, line=number))
    return marks


def _given(given: Any) -> tuple[list[str], dict[str, Fraction]]:
    below_gate = cast("list[Any]", given["below_gate"])
    if not all(isinstance(name, str) for name in below_gate):
        raise TypeError("objects below a gate must be texts")
    shares = cast("dict[str, Any]", given["first_places"])
    return below_gate, {name: _share(text) for name, text in shares.items()}


def _share(text: Any) -> Fraction:
    if not isinstance(text, str) or not _SHARE.fullmatch(text):
        raise TypeError("what is given must be fractions")
    return Fraction(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("duplicate keys")
    return found


def _refuse_number(text: str) -> Any:
    raise ValueError(f"{text[:40]} should be text")
