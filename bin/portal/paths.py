"""Where things are: the source tree, the environments, the run directories."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements"
DOCKER = ROOT / "docker"
VENVS = ROOT / ".venv"
RUN = ROOT / ".run"


def versions() -> dict[str, str]:
    """The pinned versions of requirements/versions.env, as written there."""
    lines = (REQUIREMENTS / "versions.env").read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
    return {name.strip(): value.strip() for name, value in pairs}


def ckan_versions() -> list[str]:
    """The supported CKAN versions, the default one first."""
    found = versions()
    default = found["CKAN_DEFAULT"]
    others = [v for v in found["CKAN_VERSIONS"].split() if v != default]
    return [default, *others]


def venv(name: str) -> Path:
    """The environment called NAME: ``tools``, ``pure`` or a CKAN version."""
    return VENVS / name


def venv_program(name: str, program: str) -> Path:
    """A program inside the environment called NAME."""
    return venv(name) / "bin" / program


def site_packages(name: str) -> Path:
    """The folder of installed packages of the environment called NAME."""
    return next((venv(name) / "lib").glob("python3*/site-packages"))
