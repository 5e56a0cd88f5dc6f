"""`bin/demo` as its user meets it: started twice, interrupted each time."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import ckan

ROOT = Path(__file__).resolve().parents[1]
_SUSPENDED = "reclamos-vecinales-atendidos"
_READY = "Stop: Ctrl-C."

pytestmark = pytest.mark.timeout(900)


@dataclass(frozen=True)
class Start:
    """What one start of the demo printed, and what the portal said meanwhile."""

    printed: str
    url: str
    home_status: int
    overview: dict[str, Any]
    badge: dict[str, Any]
    status: int
    left_over: list[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the portal of these tests is kept."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def first(folder: Path) -> Start:
    """A start on an empty folder."""
    return _start(folder)


@pytest.fixture(scope="module")
def second(first: Start, folder: Path) -> Start:
    """A start on what the first one left."""
    return _start(folder)


def test_the_portal_is_the_last_url_printed(first: Start):
    """Whoever opens the last address that is printed is on the portal."""
    assert (re.findall(r"http://\S+", first.printed)[-1], first.home_status) == (
        f"{first.url}/",
        200,
    )


def test_every_dataset_is_scored_before_the_portal_is_shown(first: Start):
    """When the block is printed, no dataset of the sample waits for its score."""
    overview = first.overview
    assert (overview["datasets"] > 0, overview["pending"]) == (True, 0)


def test_one_badge_is_suspended(first: Start):
    """The feature can be seen, on the dataset that the guide names."""
    guide = (ROOT / "docs" / "administrators.md").read_text("utf-8")
    assert (first.badge["status"], f"/dataset/{_SUSPENDED}" in guide) == (
        "suspended",
        True,
    )


def test_every_account_is_printed_with_its_password(first: Start, folder: Path):
    """The block names each account, and the password that belongs to it."""
    accounts = json.loads((folder / "accounts.json").read_text())
    lines = [line.split() for line in first.printed.splitlines()]
    printed = {(line[1], line[2]) for line in lines if len(line) == 3}
    assert {(each["name"], each["password"]) for each in accounts} <= printed


def test_ctrl_c_leaves_no_process_behind(first: Start):
    """Everything that the demo started has ended when the command has."""
    assert (first.status, first.left_over) == (130, [])


def test_a_second_start_reuses_the_portal(first: Start, second: Start):
    """Nothing is loaded again, and the portal says what it said before."""
    assert ("loading" in second.printed, second.overview) == (False, first.overview)


def _start(folder: Path) -> Start:
    """Start the demo, look at the portal, interrupt it."""
    url = f"http://127.0.0.1:{_free_port()}"
    options = ["--folder", str(folder), "--port", url.rpartition(":")[2]]
    # Inside bin/test these name the tests' own services.
    env = {k: v for k, v in os.environ.items() if not k.startswith("CKAN_")}
    with subprocess.Popen(
        [ROOT / "bin" / "demo", "--ckan", ckan.__version__, *options],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            printed, ready = _read_until_ready(process)
            assert ready, printed
            overview = _get(f"{url}/api/3/action/merit_quality_overview_show")["result"]
            badge = _get(f"{url}/dataset/{_SUSPENDED}/quality/badge.json")
            home_status = _status(f"{url}/")
        finally:
            process.send_signal(signal.SIGINT)
        printed += process.stdout.read() if process.stdout else ""
        status = process.wait(timeout=60)
    left = _processes_of(folder)
    return Start(printed, url, home_status, overview, badge, status, left)


def _read_until_ready(process: subprocess.Popen[str]) -> tuple[str, bool]:
    lines: list[str] = []
    closing = 2
    for line in process.stdout or []:
        lines.append(line)
        if _READY in line or closing < 2:
            closing -= 1
        if closing < 0:
            return "".join(lines), True
    return "".join(lines), False


def _get(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(address, timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def _status(address: str) -> int:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.status


def _processes_of(folder: Path) -> list[str]:
    """The command lines of all processes that FOLDER was named to."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
            known = words + (process / "environ").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in known:
            found.append(words.replace(b"\0", b" ").decode(errors="replace"))
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
