"""What bin/ starts in the background ends with it, whatever it was doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import ckantoolkit as tk

ROOT = Path(__file__).resolve().parents[1]
_ENV = {**os.environ, "PYTHONPATH": str(ROOT / "bin")}

#: A program that starts a long one in a group or session of its own, and ends.
_LEAVES_A_CHILD = """
import os, sys, time
if os.fork() == 0:
    os.{apart}()
    time.sleep(600)
"""
_STARTS_IT = """
import sys
from pathlib import Path
from portal import processes
with processes.none_left():
    program = [sys.executable, "-c", sys.argv[1], sys.argv[2]]
    started = processes.start("program", program, log=Path(sys.argv[2]) / "log")
    while started.alive():
        pass
    raise SystemExit(7)
"""
_HOLDS = """
import os, signal
from portal import processes
try:
    with processes.uninterrupted():
        os.kill(os.getpid(), signal.SIGINT)
        print("done", flush=True)
    print("never", flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
_STOPS_A_WORKER = """
import sys
from pathlib import Path
from portal import processes
folder = Path(sys.argv[1])
words = [Path(sys.executable).with_name("ckan"), "jobs", "worker"]
worker = processes.start("worker", words, log=folder / "log")
processes.wait_until((folder / "begun").exists, worker, log=folder / "log")
worker.stop(patience=1.5)
"""


@pytest.mark.parametrize("apart", ["setsid", "setpgrp"])
def test_nothing_outlives_its_starter(apart: str, tmp_path: Path):
    """What a program that has ended left behind ends too, whatever its session."""
    left = _LEAVES_A_CHILD.format(apart=apart)
    status = _python(_STARTS_IT, left, str(tmp_path)).returncode
    assert (status, _processes_of(tmp_path)) == (7, [])


def test_ctrl_c_waits_for_what_must_be_done():
    """An interruption inside comes when the block is over, and is not lost."""
    assert _python(_HOLDS).stdout.split() == ["done", "interrupted"]


@pytest.mark.usefixtures("clean_queues")
def test_a_worker_is_stopped_with_its_job(tmp_path: Path):
    """CKAN's worker that is told to end while it does a job leaves no process."""
    tk.enqueue_job("os.system", [f"touch {tmp_path}/begun; sleep 600"])
    done = _python(_STOPS_A_WORKER, str(tmp_path))
    left = _processes_of(tmp_path)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert (done.stderr, left) == ("", [])


def _python(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        env=_ENV | {"MERIT_TEST_FOLDER": words[-1] if words else ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _processes_of(folder: Path) -> list[int]:
    """The processes that were started with FOLDER in their environment."""
    found: list[int] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            known = (process / "environ").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in known:
            found.append(int(process.name))
    return found
