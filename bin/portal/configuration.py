"""CKAN's configuration file, filled in from docker/ckan.ini.template.

`python -m portal.configuration` writes it inside the container.
"""

from __future__ import annotations

import argparse
import configparser
import os
import string
import sysconfig
from pathlib import Path

from portal import paths


def write(ini: Path, *, secret: str, storage: Path, packages: Path) -> None:
    """Write INI, readable by its owner only.

    Args:
        ini: The file to write.
        secret: The word that signs sessions and tokens; must stay the same.
        storage: The folder of uploads and compiled assets; made when missing.
        packages: The site-packages where this extension is installed.
    """
    template = string.Template((paths.DOCKER / "ckan.ini.template").read_text())
    plugins = " ".join(["activity", *own_plugins(packages)])
    values = {
        "secret": secret,
        "plugins": plugins,
        "storage": str(storage),
        "only_this_version": _only_this_version(packages),
    }
    storage.mkdir(parents=True, exist_ok=True)
    ini.touch(0o600)
    ini.write_text(template.safe_substitute(values))


def own_plugins(packages: Path) -> list[str]:
    """Our plugins, in the order in which setup.py names them."""
    found = packages.glob("ckanext_merit-*/entry_points.txt")
    points = configparser.ConfigParser()
    points.read(next(found))
    return list(points["ckan.plugins"])


def _only_this_version(packages: Path) -> str:
    """CKAN 2.11 leaves extensions' forms unprotected; 2.12 has no such option."""
    if any(packages.glob("ckan-2.11.*.dist-info")):
        return "ckan.csrf_protection.ignore_extensions = false"
    return ""


def main() -> None:
    """Write the file for the environment that this runs in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ini", type=Path)
    parser.add_argument("--storage", type=Path, required=True)
    options = parser.parse_args()
    packages = Path(sysconfig.get_paths()["purelib"])
    secret = os.environ["MERIT_SECRET"]
    write(options.ini, secret=secret, storage=options.storage, packages=packages)


if __name__ == "__main__":
    main()
