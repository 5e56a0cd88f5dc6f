"""What bin/screenshots does: a demo portal and a browser that looks at it."""

from __future__ import annotations

from pathlib import Path

from portal import demo, environments, paths, shell

#: Where the guides have their pictures.
IMAGES = paths.ROOT / "docs" / "images"
_PORTAL = paths.RUN / "screenshots"


def of_own_portal(version: str, wanted: list[str]) -> int:
    """Bring up a new demo portal, take the WANTED arguments' pictures, stop it."""
    portal = demo.Demo(version, folder=_PORTAL, port=None)
    with portal.up(fresh=True) as (url, _):
        return of_portal(version, url, portal.accounts, wanted)


def of_portal(version: str, url: str, accounts: Path, wanted: list[str]) -> int:
    """Take pictures of the portal at URL, whose ACCOUNTS are in that file.

    Returns:
        The exit status of the program that takes them.
    """
    environments.ensure_ckan(version)
    python = paths.venv_program(version, "python")
    where = ["--url", url, "--accounts", accounts]
    command = [python, "-m", "portal.pictures", *where, *wanted]
    return shell.status(command, env={"PYTHONPATH": str(paths.ROOT / "bin")})
