"""Background processes: started apart from the terminal, stopped by their own id."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal import shell

_PR_SET_CHILD_SUBREAPER = 36


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

    def stop(self, *, patience: float = 3, timeout: float = 15) -> None:
        """Ask it to end, again after PATIENCE seconds; after TIMEOUT seconds make it.

        CKAN's worker waits for its job when it is asked once; asked twice it ends that
        one too, which is in a session of its own and would outlive a killed worker.
        """
        now = time.monotonic()
        steps = [
            (now, self.signal),
            (now + patience, self.signal),
            (now + timeout, signal.SIGKILL),
        ]
        while self.alive():
            if steps and time.monotonic() >= steps[0][0]:
                _kill(self.pid, steps.pop(0)[1])
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


@contextlib.contextmanager
def none_left() -> Generator[None, None, None]:
    """Kill what was started inside the `with` and still runs when it is over.

    Also what those started that ended before: their children become ours.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        with uninterrupted():
            while children := _children():
                for pid in children:
                    _kill(pid, signal.SIGKILL)
                    with contextlib.suppress(ChildProcessError):
                        os.waitpid(pid, 0)


@contextlib.contextmanager
def uninterrupted() -> Generator[None, None, None]:
    """Let Ctrl-C, and being told to end, wait until the `with` is over."""
    held: list[int] = []
    before = {
        number: signal.signal(number, lambda given, _: held.append(given))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if held:
            signal.raise_signal(held[0])


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


def _children() -> list[int]:
    """The live processes whose parent is this one."""
    found = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    states = {pid: _stat(pid) for pid in found}
    mine = str(os.getpid())
    return [pid for pid, fields in states.items() if fields and fields[1] == mine]


def _start_time(pid: int) -> int | None:
    """The kernel's start tick of a live process, None when it is gone."""
    fields = _stat(pid)
    return int(fields[19]) if fields else None


def _stat(pid: int) -> list[str] | None:
    """What the kernel says of a live process from its state on (see proc(5))."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The program's name, in parentheses, may hold spaces.
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields
