"""Scoring by metadata: CPU per dataset against `package_show`, writes, memory, growth.

The shipped actions assess synthetic datasets, inserted by SQL; `package_show` (from
the search index, and past it) answers a sample of them in turn. Goals: at most 0.5 ms
of this process per dataset, 10 times less than a cached `package_show` and 20 times
less than an uncached one; nothing written for what is unchanged; flat memory; linear
to 300,000 datasets (`--series`).
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from _catalogue import insert

from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.lib import search
from ckan.plugins import toolkit as tk

from ckanext.merit import jobs

BATCH = 500
ROUNDS = 5
SHOWN = 40
SERIES = (10_000, 30_000, 100_000, 300_000)
GOAL_MS, GOAL_CACHED, GOAL_UNCACHED = 0.5, 10, 20


@dataclass
class Cost:
    """Seconds of CPU of this process and of its PostgreSQL backend, per dataset."""

    python: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)

    @contextmanager
    def of(self, count: int) -> Iterator[None]:
        """Measure a block that serves ``count`` datasets."""
        backend = _backend()
        before = time.process_time(), _cpu_of(backend)
        yield
        self.python.append((time.process_time() - before[0]) / count)
        self.database.append((_cpu_of(backend) - before[1]) / count)

    @property
    def ms(self) -> float:
        """Median milliseconds of this process per dataset."""
        return 1000 * statistics.median(self.python)

    def __str__(self) -> str:
        database = 1000 * statistics.median(self.database)
        return f"{self.ms:7.3f} ms (+ PostgreSQL {database:.3f} ms)"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--datasets", type=int, default=10_000, metavar="N")
    parser.add_argument("--quick", action="store_true", help="1,000 datasets")
    parser.add_argument(
        "--series", action="store_true", help="also 10,000 to 300,000 datasets"
    )
    options = parser.parse_args()
    app = make_app(load_config(os.environ["CKAN_INI"]))
    with app._wsgi_app.test_request_context():
        size = 1_000 if options.quick else options.datasets
        insert(1, size)
        _first_run(size)
        _against_package_show(size)
        _unchanged(size)
        _some_changed(size)
        if options.series:
            _series(size)


def _first_run(size: int) -> None:
    ids = _ids()
    cost = Cost()
    with cost.of(size):
        _call("merit_quality_title_update")
        _assess(ids)
    _say(f"first assessment of {size} datasets, titles included", cost)
    # A portal has indexed its datasets long ago.
    _sql("DELETE FROM merit_work")


def _against_package_show(size: int) -> None:
    """Re-score everything after a change of rules, in turn with `package_show`."""
    ids = _ids()
    shown = ids[:: max(1, size // (ROUNDS * SHOWN))][: ROUNDS * SHOWN]
    search.rebuild(package_ids=shown)
    search.commit()
    ours, cached, uncached = Cost(), Cost(), Cost()
    memory = []
    for number in range(ROUNDS):
        part, some = ids[number::ROUNDS], shown[number::ROUNDS]
        _sql("UPDATE merit_assessment SET profile_sha256 = 'old', digest = 'old'")
        with ours.of(len(part)):
            _assess(part)
        with cached.of(len(some)):
            _show(some, use_cache=True)
        with uncached.of(len(some)):
            _show(some, use_cache=False)
        memory.append(_memory())
    _say(f"re-score of {size} datasets, everything stored anew", ours)
    _say("package_show from the search index", cached)
    _say("package_show from the tables", uncached)
    for name, other, goal in (
        ("cached", cached, GOAL_CACHED),
        ("uncached", uncached, GOAL_UNCACHED),
    ):
        print(f"  {other.ms / ours.ms:.1f} times less than {name} (goal {goal})")
    print(f"  goal {GOAL_MS} ms; memory {memory[0]:.0f} -> {memory[-1]:.0f} MB")
    rows = _sql("SELECT count(*) FROM merit_assessment_history").scalar()
    print(f"  {rows} rows of history")


def _unchanged(size: int) -> None:
    _assess(_ids())
    versions = "string_agg(xmin::text, ',' ORDER BY package_id)"
    query = f"SELECT md5({versions}) FROM merit_assessment"  # noqa: S608
    _sql("DELETE FROM merit_work")
    before = _sql(query).scalar()
    cost = Cost()
    with cost.of(size):
        _assess(_ids())
    same = before == _sql(query).scalar()
    marked = _sql("SELECT count(*) FROM merit_work").scalar()
    _say(f"unchanged re-score of {size} datasets", cost)
    print(f"  row versions {'unchanged' if same else 'CHANGED'}, index marks {marked}")


def _some_changed(size: int) -> None:
    changed = size // 100
    _sql(
        "UPDATE package SET notes = 'Otra' WHERE id IN "
        "(SELECT id FROM package ORDER BY id LIMIT :changed)",
        changed=changed,
    )
    _sql(
        "INSERT INTO merit_work (kind, key) SELECT 'quality.assess', id "
        "FROM (SELECT id FROM package ORDER BY id LIMIT :changed) chosen",
        changed=changed,
    )
    assessing = [k for k in jobs.kinds_of_plugins() if k.name == "quality.assess"]
    cost = Cost()
    with cost.of(changed):
        done = jobs.work(once=True, kinds=assessing)
    marked = _sql("SELECT count(*) FROM merit_work").scalar()
    _say(f"worker: {done} changed of {size}, per changed dataset", cost)
    print(f"  {marked} of them to be indexed")


def _series(size: int) -> None:
    for target in SERIES:
        if target > size:
            insert(size + 1, target)
            size = target
        _call("merit_quality_title_update")
        _sql("DELETE FROM merit_assessment")
        cost = Cost()
        with cost.of(size):
            for ids in _pages():
                _call("merit_quality_assess", ids=ids)
        _say(f"{size:>7} datasets from nothing, page by page", cost)
        print(f"  memory {_memory():.0f} MB", flush=True)


def _pages() -> Iterator[list[str]]:
    ids: list[str] = [""]
    while ids:
        ids = _call("merit_quality_target_list", after=ids[-1], limit=BATCH)["results"]
        if ids:
            yield ids


def _assess(ids: list[str]) -> None:
    for start in range(0, len(ids), BATCH):
        _call("merit_quality_assess", ids=ids[start : start + BATCH])


def _show(ids: list[str], *, use_cache: bool) -> None:
    for package_id in ids:
        _call("package_show", context={"use_cache": use_cache}, id=package_id)
        # Each request has a session of its own.
        model.Session.remove()


def _call(action: str, *, context: Any = None, **data: Any) -> Any:
    trusted: Callable[..., Any] = tk.get_action(action)
    return trusted({"ignore_auth": True, "user": "", **(context or {})}, data)


def _ids() -> list[str]:
    return list(_sql("SELECT id FROM package ORDER BY id").scalars())


def _sql(statement: str, **parameters: Any) -> Any:
    found = model.Session.execute(sa.text(statement), parameters)
    model.Session.commit()
    return found


def _backend() -> int:
    """The process of PostgreSQL that serves the session; here as there, one only."""
    process: int = _sql("SELECT pg_backend_pid()").scalar()
    return process


def _cpu_of(process: int) -> float:
    try:
        line = Path(f"/proc/{process}/stat").read_text("ascii")
    except OSError:
        return 0.0
    times = line.rpartition(")")[2].split()
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _say(what: str, cost: Cost) -> None:
    print(f"{what:<58} {cost}", flush=True)


if __name__ == "__main__":
    main()
