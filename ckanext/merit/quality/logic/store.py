"""Keeps what was found: titles, assessments, history, and what must be re-indexed."""

from __future__ import annotations

import gc
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from ckan import model

from ckanext.merit import config
from ckanext.merit.domain.quality import Plan, Totals, to_json
from ckanext.merit.domain.text import title_key
from ckanext.merit.model import catalogue, quality_store, work
from ckanext.merit.model.quality_due import Rules
from ckanext.merit.model.quality_store import Title
from ckanext.merit.quality.logic.evaluate import (
    Evaluation,
    Evaluator,
    counted_types,
    rules,
    surroundings,
)

__all__ = ["ASSESS", "INDEX", "assess", "refresh_titles", "search_fields"]

#: Kinds of work.
ASSESS = "quality.assess"
INDEX = "quality.index"

#: A badge is renewed this long before it ends.
RENEWAL = timedelta(days=7)
_SCORE_UNIT = 10**12
# Status, band and score.
_Outcome = tuple[str, "str | None", "Decimal | None"]
_TITLES_PAGE = 2_000
# Datasets that are evaluated together.
_CHUNK = 100
# What is longer is no organisation's id, and more than an index can hold.
_LONGEST_ID = 200
_HALVES = re.compile(
    r"\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f][0-9a-f]{2})"
    r"|(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2}"
)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep Python from searching CKAN's whole heap for cycles that we don't make."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@_without_collector()
def assess(evaluator: Evaluator, ids: Sequence[str]) -> list[str]:
    """Assess datasets and keep what changed, in the session's transaction.

    The number of statements is the same for one dataset and for a thousand. Datasets
    that are gone or don't count lose their assessment, deleted ones keep it.

    Args:
        evaluator: says by which profile, and when "now" is.
        ids: of datasets.

    Returns:
        Ids of the datasets that were assessed.
    """
    session = model.Session
    records = catalogue.load(session, ids)
    types = set(counted_types())
    gone = [package_id for package_id in ids if package_id not in records]
    titles = [_title(record, types) for record in records.values()]
    _save_titles(session, titles, gone=gone)
    quality_store.remove(session, gone, history=True)
    _drop_uncounted(session, records.values(), types)
    wanted = {
        package_id: record
        for package_id, record in records.items()
        if record["state"] != "deleted" and record["type"] in types
    }
    records.clear()
    assessed = list(wanted)
    if wanted:
        _save(session, evaluator, wanted)
    return assessed


def search_fields(
    status: str | None, band: str | None, score: Decimal | None
) -> dict[str, str]:
    """Return what the search index holds of a public dataset's assessment."""
    if status is None or score is None:
        return {}
    fields = {"merit_quality_rank": f"{int(score * 10):04d}"}
    if status == "rated" and band:
        fields["merit_quality_band"] = band
    return fields


def refresh_titles(*, new: bool = False) -> None:
    """Bring all titles up to date, in transactions of some thousand datasets.

    Before a full run, so that every dataset sees all of its twins at once.

    Args:
        new: only those that were never seen.
    """
    session = model.Session
    types = set(counted_types())
    after = ""
    while True:
        records = catalogue.titles(
            session,
            after=after,
            limit=_TITLES_PAGE,
            where=quality_store.untitled() if new else None,
        )
        if not records:
            break
        _save_titles(session, [_title(record, types) for record in records])
        session.commit()
        after = records[-1]["id"]


def _title(record: catalogue.Record, types: set[str]) -> Title:
    public = (
        record["state"] == "active"
        and not record["private"]
        and record["type"] in types
    )
    key = title_key(record["title"])
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16)
    owner = record["owner_org"] or ""
    known = 0 < len(owner) <= _LONGEST_ID
    return Title(
        record["id"], owner if known else None, key and digest.hexdigest(), public
    )


def _save_titles(
    session: Any, titles: Sequence[Title], *, gone: Sequence[str] = ()
) -> None:
    ids = [*gone, *(title.package_id for title in titles)]
    before = quality_store.stored_titles(session, ids)
    changed = [title for title in titles if before.get(title.package_id) != title]
    lost = [before[package_id] for package_id in gone if package_id in before]
    if not changed and not lost:
        return
    quality_store.lock_titles(session)
    before = quality_store.stored_titles(session, ids)
    quality_store.save_titles(session, changed, gone=gone)
    left = [before[new.package_id] for new in changed if new.package_id in before]
    keys = {
        (title.organization_id, title.title_key)
        for title in (*changed, *left, *lost)
        if title.organization_id and title.title_key
    }
    quality_store.mark_twins(session, ASSESS, keys, but=ids)


def _drop_uncounted(
    session: Any, records: Iterable[catalogue.Record], types: set[str]
) -> None:
    ids = [record["id"] for record in records if record["type"] not in types]
    had_one = quality_store.remove(session, ids, history=False)
    work.mark(session, INDEX, had_one)


def _save(
    session: Any, evaluator: Evaluator, records: dict[str, catalogue.Record]
) -> None:
    ids = list(records)
    around = surroundings(ids)
    batch = _Batch(evaluator, quality_store.stored(session, ids))
    waiting = list(records.values())
    records.clear()
    while waiting:
        # A few at a time, so that little is alive.
        some = waiting[-_CHUNK:]
        del waiting[-_CHUNK:]
        batch.add(evaluator.evaluate(some, around))
    quality_store.save(session, batch.rows)
    quality_store.add_history(session, batch.history)
    work.mark(session, INDEX, batch.reindex)


class _Batch:
    """What must be written for some datasets.

    Attributes:
        rows: assessments, as JSON.
        history: rows of the history, as JSON.
        reindex: ids of datasets that the search index shows otherwise.
    """

    def __init__(self, evaluator: Evaluator, stored: Mapping[str, Any]) -> None:
        self.rows: list[str] = []
        self.history: list[str] = []
        self.reindex: list[str] = []
        self._stored = stored
        self._now = evaluator.now
        self._rules = rules(evaluator.loaded.profile)
        same = {**self._rules._asdict(), "assessed_at": self._now.isoformat()}
        # What all rows say is written once.
        self._shared = json.dumps(same)[1:-1]
        self._validity = config.badge_validity()
        self._margin = min(RENEWAL, self._validity / 2)

    def add(self, evaluations: Sequence[Evaluation]) -> None:
        """Add evaluations, but those that equal what is stored."""
        written = [_storable(to_json(each.result)) for each in evaluations]
        for evaluation, text in zip(evaluations, written, strict=True):
            self._add(evaluation, text)

    def _add(self, evaluation: Evaluation, written: str) -> None:
        result, record = evaluation.result, evaluation.record
        old = self._stored.get(record["id"])
        digest = hashlib.blake2b(written.encode(), digest_size=16).hexdigest()
        same_rules = old is not None and _made_by(old) == self._rules
        issued, valid = self._badge(result.band, old if same_rules else None)
        due = _earliest(evaluation.next_change, valid and valid - self._margin)
        fresh = (digest, valid, due)
        if same_rules and fresh == _freshness(old):
            return
        sums = _sums(result.plan, result.totals)
        score = _cut(result.score)
        shared = (
            f'{{"package_id": {json.dumps(record["id"])}, {self._shared}, '
            f'"status": "{result.status}", "score": {_quoted(score)}, '
            f'"band": {_quoted(result.band)}, "coverage": "{_cut(result.coverage)}"'
        )
        self.rows.append(
            f'{shared}, {sums.own}, "digest": "{digest}", "issued_at": {_iso(issued)}, '
            f'"valid_until": {_iso(valid)}, "next_due_at": {_iso(due)}, '
            f'"result": {written}}}'
        )
        outcome = result.status, result.band, _decimal(score)
        same_score = old is not None and _outcome(old) == outcome
        if not (same_rules and same_score):
            self.history.append(f'{shared}, "measured": {sums.measured}}}')
        if not same_score and record["state"] == "active" and not record["private"]:
            self._compare_search(record["id"], old, outcome)

    def _badge(
        self, band: str | None, old: Any
    ) -> tuple[datetime | None, datetime | None]:
        """Return since when the dataset has its badge, and until when."""
        if band is None:
            return None, None
        end = self._now + self._validity
        if old is None or old.band != band:
            return self._now, end
        lasts = old.valid_until - self._now > self._margin
        return old.issued_at, old.valid_until if lasts else end

    def _compare_search(self, package_id: str, old: Any, outcome: _Outcome) -> None:
        before = {} if old is None else search_fields(*_outcome(old))
        if before != search_fields(*outcome):
            self.reindex.append(package_id)


def _storable(written: str) -> str:
    """Replace what PostgreSQL's JSON refuses: NUL and halves of characters."""
    if "\\u0000" in written:
        written = written.replace("\\u0000", "\\ufffd")
    if "\\ud" in written:
        written = _HALVES.sub("\\\\ufffd", written)
    return written


def _made_by(old: Any) -> Rules:
    return Rules(
        old.profile_id, old.profile_version, old.profile_sha256, old.engine_version
    )


def _freshness(old: Any) -> tuple[str, datetime | None, datetime | None]:
    return old.digest, old.valid_until, old.next_due_at


def _earliest(*instants: datetime | None) -> datetime | None:
    return min((instant for instant in instants if instant), default=None)


class _Sums(NamedTuple):
    """What is kept of sums, as JSON text.

    Attributes:
        own: columns of the assessment.
        measured: value or state of each indicator, for the history.
    """

    own: str
    measured: str


@lru_cache(maxsize=4096)
def _sums(plan: Plan, totals: Totals) -> _Sums:
    best, lines = totals.best, totals.lines
    gain = _cut(Fraction(lines[best].gain)) if best >= 0 else None
    own = {
        "top_gain": gain,
        "top_fix": plan.rows[best].id if best >= 0 else None,
        "lost": [line.lost for line in lines],
    }
    measured = {
        row.id: line.value if line.state == "measured" else line.state
        for row, line in zip(plan.rows, lines, strict=True)
    }
    return _Sums(json.dumps(own)[1:-1], json.dumps(measured))


def _quoted(name: str | None) -> str:
    return "null" if name is None else f'"{name}"'


def _iso(instant: datetime | None) -> str:
    return "null" if instant is None else f'"{instant.isoformat()}"'


def _cut(number: Fraction | None) -> str | None:
    """Write with twelve decimals, cut, lest a score seem to reach a band."""
    if number is None:
        return None
    whole, rest = divmod(
        number.numerator * _SCORE_UNIT // number.denominator, _SCORE_UNIT
    )
    return f"{whole}.{rest:012d}"


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _outcome(old: Any) -> _Outcome:
    return old.status, old.band, old.score
