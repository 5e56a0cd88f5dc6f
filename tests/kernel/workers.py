"""Real workers for tests: they are killed, and two run at the same time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*failpoints: str | None, kinds: str = "plugins") -> list[int]:
    """Run one worker after the other, each until nothing is due or it is killed.

    Args:
        failpoints: for each worker, the name of the place where it dies, or None.
        kinds: see ``worker_process``.

    Returns:
        The exit statuses: 0, or -9 for a worker that died at its failpoint.
    """
    return _finish(_start(*failpoints, kinds=kinds))


def run_together(count: int, *, kinds: str = "plugins") -> list[int]:
    """Run workers that begin at the same moment; returns their exit statuses."""
    started = [_start(None, kinds=kinds) for _ in range(count)]
    for process in started:
        assert process.stdout
        assert "ready\n" in iter(process.stdout.readline, "")
    for process in started:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    return [status for process in started for status in _finish(process)]


def _start(*failpoints: str | None, kinds: str) -> subprocess.Popen[str]:
    names = [name or "-" for name in failpoints]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.kernel.worker_process", kinds, *names],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _finish(process: subprocess.Popen[str]) -> list[int]:
    output, _ = process.communicate("\n", timeout=120)
    return list(json.loads(output.splitlines()[-1]))
