"""Background processes: started apart from the terminal, stopped by their own id."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal import shell


@dataclass(frozen=True)
class Process:
    """A running program; ``started`` tells it from a later owner of the same pid."""

    name: str
    pid: int
    started: int
    signal: int = signal.SIGTERM

    def alive(self) -> bool:
        """Whether this very process still runs (a zombie does not)."""
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        return _start_time(self.pid) == self.started

    def stop(self, timeout: float = 15) -> None:
        """Ask it to end; after TIMEOUT seconds make it."""
        if not self.alive():
            return
        _kill(self.pid, self.signal)
        deadline = time.monotonic() + timeout
        while self.alive():
            if time.monotonic() > deadline:
                _kill(self.pid, signal.SIGKILL)
                deadline = float("inf")
            time.sleep(0.02)


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    stop_signal: int = signal.SIGTERM,
    cwd: Path | None = None,
) -> Process:
    """Start a program in a session of its own, so that Ctrl-C does not reach it.

    Its output goes to the end of LOG.
    """
    words = [str(word) for word in command]
    with log.open("ab") as sink:
        child = subprocess.Popen(
            words,
            env=shell.environment(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    # Popen would complain about a child that Process waits for itself.
    child.returncode = 0
    started = _start_time(child.pid)
    return Process(name, child.pid, started or 0, stop_signal)


def current() -> Process:
    """The process that runs this very code."""
    return Process("owner", os.getpid(), _start_time(os.getpid()) or 0)


def wait_until(
    ready: Callable[[], bool], process: Process, *, log: Path, timeout: float = 60
) -> None:
    """Wait until READY answers true.

    Raises:
        CommandError: The process ended, or TIMEOUT seconds passed; with its log.
    """
    deadline = time.monotonic() + timeout
    while not ready():
        ended = not process.alive()
        if ended or time.monotonic() > deadline:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-30:])
            why = "ended at once" if ended else f"not ready in {timeout:.0f} s"
            shell.fail(f"{process.name}: {why}. The end of {log}:\n{tail}")
        time.sleep(0.05)


def free_port(preferred: int | None = None) -> int:
    """A free port of 127.0.0.1: PREFERRED when it is free, else any."""
    for candidate in (preferred, 0):
        if candidate is None:
            continue
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", candidate))
            return int(probe.getsockname()[1])
    raise shell.CommandError("No free port on 127.0.0.1.")


def listening(port: int) -> bool:
    """Whether something accepts connections on PORT of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _kill(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _start_time(pid: int) -> int | None:
    """The kernel's start tick of a live process, None when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The program's name, in parentheses, may hold spaces.
    fields = text.rpartition(")")[2].split()
    state, ticks = fields[0], int(fields[19])
    return None if state in "ZX" else ticks
