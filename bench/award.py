"""What an award costs: each step of a simulation, a snapshot per dataset, a standing.

A whole award is simulated on a synthetic catalogue of 50 publishers; CPU time of each
step is printed. Its pages are measured by `contests`.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from typing import Any

import sqlalchemy as sa
from _catalogue import insert
from _statements import counted

from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app

from ckanext.merit.award.simulate import Options, Simulation
from ckanext.merit.award.simulated import system
from ckanext.merit.model.contest_entry import Entry

ADDRESS = "bench/2026"


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
    with counted() as seen:
        for _ in range(5):
            model.Session.rollback()
            start = time.process_time()
            system("merit_award_standing_show", entry_id=entry_id)
            spent.append(time.process_time() - start)
    median = 1000 * statistics.median(spent)
    print(f"standing of one entity: {median:.0f} ms CPU, {len(seen) // 5} statements")


if __name__ == "__main__":
    main()
