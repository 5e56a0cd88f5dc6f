"""The wheel holds everything and works beside a CKAN that is installed as a wheel."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
UV = ROOT / ".venv" / "tools" / "bin" / "uv"
_LOAD = """
from importlib.metadata import distribution
import ckanext.activity
for point in distribution("ckanext-merit").entry_points.select(group="ckan.plugins"):
    point.load()
    print("loaded", point.name)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that nothing is left in the source tree."""
    source = tmp_path_factory.mktemp("source")
    for name in ("setup.py", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, source)
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "ckanext", source / "ckanext", ignore=ignored)
    command = [sys.executable, "setup.py", "-q", "bdist_wheel", "-d", "out"]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return next((source / "out").glob("*.whl"))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """A copy of this CKAN environment with the wheel in place of the source tree."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    shutil.copytree(sys.prefix, folder, symlinks=True, copy_function=_link)
    python = folder / "bin" / "python"
    install = ["install", "-q", "--no-deps", "--no-index", "--reinstall", str(wheel)]
    subprocess.run([UV, "pip", *install, "--python", python], check=True)
    return folder


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def test_the_wheel_holds_every_file_of_the_package(wheel: Path):
    """Rules, templates, styles, translations and migrations are all inside."""
    inside = {
        name
        for name in zipfile.ZipFile(wheel).namelist()
        if name.startswith("ckanext/")
    }
    source = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "ckanext").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and file.name[0] != "."
    }
    # A declared namespace package becomes an -nspkg.pth file in the wheel.
    assert inside == source - {"ckanext/__init__.py"}


def test_the_wheel_works_beside_ckan(environment: Path, tmp_path: Path):
    """Installed as a wheel, every plugin loads, and so do CKAN's own extensions."""
    command = [environment / "bin" / "python", "-c", _LOAD]
    printed = subprocess.run(
        command, cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    loaded = [ln.split()[1] for ln in printed.splitlines() if ln.startswith("loaded")]
    points = distribution("ckanext-merit").entry_points.select(group="ckan.plugins")
    assert sorted(loaded) == sorted(point.name for point in points)


def test_the_wheel_replaces_the_source_tree(environment: Path, tmp_path: Path):
    """The environment of these tests really uses the installed files."""
    command = [environment / "bin" / "python", "-c"]
    printed = subprocess.run(
        [*command, "import ckanext.merit as m; print(m.__file__)"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert Path(printed.strip()).is_relative_to(environment)
