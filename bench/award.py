"""What an award costs: a snapshot per dataset, a standing, the page of results.

A whole award is simulated on a synthetic catalogue of 50 publishers; CPU time of each
step is printed. The page of results is measured with made-up rows, in turn with a
dataset's page of the same process: goal at least twice its throughput, and the same
number of SQL statements for 10 and for 1,000 entities.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from _catalogue import insert
from sqlalchemy import event

from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.lib import search
from ckan.model.types import make_uuid

from ckanext.merit.award.simulate import Options, Simulation
from ckanext.merit.award.simulated import system
from ckanext.merit.domain.canonical import digest
from ckanext.merit.model.contest_entry import Entry
from ckanext.merit.model.contest_result import Publication

ADDRESS = "bench/2026"
PAGE = f"/contests/{ADDRESS}/results"
ENTITIES = (10, 1_000)
ROUNDS = 15


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--datasets", type=int, default=10_000, metavar="N")
    parser.add_argument("--quick", action="store_true", help="500 datasets")
    options = parser.parse_args()
    size = 500 if options.quick else options.datasets
    app: Any = make_app(load_config(os.environ["CKAN_INI"]))
    with app._wsgi_app.test_request_context():
        insert(1, size)
        edition_id = _simulate()
        _snapshot(edition_id, size)
        _standing(edition_id)
        some = sa.select(model.Package.id, model.Package.name).limit(1)
        package_id, name = model.Session.execute(some).one()
        search.rebuild(package_ids=[package_id])
        search.commit()
    _page(app, edition_id, f"/dataset/{name}")


def _simulate() -> str:
    """Simulate the award; print what each step took."""
    last = [time.process_time()]

    def say(step: str) -> None:
        now = time.process_time()
        print(f"  {now - last[0]:7.2f} s CPU  up to: {step}")
        last[0] = now

    start = time.process_time()
    outcome = Simulation(ADDRESS, Options(progress=say)).run()
    spent = time.process_time() - start
    print(f"award of {outcome.entries} entities, simulated: {spent:.1f} s CPU")
    return outcome.edition_id


def _snapshot(edition_id: str, size: int) -> None:
    """Take another cut-off of a catalogue whose quality is up to date."""
    start = time.process_time()
    taken = system("merit_award_snapshot_take", edition_id=edition_id, kind="cut_off")
    while taken["state"] == "collecting":
        system("merit_award_snapshot_advance", keys=[f"taking/{taken['id']}"])
        taken = system("merit_award_snapshot_show", id=taken["id"])
    spent = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    each = 1000 * spent / size
    print(f"snapshot of {size} datasets: {each:.3f} ms CPU each; {memory:.0f} MB")


def _standing(edition_id: str) -> None:
    """Say where one entity stands, with the datasets to fix."""
    entry_id = model.Session.scalar(
        sa.select(Entry.id).where(Entry.edition_id == edition_id).limit(1)
    )
    spent = []
    with _statements() as seen:
        for _ in range(5):
            model.Session.rollback()
            start = time.process_time()
            system("merit_award_standing_show", entry_id=entry_id)
            spent.append(time.process_time() - start)
    median = 1000 * statistics.median(spent)
    print(f"standing of one entity: {median:.0f} ms CPU, {len(seen) // 5} statements")


def _page(app: Any, edition_id: str, dataset: str) -> None:
    client = app.test_client()
    for count in ENTITIES:
        with app._wsgi_app.test_request_context():
            _publish(edition_id, count)
        ours, theirs = [], []
        for _ in range(3):
            _request(client, PAGE)
            _request(client, dataset)
        for _ in range(ROUNDS):
            ours.append(_request(client, PAGE))
            theirs.append(_request(client, dataset))
        with _statements() as seen:
            _request(client, PAGE)
        mine, other = statistics.median(ours), statistics.median(theirs)
        print(
            f"  {count:5} entities: {1000 * mine:.1f} ms CPU, {len(seen)} statements; "
            f"{other / mine:.1f} times the throughput of a dataset's page "
            f"({1000 * other:.1f} ms; goal 2)"
        )


def _publish(edition_id: str, count: int) -> None:
    """Publish made-up results of many entities, below the actions."""
    real: Any = model.Session.scalars(
        sa.select(Publication)
        .where(Publication.edition_id == edition_id)
        .order_by(Publication.number.desc())
    ).first()
    sample = real.body["rows"][0]
    rows = [
        {**sample, "entry_id": make_uuid(), "rank": n + 1, "title": f"Entidad {n}"}
        for n in range(count)
    ]
    body = {**real.body, "rows": rows}
    row = Publication(
        edition_id=edition_id,
        number=real.number + 1,
        kind=real.kind,
        run_id=real.run_id,
        visible_from=real.visible_from,
        body=body,
        sha256=digest(body),
        published_by="bench",
    )
    model.Session.add(row)
    model.Session.commit()


def _request(client: Any, path: str) -> float:
    start = time.process_time()
    answer = client.get(path)
    spent = time.process_time() - start
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    return spent


@contextmanager
def _statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    event.listen(model.meta.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(model.meta.engine, "before_cursor_execute", note)


if __name__ == "__main__":
    main()
