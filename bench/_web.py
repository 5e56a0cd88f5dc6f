"""The portal as gunicorn serves it, in processes of its own, for load from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from ckan import model

__all__ = ["HOST", "Web", "connections"]

HOST = "127.0.0.1"
_BIN = Path(__file__).resolve().parents[1] / "bin"
_PATIENCE = 120


class Web:
    """A gunicorn on the benchmark's own database and index.

    Args:
        workers: Processes.
        folder: For its configuration and log.
        threads: Of each worker; without them a worker does one thing at a time.
    """

    def __init__(self, workers: int, *, folder: Path, threads: int = 1) -> None:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port: int = probe.getsockname()[1]
        self.workers, self.threads = workers, threads
        kind = "sync" if threads == 1 else "gthread"
        self.log = folder / f"web-{workers}-{threads}.log"
        words = ["--bind", f"{HOST}:{self.port}", "--workers", str(workers)]
        with self.log.open("ab") as log:
            self._master = subprocess.Popen(
                [
                    *(Path(sys.executable).with_name("gunicorn"), *words),
                    *("--worker-class", kind, "--threads", str(threads)),
                    *("--timeout", "120"),
                    *("--backlog", "2048", "--no-control-socket"),
                    *("--pythonpath", _BIN, "portal.wsgi"),
                ],
                env=os.environ | {"CKAN_INI": str(_ini(folder))},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait()

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        self._master.terminate()
        self._master.wait(60)

    def rss(self) -> int:
        """Megabytes of memory that the workers hold."""
        children = Path(f"/proc/{self._master.pid}/task/{self._master.pid}/children")
        found = [
            line.split()[1]
            for pid in children.read_text().split()
            for line in Path(f"/proc/{pid}/status").read_text().splitlines()
            if line.startswith("VmRSS:")
        ]
        return sum(map(int, found)) // 1024

    def _wait(self) -> None:
        """Until every worker has loaded CKAN: each answers from the first on."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            booted = self.log.read_text(errors="replace").count("Booting worker")
            if booted >= self.workers and self._answers():
                return
            if self._master.poll() is not None:
                break
            time.sleep(0.2)
        raise SystemExit(f"gunicorn does not answer:\n{self.log.read_text()[-2000:]}")

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0


def connections() -> int:
    """Connections to the benchmark's database, ours among them."""
    statement = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    )
    found = model.Session.execute(sa.text(statement)).scalar_one()
    model.Session.remove()
    return found


def _ini(folder: Path) -> Path:
    """Write the configuration: that of the tests, and what most portals have."""
    ini = folder / "load.ini"
    ini.write_text(
        f"[app:main]\nuse = config:{os.environ['CKAN_INI']}\ntesting = false\n"
        "ckan.plugins = activity merit merit_quality merit_award\n"
    )
    ckan = Path(sys.executable).with_name("ckan")
    words = [ckan, "-c", ini, "db", "upgrade", "-p", "activity"]
    subprocess.run(words, check=True, capture_output=True)
    return ini
