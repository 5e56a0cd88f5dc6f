"""How every command of bin/ starts and how it ends when something is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable

from portal import shell


def start(main: Callable[[], int | None]) -> None:
    """Run MAIN; an expected error becomes one clear message and status 1."""
    try:
        sys.exit(main())
    except shell.CommandError as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit(130)
