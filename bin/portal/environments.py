"""The Python environments under .venv: made once, checked by a stamp ever after."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from portal import paths, shell

# Raised when the steps below change, so that existing environments are made anew.
_RECIPE = "1"
_PACKAGE = ".package"
_METADATA_SCRIPT = """
import importlib.metadata, json
print(json.dumps(importlib.metadata.requires("ckan")))
"""


def ensure_tools() -> None:
    """.venv/tools: uv, linters, and the services that come as wheels."""
    sources = [paths.REQUIREMENTS / "tools.txt", paths.REQUIREMENTS / "services.txt"]
    _once("tools", _fingerprint(sources), _make_tools)


def ensure_pure() -> None:
    """.venv/pure: Python without CKAN, for the tests of ``domain/``."""
    ensure_tools()
    key = _fingerprint([paths.REQUIREMENTS / "pure.txt"])
    _once("pure", key, _make_pure)


def ensure_ckan(version: str) -> None:
    """.venv/VERSION: that CKAN, the test requirements and this package, editable."""
    ensure_tools()
    key = _fingerprint([paths.REQUIREMENTS / "test.txt"], version)
    _once(version, key, lambda: _make_ckan(version))
    own = _fingerprint([paths.ROOT / "setup.py"], version)
    _once(f"{version}{_PACKAGE}", own, lambda: _install_package(version))


def _fingerprint(files: list[Path], *facts: str) -> str:
    digest = hashlib.sha256()
    for fact in (*facts, _RECIPE, str(paths.ROOT)):
        digest.update(fact.encode() + b"\0")
    for file in files:
        digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()


def _once(name: str, key: str, make: Callable[[], None]) -> None:
    """Run MAKE unless the stamp of NAME says that it has been run for KEY.

    Whoever comes while another command is at it waits, and then finds it done.
    """
    stamp = paths.VENVS / f"{name}.stamp"
    # A Python that was removed from the machine takes its environments with it.
    python = paths.venv_program(name.removesuffix(_PACKAGE), "python")

    def done() -> bool:
        return stamp.exists() and stamp.read_text() == key and python.exists()

    if done():
        return
    paths.VENVS.mkdir(exist_ok=True)
    with (paths.VENVS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if done():
            return
        stamp.unlink(missing_ok=True)
        shell.say(f"setup: making .venv/{name}")
        make()
        stamp.write_text(key)


def _make_tools() -> None:
    target = paths.venv("tools")
    shutil.rmtree(target, ignore_errors=True)
    try:
        shell.run([sys.executable, "-m", "venv", target], quiet=True)
    except shell.CommandError as error:
        raise shell.CommandError(
            f"{error}\nPython's venv module is needed"
            " (Debian: apt-get install python3-venv)."
        ) from error
    pip = [paths.venv_program("tools", "python"), "-m", "pip", "install", "-q"]
    uv_line = _lines(paths.REQUIREMENTS / "tools.txt")[0]
    shell.run([*pip, "--disable-pip-version-check", uv_line], quiet=True)
    _install("tools", ["-r", str(paths.REQUIREMENTS / "tools.txt")])
    for line in _lines(paths.REQUIREMENTS / "services.txt"):
        _install_service(line)


def _install_service(requirement: str) -> None:
    """A service without a wheel for this platform is no error: Debian has it too."""
    try:
        _install("tools", ["--only-binary", ":all:", requirement])
    except shell.CommandError:
        shell.say(f"setup: no wheel of {requirement} here, the system's is used")


def _make_pure() -> None:
    _new_venv("pure")
    _install("pure", ["-r", str(paths.REQUIREMENTS / "pure.txt")])


def _make_ckan(version: str) -> None:
    (paths.VENVS / f"{version}{_PACKAGE}.stamp").unlink(missing_ok=True)
    _new_venv(version)
    _install(version, ["--compile-bytecode", "--no-deps", f"ckan=={version}"])
    runtime, development = _ckan_pins(version)
    pins = paths.venv(version) / "ckan-requirements.txt"
    pins.write_text("\n".join(runtime) + "\n")
    limits = paths.venv(version) / "ckan-constraints.txt"
    limits.write_text("\n".join(development) + "\n")
    test = paths.REQUIREMENTS / "test.txt"
    _install(
        version,
        ["--compile-bytecode", "-r", str(pins), "-r", str(test), "-c", str(limits)],
    )


def _install_package(version: str) -> None:
    _install(version, ["-e", str(paths.ROOT)])


def _ckan_pins(version: str) -> tuple[list[str], list[str]]:
    """CKAN's runtime and development pins, from the installed wheel's metadata.

    ``psycopg2`` needs a compiler and headers; ``psycopg2-binary`` of the same
    version is the same code with its libraries inside.
    """
    python = paths.venv_program(version, "python")
    found: list[str] = json.loads(shell.output([python, "-c", _METADATA_SCRIPT]))
    runtime: list[str] = []
    development: list[str] = []
    for line in found:
        requirement, _, condition = line.partition(";")
        pin = re.sub(r"^psycopg2(?=\W)", "psycopg2-binary", requirement.strip())
        if "dev" in condition:
            development.append(pin)
        else:
            runtime.append(pin)
    return runtime, development


def _new_venv(name: str) -> None:
    uv = paths.venv_program("tools", "uv")
    shell.run(
        [uv, "venv", "-q", "--clear", "--python", sys.executable, paths.venv(name)]
    )


def _install(name: str, arguments: list[str]) -> None:
    uv = paths.venv_program("tools", "uv")
    python = paths.venv_program(name, "python")
    env = {"UV_LINK_MODE": "copy"} if "UV_LINK_MODE" not in os.environ else {}
    shell.run([uv, "pip", "install", "-q", "--python", python, *arguments], env=env)


def _lines(file: Path) -> list[str]:
    return [ln for ln in file.read_text().splitlines() if ln and ln[0] != "#"]
