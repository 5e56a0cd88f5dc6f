"""The worker: nothing is lost, nothing is done twice, one bad key stops no other."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.kernel import probe, workers
from tests.kernel.conftest import PortalWith

import ckan.plugins as p
from ckan import model
from ckan.lib import redis
from ckan.lib.jobs import get_queue

from ckanext.merit import failpoints, interfaces, jobs
from ckanext.merit.model import work
from ckanext.merit.model.work import Setting, Work

pytestmark = pytest.mark.usefixtures("no_work")

KEYS = [f"key-{number:02}" for number in range(25)]
EXPECTED = {key: probe.result(key) for key in KEYS}
PROBES = "tests.kernel.probe:KINDS"


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(probe.OUTSIDE, str(tmp_path / "outside"))


def mark(*keys: str, kind: str = probe.NAME) -> None:
    work.mark(model.Session, kind, keys)
    model.Session.commit()


def rows() -> list[Any]:
    model.Session.rollback()
    return model.Session.execute(sa.select(Work.__table__).order_by(Work.key)).all()


def make_due() -> None:
    model.Session.execute(sa.update(Work).values(due_at=sa.func.now()))
    model.Session.commit()


def do(kind: jobs.Kind = probe.KIND, **options: Any) -> int:
    return jobs.work(once=True, kinds=[kind], **options)


def test_all_due_keys_are_done_in_batches() -> None:
    """Every key is handled once and its row is gone; progress says how far."""
    seen: list[tuple[str, int]] = []
    mark(*KEYS)
    assert do(progress=lambda kind, count: seen.append((kind, count))) == len(KEYS)
    assert (rows(), probe.results()) == ([], EXPECTED)
    assert sorted(probe.outside()) == KEYS
    assert seen == [(probe.NAME, 10), (probe.NAME, 10), (probe.NAME, 5)]


@pytest.mark.parametrize("name", ["claimed", "handled", "indexed", "committed"])
def test_killed_worker_leaves_no_trace(name: str) -> None:
    """Killed at any place, the next worker ends where an undisturbed one would."""
    mark(*KEYS)
    assert workers.run(name, None, kinds=PROBES) == [-9, 0]
    assert (rows(), probe.results()) == ([], EXPECTED)
    assert sorted(set(probe.outside())) == KEYS


def test_failpoints_are_for_tests_only(
    monkeypatch: pytest.MonkeyPatch, ckan_config: dict[str, Any]
) -> None:
    """A portal in production ignores the environment variable."""
    monkeypatch.setenv(failpoints.VARIABLE, "claimed")
    monkeypatch.setitem(ckan_config, "testing", False)
    mark("a")
    assert do() == 1


def test_two_workers_share_the_work() -> None:
    """Workers that begin at the same time handle each key once between them."""
    many = [f"key-{number:03}" for number in range(300)]
    mark(*many)
    assert workers.run_together(2, kinds=PROBES) == [0, 0]
    assert sorted(probe.outside()) == many
    assert rows() == []


def test_poison_stops_nobody() -> None:
    """A key that always fails doesn't stop its batch, and is parked with its reason."""
    mark(*KEYS, probe.POISON)
    for _ in range(work.MAX_ATTEMPTS):
        do()
        make_due()
    (row,) = rows()
    assert (row.key, row.attempts) == (probe.POISON, 5)
    assert row.last_error == "ValueError: cannot be done"
    assert row.parked_at is not None
    assert sorted(probe.outside()) == KEYS
    assert probe.results() == EXPECTED


def test_deadly_key_is_parked_too() -> None:
    """A key that kills its worker five times is parked; all others are done."""
    mark(*KEYS, probe.DEADLY)
    statuses = workers.run(*[None] * 6, kinds=PROBES)
    assert statuses == [-9, -9, -9, -9, -9, 0]
    (row,) = rows()
    assert (row.key, row.last_error) == (
        probe.DEADLY,
        "The worker died while working on it.",
    )
    assert probe.results() == EXPECTED


def test_wiped_redis_loses_nothing() -> None:
    """What is due is in the table; the bell alone is lost."""
    mark(*KEYS)
    jobs.ring()
    redis.connect_to_redis().flushdb()
    assert do() == len(KEYS)
    assert probe.results() == EXPECTED


def test_bell_rings_once_until_answered() -> None:
    """Many changes are one job in CKAN's queue."""
    redis.connect_to_redis().flushdb()
    for _ in range(3):
        jobs.ring()
    (job,) = get_queue().jobs
    assert job.func_name == "ckanext.merit.jobs.work_once"
    jobs.work_once()
    jobs.ring()
    assert len(get_queue().jobs) == 2
    redis.connect_to_redis().flushdb()


def test_dead_redis_fails_no_user(
    monkeypatch: pytest.MonkeyPatch, ckan_config: dict[str, Any]
) -> None:
    """Ringing never raises."""
    monkeypatch.setattr(redis, "_connection_pool", None)
    monkeypatch.setitem(ckan_config, "ckan.redis.url", "redis://127.0.0.1:1/0")
    jobs.ring()


def test_lost_connection_ends_no_service() -> None:
    """A long-running worker outlives the database's restart and does the work."""
    stop = threading.Event()
    calls: list[str] = []

    def handle(keys: list[str]) -> None:
        calls.extend(keys)
        if len(calls) == 1:
            me = sa.func.pg_terminate_backend(sa.func.pg_backend_pid())
            model.Session.execute(sa.select(me))
        stop.set()

    mark("a")
    kind = jobs.Kind("test.probe", handle, lease=timedelta(seconds=1))
    assert jobs.work(once=False, kinds=[kind], stop=stop) == 1
    assert calls == ["a", "a"]
    assert rows() == []


def test_cancelled_statement_is_the_fault_of_its_key() -> None:
    """A deadlock or a time limit fails one key; the worker goes on."""

    def handle(keys: list[str]) -> None:
        if probe.POISON in keys:
            model.Session.execute(sa.text("SET LOCAL statement_timeout = 1"))
            model.Session.execute(sa.select(sa.func.pg_sleep(5)))

    mark("a", probe.POISON)
    assert do(jobs.Kind(probe.NAME, handle)) == 1
    (row,) = rows()
    assert (row.key, row.attempts, row.lease_token) == (probe.POISON, 1, None)


def test_mark_during_work_makes_a_second_round() -> None:
    """A key that is marked while it is handled is handled again."""
    calls: list[list[str]] = []

    def handle(keys: list[str]) -> None:
        calls.append(sorted(keys))
        if len(calls) == 1:
            with model.meta.engine.begin() as somebody:
                work.mark(somebody, "test.probe", ["b"])

    mark("a", "b")
    assert do(jobs.Kind("test.probe", handle)) == 3
    assert calls == [["a", "b"], ["b"]]


def test_lease_outlives_slow_work() -> None:
    """While a batch takes longer than its lease, the heartbeat keeps others away."""
    other: list[Any] = []

    def handle(keys: list[str]) -> None:
        with model.meta.engine.connect() as watcher:
            wait = sa.func.pg_sleep(0.9)
            watcher.execute(sa.select(wait))
            other.append(work.seconds_to_next(watcher, [probe.NAME], within=MINUTE))

    mark("a")
    assert do(jobs.Kind(probe.NAME, handle, lease=timedelta(seconds=0.6))) == 1
    assert other[0] > 0
    assert rows() == []


MINUTE = timedelta(minutes=1)


def test_stale_results_are_not_committed() -> None:
    """When another worker took over meanwhile, this one's results are dropped."""

    def handle(keys: list[str]) -> None:
        model.Session.add(Setting(key="probe.stale", value="old"))
        with model.meta.engine.begin() as other:
            other.execute(sa.update(Work).values(lease_token="theirs"))
            other.execute(sa.update(Work).values(lease_until=sa.func.now() + MINUTE))

    mark("a")
    assert do(jobs.Kind(probe.NAME, handle)) == 0
    assert probe.results() == {}
    assert [row.lease_token for row in rows()] == ["theirs"]


def test_stop_ends_after_the_batch() -> None:
    """A worker that is told to stop finishes what it has in hand, and no more."""
    stop = threading.Event()

    def handle(keys: list[str]) -> None:
        stop.set()

    mark(*KEYS)
    kind = jobs.Kind(probe.NAME, handle, batch=10)
    assert jobs.work(once=True, kinds=[kind], stop=stop) == 10
    assert len(rows()) == 15


def test_kinds_discover_their_work() -> None:
    """Work that nobody marked is looked for first; a failing search stops no other."""

    def broken() -> None:
        raise ValueError("no")

    def discover() -> None:
        source = sa.values(sa.column("key", sa.Text), name="source").data([("a",)])
        select = sa.select(source.c.key)
        work.mark_select(model.Session, probe.NAME, select, only_new=True)

    failing = jobs.Kind("test.broken", probe.handle, discover=broken)
    kind = jobs.Kind(probe.NAME, probe.handle, discover=discover)
    assert jobs.work(once=True, kinds=[failing, kind]) == 1
    assert probe.outside() == ["a"]


def test_lingering_waits_for_what_is_nearly_due() -> None:
    """A job of CKAN's worker also does what settles within seconds."""
    work.mark(model.Session, probe.NAME, ["a"], due_in=timedelta(seconds=0.5))
    model.Session.commit()
    assert do() == 0
    assert do(linger=timedelta(seconds=5)) == 1


class Feature(interfaces.IMeritWork, p.SingletonPlugin):
    """A plugin that contributes a kind."""

    def merit_work_kinds(self) -> list[jobs.Kind]:
        return [probe.KIND]


def test_plugins_contribute_kinds(portal_with: PortalWith) -> None:
    """The kinds of all loaded plugins are worked on."""
    portal_with(Feature)
    mark("a")
    assert jobs.work(once=True) == 1


def test_paused_work_waits() -> None:
    """While the switch is on, a worker does nothing."""
    mark("a")
    model.Session.add(Setting(key=Setting.PAUSED, value="now"))
    model.Session.commit()
    assert do() == 0
    assert len(rows()) == 1
