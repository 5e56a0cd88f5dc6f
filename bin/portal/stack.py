"""The three services together, and slots on them that do not see each other."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from portal import paths, processes, shell
from portal.processes import Process
from portal.services import Postgres, Solr, Valkey

# The last slot is never leased: `bin/services env` gives it to whoever works by hand.
SLOTS = 9
HAND = SLOTS - 1
_OUTSIDE = {
    "postgres": "CKAN_SQLALCHEMY_URL",
    "valkey": "CKAN_REDIS_URL",
    "solr": "CKAN_SOLR_URL",
}


class Stack:
    """PostgreSQL, Valkey and Solr of one run directory.

    A service whose address is in the environment (CKAN_SQLALCHEMY_URL,
    CKAN_REDIS_URL, CKAN_SOLR_URL) is an outside one: used as it is, never started.
    """

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.folder = folder
        self.durable = durable
        self.state_file = folder / "services.json"
        self._processes: dict[str, Process] = {}
        self.adopted: list[Process] = []
        state = self._read()
        ports = state.get("ports", {})
        made = {name: ports.get(name) or processes.free_port() for name in _OUTSIDE}
        self.postgres = Postgres(folder, port=made["postgres"], durable=durable)
        self.valkey = Valkey(folder, port=made["valkey"], durable=durable)
        self.solr = Solr(folder, port=made["solr"], durable=durable)
        for name, fields in state.get("processes", {}).items():
            self._processes[name] = Process(**fields)
        self.adopted = [Process(**fields) for fields in state.get("adopted", [])]

    def running(self) -> bool:
        """Whether every service that is ours is up."""
        return bool(self._processes) and all(
            process.alive() for process in self._processes.values()
        )

    def start(self, versions: list[str]) -> None:
        """Start what is ours, all at the same time; stop it all if one fails."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.stop()
        cores = {
            _slot_name(version, number): version
            for version in versions
            for number in range(SLOTS)
        }
        starters = {
            "postgres": self.postgres.start,
            "valkey": self.valkey.start,
            "solr": lambda: self.solr.start(cores),
        }
        # What a thread starts after an interruption nobody would stop.
        with processes.uninterrupted():
            failed = self._start_all(
                {
                    n: each
                    for n, each in starters.items()
                    if _OUTSIDE[n] not in outside()
                }
            )
            self._write()
        for error in failed:
            self.stop()
            raise error

    def _start_all(
        self, starters: Mapping[str, Callable[[], Process]]
    ) -> list[BaseException]:
        """Start all at the same time, and return why some of them did not."""
        with ThreadPoolExecutor() as pool:
            jobs = {name: pool.submit(each) for name, each in starters.items()}
        failed = {name: job.exception() for name, job in jobs.items()}
        self._processes = {
            name: job.result() for name, job in jobs.items() if not failed[name]
        }
        return [error for error in failed.values() if error]

    def adopt(self, process: Process) -> None:
        """Take charge of a process that uses the services: it is stopped first."""
        self.adopted.append(process)
        self._write()

    def all(self) -> list[Process]:
        """Every process in its charge."""
        return [*self.adopted, *self._processes.values()]

    def stop(self) -> None:
        """Stop what was started here, by process id; users before services."""
        with processes.uninterrupted():
            for group in (self.adopted, list(self._processes.values())):
                with ThreadPoolExecutor() as pool:
                    list(pool.map(Process.stop, group))
            self.adopted = []
            self._processes = {}
            self.state_file.unlink(missing_ok=True)

    def environment(self, version: str, slot: int) -> dict[str, str]:
        """The addresses and the folder of SLOT, as CKAN's own variables."""
        name = _slot_name(version, slot)
        ours = {
            "CKAN_SQLALCHEMY_URL": self.postgres.url(name),
            "CKAN_REDIS_URL": self.valkey.url(self._redis_number(version, slot)),
            "CKAN_SOLR_URL": self.solr.url(name),
        }
        addresses = {key: os.environ.get(key, value) for key, value in ours.items()}
        return addresses | {"CKAN_STORAGE_PATH": str(self.folder / "storage" / name)}

    def ensure_database(self, version: str, slot: int) -> None:
        """Make the database of SLOT unless it is there."""
        if "CKAN_SQLALCHEMY_URL" in os.environ:
            return
        name = _slot_name(version, slot)
        present = self.postgres.sql("SELECT datname FROM pg_database").split()
        if name not in present:
            self.postgres.sql(f'CREATE DATABASE "{name}"')

    def clear(self, version: str, slot: int) -> None:
        """Forget what the services that are ours keep for SLOT."""
        name = _slot_name(version, slot)
        shutil.rmtree(self.folder / "storage" / name, ignore_errors=True)
        if "CKAN_SQLALCHEMY_URL" not in os.environ:
            self.postgres.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if "CKAN_REDIS_URL" not in os.environ:
            self.valkey.clear(self._redis_number(version, slot))
        if "CKAN_SOLR_URL" not in os.environ:
            self.solr.clear(name)

    @contextlib.contextmanager
    def lease(self, version: str) -> Generator[dict[str, str], None, None]:
        """The environment of a slot that nobody else uses, with an empty database."""
        for slot in range(HAND):
            lock = (self.folder / f"slot-{version}-{slot}.lock").open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.close()
                continue
            with lock:
                self.clear(version, slot)
                self.ensure_database(version, slot)
                yield self.environment(version, slot)
            return
        shell.fail(f"All {HAND} slots of the running services are in use.")

    @staticmethod
    def _redis_number(version: str, slot: int) -> int:
        return paths.ckan_versions().index(version) * SLOTS + slot

    def _read(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self.state_file.read_text())
        except FileNotFoundError:
            return {}
        return found

    def _write(self) -> None:
        found = self._processes.items()
        state = {
            "ports": {
                "postgres": self.postgres.port,
                "valkey": self.valkey.port,
                "solr": self.solr.port,
            },
            "owner": dataclasses.asdict(processes.current()),
            "processes": {name: dataclasses.asdict(item) for name, item in found},
            "adopted": [dataclasses.asdict(item) for item in self.adopted],
        }
        self.state_file.write_text(json.dumps(state, indent=1))


def outside() -> list[str]:
    """The variables that name outside services."""
    return [name for name in _OUTSIDE.values() if name in os.environ]


def shared() -> Stack:
    """The services that ``bin/services start`` keeps up for many test runs."""
    return Stack(paths.RUN / "services", durable=False)


@contextlib.contextmanager
def for_tests(versions: list[str]) -> Generator[Stack, None, None]:
    """The shared services when they are up, else private ones for this run only."""
    common = shared()
    if common.running():
        yield common
        return
    paths.RUN.mkdir(exist_ok=True)
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix="test-", dir=paths.RUN))
    stack = Stack(folder, durable=False)
    try:
        stack.start(versions)
        yield stack
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove what test runs left behind that were killed before they could."""
    for state in paths.RUN.glob("test-*/services.json"):
        owner = Process(**json.loads(state.read_text())["owner"])
        if not owner.alive():
            Stack(state.parent, durable=False).stop()
            shutil.rmtree(state.parent, ignore_errors=True)


def _slot_name(version: str, number: int) -> str:
    return f"ckan_{version.replace('.', '_')}_{number}"
