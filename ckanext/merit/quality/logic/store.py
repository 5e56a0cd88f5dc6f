"""Keeps what was found: titles, assessments, history, and what must be re-indexed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import ckantoolkit as tk
from ckan import model

from ckanext.merit.domain.quality import Result, to_json
from ckanext.merit.domain.text import title_key
from ckanext.merit.model import catalogue, quality_store, work
from ckanext.merit.model.quality_due import Rules
from ckanext.merit.model.quality_store import Title
from ckanext.merit.quality.logic.evaluate import (
    Evaluation,
    Evaluator,
    counted_types,
    rules,
)

__all__ = ["ASSESS", "INDEX", "assess", "refresh_titles", "search_fields"]

#: Kinds of work.
ASSESS = "quality.assess"
INDEX = "quality.index"

#: A badge is renewed this long before it ends.
RENEWAL = timedelta(days=7)
_SCORE_UNIT = 10**12
_TITLES_PAGE = 2_000


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
    if wanted:
        twins = quality_store.twins(session, list(wanted))
        _save(session, evaluator, evaluator.evaluate_all(wanted, twins=twins))
    return list(wanted)


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


def refresh_titles() -> None:
    """Bring all titles up to date, in transactions of some thousand datasets.

    Before a full run, so that every dataset sees all of its twins at once.
    """
    session = model.Session
    types = set(counted_types())
    after = ""
    while True:
        records = catalogue.titles(session, after=after, limit=_TITLES_PAGE)
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
    return Title(
        record["id"], record["owner_org"] or None, key and digest.hexdigest(), public
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
    quality_store.remove(session, ids, history=False)


class _Row(NamedTuple):
    """One assessment on its way to the table."""

    values: dict[str, Any]
    findings: Sequence[dict[str, Any]]
    result: str
    is_public: bool


def _save(
    session: Any, evaluator: Evaluator, evaluations: Sequence[Evaluation]
) -> None:
    ids = [evaluation.record["id"] for evaluation in evaluations]
    stored = quality_store.stored(session, ids)
    rows, history, reindex = [], [], []
    for evaluation in evaluations:
        old = stored.get(evaluation.record["id"])
        row = _row(evaluator, evaluation, old)
        if row is None:
            continue
        new = row.values
        rows.append(f'{json.dumps(new)[:-1]}, "result": {row.result}}}')
        if old is None or _differs(old, new):
            history.append(_history(row, now=evaluator.now))
        if row.is_public and _indexed(old) != search_fields(
            new["status"], new["band"], _decimal(new["score"])
        ):
            reindex.append(new["package_id"])
    quality_store.save(session, rows)
    quality_store.add_history(session, history)
    work.mark(session, INDEX, reindex)


def _row(evaluator: Evaluator, evaluation: Evaluation, old: Any) -> _Row | None:
    """Return the new row, or None when it would equal the old one."""
    result, record = evaluation.result, evaluation.record
    written = to_json(result)
    # PostgreSQL has no text with this character.
    written = written.replace("\\u0000", "\\ufffd")
    data = written.encode("utf-8", "replace")
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    made_by = rules(evaluator.loaded.profile)
    same_rules = _made_by(old) == made_by
    issued, valid = _validity(evaluator.now, result, old if same_rules else None)
    due = _earliest(evaluation.next_change, valid and valid - _margin())
    if (
        same_rules
        and old.digest == digest
        and old.valid_until == valid
        and old.next_due_at == due
    ):
        return None
    answer = result.to_dict()
    gain, fix = _top_gain(answer["indicators"])
    values = {
        "package_id": record["id"],
        **made_by._asdict(),
        "status": result.status,
        "score": _cut(result.score),
        "band": result.band,
        "coverage": _cut(result.coverage),
        "top_gain": gain,
        "top_fix": fix,
        "lost": _lost(answer["indicators"]),
        "digest": digest,
        "assessed_at": evaluator.now.isoformat(),
        "issued_at": issued and issued.isoformat(),
        "valid_until": valid and valid.isoformat(),
        "next_due_at": due and due.isoformat(),
    }
    is_public = record["state"] == "active" and not record["private"]
    return _Row(values, answer["indicators"], data.decode(), is_public)


def _made_by(old: Any) -> Rules | None:
    return old and Rules(*(getattr(old, name) for name in Rules._fields))


def _validity(
    now: datetime, result: Result, old: Any
) -> tuple[datetime | None, datetime | None]:
    """Return since when the dataset has its badge, and until when."""
    if result.band is None:
        return None, None
    days = tk.config["ckanext.merit.quality.badge_valid_days"]
    end = now + timedelta(days=days)
    if old is None or old.band != result.band:
        return now, end
    lasts = old.valid_until - now > _margin()
    return old.issued_at, old.valid_until if lasts else end


def _margin() -> timedelta:
    """Return how long before its end a badge is renewed."""
    days = tk.config["ckanext.merit.quality.badge_valid_days"]
    return min(RENEWAL, timedelta(days=days) / 2)


def _earliest(*instants: datetime | None) -> datetime | None:
    return min((instant for instant in instants if instant), default=None)


def _top_gain(findings: Sequence[dict[str, Any]]) -> tuple[str | None, str | None]:
    best = max(findings, key=lambda finding: _fraction(finding["gain"]))
    gain = _fraction(best["gain"])
    return (_cut(gain), best["id"]) if gain else (None, None)


def _lost(findings: Iterable[dict[str, Any]]) -> list[int | None]:
    """Return thousandths of points lost per indicator, None where it didn't count."""
    return [_thousandths(each["earned"], each["possible"]) for each in findings]


@lru_cache(maxsize=4096)
def _thousandths(earned: str, possible: str) -> int | None:
    whole = Fraction(possible)
    return int(1000 * (whole - Fraction(earned))) if whole else None


@lru_cache(maxsize=4096)
def _fraction(text: str) -> Fraction:
    return Fraction(text)


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


def _indexed(old: Any) -> dict[str, str]:
    return {} if old is None else search_fields(old.status, old.band, old.score)


def _differs(old: Any, new: dict[str, Any]) -> bool:
    names = ("profile_id", "profile_version", "profile_sha256", "status", "band")
    return any(getattr(old, name) != new[name] for name in names) or (
        old.score != _decimal(new["score"])
    )


def _history(row: _Row, *, now: datetime) -> dict[str, Any]:
    new = row.values
    names = ("package_id", "profile_id", "profile_version", "profile_sha256")
    measured = {
        each["id"]: each["value"] if each["state"] == "measured" else each["state"]
        for each in row.findings
    }
    return {
        **{name: new[name] for name in (*names, "engine_version", "status", "band")},
        "score": _decimal(new["score"]),
        "coverage": _decimal(new["coverage"]),
        "measured": measured,
        "assessed_at": now,
    }
