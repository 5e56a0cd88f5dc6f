"""The worker's command, as a process supervisor or cron runs it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ckan import model
from ckan.tests.helpers import call_action

from ckanext.merit.model import work

pytestmark = pytest.mark.usefixtures("no_work")

CKAN = Path(sys.executable).with_name("ckan")


def start(*options: str) -> subprocess.Popen[str]:
    model.Session.remove()
    return subprocess.Popen(
        [CKAN, "merit", "work", *options], stdout=subprocess.PIPE, text=True
    )


def summary(output: str) -> str:
    """Without the count: other tests may have left datasets to assess."""
    return output.splitlines()[-1].partition(":")[0]


def test_once_ends_when_nothing_is_due() -> None:
    """For cron: the command does what is due and returns."""
    process = start("--once")
    output, _ = process.communicate(timeout=60)
    assert (process.returncode, summary(output)) == (0, "Done")


def test_once_says_that_work_is_paused() -> None:
    """A paused portal is not silent about it."""
    work.mark(model.Session, "quality.assess", ["unknown"])
    call_action("merit_work_pause")
    process = start("--once")
    output, _ = process.communicate(timeout=60)
    assert "Work is paused; see /ckan-admin/merit" in output
    assert (process.returncode, summary(output)) == (0, "Done")
    assert call_action("merit_work_list")["totals"]["due"] == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_the_service(number: signal.Signals) -> None:
    """A process manager stops the long-running worker gracefully."""
    process = start()
    assert process.stdout
    assert "Doing what is due; Ctrl-C stops\n" in iter(process.stdout.readline, "")
    process.send_signal(number)
    output, _ = process.communicate(timeout=60)
    assert (process.returncode, summary(output)) == (0, "Done")
