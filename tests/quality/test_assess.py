"""Assessing: what is stored, what is left alone, who is marked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa

import ckantoolkit as tk
from ckan import model
from ckan.tests import factories, helpers

from ckanext.merit.quality import profiles
from ckanext.merit.quality.logic import store
from ckanext.merit.quality.logic.evaluate import Evaluator

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

Rows = Callable[..., list[dict[str, Any]]]
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def assess(*ids: str, now: datetime = NOW) -> list[str]:
    assessed = store.assess(Evaluator(profiles.active(), now=now), ids)
    model.Session.commit()
    return assessed


def due(rows: Rows, kind: str = "quality.assess") -> set[str]:
    return {
        row["key"] for row in rows("SELECT key FROM merit_work WHERE kind = :k", k=kind)
    }


def forget_work() -> None:
    model.Session.execute(sa.text("DELETE FROM merit_work"))
    model.Session.commit()


def sql(statement: str, **parameters: Any) -> None:
    model.Session.execute(sa.text(statement), parameters)
    model.Session.commit()
    model.Session.expire_all()


def one(rows: Rows, package_id: str) -> dict[str, Any]:
    (row,) = rows(
        "SELECT * FROM merit_assessment WHERE package_id = :id", id=package_id
    )
    return row


def test_result_is_stored(dataset: Any, rows: Rows):
    """An assessment keeps score, band, rules and the whole result."""
    package = dataset()
    assert assess(package["id"]) == [package["id"]]
    row, profile = one(rows, package["id"]), profiles.active().profile
    assert row["profile_sha256"] == profile.sha256
    assert row["result"]["band"] == row["band"]
    exact = Fraction(row["result"]["score"])
    assert 0 <= exact - Fraction(row["score"]) < Fraction(1, 10**12)
    assert row["status"] == "rated"
    assert len(row["lost"]) == len(profile.indicators)
    assert row["assessed_at"] == NOW


def test_lost_points_and_gain(dataset: Any, rows: Rows):
    """Lost points and the best fix agree with the result."""
    package = dataset(tags=[{"name": "solo"}])
    assess(package["id"])
    row = one(rows, package["id"])
    for lost, finding in zip(row["lost"], row["result"]["indicators"], strict=True):
        possible, earned = Fraction(finding["possible"]), Fraction(finding["earned"])
        assert lost == (int(1000 * (possible - earned)) if possible else None)
    best = max(row["result"]["indicators"], key=lambda f: Fraction(f["gain"]))
    assert row["top_fix"] == best["id"]
    assert Fraction(row["top_gain"]) <= Fraction(best["gain"])


def test_unchanged_dataset_gets_no_row_version(dataset: Any, rows: Rows):
    """Assessing again what didn't change writes nothing and marks nothing."""
    package = dataset()
    assess(package["id"])
    forget_work()
    query = "SELECT xmin::text, * FROM merit_assessment"
    before = rows(query)
    assess(package["id"], now=NOW + timedelta(hours=1))
    assert rows(query) == before
    assert rows("SELECT * FROM merit_work") == []
    assert len(rows("SELECT * FROM merit_assessment_history")) == 1


def test_saving_the_same_row_twice_is_one_version(dataset: Any, rows: Rows):
    """The statement itself leaves an equal row alone, whoever sends it."""
    package = dataset()
    evaluator = Evaluator(profiles.active(), now=NOW)
    store.assess(evaluator, [package["id"]])
    row = one_in_session()
    model.Session.execute(sa.text("DELETE FROM merit_assessment"))
    store.assess(evaluator, [package["id"]])
    model.Session.commit()
    assert one_in_session() == row


def one_in_session() -> Any:
    found = model.Session.execute(sa.text("SELECT * FROM merit_assessment"))
    return dict(found.one()._mapping)


def test_history_grows_with_the_score(dataset: Any, rows: Rows):
    """A changed score adds a row to the history; the old ones stay."""
    package = dataset()
    assess(package["id"])
    first = rows("SELECT * FROM merit_assessment_history")
    helpers.call_action("package_patch", id=package["id"], tags=[])
    model.Session.expire_all()
    assess(package["id"], now=NOW + timedelta(days=1))
    both = rows("SELECT * FROM merit_assessment_history ORDER BY id")
    assert both[:1] == first
    assert both[1]["score"] < both[0]["score"]
    assert both[1]["measured"]["F3"] == "0"
    assert len(both) == 2


def test_changed_evidence_is_no_history(dataset: Any, rows: Rows):
    """Other evidence for the same values changes the result, not the history."""
    package = dataset(tags=[])
    assess(package["id"])
    before = one(rows, package["id"])
    helpers.call_action("package_patch", id=package["id"], title="Arbolado de 2024")
    model.Session.expire_all()
    assess(package["id"], now=NOW + timedelta(days=1))
    assert one(rows, package["id"])["score"] == before["score"]
    assert len(rows("SELECT * FROM merit_assessment_history")) == 1


def test_only_what_is_shown_in_search_is_indexed(dataset: Any, rows: Rows):
    """A public dataset is re-indexed when its band or rank changed."""
    package = dataset()
    assess(package["id"])
    assert due(rows, "quality.index") == {package["id"]}


@pytest.mark.parametrize("fields", [{"private": True}, {"state": "draft"}])
def test_hidden_datasets_are_assessed_not_indexed(
    dataset: Any, rows: Rows, fields: dict[str, Any]
):
    """Private datasets and drafts have a result that the search never hears of."""
    organization = factories.Organization()
    package = dataset(owner_org=organization["id"], **fields)
    assess(package["id"])
    assert one(rows, package["id"])["status"] == "rated"
    assert due(rows, "quality.index") == set()


def test_deleted_dataset_keeps_its_result(dataset: Any, rows: Rows):
    """A deleted dataset isn't assessed, and keeps what was known."""
    package = dataset()
    assess(package["id"])
    helpers.call_action("package_delete", id=package["id"])
    model.Session.expire_all()
    before = one(rows, package["id"])
    assert assess(package["id"], now=NOW + timedelta(days=400)) == []
    assert one(rows, package["id"]) == before


def test_purged_dataset_leaves_nothing(dataset: Any, rows: Rows):
    """What was known of a purged dataset goes: result, history, title."""
    package = dataset()
    assess(package["id"])
    helpers.call_action("dataset_purge", id=package["name"])
    assert assess(package["id"]) == []
    for table in ("assessment", "assessment_history", "dataset_title"):
        assert rows(f"SELECT * FROM merit_{table}") == []  # noqa: S608


def test_type_that_does_not_count(dataset: Any, rows: Rows):
    """A dataset of a type that doesn't count has no result, and leaves the search."""
    package = dataset()
    assess(package["id"])
    sql("UPDATE package SET type = 'showcase'")
    forget_work()
    assert assess(package["id"]) == []
    assert rows("SELECT * FROM merit_assessment") == []
    indexed = "SELECT key FROM merit_work WHERE kind = 'quality.index'"
    assert rows(indexed) == [{"key": package["id"]}]
    forget_work()
    assert assess(package["id"]) == []
    assert rows(indexed) == []


def test_badge_is_kept_until_renewal(dataset: Any, rows: Rows):
    """A badge runs 90 days and is renewed from 7 days before its end."""
    package = dataset()
    assess(package["id"])
    first = one(rows, package["id"])
    assert first["band"] is not None
    assert (first["issued_at"], first["valid_until"]) == (NOW, NOW + timedelta(days=90))
    assert first["next_due_at"] == NOW + timedelta(days=83)
    assess(package["id"], now=NOW + timedelta(days=82))
    assert one(rows, package["id"]) == first
    assess(package["id"], now=NOW + timedelta(days=83))
    renewed = one(rows, package["id"])
    assert renewed["issued_at"] == NOW
    assert renewed["valid_until"] == NOW + timedelta(days=83 + 90)
    assert len(rows("SELECT * FROM merit_assessment_history")) == 1


def test_short_badge_is_renewed_halfway(
    dataset: Any, rows: Rows, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
):
    """A badge of a few days is never due at once."""
    monkeypatch.setitem(ckan_config, "ckanext.merit.quality.badge_valid_days", 4)
    package = dataset()
    assess(package["id"])
    assert one(rows, package["id"])["next_due_at"] == NOW + timedelta(days=2)


def test_no_badge_has_no_dates(dataset: Any, rows: Rows):
    """Without a badge there is nothing to expire."""
    package = dataset(resources=[])
    assess(package["id"])
    row = one(rows, package["id"])
    assert (row["band"], row["issued_at"], row["valid_until"]) == (None, None, None)
    assert row["next_due_at"] is None


def test_due_when_time_changes_a_value(dataset: Any, rows: Rows):
    """A dataset is due at the instant at which its age costs points."""
    extras = [{"key": "frequency", "value": "annual"}]
    package = dataset(extras=extras)
    sql("UPDATE resource SET last_modified = :t", t=NOW - timedelta(days=400))
    assess(package["id"])
    row = one(rows, package["id"])
    assert NOW < row["next_due_at"] < row["valid_until"] - timedelta(days=7)


def test_statements_do_not_grow(dataset: Any, count_sql: Any):
    """A batch of twelve costs as many statements as one dataset."""
    ids = [dataset(title=f"Arbolado número {n}")["id"] for n in range(13)]
    evaluator = Evaluator(profiles.active(), now=NOW)
    counts = []
    for batch in (ids[:1], ids[1:]):
        with count_sql() as seen:
            store.assess(evaluator, batch)
        model.Session.commit()
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_changed_rules_are_stored(dataset: Any, rows: Rows):
    """Other rules give a new row and a new line of history, even for the same score."""
    package = dataset()
    assess(package["id"])
    sql("UPDATE merit_assessment SET profile_version = '0', profile_sha256 = 'old'")
    sql("UPDATE merit_assessment_history SET profile_version = '0'")
    assess(package["id"], now=NOW + timedelta(days=1))
    row = one(rows, package["id"])
    assert row["profile_version"] == profiles.active().profile.version
    assert row["issued_at"] == NOW + timedelta(days=1)
    assert len(rows("SELECT * FROM merit_assessment_history")) == 2


@pytest.mark.parametrize(
    ("status", "band", "score", "expected"),
    [
        (None, None, None, {}),
        ("rated", None, None, {}),
        ("rated", "gold", "100", {"rank": "1000", "band": "gold"}),
        ("rated", "silver", "84.999999999999", {"rank": "0849", "band": "silver"}),
        ("rated", None, "7.96", {"rank": "0079"}),
        ("provisional", None, "90", {"rank": "0900"}),
    ],
)
def test_search_fields(
    status: str | None, band: str | None, score: str | None, expected: dict[str, str]
):
    """Rank has a fixed width and is cut; only a rated dataset has a band."""
    number = None if score is None else Decimal(score)
    fields = store.search_fields(status, band, number)
    assert fields == {f"merit_quality_{key}": value for key, value in expected.items()}


def test_action_commits_unless_deferred(dataset: Any, rows: Rows):
    """The action commits, but not within a caller's transaction."""
    package = dataset()
    helpers.call_action(
        "merit_quality_assess", {"defer_commit": True}, ids=[package["id"]]
    )
    assert rows("SELECT * FROM merit_assessment") == []
    model.Session.rollback()
    answer = helpers.call_action("merit_quality_assess", id=package["name"])
    assert answer == {"assessed": [package["id"]]}
    assert len(rows("SELECT * FROM merit_assessment")) == 1


def test_all_marks_every_dataset_that_counts(dataset: Any, rows: Rows):
    """`all` marks and leaves the work to the workers."""
    ids = {dataset(title=f"Arbolado {n} de Altovalle")["id"] for n in range(3)}
    sql(
        "INSERT INTO package (id, name, type, state) "
        "VALUES ('h', 'h', 'harvest', 'active')"
    )
    forget_work()
    assert helpers.call_action("merit_quality_assess", all=True) == {"marked": 3}
    assert due(rows) == ids


def test_nothing_asked_for():
    """Without id, ids or all there is nothing to assess."""
    with pytest.raises(tk.ValidationError):
        helpers.call_action("merit_quality_assess")
