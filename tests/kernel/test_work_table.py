"""The table of background work: marks, leases, verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ckan import model

from ckanext.merit.model import work
from ckanext.merit.model.work import Setting, Work

pytestmark = pytest.mark.usefixtures("no_work")

KIND = "test.kind"
LEASE = timedelta(minutes=1)
FRESH = range(1)


@pytest.fixture
def other() -> Iterator[Session]:
    """The session of somebody else."""
    with Session(model.meta.engine) as session:
        yield session


def row(key: str) -> Any:
    model.Session.rollback()
    found = sa.select(Work.__table__).where(Work.kind == KIND, Work.key == key)
    return model.Session.execute(found).one_or_none()


def seconds_until(column: Any) -> float:
    now = sa.func.clock_timestamp()
    return float(
        model.Session.execute(
            sa.select(sa.extract("epoch", column - now)).where(Work.kind == KIND)
        ).scalar_one()
    )


def mark(*keys: str, due_in: float = 0) -> None:
    work.mark(model.Session, KIND, keys, due_in=timedelta(seconds=due_in))
    model.Session.commit()


def claim(
    session: Any = model.Session,
    *,
    limit: int = 10,
    lease: timedelta = LEASE,
    attempts: range = FRESH,
) -> work.Claim:
    found = work.claim(session, KIND, limit=limit, lease=lease, attempts=attempts)
    session.commit()
    return found or work.Claim(KIND, "", {})


def test_one_row_however_often_marked() -> None:
    """A key that is marked again stays one row that counts the marks."""
    mark("a", "a", "b")
    mark("a")
    assert (row("a").requested, row("b").requested) == (2, 1)


def test_marking_nothing_is_no_statement() -> None:
    """No keys, no work."""
    mark()
    assert model.Session.execute(sa.select(Work)).all() == []


def test_earlier_time_wins() -> None:
    """A row that waits is never put off by another mark."""
    mark("a", due_in=5)
    mark("a", due_in=60)
    assert 0 < seconds_until(Work.due_at) <= 5


def test_select_marks_its_first_column() -> None:
    """Bulk marks take their keys from a select, without a round trip."""
    source = sa.values(sa.column("id", sa.Text), name="source").data([("a",), ("b",)])
    assert work.mark_select(model.Session, KIND, sa.select(source.c.id)) == 2
    model.Session.commit()
    assert sorted(claim().rows) == ["a", "b"]


def test_search_for_forgotten_work_wakes_nothing() -> None:
    """With only_new a parked row stays parked."""
    mark("a")
    model.Session.execute(sa.update(Work).values(parked_at=sa.func.now(), attempts=5))
    source = sa.values(sa.column("id", sa.Text), name="source").data([("a",), ("b",)])
    select = sa.select(source.c.id)
    assert work.mark_select(model.Session, KIND, select, only_new=True) == 1
    model.Session.commit()
    assert list(claim().rows) == ["b"]


def test_only_due_rows_are_claimed() -> None:
    """What is due later stays."""
    mark("now")
    mark("later", due_in=60)
    assert claim().rows == {"now": 1}


def test_leased_rows_are_not_claimed() -> None:
    """What one worker has, no other gets."""
    mark("a", "b", "c")
    assert len(claim(limit=2).rows) == 2
    assert len(claim(limit=2).rows) == 1
    assert claim().rows == {}


def test_rows_that_another_is_claiming_are_passed_over(other: Session) -> None:
    """Claims at the same time don't wait for each other and share no key."""
    mark("a", "b")
    first = work.claim(other, KIND, limit=1, lease=LEASE, attempts=FRESH)
    second = claim(limit=1)
    other.commit()
    assert first is not None
    assert sorted([*first.rows, *second.rows]) == ["a", "b"]


def test_expired_lease_is_claimed_by_the_next() -> None:
    """The row of a dead worker is worked on again, counted as a second attempt."""
    mark("a")
    claim(lease=timedelta(0))
    assert claim().rows == {}
    assert claim(attempts=range(1, 2)).rows == {"a": 1}
    assert row("a").attempts == 2


def test_heartbeat_extends_the_lease() -> None:
    """A lease lasts from the last heartbeat."""
    mark("a")
    claimed = claim(lease=timedelta(seconds=1))
    assert work.extend(model.Session, claimed, lease=timedelta(hours=1)) == 1
    assert seconds_until(Work.lease_until) > 3590


def test_finished_rows_are_gone() -> None:
    """Done means no row."""
    mark("a", "b")
    assert list(work.finish(model.Session, claim())) == []
    model.Session.commit()
    assert row("a") is row("b") is None


def test_finishing_is_part_of_the_results_transaction() -> None:
    """When the results are rolled back the row is still claimed."""
    mark("a")
    work.finish(model.Session, claim())
    model.Session.rollback()
    assert row("a").lease_token is not None


def test_mark_during_work_is_not_lost() -> None:
    """A key marked while it is worked on is due again afterwards."""
    mark("a", "b")
    claimed = claim()
    mark("a")
    assert list(work.finish(model.Session, claimed)) == ["a"]
    assert work.release(model.Session, claimed.only("a")) == 0
    model.Session.commit()
    assert claim().rows == {"a": 2}


def test_mark_during_work_settles_anew() -> None:
    """The time of a mark during the work counts, not that of the claimed one."""
    mark("a")
    claim()
    mark("a", due_in=60)
    assert seconds_until(Work.due_at) > 55


def test_worker_does_not_wait_for_a_user(other: Session) -> None:
    """A row that an open transaction marks is left; the worker gives it back later."""
    mark("a")
    claimed = claim()
    work.mark(other, KIND, ["a"])
    assert list(work.finish(model.Session, claimed)) == ["a"]
    assert work.release(model.Session, claimed) == 1
    model.Session.commit()
    other.commit()
    assert work.release(model.Session, claimed) == 0
    model.Session.commit()
    assert claim().rows == {"a": 2}


def test_stale_worker_may_not_finish() -> None:
    """A worker whose lease another took over must not commit."""
    mark("a")
    slow = claim(lease=timedelta(0))
    claim(attempts=range(1, 2))
    with pytest.raises(work.LeaseLostError):
        work.finish(model.Session, slow)


def test_stale_worker_may_not_finish_what_is_done() -> None:
    """A worker whose work another has done already must not commit."""
    mark("a")
    slow = claim(lease=timedelta(0))
    work.finish(model.Session, claim(attempts=range(1, 2)))
    model.Session.commit()
    with pytest.raises(work.LeaseLostError):
        work.finish(model.Session, slow)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 30), (2, 120), (3, 480), (4, 1920)]
)
def test_failure_waits_longer_each_time(attempts: int, seconds: int) -> None:
    """The wait grows fourfold, give or take a quarter."""
    mark("a")
    model.Session.execute(sa.update(Work).values(attempts=attempts - 1))
    claimed = claim(attempts=range(5))
    work.fail(model.Session, claimed, error="ValueError: no")
    model.Session.commit()
    assert row("a").last_error == "ValueError: no"
    assert row("a").parked_at is None
    assert seconds * 0.74 < seconds_until(Work.due_at) < seconds * 1.26


def test_fifth_failure_parks() -> None:
    """After five attempts the row waits for a person."""
    mark("a")
    model.Session.execute(sa.update(Work).values(attempts=4))
    work.fail(model.Session, claim(attempts=range(5)), error="x\x00" * 600)
    model.Session.commit()
    assert row("a").parked_at is not None
    assert row("a").last_error == "x" * 500
    assert claim(attempts=range(5)).rows == {}


def test_failure_of_what_was_marked_again_counts_for_nothing() -> None:
    """The failure concerns the old state; the new one is due as marked."""
    mark("a")
    model.Session.execute(sa.update(Work).values(attempts=4))
    claimed = claim(attempts=range(5))
    mark("a")
    work.fail(model.Session, claimed, error="x")
    model.Session.commit()
    assert row("a").parked_at is None
    assert claim().rows == {"a": 2}


def test_mark_wakes_a_parked_row() -> None:
    """A change may have mended what failed, so the attempts start again."""
    mark("a")
    model.Session.execute(sa.update(Work).values(parked_at=sa.func.now(), attempts=5))
    mark("a")
    assert (row("a").attempts, row("a").parked_at) == (0, None)


def test_work_that_kills_its_worker_is_parked() -> None:
    """Five leases that ended without a verdict are as bad as five failures."""
    mark("a", "b")
    model.Session.execute(sa.update(Work).where(Work.key == "a").values(attempts=4))
    claim(attempts=range(5), lease=timedelta(0))
    assert work.park_abandoned(model.Session, KIND) == 1
    assert row("a").parked_at is None, "rolled back by the reading"
    work.park_abandoned(model.Session, KIND)
    model.Session.commit()
    assert row("a").last_error == "The worker died while working on it."
    assert row("b").parked_at is None


def test_pause_stops_claims() -> None:
    """While the switch is on nothing is handed out and nothing seems due."""
    mark("a")
    model.Session.add(Setting(key=Setting.PAUSED, value="now"))
    model.Session.commit()
    assert claim().rows == {}
    minute = timedelta(minutes=1)
    assert work.seconds_to_next(model.Session, [KIND], within=minute) is None


def test_time_until_the_next_row() -> None:
    """Due now is 0, due beyond the horizon is nothing."""
    mark("a", due_in=30)
    session = model.Session
    near, far = timedelta(seconds=10), timedelta(seconds=60)
    assert work.seconds_to_next(session, [KIND], within=near) is None
    assert 25 < (work.seconds_to_next(session, [KIND], within=far) or 0) <= 30
    assert work.seconds_to_next(session, ["other"], within=far) is None
    mark("b")
    assert work.seconds_to_next(session, [KIND], within=near) == 0


def test_a_batch_costs_a_few_statements(count_sql: Any) -> None:
    """Claiming 500 rows is one statement, finishing them two."""
    mark(*[f"key-{number:03}" for number in range(500)])
    with count_sql() as statements:
        claimed = claim(limit=500)
        work.finish(model.Session, claimed)
    assert len(claimed.rows) == 500
    words = [statement.split(maxsplit=1)[0] for statement in statements]
    assert words == ["WITH", "SELECT", "DELETE"]
