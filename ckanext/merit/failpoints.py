"""Places where tests let a worker die."""

from __future__ import annotations

import os
import signal

import ckantoolkit as tk

__all__ = ["VARIABLE", "failpoint"]

#: Environment variable with the name of the place.
VARIABLE = "CKANEXT_MERIT_FAILPOINT"


def failpoint(name: str) -> None:
    """Die here as if by SIGKILL, when the tests ask for it; never in production."""
    testing = tk.asbool(tk.config.get("testing", False))
    if testing and os.environ.get(VARIABLE) == name:
        os.kill(os.getpid(), signal.SIGKILL)
