"""How every command of bin/ starts and how it ends when something is wrong."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable

from portal import shell


def start(main: Callable[[], int | None]) -> None:
    """Run MAIN; an expected error becomes one clear message and status 1.

    Being told to end is treated like Ctrl-C, so that what was started is stopped.
    SIGINT is named too: a shell's background jobs start with it ignored.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        sys.exit(main())
    except shell.CommandError as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
