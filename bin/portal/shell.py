"""Running programs and talking to the person at the terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn


class CommandError(Exception):
    """Something that the user can act on; printed without a traceback."""


def say(message: str = "") -> None:
    """Print a progress line at once, also when the output is a pipe."""
    print(message, flush=True)


def fail(message: str) -> NoReturn:
    """Stop the command with a message that says what to do."""
    raise CommandError(message)


def environment(extra: Mapping[str, str] | None) -> dict[str, str]:
    """This process's environment with EXTRA on top."""
    return {**os.environ, **(extra or {})}


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    quiet: bool = False,
) -> None:
    """Run a program to its end.

    Args:
        command: The program and its arguments.
        env: Variables added to the current environment.
        cwd: The folder to run in.
        quiet: Show the program's output only when it fails.

    Raises:
        CommandError: The program exited with a status other than zero.
    """
    words = [str(word) for word in command]
    sink = subprocess.PIPE if quiet else None
    done = subprocess.run(
        words,
        env=environment(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=sink,
        stderr=subprocess.STDOUT if quiet else None,
        check=False,
        text=True,
    )
    if done.returncode == 0:
        return
    if quiet:
        sys.stderr.write(done.stdout)
    fail(f"failed with status {done.returncode}: {' '.join(words)}")


def status(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> int:
    """Run a program with its output shown and return its exit status."""
    words = [str(word) for word in command]
    return subprocess.run(
        words, env=environment(env), cwd=cwd, stdin=subprocess.DEVNULL, check=False
    ).returncode


def output(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
) -> str:
    """Run a program and return what it printed.

    Raises:
        CommandError: The program exited with a status other than zero.
    """
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        env=environment(env),
        input=stdin if stdin is not None else "",
        capture_output=True,
        check=False,
        text=True,
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout + done.stderr)
        fail(f"failed with status {done.returncode}: {' '.join(words)}")
    return done.stdout


def status_quiet(command: Sequence[str | Path]) -> int:
    """Run a program without showing anything and return its exit status."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return done.returncode
